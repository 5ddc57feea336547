import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { X509Certificate } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { CborTag, encodeCbor, type CborValue } from '../../../service/src/credentials/cbor.ts';
import {
  encodeProtectedHeader,
  encodeSign1,
  parseSign1,
  sign1ToBeSigned,
  type Sign1,
} from '../../../service/src/credentials/cose.ts';
import { generateEs256KeyPair, signEs256 } from '../../../service/src/keys/es256.ts';
import { parsePublicKey, toSpki, verifySignature } from '../../../service/src/keys/publicKey.ts';
import type { PublicKey } from '../../../service/src/keys/publicKey.ts';
import { generateSm2KeyPair, signSm2 } from '../../../service/src/keys/sm2.ts';
import { vectorTable } from '../../support/vectorTable.ts';
import { vectorsFolder } from '../../support/vectors.ts';

const malformed = expect.objectContaining({ code: 'CODE_MALFORMED' });
const SIGNATURE = new Uint8Array(64).fill(7);
const PAYLOAD = Uint8Array.of(1, 2, 3);
const ES256_HEADER = encodeProtectedHeader('ES256');

function message(parts: readonly CborValue[], tag = 18): Uint8Array {
  return encodeCbor(new CborTag(tag, parts));
}

function isGenuine(sign1: Sign1, key: PublicKey, externalAad?: Uint8Array): boolean {
  return (
    key.algorithm === sign1.algorithm &&
    verifySignature(key, sign1ToBeSigned(sign1, externalAad), sign1.signature)
  );
}

describe('COSE_Sign1', () => {
  it.each([
    {
      algorithm: 'ES256' as const,
      keys: generateEs256KeyPair(),
      sign: signEs256,
      header: 'a10126',
    },
    {
      algorithm: 'SM2' as const,
      keys: generateSm2KeyPair(),
      sign: signSm2,
      header: 'a1013a00011170',
    },
  ])('signs and verifies with $algorithm', ({ algorithm, keys, sign, header }) => {
    const content = { protectedBytes: encodeProtectedHeader(algorithm), payload: PAYLOAD };
    const signature = sign(keys.privateKey, sign1ToBeSigned(content));

    const parsed = parseSign1(encodeSign1(content, signature));

    expect(Buffer.from(content.protectedBytes).toString('hex')).toBe(header);
    expect(parsed).toMatchObject({ algorithm, payload: PAYLOAD, signature });
    expect(isGenuine(parsed, parsePublicKey(keys.spki)!)).toBe(true);
    expect(isGenuine(parsed, parsePublicKey(keys.spki)!, Uint8Array.of(0))).toBe(false);
  });

  it('writes the Sig_structure of RFC 9052 §4.4', () => {
    const content = { protectedBytes: ES256_HEADER, payload: Buffer.from('This is the content.') };

    expect(Buffer.from(sign1ToBeSigned(content)).toString('hex')).toBe(
      '846a5369676e61747572653143a101264054546869732069732074686520636f6e74656e742e',
    );
  });

  it.each<[string, Uint8Array]>([
    ['no tag', encodeCbor([ES256_HEADER, new Map(), PAYLOAD, SIGNATURE])],
    ['the tag of COSE_Sign', message([ES256_HEADER, new Map(), PAYLOAD, SIGNATURE], 98)],
    ['a second tag', encodeCbor(new CborTag(61, new CborTag(18, [ES256_HEADER])))],
    ['three members', message([ES256_HEADER, new Map(), PAYLOAD])],
    ['five members', message([ES256_HEADER, new Map(), PAYLOAD, SIGNATURE, 0])],
    ['a detached payload', message([ES256_HEADER, new Map(), null, SIGNATURE])],
    ['a short signature', message([ES256_HEADER, new Map(), PAYLOAD, SIGNATURE.subarray(1)])],
    ['an empty protected header', message([new Uint8Array(0), new Map(), PAYLOAD, SIGNATURE])],
    [
      'a protected header that is a list',
      message([Uint8Array.of(0x80), new Map(), PAYLOAD, SIGNATURE]),
    ],
    [
      'the algorithm in the unprotected header only',
      message([encodeCbor(new Map()), new Map([[1, -7]]), PAYLOAD, SIGNATURE]),
    ],
    [
      'the algorithm in both headers',
      message([ES256_HEADER, new Map([[1, -7]]), PAYLOAD, SIGNATURE]),
    ],
    [
      'another algorithm',
      message([encodeCbor(new Map([[1, -35]])), new Map(), PAYLOAD, SIGNATURE]),
    ],
    [
      'a critical parameter',
      message([
        encodeCbor(
          new Map<number, CborValue>([
            [1, -7],
            [2, [99]],
          ]),
        ),
        new Map(),
        PAYLOAD,
        SIGNATURE,
      ]),
    ],
    ['bytes after it', Uint8Array.of(...message([ES256_HEADER, new Map(), PAYLOAD, SIGNATURE]), 0)],
  ])('refuses %s', (_, bytes) => {
    expect(() => parseSign1(bytes)).toThrow(malformed);
  });
});

interface CoseVector {
  readonly title: string;
  readonly fail?: boolean;
  readonly input: {
    readonly sign0?: {
      readonly alg?: string;
      readonly external?: string;
      readonly key: { readonly x: string; readonly y: string };
    };
  };
  readonly output: { readonly cbor: string };
}

const coseFolder = vectorsFolder('cose');

(coseFolder === null ? describe.skip : describe)('vectors of the COSE working group', () => {
  const table = vectorTable('cose');
  const vectors = (
    coseFolder === null ? [] : readdirSync(coseFolder, { recursive: true, encoding: 'utf8' })
  )
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const text = readFileSync(join(coseFolder ?? '', name), 'utf8');
      return { name, vector: JSON.parse(text) as CoseVector };
    });

  it('are judged as they say, as far as they are ES256', () => {
    const es256 = vectors.filter(({ vector }) => vector.input.sign0?.alg === 'ES256');

    for (const { name, vector } of es256) {
      const accepted = isAccepted(vector);
      const isUntagged = vector.output.cbor.startsWith('84'); // ours are always tagged

      table.judge({
        name,
        expected: isUntagged ? null : vector.fail === true ? 'reject' : 'accept',
        found: accepted ? 'accept' : 'reject',
      });
    }
    expect(es256.length).toBeGreaterThan(5);
  });

  it('are refused where they are of another kind or algorithm', () => {
    const others = vectors.filter(({ vector }) => vector.input.sign0?.alg !== 'ES256');

    for (const { name, vector } of others) {
      expect(() => parseSign1(bytesOf(vector.output.cbor))).toThrow(malformed);
      table.judge({ name, expected: null, found: 'reject' });
    }
    expect(others.length).toBeGreaterThan(0);
  });
});

function isAccepted({ input, output }: CoseVector): boolean {
  const key = input.sign0!.key;
  const point = Buffer.concat([
    Uint8Array.of(4),
    Buffer.from(key.x, 'base64url'),
    Buffer.from(key.y, 'base64url'),
  ]);
  try {
    const sign1 = parseSign1(bytesOf(output.cbor));
    const publicKey = parsePublicKey(toSpki('ES256', point))!;
    return isGenuine(sign1, publicKey, bytesOf(input.sign0?.external ?? ''));
  } catch (error) {
    expect(error).toMatchObject({ code: 'CODE_MALFORMED' });
    return false;
  }
}

interface DccVector {
  readonly PREFIX?: string;
  readonly TESTCTX: { readonly CERTIFICATE: string };
  readonly EXPECTEDRESULTS: Readonly<Record<string, boolean | undefined>>;
}

const dccFolder = vectorsFolder('eu-dcc');

(dccFolder === null ? describe.skip : describe)(
  'vectors of the EU Digital COVID Certificate',
  () => {
    const table = vectorTable('eu-dcc');

    it('verify where they should, unless their header is not deterministic or not ES256', () => {
      const names = readdirSync(dccFolder ?? '', { recursive: true, encoding: 'utf8' });
      const counts = { genuine: 0, forged: 0, refused: 0 };

      for (const name of names.filter((each) => each.endsWith('.json'))) {
        const vector = JSON.parse(readFileSync(join(dccFolder ?? '', name), 'utf8')) as DccVector;
        const cose = coseOf(vector);
        if (cose === null) {
          continue; // faults of base45 or zlib, which our codes do not have
        }
        const verdict = judge(cose, vector.TESTCTX.CERTIFICATE);
        counts[verdict] += 1;
        const told = vector.EXPECTEDRESULTS['EXPECTEDVERIFY'];
        if (told === undefined) continue;
        table.judge({
          name,
          expected: verdict === 'refused' ? null : told ? 'accept' : 'reject',
          found: verdict === 'genuine' ? 'accept' : 'reject',
        });
      }

      expect(counts.genuine).toBeGreaterThan(0);
    });
  },
);

function judge(cose: Uint8Array, certificate: string): 'genuine' | 'forged' | 'refused' {
  let sign1: Sign1;
  try {
    sign1 = parseSign1(cose);
  } catch (error) {
    expect(error).toMatchObject({ code: 'CODE_MALFORMED' });
    return 'refused';
  }
  const { publicKey } = new X509Certificate(Buffer.from(certificate, 'base64'));
  const key = parsePublicKey(new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })));
  return key !== null && isGenuine(sign1, key) ? 'genuine' : 'forged';
}

function coseOf({ PREFIX }: DccVector): Uint8Array | null {
  if (PREFIX?.startsWith('HC1:') !== true) {
    return null;
  }
  try {
    return new Uint8Array(inflateSync(decodeBase45(PREFIX.slice(4)), { maxOutputLength: 65536 }));
  } catch {
    return null;
  }
}

function decodeBase45(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let start = 0; start < text.length; start += 3) {
    const digits = Array.from(text.slice(start, start + 3), (character) =>
      '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'.indexOf(character),
    );
    const value = (digits[0] ?? 0) + 45 * (digits[1] ?? 0) + 2025 * (digits[2] ?? 0);
    bytes.push(...(digits.length === 3 ? [value >> 8, value & 0xff] : [value & 0xff]));
  }
  return Uint8Array.from(bytes);
}

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}
