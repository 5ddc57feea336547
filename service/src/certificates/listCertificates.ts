import type { KeyPurpose, SignatureAlgorithm } from '../keys/signer.ts';
import type { KeyDescription } from '../keys/keyStore.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import type { RevocationReason } from '../pki/revocation/certificateStatus.ts';
import type { RevokedCertificate } from '../store/store.ts';
import type { CertificateParts } from './parts.ts';

/** A certificate of ours and what became of it. */
export interface CertificateEntry {
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string;
  /** Whose key it is: the first part of the key's name, a credit code as a rule. */
  readonly owner: string;
  readonly purpose: KeyPurpose;
  readonly algorithm: SignatureAlgorithm;
  /** For people to read. */
  readonly subject: string;
  readonly serialNumber: string;
  /** Key identifier of the CA that issued it; of a root its own. */
  readonly issuerKeyId: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** `issuerRevoked`: its CA is revoked, and with it everything below. */
  readonly state: 'notYetValid' | 'valid' | 'expired' | 'revoked' | 'issuerRevoked';
  readonly revokedAt: Date | null;
  readonly reason: RevocationReason | null;
}

/** Every certificate of ours, by owner, purpose and age. */
export async function listCertificates(
  parts: Pick<CertificateParts, 'clock' | 'store' | 'pki'>,
): Promise<readonly CertificateEntry[]> {
  const [keys, revoked] = await Promise.all([
    parts.pki.certifiedKeys(),
    parts.store.revocations.list(),
  ]);
  const byFingerprint = new Map(revoked.map((one) => [one.fingerprint, one]));
  const now = parts.clock.now();
  return keys
    .map((key) => toEntry(key, byFingerprint, now))
    .toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function toEntry(
  key: KeyDescription,
  revoked: ReadonlyMap<string, RevokedCertificate>,
  now: Date,
): CertificateEntry {
  const [leaf, ...above] = key.certificationPath.map((der) => parseCertificate(der));
  if (leaf === undefined) throw new Error(`key ${key.name} has no certificate`); // certified keys have one
  const revocation = revoked.get(leaf.fingerprint);
  const isIssuerRevoked = above.some(({ fingerprint }) => revoked.has(fingerprint));
  return {
    fingerprint: leaf.fingerprint,
    owner: ownerOf(key),
    purpose: key.purpose,
    algorithm: key.algorithm,
    subject: leaf.subject.text,
    serialNumber: leaf.serialNumber,
    issuerKeyId: leaf.authorityKeyId ?? leaf.subjectKeyId ?? '',
    notBefore: leaf.notBefore,
    notAfter: leaf.notAfter,
    state:
      revocation !== undefined
        ? 'revoked'
        : isIssuerRevoked
          ? 'issuerRevoked'
          : stateByTime(leaf, now),
    revokedAt: revocation?.revokedAt ?? null,
    reason: revocation?.reason ?? null,
  };
}

/** The first part of a key's name. */
export function ownerOf({ name }: Pick<KeyDescription, 'name'>): string {
  return name.slice(0, Math.max(name.indexOf('.'), 0));
}

function stateByTime({ notBefore, notAfter }: Certificate, now: Date): CertificateEntry['state'] {
  if (now < notBefore) return 'notYetValid';
  return now > notAfter ? 'expired' : 'valid';
}

function sortKey({ owner, purpose, algorithm, notBefore, fingerprint }: CertificateEntry): string {
  return [owner, purpose, algorithm, notBefore.toISOString(), fingerprint].join(' ');
}
