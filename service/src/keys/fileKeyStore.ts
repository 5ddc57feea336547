/** Private keys in files, one a key, encrypted under the master key. */
import { createHash, type KeyObject } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { isNodeError, writeSecretFile } from './durableFile.ts';
import { generateEs256KeyPair, signEs256 } from './es256.ts';
import type { FitnessRule, KeyDescription, KeyStore } from './keyStore.ts';
import { deriveKey } from './masterKey.ts';
import { decryptPrivateKey, encryptPrivateKey } from './privateKeyEncryption.ts';
import { KEY_PURPOSES, type SignatureAlgorithm, type Signer } from './signer.ts';
import { generateSm2KeyPair, signSm2 } from './sm2.ts';

const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}$/;
const SUFFIX = '.key.json';

const base64 = z
  .base64()
  .transform((text): Uint8Array => new Uint8Array(Buffer.from(text, 'base64')));
const keyFile = z.strictObject({
  format: z.literal(1),
  name: z.string(),
  purpose: z.enum(KEY_PURPOSES),
  algorithm: z.enum(['ES256', 'SM2']),
  spki: base64,
  iv: base64,
  /** AES-256-GCM over PKCS#8, tag behind. */
  encryptedKey: base64,
  certificationPath: z.array(base64),
});
type KeyFile = z.infer<typeof keyFile>;

const ALGORITHMS: Readonly<
  Record<
    SignatureAlgorithm,
    {
      readonly generate: () => { readonly privateKey: KeyObject; readonly spki: Uint8Array };
      readonly sign: (privateKey: KeyObject, bytes: Uint8Array) => Uint8Array;
    }
  >
> = {
  ES256: { generate: generateEs256KeyPair, sign: signEs256 },
  SM2: { generate: generateSm2KeyPair, sign: signSm2 },
};

/** @param parts - `folder` is made if missing; `judgeFitness` comes from `pki/profiles.ts`. */
export function createFileKeyStore(parts: {
  readonly folder: string;
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  readonly judgeFitness: FitnessRule;
}): KeyStore {
  const { folder, clock, judgeFitness } = parts;
  const encryptionKey = deriveKey(parts.masterKey, 'yinxin/keyStore/v1');
  const pathOf = (name: string): string => join(folder, `${name}${SUFFIX}`);

  async function read(name: string): Promise<KeyFile> {
    if (!NAME.test(name)) {
      throw new ServiceError(
        'KEY_NOT_FOUND',
        'a key name has other characters than A–Z a–z 0–9 . _ -',
      );
    }
    try {
      return parseKeyFile(await readFile(pathOf(name), 'utf8'), name);
    } catch (error) {
      if (isNodeError(error, 'ENOENT')) {
        throw new ServiceError('KEY_NOT_FOUND', `there is no key ${name}`);
      }
      throw error;
    }
  }

  return {
    async create(name, purpose, algorithm) {
      if (!NAME.test(name)) {
        throw new ServiceError(
          'INTERNAL',
          'a key name has other characters than A–Z a–z 0–9 . _ -',
        );
      }
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { privateKey, spki } = ALGORITHMS[algorithm].generate();
      const facts = { format: 1 as const, name, purpose, algorithm, spki, certificationPath: [] };
      const file = { ...facts, ...encryptPrivateKey(privateKey, bindingOf(facts), encryptionKey) };
      if (!(await writeSecretFile(pathOf(name), encodeKeyFile(file), 'create'))) {
        throw new ServiceError('KEY_ALREADY_EXISTS', `there is already a key ${name}`);
      }
      return { spki };
    },

    async signRequest(name, bytes) {
      const file = await read(name);
      if (file.certificationPath.length > 0) {
        throw new ServiceError('KEY_UNFIT', `key ${name} has a certificate and signs no request`);
      }
      return ALGORITHMS[file.algorithm].sign(openPrivateKey(file, encryptionKey), bytes);
    },

    async attach(name, certificationPath) {
      const file = { ...(await read(name)), certificationPath: [...certificationPath] };
      judgeFitness(file);
      await writeSecretFile(pathOf(name), encodeKeyFile(file), 'replace');
    },

    async open(name) {
      const file = await read(name);
      return createSigner(file, openPrivateKey(file, encryptionKey), { clock, judgeFitness });
    },

    async list(prefix = '') {
      const names = await listNames(folder);
      const files = await Promise.all(names.filter((name) => name.startsWith(prefix)).map(read));
      return files.map(describeKey);
    },
  };
}

function createSigner(
  file: KeyFile,
  privateKey: KeyObject,
  { clock, judgeFitness }: { readonly clock: Clock; readonly judgeFitness: FitnessRule },
): Signer {
  const { algorithm, certificationPath, name, purpose } = file;
  const period = judgeFitness(file);
  const { sign } = ALGORITHMS[algorithm];
  const signNow = (bytes: Uint8Array): Uint8Array => {
    const now = clock.now();
    if (now < period.from || now > period.until) {
      const until = period.until.toISOString();
      throw new ServiceError(
        'KEY_UNFIT',
        `key ${name} signs from ${period.from.toISOString()} to ${until} only`,
      );
    }
    return sign(privateKey, bytes);
  };
  return {
    algorithm,
    purpose,
    certificationPath,
    keyId: createHash('sha256')
      .update(certificationPath[0] ?? '')
      .digest('hex'),
    sign: (bytes) =>
      new Promise((resolve) => {
        resolve(signNow(bytes));
      }),
  };
}

/** What the ciphertext is bound to: a file renamed or edited to serve another purpose does not open. */
function bindingOf(file: Omit<KeyFile, 'iv' | 'encryptedKey' | 'certificationPath'>): Uint8Array {
  const spki = Buffer.from(file.spki).toString('base64');
  return Buffer.from(JSON.stringify([file.format, file.name, file.purpose, file.algorithm, spki]));
}

function openPrivateKey(file: KeyFile, encryptionKey: Uint8Array): KeyObject {
  try {
    return decryptPrivateKey(file, bindingOf(file), encryptionKey);
  } catch (error) {
    const message = `key ${file.name} does not open: another master key, or its file was changed`;
    throw new ServiceError('KEY_UNFIT', message, { cause: error });
  }
}

function parseKeyFile(text: string, name: string): KeyFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ServiceError('KEY_UNFIT', `the file of key ${name} is not JSON`, { cause: error });
  }
  const file = keyFile.safeParse(json);
  if (!file.success || file.data.name !== name) {
    throw new ServiceError('KEY_UNFIT', `the file of key ${name} is not a key file of that name`);
  }
  return file.data;
}

function encodeKeyFile(file: KeyFile): string {
  const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const text = {
    ...file,
    spki: toBase64(file.spki),
    iv: toBase64(file.iv),
    encryptedKey: toBase64(file.encryptedKey),
    certificationPath: file.certificationPath.map(toBase64),
  };
  return `${JSON.stringify(text, null, 2)}\n`;
}

function describeKey({
  name,
  purpose,
  algorithm,
  spki,
  certificationPath,
}: KeyFile): KeyDescription {
  return { name, purpose, algorithm, spki, certificationPath };
}

async function listNames(folder: string): Promise<string[]> {
  try {
    const files = await readdir(folder);
    return files
      .filter((file) => file.endsWith(SUFFIX))
      .map((file) => file.slice(0, -SUFFIX.length))
      .sort();
  } catch (error) {
    if (isNodeError(error, 'ENOENT')) {
      return [];
    }
    throw error;
  }
}
