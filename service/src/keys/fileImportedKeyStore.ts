/** Imported keys in files, one a key, encrypted under the master key. */
import { createHash, type KeyObject } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { isNodeError, writeSecretFile } from './durableFile.ts';
import { signEs256 } from './es256.ts';
import type { ImportedFitnessRule, ImportedKey, ImportedKeyStore } from './importedKeyStore.ts';
import { deriveKey } from './masterKey.ts';
import { decryptPrivateKey, encryptPrivateKey } from './privateKeyEncryption.ts';
import { signRs256 } from './rs256.ts';
import type { PdfSigner } from './signer.ts';

const SUFFIX = '.key.json';

const base64 = z
  .base64()
  .transform((text): Uint8Array => new Uint8Array(Buffer.from(text, 'base64')));
const keyFile = z.strictObject({
  format: z.literal(1),
  origin: z.literal('imported'),
  owner: z.string().regex(/^[0-9A-Za-z]{1,40}$/), // it is part of the file's name
  purpose: z.literal('documentSigner'),
  algorithm: z.enum(['ES256', 'RS256']),
  spki: base64,
  iv: base64,
  encryptedKey: base64,
  certificationPath: z.array(base64).min(1),
  importedAt: z.iso.datetime(),
  importedBy: z.string(),
});
type KeyFile = z.infer<typeof keyFile>;

const SIGN: Readonly<
  Record<PdfSigner['algorithm'], (privateKey: KeyObject, bytes: Uint8Array) => Uint8Array>
> = { ES256: signEs256, RS256: signRs256 };

/**
 * Opens the store. Of several processes on one folder, one at a time may take in keys.
 *
 * @param parts - `folder` is made if missing; `judgeFitness` comes from `pki/pkcs12/judgeImportedKey.ts`.
 */
export function createFileImportedKeyStore(parts: {
  readonly folder: string;
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  readonly judgeFitness: ImportedFitnessRule;
}): ImportedKeyStore {
  const { folder, clock, judgeFitness } = parts;
  const encryptionKey = deriveKey(parts.masterKey, 'yinxin/importedKeyStore/v1');
  let turn: Promise<unknown> = Promise.resolve(); // imports come one after the other, so that none is taken in twice

  async function read(name: string): Promise<KeyFile> {
    try {
      const file = parseKeyFile(await readFile(join(folder, name), 'utf8'), name);
      if (nameOf(file) === name) return file;
    } catch (error) {
      if (!isNodeError(error, 'ENOENT')) throw error;
      throw new ServiceError('KEY_NOT_FOUND', `there is no imported key ${name}`);
    }
    throw changed(name);
  }

  async function write(file: KeyFile): Promise<void> {
    const isKnown = (await listNames(folder)).some((name) => name.endsWith(endOf(file.spki)));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, nameOf(file));
    if (isKnown || !(await writeSecretFile(path, encodeKeyFile(file), 'create'))) {
      throw new ServiceError('KEY_ALREADY_EXISTS', 'this key was imported before');
    }
  }

  return {
    async add({ privateKey, ...key }) {
      judgeFitness(key);
      const facts = {
        format: 1 as const,
        origin: 'imported' as const,
        purpose: 'documentSigner' as const,
        ...{ owner: key.owner, algorithm: key.algorithm, spki: key.spki },
      };
      const file = {
        ...{ ...facts, ...encryptPrivateKey(privateKey, bindingOf(facts), encryptionKey) },
        certificationPath: [...key.certificationPath],
        ...{ importedAt: key.importedAt.toISOString(), importedBy: key.importedBy },
      };
      const mine = turn.then(() => write(file));
      turn = mine.catch(() => undefined); // a refusal is its own caller's
      await mine;
      return describe(file);
    },

    async list(owner) {
      const names = (await listNames(folder)).filter((name) => name.startsWith(`${owner}.`));
      return (await Promise.all(names.map(read)))
        .map(describe)
        .sort((left, right) => right.importedAt.getTime() - left.importedAt.getTime());
    },

    async open(key) {
      const file = await read(nameOf(key));
      return createSigner(file, openPrivateKey(file, encryptionKey), { clock, judgeFitness });
    },

    async remove(key) {
      try {
        await rm(join(folder, nameOf(key)));
      } catch (error) {
        if (!isNodeError(error, 'ENOENT')) throw error;
        throw new ServiceError('KEY_NOT_FOUND', `there is no imported key ${key.keyId}`);
      }
    },
  };
}

function createSigner(
  file: KeyFile,
  privateKey: KeyObject,
  { clock, judgeFitness }: { readonly clock: Clock; readonly judgeFitness: ImportedFitnessRule },
): PdfSigner {
  const { algorithm, certificationPath, purpose } = file;
  const { from, until } = judgeFitness(file);
  const { keyId } = describe(file);
  return {
    ...{ algorithm, purpose, certificationPath, keyId },
    sign: (bytes) =>
      new Promise((resolve) => {
        const now = clock.now();
        if (now < from || now > until) {
          const period = `${from.toISOString()} to ${until.toISOString()}`;
          throw new ServiceError('KEY_UNFIT', `imported key ${keyId} signs from ${period} only`);
        }
        resolve(SIGN[algorithm](privateKey, bytes));
      }),
  };
}

/** What the ciphertext is bound to: a key does not open for another authority or another use. */
function bindingOf(
  file: Pick<KeyFile, 'format' | 'origin' | 'owner' | 'purpose' | 'algorithm' | 'spki'>,
): Uint8Array {
  const spki = Buffer.from(file.spki).toString('base64');
  const facts = [file.format, file.origin, file.owner, file.purpose, file.algorithm, spki];
  return Buffer.from(JSON.stringify(facts));
}

function openPrivateKey(file: KeyFile, encryptionKey: Uint8Array): KeyObject {
  try {
    return decryptPrivateKey(file, bindingOf(file), encryptionKey);
  } catch (error) {
    const message = `imported key ${describe(file).keyId} does not open: another master key, or its file was changed`;
    throw new ServiceError('KEY_UNFIT', message, { cause: error });
  }
}

function describe(file: KeyFile): ImportedKey {
  const { owner, purpose, algorithm, spki, certificationPath, importedAt, importedBy } = file;
  return {
    keyId: sha256(certificationPath[0] ?? new Uint8Array()),
    ...{ owner, purpose, algorithm, spki, certificationPath, importedBy },
    importedAt: new Date(importedAt),
  };
}

function parseKeyFile(text: string, name: string): KeyFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw changed(name, error);
  }
  const file = keyFile.safeParse(json);
  if (!file.success) throw changed(name, file.error);
  return file.data;
}

function changed(name: string, cause?: unknown): ServiceError {
  return new ServiceError('KEY_UNFIT', `${name} is not a file of that imported key`, { cause });
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

/** Each authority's files are told by their names, and one key has one ending. */
function nameOf({ owner, spki }: Pick<KeyFile, 'owner' | 'spki'>): string {
  return owner + endOf(spki);
}

function endOf(spki: Uint8Array): string {
  return `.${sha256(spki)}${SUFFIX}`;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((file) => file.endsWith(SUFFIX));
  } catch (error) {
    if (isNodeError(error, 'ENOENT')) return [];
    throw error;
  }
}
