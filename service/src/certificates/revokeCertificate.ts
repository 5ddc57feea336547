import { setTimeout } from 'node:timers/promises';
import { hasRole, notAuthorised, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { KeyDescription } from '../keys/keyStore.ts';
import { parseCertificate } from '../pki/certificate.ts';
import type { RevocationReason } from '../pki/revocation/certificateStatus.ts';
import { listCertificates, ownerOf, type CertificateEntry } from './listCertificates.ts';
import type { CertificateParts } from './parts.ts';
import { certificateOf, type CrlPublisher } from './publishCrls.ts';

/** Reasons for which our certificates are revoked. Nothing is put on hold: what is revoked stays so. */
export const OUR_REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
] as const satisfies readonly RevocationReason[];
export type OurReason = (typeof OUR_REASONS)[number];

export interface Revocation {
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string;
  readonly reason: OurReason;
}

export type RevocationParts = CertificateParts & Readonly<{ crls: CrlPublisher }>;

/**
 * Revokes a certificate of ours for good: its key signs nothing from now on, its CA's list says so at once, and where the
 * service needs such a key there is a new one. Of a CA, everything below goes with it.
 *
 * The store has it before anything else does; what is left undone by a crash is done at the next start.
 *
 * Resolves when the revocation counts, at the end of the second in which it was asked for.
 *
 * @throws ServiceError `NOT_AUTHORISED` (not the security administrator), `CERTIFICATE_NOT_FOUND`,
 * `CERTIFICATE_STATE_CONFLICT` (revoked already, or a root: it is taken out of trust stores instead).
 */
export async function revokeCertificate(
  parts: RevocationParts,
  principal: Principal,
  { fingerprint, reason }: Revocation,
): Promise<CertificateEntry> {
  if (!hasRole(principal, 'securityAdmin')) {
    throw notAuthorised('the role securityAdmin is needed');
  }
  const keys = await parts.pki.certifiedKeys();
  const key = keys.find((one) => pathOf(one)[0] === fingerprint);
  if (key === undefined) {
    throw new ServiceError('CERTIFICATE_NOT_FOUND', `no certificate ${fingerprint} of ours`);
  }
  await record(parts, key, { fingerprint, reason, revokedBy: principal.id });
  await parts.crls.publishDue();
  await replaceKeys(parts, keys, fingerprint);
  const entry = (await listCertificates(parts)).find((one) => one.fingerprint === fingerprint);
  if (entry?.revokedAt == null) throw new Error(`certificate ${fingerprint} vanished`);
  const msLeft = entry.revokedAt.getTime() - parts.clock.now().getTime();
  if (msLeft > 0) await setTimeout(Math.min(msLeft, 1000));
  return entry;
}

async function record(
  parts: RevocationParts,
  key: KeyDescription,
  revocation: Revocation & Readonly<{ revokedBy: string }>,
): Promise<void> {
  const { fingerprint } = revocation;
  const [leaf = new Uint8Array()] = key.certificationPath;
  const { serialNumber, authorityKeyId } = parseCertificate(leaf);
  if (key.purpose === 'rootCa' || authorityKeyId === null) {
    const message = 'a root is not revoked: those who trust it take it out of their trust stores';
    throw new ServiceError('CERTIFICATE_STATE_CONFLICT', message);
  }
  if (parts.revoked.has(fingerprint)) {
    const message = `certificate ${fingerprint} is revoked already`;
    throw new ServiceError('CERTIFICATE_STATE_CONFLICT', message);
  }
  if (key.purpose === 'intermediateCa') await publishLast(parts, fingerprint);
  const revokedAt = nextWholeSecond(parts.clock.now());
  await parts.store.revocations.add({
    ...revocation,
    ...{ serialNumber, revokedAt, issuerKeyId: authorityKeyId },
  });
  parts.revoked.add(fingerprint);
}

/** What a CA vouched for until now is still to be verified when its key no longer signs. */
async function publishLast(parts: RevocationParts, fingerprint: string): Promise<void> {
  const issuers = await parts.pki.issuers();
  const issuer = issuers.find((one) => certificateOf(one).fingerprint === fingerprint);
  if (issuer !== undefined) await parts.crls.publishLast(issuer);
}

/** The operator's first. What fails here is done when the owner's keys are needed next. */
async function replaceKeys(
  parts: RevocationParts,
  keys: readonly KeyDescription[],
  fingerprint: string,
): Promise<void> {
  const owners = new Set(
    keys.filter((key) => pathOf(key).includes(fingerprint)).map((key) => ownerOf(key)),
  );
  try {
    await parts.pki.renew();
    parts.trust.setOwnCertificates(parts.pki);
    await parts.crls.publishDue();
    if (owners.delete(parts.operator)) await parts.replaceKeys(parts.operator);
    for (const owner of owners) await parts.replaceKeys(owner);
  } catch (error) {
    parts.onFailure(error);
  }
}

function pathOf({ certificationPath }: KeyDescription): readonly string[] {
  return certificationPath.map((der) => parseCertificate(der).fingerprint);
}

/** Certificates and lists know whole seconds; what was signed before in this one stands. */
function nextWholeSecond(instant: Date): Date {
  return new Date(Math.ceil(instant.getTime() / 1000) * 1000);
}
