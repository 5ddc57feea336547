/** Keys whose certificate is revoked, or that of a CA above them: they sign nothing any more. */
import { ServiceError } from '../errors.ts';
import type { KeyStore } from '../keys/keyStore.ts';
import type { Signer } from '../keys/signer.ts';
import { parseCertificate } from './certificate.ts';

/** What is revoked right now. */
export interface RevokedCertificates {
  /** @param fingerprint - SHA-256 of the DER, lower-case hex. */
  has(fingerprint: string): boolean;
}

/** Of an installation that never revoked anything. */
export const NOTHING_REVOKED: RevokedCertificates = { has: () => false };

/** @param certificationPath - DER, leaf first. */
export function isPathRevoked(
  certificationPath: readonly Uint8Array[],
  revoked: RevokedCertificates,
): boolean {
  return certificationPath.some((der) => revoked.has(parseCertificate(der).fingerprint));
}

/** A key store whose signers are asked at every signature whether they are revoked by now (`KEY_UNFIT`). */
export function refuseRevoked(keyStore: KeyStore, revoked: RevokedCertificates): KeyStore {
  return {
    ...keyStore,
    open: async (name) => guard(await keyStore.open(name), name, revoked),
  };
}

function guard(signer: Signer, name: string, revoked: RevokedCertificates): Signer {
  const fingerprints = signer.certificationPath.map((der) => parseCertificate(der).fingerprint);
  return {
    ...signer,
    async sign(bytes) {
      if (fingerprints.some((fingerprint) => revoked.has(fingerprint))) {
        throw new ServiceError('KEY_UNFIT', `the certificate of key ${name} is revoked`);
      }
      return await signer.sign(bytes);
    },
  };
}

/** A signer that others hold on to while its key changes. */
export interface ReplaceableSigner {
  readonly signer: Signer;
  replace(next: Signer): void;
}

/** Key and certificates are those of the moment; whoever signs reads them beside the signature. */
export function replaceableSigner(first: Signer): ReplaceableSigner {
  let current = first;
  return {
    signer: {
      get algorithm() {
        return current.algorithm;
      },
      get purpose() {
        return current.purpose;
      },
      get certificationPath() {
        return current.certificationPath;
      },
      get keyId() {
        return current.keyId;
      },
      sign: (bytes) => current.sign(bytes),
    },
    replace: (next) => {
      current = next;
    },
  };
}
