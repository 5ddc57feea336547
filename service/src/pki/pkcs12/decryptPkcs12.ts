/** The encryption schemes of PKCS#12 (RFC 7292 appendix C) and PKCS#5 (RFC 8018). */
import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import { ServiceError } from '../../errors.ts';
import {
  expectTag,
  readChildren,
  readOid,
  readSmallInteger,
  TAG,
  type DerElement,
} from '../der.ts';
import { derivePkcs12Key, PKCS12_USE, toBmpPassword } from './derivePkcs12Key.ts';
import { malformedPkcs12 } from './malformed.ts';
import { decryptRc2Cbc } from './rc2.ts';

/** A password, and what work for it is left: files may ask for many rounds. */
export interface Pkcs12Password {
  readonly text: string;
  /** Takes rounds from the budget. @throws ServiceError `PKCS12_MALFORMED` when it is used up. */
  spend(iterations: number): void;
}

/** OpenSSL takes 2,048 rounds, Java 10,000, careful people some 100,000; each takes a microsecond here. */
const MAX_ITERATIONS = 1_000_000;

export function pkcs12Password(text: string): Pkcs12Password {
  let left = MAX_ITERATIONS;
  return {
    text,
    spend(iterations) {
      left -= iterations;
      if (iterations < 1 || left < 0) {
        throw malformedPkcs12(`it asks for no or more than ${MAX_ITERATIONS} rounds of hashing`);
      }
    },
  };
}

type Cipher = (key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array) => Uint8Array;

const nodeCipher =
  (name: string): Cipher =>
  (key, iv, ciphertext) => {
    const decipher = createDecipheriv(name, key, iv).setAutoPadding(false);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  };
const tripleDes = nodeCipher('des-ede3-cbc');

interface OldScheme {
  readonly keyBytes: number;
  readonly cipher: Cipher;
}

/** RFC 7292 appendix C, pkcs-12PbeIds; all with SHA-1. The two by RC4 are left out: nobody writes them. */
const OLD_SCHEMES: Readonly<Record<string, OldScheme>> = {
  '1.2.840.113549.1.12.1.3': { keyBytes: 24, cipher: tripleDes },
  '1.2.840.113549.1.12.1.4': {
    keyBytes: 16,
    cipher: (key, iv, text) => tripleDes(Buffer.concat([key, key.subarray(0, 8)]), iv, text),
  },
  '1.2.840.113549.1.12.1.5': { keyBytes: 16, cipher: decryptRc2Cbc },
  '1.2.840.113549.1.12.1.6': { keyBytes: 5, cipher: decryptRc2Cbc },
};

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';

const PBES2_CIPHERS: Readonly<
  Record<string, Readonly<{ name: string; keyBytes: number; block: number }>>
> = {
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyBytes: 24, block: 8 },
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16, block: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24, block: 16 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyBytes: 32, block: 16 },
};

const PRFS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

/**
 * Decrypts what a PKCS#12 file holds.
 *
 * @param algorithm - AlgorithmIdentifier; it and the ciphertext are attacker-controlled.
 * @throws ServiceError `PKCS12_PASSWORD_WRONG` if the padding shows it, `PKCS12_MALFORMED`.
 */
export function decryptPkcs12(
  algorithm: DerElement,
  ciphertext: Uint8Array,
  password: Pkcs12Password,
): Uint8Array {
  const [oid, parameters] = readChildren(expectTag(algorithm, TAG.sequence));
  const name = readOid(oid);
  if (name === PBES2) return decryptPbes2(parameters, ciphertext, password);
  const scheme = OLD_SCHEMES[name];
  if (scheme === undefined) throw malformedPkcs12(`its encryption ${name} is not known here`);
  const [saltElement, rounds] = readChildren(expectTag(parameters, TAG.sequence));
  const salt = expectTag(saltElement, TAG.octetString).content;
  const iterations = readSmallInteger(rounds);
  password.spend(3 * iterations); // up to two blocks of key and one of IV
  const derivation = {
    ...({ hash: 'sha1', password: toBmpPassword(password.text), salt, iterations } as const),
  };
  const key = derivePkcs12Key({ ...derivation, use: PKCS12_USE.key, length: scheme.keyBytes });
  const iv = derivePkcs12Key({ ...derivation, use: PKCS12_USE.iv, length: 8 });
  requireBlocks(ciphertext, 8);
  return withoutPadding(scheme.cipher(key, iv, ciphertext), 8);
}

function decryptPbes2(
  parameters: DerElement | undefined,
  ciphertext: Uint8Array,
  password: Pkcs12Password,
): Uint8Array {
  const [derivation, encryption] = readChildren(expectTag(parameters, TAG.sequence));
  const [cipherOid, iv] = readChildren(expectTag(encryption, TAG.sequence));
  const cipher = PBES2_CIPHERS[readOid(cipherOid)];
  if (cipher === undefined) {
    throw malformedPkcs12(`its cipher ${readOid(cipherOid)} is not known here`);
  }
  const key = derivePbkdf2(derivation, cipher.keyBytes, password);
  const nonce = expectTag(iv, TAG.octetString).content;
  if (nonce.length !== cipher.block) throw malformedPkcs12('an IV has another length');
  requireBlocks(ciphertext, cipher.block);
  return withoutPadding(nodeCipher(cipher.name)(key, nonce, ciphertext), cipher.block);
}

/** RFC 8018 §A.2. */
function derivePbkdf2(
  algorithm: DerElement | undefined,
  keyBytes: number,
  password: Pkcs12Password,
): Uint8Array {
  const [oid, parameters] = readChildren(expectTag(algorithm, TAG.sequence));
  if (readOid(oid) !== PBKDF2) throw malformedPkcs12(`its derivation ${readOid(oid)} is not known`);
  const [salt, rounds, ...rest] = readChildren(expectTag(parameters, TAG.sequence));
  const iterations = readSmallInteger(rounds);
  password.spend(iterations);
  const prf = rest.find(({ tag }) => tag === TAG.sequence);
  const hash = prf === undefined ? 'sha1' : PRFS[readOid(readChildren(prf)[0])];
  if (hash === undefined) throw malformedPkcs12('its pseudo-random function is not known');
  const { content } = expectTag(salt, TAG.octetString);
  return pbkdf2Sync(password.text, content, iterations, keyBytes, hash);
}

function requireBlocks(ciphertext: Uint8Array, block: number): void {
  if (ciphertext.length === 0 || ciphertext.length % block !== 0) {
    throw malformedPkcs12('what is encrypted is cut off');
  }
}

function withoutPadding(plain: Uint8Array, block: number): Uint8Array {
  const pad = plain.at(-1) ?? 0;
  const isPadded =
    pad >= 1 && pad <= block && plain.subarray(plain.length - pad).every((byte) => byte === pad);
  if (!isPadded) throw wrongPassword();
  return plain.subarray(0, plain.length - pad);
}

/** The error for a password that does not open the file. */
export function wrongPassword(): ServiceError {
  return new ServiceError('PKCS12_PASSWORD_WRONG', 'the password does not open the PKCS#12 file');
}
