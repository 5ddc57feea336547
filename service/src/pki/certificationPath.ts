/** Certification paths: building and validating them. */
import type { KeyPurpose } from '../keys/signer.ts';
import { conclude, failed, indeterminate, passed, type Check } from '../report.ts';
import type { Certificate } from './certificate.ts';
import { findPaths, type FoundPaths } from './pathBuilding.ts';
import { findNameFault, isSelfIssued } from './nameConstraints.ts';
import { processPolicies, type PolicyInputs } from './policyTree.ts';
import { findPurposeFault } from './profiles.ts';
import { checkRevocation } from './revocation/checkRevocation.ts';
import type { AnchorScope, TrustStore } from './trustStore.ts';

/** Which certificate to judge, by what, when and for what. */
export interface PathQuestion extends Pick<TrustStore, 'anchors' | 'scopes' | 'revocation'> {
  readonly leaf: Certificate;
  /** Certificates that may help, for instance from the document; attacker-controlled. The first 1,024 are looked at. */
  readonly intermediates: readonly Certificate[];
  /** Instant of validation; both ends of each validity period are inside it (RFC 5280 §4.1.2.5). */
  readonly at: Date;
  /**
   * Instant by which what the leaf signed provably existed: a revocation after it takes nothing away. Absent: `at`,
   * for whoever asks about one moment. Never earlier than `at`.
   */
  readonly provenAt?: Date;
  /** What is asked of certificate policies; absent: nothing. */
  readonly policies?: PolicyInputs;
  /** The leaf must then be fit for this purpose. */
  readonly purpose?: KeyPurpose;
}

/** What came of it. */
export interface PathAnswer {
  /** In the order of RFC 5280 §6.1.3 and §6.1.4; `conclude` them together with the caller's own. */
  readonly checks: readonly Check[];
  /** Leaf first, trust anchor last; the leaf alone where no path was found. */
  readonly path: readonly Certificate[];
}

/**
 * Builds and validates a certification path at a given instant.
 *
 * Follows RFC 5280 §6.1; the trust anchor's own period, CA flag, path length and constraints count too. A certificate
 * with any critical extension that is not enforced is refused (§4.2). Revocation is judged where `revocation` is given
 * (§6.3). Of several paths the first that passes is taken. Signatures are P-256 with SHA-256, SM2 with SM3, or RSA of
 * 2,048 to 8,192 bits with SHA-2.
 *
 * @returns never throws for an untrusted path.
 */
export function validateCertificationPath(question: PathQuestion): PathAnswer {
  const { leaf, anchors } = question;
  if (anchors.length === 0) {
    const check = indeterminate(
      CHECK.anchor,
      'NO_TRUST',
      'no trust anchor was given',
      CLAUSE.anchor,
    );
    return { checks: [check], path: [leaf] };
  }
  const found = findPaths(leaf, question.intermediates, anchors);
  let first: PathAnswer | null = null;
  for (const path of found.paths) {
    const answer = { checks: validatePath(path, question), path };
    if (hasPassed(answer.checks)) return answer;
    first ??= answer;
  }
  return first ?? { checks: [explainNoPath(leaf, found)], path: [leaf] };
}

function hasPassed(checks: readonly Check[]): boolean {
  return conclude(checks).indication === 'TOTAL-PASSED';
}

const CHECK = {
  anchor: 'certificationPath.trustAnchor',
  signatures: 'certificationPath.signatures',
  periods: 'certificationPath.periods',
  authorities: 'certificationPath.authorities',
  pathLength: 'certificationPath.pathLength',
  names: 'certificationPath.nameConstraints',
  policies: 'certificationPath.policies',
  criticalExtensions: 'certificationPath.criticalExtensions',
  purpose: 'certificationPath.purpose',
  scope: 'certificationPath.scope',
} as const;
const CLAUSE = {
  anchor: 'RFC 5280 §6.1.1 (d)',
  signatures: 'RFC 5280 §6.1.3 (a) (1)',
  periods: 'RFC 5280 §6.1.3 (a) (2)',
  authorities: 'RFC 5280 §6.1.4 (k), (n)',
  pathLength: 'RFC 5280 §6.1.4 (l), (m)',
  names: 'RFC 5280 §6.1.3 (b), (c), §6.1.4 (g)',
  policies: 'RFC 5280 §6.1.3 (d) to (f), §6.1.4 (a), (b), (h) to (j), §6.1.5 (a), (b), (g)',
  criticalExtensions: 'RFC 5280 §6.1.4 (o), §6.1.5 (f)',
} as const;

/** @param path - with right signatures, as {@link findPaths} gives it. */
function validatePath(path: readonly Certificate[], question: PathQuestion): readonly Check[] {
  const { at, purpose, revocation } = question;
  const anchor = path.at(-1);
  const scope = anchor === undefined ? undefined : question.scopes?.get(anchor.fingerprint);
  const checks = [
    ...checkSoundness(path, at, question.policies),
    ...(purpose === undefined ? [] : [checkPurpose(path, purpose)]),
    ...(scope === undefined ? [] : [checkScope(path, scope, question)]),
  ];
  if (revocation === undefined) {
    return path.some((one) => one.areCrlDistributionPointsCritical)
      ? [...checks, refused(CHECK.criticalExtensions, NOT_ASKED, CLAUSE.criticalExtensions)]
      : checks;
  }
  const { provenAt: proven = at } = question;
  const provenAt = proven > at ? proven : at;
  const isPathSound = (other: readonly Certificate[], then: Date): boolean =>
    hasPassed(checkSoundness(other, then));
  const { intermediates } = question;
  const knowledge = { knowledge: revocation, path, intermediates, at, provenAt, isPathSound };
  return [...checks, checkRevocation(knowledge)];
}

const NOT_ASKED = 'a critical extension says where revocation is to be asked, and nobody asks';

/** Everything but purpose, scope and revocation. */
function checkSoundness(
  path: readonly Certificate[],
  at: Date,
  policies?: PolicyInputs,
): readonly Check[] {
  const { authorities, pathLength, extensions, names, anyPolicy } = checkStructure(path);
  return [
    passed(CHECK.anchor, `the path ends in ${path.at(-1)?.subject.text ?? ''}`, CLAUSE.anchor),
    passed(CHECK.signatures, 'each certificate is signed by the next', CLAUSE.signatures),
    checkPeriods(path, at),
    authorities,
    pathLength,
    extensions,
    names,
    policies === undefined ? anyPolicy : checkPolicies(path, policies),
  ];
}

interface Structure {
  readonly authorities: Check;
  readonly pathLength: Check;
  readonly extensions: Check;
  readonly names: Check;
  /** What policies come to where nothing is asked of them. */
  readonly anyPolicy: Check;
}

/** Neither time nor question has a part in it: judged once for a path that is remembered. */
const structures = new WeakMap<readonly Certificate[], Structure>();

function checkStructure(path: readonly Certificate[]): Structure {
  const structure = structures.get(path) ?? {
    authorities: checkAuthorities(path),
    pathLength: checkPathLength(path),
    extensions: checkCriticalExtensions(path),
    names: checkNames(path),
    anyPolicy: checkPolicies(path, undefined),
  };
  structures.set(path, structure);
  return structure;
}

function explainNoPath(leaf: Certificate, { forged, unsupported }: FoundPaths): Check {
  if (forged !== null) {
    const detail = `${describe(forged)} is not signed by the issuer it names`;
    return failed(CHECK.signatures, 'SIG_CRYPTO_FAILURE', detail, CLAUSE.signatures);
  }
  if (unsupported !== null) {
    const detail = `the signature on ${describe(unsupported)} is of a kind that is not verified`;
    return indeterminate(CHECK.signatures, 'CRYPTO_CONSTRAINTS_FAILURE', detail, CLAUSE.signatures);
  }
  const detail = `no path leads from ${describe(leaf)} to a trust anchor`;
  return indeterminate(CHECK.anchor, 'NO_CERTIFICATE_CHAIN_FOUND', detail, CLAUSE.anchor);
}

function checkPeriods(path: readonly Certificate[], at: Date): Check {
  const late = path.find(({ notAfter }) => at > notAfter);
  if (late !== undefined) {
    const detail = `${describe(late)} expired at ${late.notAfter.toISOString()}`;
    return failed(CHECK.periods, 'EXPIRED', detail, CLAUSE.periods);
  }
  const early = path.find(({ notBefore }) => at < notBefore);
  if (early !== undefined) {
    const detail = `${describe(early)} begins at ${early.notBefore.toISOString()}`;
    return failed(CHECK.periods, 'NOT_YET_VALID', detail, CLAUSE.periods);
  }
  return passed(CHECK.periods, `all certificates are valid at ${at.toISOString()}`, CLAUSE.periods);
}

function checkAuthorities(path: readonly Certificate[]): Check {
  const unfit = path
    .slice(1)
    .find(({ isCa, keyUsage }) => !isCa || (keyUsage !== null && !keyUsage.has('keyCertSign')));
  return unfit === undefined
    ? passed(CHECK.authorities, 'every issuer is a certification authority', CLAUSE.authorities)
    : refused(
        CHECK.authorities,
        `${describe(unfit)} may not issue certificates`,
        CLAUSE.authorities,
      );
}

/** Walks from the anchor down; self-issued certificates do not count (RFC 5280 §6.1.4 (l)). */
function checkPathLength(path: readonly Certificate[]): Check {
  let remaining = path.at(-1)?.pathLength ?? Infinity;
  for (const certificate of path.slice(1, -1).reverse()) {
    if (!isSelfIssued(certificate)) {
      remaining -= 1;
    }
    if (remaining < 0) {
      const detail = `${describe(certificate)} is one authority too many`;
      return refused(CHECK.pathLength, detail, CLAUSE.pathLength);
    }
    remaining = Math.min(remaining, certificate.pathLength ?? Infinity);
  }
  return passed(
    CHECK.pathLength,
    'the path is not longer than its authorities allow',
    CLAUSE.pathLength,
  );
}

function checkCriticalExtensions(path: readonly Certificate[]): Check {
  const unknown = path.find(
    ({ unknownCriticalExtensions }) => unknownCriticalExtensions.length > 0,
  );
  if (unknown === undefined) {
    return passed(
      CHECK.criticalExtensions,
      'every critical extension is enforced',
      CLAUSE.criticalExtensions,
    );
  }
  const detail = `${describe(unknown)} has ${unknown.unknownCriticalExtensions.join(', ')}, which is not enforced`;
  return refused(CHECK.criticalExtensions, detail, CLAUSE.criticalExtensions);
}

function checkNames(path: readonly Certificate[]): Check {
  const fault = findNameFault(path);
  return fault === null
    ? passed(CHECK.names, 'every name is one its authorities may certify', CLAUSE.names)
    : refused(CHECK.names, fault, CLAUSE.names);
}

function checkPolicies(path: readonly Certificate[], inputs: PolicyInputs | undefined): Check {
  const { fault, policies } = processPolicies(path, inputs);
  const found = policies.length === 0 ? 'no policy, and none is required' : policies.join(', ');
  return fault === null
    ? passed(CHECK.policies, `the path is valid for ${found}`, CLAUSE.policies)
    : refused(CHECK.policies, fault, CLAUSE.policies);
}

/** An anchor of others vouches for what it was taken in for, and for nothing else. */
function checkScope(
  [leaf]: readonly Certificate[],
  { purposes, from, until }: AnchorScope,
  { at, purpose }: PathQuestion,
): Check {
  const isForPurpose =
    purpose === undefined
      ? leaf !== undefined && purposes.some((one) => findPurposeFault(leaf, one) === null)
      : purposes.includes(purpose);
  const end = until === null ? 'without end' : `until ${until.toISOString()}`;
  const scope = `the anchor is trusted for ${purposes.join(', ')} from ${from.toISOString()} ${end}`;
  return isForPurpose && at >= from && (until === null || at <= until)
    ? passed(CHECK.scope, scope)
    : indeterminate(
        CHECK.scope,
        'NO_CERTIFICATE_CHAIN_FOUND',
        `${scope}, not for ${purpose ?? 'this certificate'} at ${at.toISOString()}`,
      );
}

function checkPurpose([leaf]: readonly Certificate[], purpose: KeyPurpose): Check {
  const fault = leaf === undefined ? 'there is no certificate' : findPurposeFault(leaf, purpose);
  return fault === null
    ? passed(CHECK.purpose, `the certificate is fit for ${purpose}`)
    : refused(CHECK.purpose, `the certificate is not fit for ${purpose}: ${fault}`, null);
}

function refused(name: string, detail: string, clause: string | null): Check {
  return indeterminate(name, 'CERTIFICATE_CONSTRAINTS_FAILURE', detail, clause);
}

function describe({ subject, fingerprint }: Certificate): string {
  return `certificate ${subject.text} (${fingerprint.slice(0, 16)})`;
}
