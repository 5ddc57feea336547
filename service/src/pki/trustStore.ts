/** The certificates a relying party brings. */
import type { KeyPurpose } from '../keys/signer.ts';
import { parseCertificates, type Certificate } from './certificate.ts';
import type { RevocationKnowledge } from './revocation/revocationKnowledge.ts';

/** Keep one object as long as the trust does not change: validated paths are remembered by its identity. */
export interface TrustStore {
  readonly anchors: readonly Certificate[];
  /** CA certificates that may help to build a path; they are not trusted for being here. */
  readonly intermediates: readonly Certificate[];
  /** What anchors of others are trusted for, by fingerprint; an anchor without an entry is trusted for everything. */
  readonly scopes?: ReadonlyMap<string, AnchorScope>;
  /** What is known of revoked certificates; absent: revocation is not asked about. */
  readonly revocation?: RevocationKnowledge;
}

/** What an anchor of another city or body is trusted for. */
export interface AnchorScope {
  /** Purposes of the end entities below it. */
  readonly purposes: readonly KeyPurpose[];
  /** Kinds of seals below it; `null`: any. */
  readonly sealKinds: readonly string[] | null;
  /** Type codes of licences sealed below it; `null`: any. */
  readonly licenceTypes: readonly string[] | null;
  /** First and last instant at which what it vouches for may have been signed; `null`: no end. */
  readonly from: Date;
  readonly until: Date | null;
}

/** Anchors that are trusted for everything: this city's own, or those whom a relying party names. */
export function unscopedAnchors({ anchors, scopes }: TrustStore): readonly Certificate[] {
  if (scopes === undefined || scopes.size === 0) return anchors;
  return Object.freeze(anchors.filter(({ fingerprint }) => !scopes.has(fingerprint)));
}

/**
 * What evidence is judged by, which lasts longer than lists: roots alone are enough; where lists of revoked certificates are
 * at hand, or every status is demanded, they must answer.
 */
export function withStatusAtHand({ revocation, ...trust }: TrustStore): TrustStore {
  if (revocation === undefined) return trust;
  const { crls, ocspResponses, demand } = revocation;
  const isAsked = demand === 'always' || crls.length + ocspResponses.length > 0;
  return isAsked ? { ...trust, revocation } : trust;
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
