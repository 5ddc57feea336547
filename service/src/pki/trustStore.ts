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

/** Stands before a root in a file of roots that is trusted for endorsements of a ledger, and for nothing else. */
const ENDORSEMENTS_ONLY = '# trusted for endorsements of the ledger only';

/** Roots as a file gives them to a relying party. */
export interface TrustFile {
  readonly anchors: readonly Certificate[];
  /** Roots of organisations that endorse a ledger: they say nothing of seals, codes or documents. */
  readonly endorsementAnchors: readonly Certificate[];
}

/** Marks each root of a PEM text as trusted for endorsements only; other programs skip such a line (RFC 7468 §2). */
export function markForEndorsements(rootsPem: string): string {
  const begin = '-----BEGIN CERTIFICATE-----';
  return rootsPem.replaceAll(begin, `${ENDORSEMENTS_ONLY}\n${begin}`);
}

/**
 * Reads roots from a PEM text, each for what it is marked for.
 *
 * @throws ServiceError `CERTIFICATE_MALFORMED`.
 */
export function parseTrustFile(rootsPem: string): TrustFile {
  const isMarked = rootsPem
    .split('-----BEGIN CERTIFICATE-----')
    .slice(0, -1)
    .map((before) => before.trimEnd().endsWith(ENDORSEMENTS_ONLY));
  const roots = parseCertificates(rootsPem);
  return {
    anchors: roots.filter((_, place) => isMarked[place] !== true),
    endorsementAnchors: roots.filter((_, place) => isMarked[place] === true),
  };
}
