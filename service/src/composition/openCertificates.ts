import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ocspResponder, type OcspResponder } from '../certificates/answerOcsp.ts';
import type { CertificateParts, RevokedRegister, TrustFiles } from '../certificates/parts.ts';
import { openCrlPublisher } from '../certificates/publishCrls.ts';
import type { RevocationParts } from '../certificates/revokeCertificate.ts';
import { parseCertificate, toPem, type Certificate } from '../pki/certificate.ts';
import { markForEndorsements } from '../pki/trustStore.ts';
import type { RevocationStore } from '../store/store.ts';

/** Our certification authorities at work. */
export interface CertificateService {
  readonly parts: RevocationParts;
  readonly answerOcsp: OcspResponder;
  /** Makes new lists where it is time, or a certificate is newer; cheap otherwise. Concurrent callers share a round. */
  readonly keepCrlsFresh: () => Promise<void>;
  /** Tells of a certificate that is not among the keys: the next reader's list is to be newer. */
  readonly noteIssued: (certificate: Uint8Array) => void;
  /** Makes the next generation of keys of the city that end. */
  readonly renewKeys: () => Promise<void>;
}

/** Publishes what is due; failures of later rounds are the caller's to report. */
export async function openCertificates(parts: CertificateParts): Promise<CertificateService> {
  const crls = await openCrlPublisher(parts);
  await crls.publishDue();
  let round: Promise<void> | null = null;
  const newest = new Map<string | null, Certificate>();
  return {
    parts: { ...parts, crls },
    answerOcsp: ocspResponder(parts),
    async keepCrlsFresh() {
      await crls.publishFor([...newest.values()]);
      if (!crls.isDue()) return;
      round ??= crls.publishDue().finally(() => (round = null));
      await round;
    },
    noteIssued(der) {
      const certificate = parseCertificate(der);
      newest.set(certificate.authorityKeyId, certificate);
    },
    async renewKeys() {
      await parts.pki.renew();
      parts.trust.setOwnCertificates(parts.pki);
      await crls.publishDue();
    },
  };
}

/** Reads what was revoked before any key is opened. */
export async function readRevoked(store: RevocationStore): Promise<RevokedRegister> {
  const revoked = new Set((await store.list()).map(({ fingerprint }) => fingerprint));
  return {
    has: (fingerprint) => revoked.has(fingerprint),
    add: (fingerprint) => void revoked.add(fingerprint),
  };
}

/**
 * Writes what a verifier of this city should trust; whoever endorses its ledger included.
 *
 * @param organisationRootsPem - of those who endorse; may be empty.
 */
export function trustFileWriter(
  dataDir: string,
  organisationRootsPem: string,
): (files: TrustFiles) => Promise<void> {
  const folder = join(dataDir, 'trust');
  const endorsementRoots = markForEndorsements(organisationRootsPem);
  return async ({ rootsPem, intermediatesPem, crls }) => {
    await mkdir(folder, { recursive: true });
    await replaceFile(join(folder, 'roots.pem'), rootsPem + endorsementRoots);
    await replaceFile(join(folder, 'intermediates.pem'), intermediatesPem);
    await replaceFile(join(folder, 'crls.pem'), toPem(crls, 'X509 CRL'));
  };
}

/** Whoever reads beside us sees the old file or the new one. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
