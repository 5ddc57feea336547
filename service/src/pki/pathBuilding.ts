/** Looking for paths from a certificate to a trust anchor; everything but the anchors is attacker-controlled. */
import type { Certificate } from './certificate.ts';
import { verifyCertificateSignature } from './certificateSignature.ts';

/** What a search found, and why it may have found nothing. */
export interface FoundPaths {
  /** Leaf first, anchor last; each certificate's signature is right under the next one's key. */
  readonly paths: readonly (readonly Certificate[])[];
  /** A certificate that names one of the keys at hand as its issuer's but is not signed by it. */
  readonly forged: Certificate | null;
  /** A certificate whose signature algorithm or issuer key this service does not verify. */
  readonly unsupported: Certificate | null;
}

const MAX_PATH_LENGTH = 10;
const MAX_PATHS = 8;
const MAX_INTERMEDIATES = 1024;
const MAX_STEPS = 100;

interface Search {
  readonly anchors: readonly Certificate[];
  readonly intermediates: readonly Certificate[];
  readonly paths: (readonly Certificate[])[];
  forged: Certificate | null;
  unsupported: Certificate | null;
  stepsLeft: number;
}

/** What was found for certificates that cannot change: leaf, then intermediates, then anchors. */
const known = new WeakMap<
  Certificate,
  WeakMap<readonly Certificate[], WeakMap<readonly Certificate[], FoundPaths>>
>();

/**
 * {@link searchPaths}, remembered where both lists are frozen, as a trust store's are. Neither time nor status has a
 * part in it.
 */
export function findPaths(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  anchors: readonly Certificate[],
): FoundPaths {
  if (!Object.isFrozen(intermediates) || !Object.isFrozen(anchors)) {
    return searchPaths(leaf, intermediates, anchors);
  }
  const ofLeaf = known.get(leaf) ?? new WeakMap();
  known.set(leaf, ofLeaf);
  const ofIntermediates = ofLeaf.get(intermediates) ?? new WeakMap();
  ofLeaf.set(intermediates, ofIntermediates);
  const found = ofIntermediates.get(anchors) ?? searchPaths(leaf, intermediates, anchors);
  ofIntermediates.set(anchors, found);
  return found;
}

/**
 * Finds up to eight paths by names and key identifiers (RFC 5280 §4.2.1.1), at most ten certificates long.
 * The search stops after 100 signatures, whatever the certificates name.
 */
function searchPaths(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  anchors: readonly Certificate[],
): FoundPaths {
  const search: Search = {
    anchors,
    intermediates: intermediates.slice(0, MAX_INTERMEDIATES),
    paths: [],
    forged: null,
    unsupported: null,
    stepsLeft: MAX_STEPS,
  };
  if (anchors.some((anchor) => anchor.fingerprint === leaf.fingerprint)) {
    search.paths.push([leaf]);
  } else {
    extend([leaf], search);
  }
  return search;
}

function extend(path: readonly Certificate[], search: Search): void {
  const last = path.at(-1);
  if (last === undefined || path.length === MAX_PATH_LENGTH) {
    return;
  }
  for (const anchor of search.anchors) {
    if (isIssuedBy(last, anchor, search)) {
      search.paths.push([...path, anchor]);
    }
  }
  for (const intermediate of search.intermediates) {
    if (search.paths.length >= MAX_PATHS || search.stepsLeft <= 0) {
      return;
    }
    if (
      !path.some((member) => isSameEntity(member, intermediate)) &&
      isIssuedBy(last, intermediate, search)
    ) {
      extend([...path, intermediate], search);
    }
  }
}

function isIssuedBy(certificate: Certificate, issuer: Certificate, search: Search): boolean {
  const relation = compareNames(certificate, issuer);
  if (relation === 'none' || search.stepsLeft <= 0) {
    return false;
  }
  search.stepsLeft -= 1;
  const outcome = verifyCertificateSignature(certificate, issuer);
  if (outcome === 'wrong' && relation === 'nameAndKey') {
    search.forged ??= certificate;
  }
  if (outcome === 'unsupported') {
    search.unsupported ??= certificate;
  }
  return outcome === 'valid';
}

/** What a certificate says about a possible issuer; with the name alone another key of that name may be meant. */
function compareNames(
  certificate: Certificate,
  issuer: Certificate,
): 'none' | 'name' | 'nameAndKey' {
  if (certificate.issuer.comparisonKey !== issuer.subject.comparisonKey) {
    return 'none';
  }
  if (certificate.authorityKeyId === null || issuer.subjectKeyId === null) {
    return 'name';
  }
  return certificate.authorityKeyId === issuer.subjectKeyId ? 'nameAndKey' : 'none';
}

/** Same name and key: a path through both would be a loop. */
function isSameEntity(left: Certificate, right: Certificate): boolean {
  return (
    left.fingerprint === right.fingerprint ||
    (left.subject.comparisonKey === right.subject.comparisonKey &&
      Buffer.compare(left.publicKey.spki, right.publicKey.spki) === 0)
  );
}
