import type { Certificate } from '../../pki/certificate.ts';
import { validateCertificationPath } from '../../pki/certificationPath.ts';
import { readCertificates } from '../../pki/cms/cmsVerification.ts';
import { readCrl } from '../../pki/revocation/crl.ts';
import { readOcspStatus } from '../../pki/revocation/ocspStatus.ts';
import type { TrustStore } from '../../pki/trustStore.ts';
import type { ValidationSource } from './longTermData.ts';

/** What this service knows of certificates, and how it comes to know more. */
export interface ValidationKnowledge {
  readonly clock: { now(): Date };
  /** The trust of now, with what is known of revoked certificates. */
  readonly trust: () => TrustStore;
  /** Fetches what certificates of others name; what is out of reach is left out. */
  readonly gather: (asked: readonly AskedCertificate[]) => Promise<unknown>;
}

/** One certificate of a path. */
export interface AskedCertificate {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** Where the path ends. */
  readonly anchor: Certificate;
}

/**
 * Makes a source of validation data: of each certificate the path to its anchor, and the lists and responses that speak
 * of its certificates.
 */
export function createValidationSource(knowledge: ValidationKnowledge): ValidationSource {
  return async (ders) => {
    const certificates = readCertificates(ders);
    const paths = certificates.map((leaf) => pathOf(leaf, certificates, knowledge));
    const asked = paths.flatMap(certificatesToAskAbout);
    await knowledge.gather(asked);
    const { crls = [], ocspResponses = [] } = knowledge.trust().revocation ?? {};
    const issuers = new Set(asked.map(({ issuer }) => issuer.subject.comparisonKey));
    return {
      certificates: [...new Set(paths.flat())].map(({ der }) => der),
      crls: crls.filter((der) => issuers.has(readCrl(der)?.issuer.comparisonKey ?? '')),
      ocspResponses: ocspResponses.filter((response) =>
        asked.some((one) => isAnswer(readOcspStatus({ ...one, response }).kind)),
      ),
    };
  };
}

function certificatesToAskAbout(path: readonly Certificate[]): readonly AskedCertificate[] {
  return path.slice(0, -1).map((certificate, place) => ({
    certificate,
    issuer: path[place + 1] ?? certificate,
    anchor: path.at(-1) ?? certificate,
  }));
}

function isAnswer(kind: ReturnType<typeof readOcspStatus>['kind']): boolean {
  return kind !== 'other' && kind !== 'fault';
}

/** As far as one could be built. */
function pathOf(
  leaf: Certificate,
  others: readonly Certificate[],
  { trust, clock }: ValidationKnowledge,
): readonly Certificate[] {
  const { anchors, intermediates } = trust();
  const { path } = validateCertificationPath({
    leaf,
    anchors,
    intermediates: [...intermediates, ...others],
    at: clock.now(),
  });
  return path;
}
