/** The certificates a relying party brings. */
import { parseCertificates, type Certificate } from './certificate.ts';

/** Keep one object as long as the trust does not change: validated paths are remembered by its identity. */
export interface TrustStore {
  readonly anchors: readonly Certificate[];
  /** CA certificates that may help to build a path; they are not trusted for being here. */
  readonly intermediates: readonly Certificate[];
}

/** A store that trusts nothing: every verdict under it is `NO_TRUST`. */
export const NO_TRUST_STORE: TrustStore = Object.freeze({ anchors: [], intermediates: [] });

/**
 * Reads roots and intermediates from PEM texts.
 *
 * @throws ServiceError `CERTIFICATE_MALFORMED`.
 */
export function parseTrustStore(rootsPem: string, intermediatesPem = ''): TrustStore {
  return Object.freeze({
    anchors: Object.freeze(parseCertificates(rootsPem)),
    intermediates: Object.freeze(parseCertificates(intermediatesPem)),
  });
}
