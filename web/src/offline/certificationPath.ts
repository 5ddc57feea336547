/** Building and validating certification paths (RFC 5280 §6.1); everything but the anchors is attacker-controlled. */
import type { Check } from '../report.ts';
import type { Certificate } from './certificate.ts';
import { failed, havePassed, indeterminate, passed } from './check.ts';
import { findPurposeFault, type KeyPurpose } from './profiles.ts';
import { checkRevocation, verifySigned } from './revocation.ts';
import type { RevocationList } from './revocationList.ts';

/** What an anchor of others is trusted for, and when. */
export interface AnchorScope {
  readonly purposes: readonly string[];
  readonly from: Date;
  readonly until: Date | null;
}

/** What a verifier trusts. */
export interface Trust {
  readonly anchors: readonly Certificate[];
  /** CA certificates that help to build paths; not trusted for being here. */
  readonly intermediates: readonly Certificate[];
  /** By fingerprint of an anchor; one that is not here is trusted for everything. */
  readonly scopes: ReadonlyMap<string, AnchorScope>;
  readonly lists: readonly RevocationList[];
}

export interface PathQuestion {
  readonly trust: Trust;
  readonly leaf: Certificate;
  /** Certificates that came along. */
  readonly brought: readonly Certificate[];
  /** Instant of validation; both ends of a validity period are inside it. */
  readonly at: Date;
  /** Instant by which what the leaf signed provably existed; absent: `at`. */
  readonly provenAt?: Date;
  readonly purpose: KeyPurpose;
}

export interface PathAnswer {
  readonly checks: readonly Check[];
  /** Leaf first, anchor last; the leaf alone where no path was found. */
  readonly path: readonly Certificate[];
}

const CHECK = {
  anchor: ['certificationPath.trustAnchor', 'RFC 5280 §6.1.1 (d)'],
  signatures: ['certificationPath.signatures', 'RFC 5280 §6.1.3 (a) (1)'],
  periods: ['certificationPath.periods', 'RFC 5280 §6.1.3 (a) (2)'],
  authorities: ['certificationPath.authorities', 'RFC 5280 §6.1.4 (k), (n)'],
  pathLength: ['certificationPath.pathLength', 'RFC 5280 §6.1.4 (l), (m)'],
  extensions: ['certificationPath.criticalExtensions', 'RFC 5280 §6.1.4 (o), §6.1.5 (f)'],
} as const;
const MAX_PATH_LENGTH = 10;
const MAX_PATHS = 8;
const MAX_INTERMEDIATES = 1024;
const MAX_STEPS = 100;

/** Of several paths the first that passes is taken. Names and policies are not constrained: what would is refused. */
export async function validateCertificationPath(question: PathQuestion): Promise<PathAnswer> {
  const { leaf, trust, brought } = question;
  if (trust.anchors.length === 0) {
    const [name, clause] = CHECK.anchor;
    const check = indeterminate(name, 'NO_TRUST', 'no trust anchor was given', clause);
    return { checks: [check], path: [leaf] };
  }
  const search = await findPaths(leaf, [...brought, ...trust.intermediates], trust.anchors);
  let first: PathAnswer | null = null;
  for (const path of search.paths) {
    const answer = { checks: await validatePath(path, question), path };
    if (havePassed(answer.checks)) return answer;
    first ??= answer;
  }
  return first ?? { checks: [explainNoPath(leaf, search)], path: [leaf] };
}

interface Search {
  readonly anchors: readonly Certificate[];
  readonly intermediates: readonly Certificate[];
  readonly paths: (readonly Certificate[])[];
  /** Names one of the keys at hand as its issuer's but is not signed by it. */
  forged: Certificate | null;
  unsupported: Certificate | null;
  stepsLeft: number;
}

async function findPaths(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  anchors: readonly Certificate[],
): Promise<Search> {
  const search: Search = {
    ...{ anchors, intermediates: intermediates.slice(0, MAX_INTERMEDIATES), paths: [] },
    ...{ forged: null, unsupported: null, stepsLeft: MAX_STEPS },
  };
  if (anchors.some(({ fingerprint }) => fingerprint === leaf.fingerprint)) {
    search.paths.push([leaf]);
  } else {
    await extend([leaf], search);
  }
  return search;
}

async function extend(path: readonly Certificate[], search: Search): Promise<void> {
  const last = path.at(-1);
  if (last === undefined || path.length === MAX_PATH_LENGTH) return;
  for (const anchor of search.anchors) {
    if (await isIssuedBy(last, anchor, search)) search.paths.push([...path, anchor]);
  }
  for (const intermediate of search.intermediates) {
    if (search.paths.length >= MAX_PATHS || search.stepsLeft <= 0) return;
    const isLoop = path.some((member) => isSameEntity(member, intermediate));
    if (!isLoop && (await isIssuedBy(last, intermediate, search))) {
      await extend([...path, intermediate], search);
    }
  }
}

async function isIssuedBy(
  certificate: Certificate,
  issuer: Certificate,
  search: Search,
): Promise<boolean> {
  const relation = compareNames(certificate, issuer);
  if (relation === 'none' || search.stepsLeft <= 0) return false;
  search.stepsLeft -= 1;
  const outcome = await verifySigned(certificate, issuer);
  if (outcome === 'wrong' && relation === 'nameAndKey') search.forged ??= certificate;
  if (outcome === 'unsupported') search.unsupported ??= certificate;
  return outcome === 'right';
}

/** What a certificate says about a possible issuer; with the name alone another key of that name may be meant. */
function compareNames(
  { issuer: name, authorityKeyId }: Certificate,
  { subject, subjectKeyId }: Certificate,
): 'none' | 'name' | 'nameAndKey' {
  if (name.key !== subject.key) return 'none';
  if (authorityKeyId === null || subjectKeyId === null) return 'name';
  return authorityKeyId === subjectKeyId ? 'nameAndKey' : 'none';
}

/** Same name and key: a path through both would be a loop. */
function isSameEntity(left: Certificate, right: Certificate): boolean {
  return (
    left.fingerprint === right.fingerprint ||
    (left.subject.key === right.subject.key &&
      left.key.algorithm === right.key.algorithm &&
      left.key.point.join() === right.key.point.join())
  );
}

async function validatePath(
  path: readonly Certificate[],
  question: PathQuestion,
): Promise<readonly Check[]> {
  const { at, purpose, trust } = question;
  const scope = trust.scopes.get(path.at(-1)?.fingerprint ?? '');
  const provenAt = new Date(Math.max(at.getTime(), (question.provenAt ?? at).getTime()));
  return [
    passed(CHECK.anchor[0], `the path ends in ${path.at(-1)?.subject.text ?? ''}`, CHECK.anchor[1]),
    passed(CHECK.signatures[0], 'each certificate is signed by the next', CHECK.signatures[1]),
    checkPeriods(path, at),
    checkAuthorities(path),
    checkPathLength(path),
    checkExtensions(path),
    ...unconstrained(path),
    checkPurpose(path, purpose),
    ...(scope === undefined ? [] : [checkScope(scope, purpose, at)]),
    await checkRevocation({ path, lists: trust.lists, at, provenAt }),
  ];
}

function explainNoPath(leaf: Certificate, { forged, unsupported }: Search): Check {
  const [signatures, signaturesClause] = CHECK.signatures;
  if (forged !== null) {
    const detail = `${describe(forged)} is not signed by the issuer it names`;
    return failed(signatures, 'SIG_CRYPTO_FAILURE', detail, signaturesClause);
  }
  if (unsupported !== null) {
    const detail = `the signature on ${describe(unsupported)} is of a kind that is not verified here`;
    return indeterminate(signatures, 'CRYPTO_CONSTRAINTS_FAILURE', detail, signaturesClause);
  }
  const [name, clause] = CHECK.anchor;
  const detail = `no path leads from ${describe(leaf)} to a trust anchor`;
  return indeterminate(name, 'NO_CERTIFICATE_CHAIN_FOUND', detail, clause);
}

function checkPeriods(path: readonly Certificate[], at: Date): Check {
  const [name, clause] = CHECK.periods;
  if (Number.isNaN(at.getTime())) return failed(name, 'NOT_YET_VALID', 'there is no time', clause);
  const late = path.find(({ notAfter }) => at > notAfter);
  if (late !== undefined) {
    const detail = `${describe(late)} expired at ${late.notAfter.toISOString()}`;
    return failed(name, 'EXPIRED', detail, clause);
  }
  const early = path.find(({ notBefore }) => at < notBefore);
  return early === undefined
    ? passed(name, `all certificates are valid at ${at.toISOString()}`, clause)
    : failed(
        name,
        'NOT_YET_VALID',
        `${describe(early)} begins at ${early.notBefore.toISOString()}`,
        clause,
      );
}

function checkAuthorities(path: readonly Certificate[]): Check {
  const unfit = path
    .slice(1)
    .find(({ isCa, keyUsage }) => !isCa || (keyUsage !== null && !keyUsage.has('keyCertSign')));
  return unfit === undefined
    ? passed(
        CHECK.authorities[0],
        'every issuer is a certification authority',
        CHECK.authorities[1],
      )
    : refused(CHECK.authorities, `${describe(unfit)} may not issue certificates`);
}

/** Walks from the anchor down; self-issued certificates do not count (RFC 5280 §6.1.4 (l)). */
function checkPathLength(path: readonly Certificate[]): Check {
  let remaining = path.at(-1)?.pathLength ?? Infinity;
  for (const certificate of path.slice(1, -1).reverse()) {
    if (certificate.subject.key !== certificate.issuer.key) remaining -= 1;
    if (remaining < 0) {
      return refused(CHECK.pathLength, `${describe(certificate)} is one authority too many`);
    }
    remaining = Math.min(remaining, certificate.pathLength ?? Infinity);
  }
  return passed(CHECK.pathLength[0], 'the path is not too long', CHECK.pathLength[1]);
}

function checkExtensions(path: readonly Certificate[]): Check {
  const odd = path.find(({ unenforced }) => unenforced.length > 0);
  return odd === undefined
    ? passed(CHECK.extensions[0], 'every critical extension is enforced', CHECK.extensions[1])
    : refused(
        CHECK.extensions,
        `${describe(odd)} has ${odd.unenforced.join(', ')}, which is not enforced here`,
      );
}

/** Names and policies are free where no extension constrains them; one that does is refused above. */
function unconstrained(path: readonly Certificate[]): readonly Check[] {
  return path.some(({ unenforced }) => unenforced.length > 0)
    ? []
    : [
        passed(
          'certificationPath.nameConstraints',
          'no authority constrains names',
          'RFC 5280 §6.1.3 (b), (c), §6.1.4 (g)',
        ),
        passed('certificationPath.policies', 'no authority constrains policies', 'RFC 5280 §6.1.5'),
      ];
}

function checkPurpose([leaf]: readonly Certificate[], purpose: KeyPurpose): Check {
  const name = 'certificationPath.purpose';
  const fault = leaf === undefined ? 'there is no certificate' : findPurposeFault(leaf, purpose);
  return fault === null
    ? passed(name, `the certificate is fit for ${purpose}`)
    : refused([name, null], `the certificate is not fit for ${purpose}: ${fault}`);
}

/** An anchor of others vouches for what it was taken in for, and for nothing else. */
function checkScope({ purposes, from, until }: AnchorScope, purpose: KeyPurpose, at: Date): Check {
  const name = 'certificationPath.scope';
  const end = until === null ? 'without end' : `until ${until.toISOString()}`;
  const detail = `the anchor is trusted for ${purposes.join(', ')} from ${from.toISOString()} ${end}`;
  return purposes.includes(purpose) && at >= from && (until === null || at <= until)
    ? passed(name, detail)
    : indeterminate(name, 'NO_CERTIFICATE_CHAIN_FOUND', detail);
}

function refused([name, clause]: readonly [string, string | null], detail: string): Check {
  return indeterminate(name, 'CERTIFICATE_CONSTRAINTS_FAILURE', detail, clause);
}

function describe({ subject, fingerprint }: Certificate): string {
  return `certificate ${subject.text} (${fingerprint.slice(0, 16)})`;
}
