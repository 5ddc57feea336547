/** A city's keys and trust, made in the run. */
import { createHash, type KeyObject } from 'node:crypto';

import { generateEs256KeyPair, signEs256 } from '../../service/src/keys/es256.ts';
import type { KeyDescription, KeyStore } from '../../service/src/keys/keyStore.ts';
import type { Signer } from '../../service/src/keys/signer.ts';
import { generateSm2KeyPair, signSm2 } from '../../service/src/keys/sm2.ts';
import type { Clock } from '../../service/src/clock.ts';
import { ServiceError } from '../../service/src/errors.ts';
import { openCityPki, type AuthoritySigners, type CityPki } from '../../service/src/pki/cityPki.ts';
import { judgeFitness } from '../../service/src/pki/profiles.ts';
import { parseTrustStore, type TrustStore } from '../../service/src/pki/trustStore.ts';

export interface TestCity extends AuthoritySigners {
  /** The one authority of the city, whose signers stand beside it. */
  readonly authority: { readonly name: string; readonly creditCode: string };
  readonly operator: { readonly name: string; readonly creditCode: string };
  readonly sealMaker: Signer;
  readonly node: Signer;
  /** By ES256. */
  readonly timeStamper: Signer;
  readonly trust: TrustStore;
  readonly rootsPem: string;
  readonly intermediatesPem: string;
  /** The city itself, for further authorities. */
  readonly pki: CityPki;
}

const AUTHORITY = { name: '南湖市市场监督管理局', creditCode: '11330402MB00000016' };
const OPERATOR = { name: '南湖市数据资源管理局', creditCode: '11330402MB00000029' };

/**
 * Makes a city with one authority; two calls give different keys. About 10 ms.
 *
 * @param at - RFC 3339 instant at which certificates begin, or a clock that reads it first and then goes on.
 */
export async function testCity(at: string | Clock = '2026-01-01T00:00:00Z'): Promise<TestCity> {
  const clock = typeof at === 'string' ? { now: () => new Date(at) } : at;
  const pki = await openCityPki({ keyStore: memoryKeyStore(clock), clock, operator: OPERATOR });
  const { sealMaker, node, timeStampers, rootsPem, intermediatesPem } = pki;
  return {
    authority: AUTHORITY,
    operator: OPERATOR,
    sealMaker,
    node,
    timeStamper: timeStampers.ES256,
    rootsPem,
    intermediatesPem,
    trust: parseTrustStore(rootsPem, intermediatesPem),
    pki,
    ...(await pki.authority(AUTHORITY)),
  };
}

interface MemoryKey extends KeyDescription {
  readonly privateKey: KeyObject;
}

/** A key store without files, as strict about certificates as the real one. */
export function memoryKeyStore(clock: Clock): KeyStore {
  const keys = new Map<string, MemoryKey>();
  const find = (name: string): MemoryKey => {
    const key = keys.get(name);
    if (key === undefined) {
      throw new ServiceError('KEY_NOT_FOUND', `there is no key ${name}`);
    }
    return key;
  };
  return {
    create(name, purpose, algorithm) {
      if (keys.has(name)) {
        throw new ServiceError('KEY_ALREADY_EXISTS', `there is already a key ${name}`);
      }
      const pair = algorithm === 'SM2' ? generateSm2KeyPair() : generateEs256KeyPair();
      keys.set(name, { name, purpose, algorithm, certificationPath: [], ...pair });
      return Promise.resolve({ spki: pair.spki });
    },
    signRequest: (name, bytes) => Promise.resolve(signWith(find(name), bytes)),
    attach(name, certificationPath) {
      const key = { ...find(name), certificationPath };
      judgeFitness(key);
      keys.set(name, key);
      return Promise.resolve();
    },
    open: (name) => Promise.resolve(createSigner(find(name), clock)),
    list: (prefix = '') =>
      Promise.resolve([...keys.values()].filter(({ name }) => name.startsWith(prefix))),
  };
}

function createSigner(key: MemoryKey, clock: Clock): Signer {
  const { from, until } = judgeFitness(key);
  return {
    algorithm: key.algorithm,
    purpose: key.purpose,
    certificationPath: key.certificationPath,
    keyId: createHash('sha256').update(key.certificationPath[0]!).digest('hex'),
    sign(bytes) {
      const now = clock.now();
      return now < from || now > until
        ? Promise.reject(new ServiceError('KEY_UNFIT', `key ${key.name} does not sign now`))
        : Promise.resolve(signWith(key, bytes));
    },
  };
}

function signWith({ algorithm, privateKey }: MemoryKey, bytes: Uint8Array): Uint8Array {
  return algorithm === 'SM2' ? signSm2(privateKey, bytes) : signEs256(privateKey, bytes);
}
