/** Extensions that constrain certification paths (RFC 5280 §4.2.1.4 to §4.2.1.6, §4.2.1.10, §4.2.1.11, §4.2.1.14). */
import {
  expectTag,
  malformed,
  readChildren,
  readDer,
  readOid,
  readSmallInteger,
  TAG,
  type DerElement,
} from './der.ts';
import { readGeneralName, readGeneralNames, type GeneralName } from './generalName.ts';

/** anyPolicy (RFC 5280 §4.2.1.4). */
export const ANY_POLICY = '2.5.29.32.0';
/** Qualifiers that say something to people and nothing to programs: id-qt-cps, id-qt-unotice. */
const KNOWN_QUALIFIERS: readonly string[] = ['1.3.6.1.5.5.7.2.1', '1.3.6.1.5.5.7.2.2'];

/** Which names a CA may certify; each is the base of a subtree. */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** One pair of policies that a CA holds to be equivalent. */
export interface PolicyMapping {
  /** Dotted form. */
  readonly issuerDomainPolicy: string;
  readonly subjectDomainPolicy: string;
}

/** What the extensions of this file say. */
export interface PathConstraints {
  readonly subjectAltNames: readonly GeneralName[];
  /** `null`: none. */
  readonly nameConstraints: NameConstraints | null;
  /** OIDs in dotted form; `null`: no certificatePolicies extension. */
  readonly policies: readonly string[] | null;
  readonly policyMappings: readonly PolicyMapping[];
  /** SkipCerts; `null`: not constrained. */
  readonly requireExplicitPolicy: number | null;
  readonly inhibitPolicyMapping: number | null;
  readonly inhibitAnyPolicy: number | null;
}

/** Of a certificate without any of these extensions. */
export const UNCONSTRAINED: PathConstraints = {
  subjectAltNames: [],
  nameConstraints: null,
  policies: null,
  policyMappings: [],
  requireExplicitPolicy: null,
  inhibitPolicyMapping: null,
  inhibitAnyPolicy: null,
};

type Reader = (value: Uint8Array, isCritical: boolean) => Partial<PathConstraints>;

/** By OID. Each throws `CERTIFICATE_MALFORMED` for what it cannot read; such an extension is not enforced. */
export const CONSTRAINT_READERS: Readonly<Partial<Record<string, Reader>>> = {
  '2.5.29.17': (value) => ({
    subjectAltNames: readGeneralNames(readDer(value, TAG.sequence)),
  }), // id-ce-subjectAltName
  '2.5.29.30': (value) => ({ nameConstraints: readNameConstraints(value) }), // id-ce-nameConstraints
  '2.5.29.32': (value, isCritical) => ({ policies: readPolicies(value, isCritical) }), // id-ce-certificatePolicies
  '2.5.29.33': (value) => ({ policyMappings: readPolicyMappings(value) }), // id-ce-policyMappings
  '2.5.29.36': readPolicyConstraints, // id-ce-policyConstraints
  '2.5.29.54': (value) => ({ inhibitAnyPolicy: readSmallInteger(readDer(value, TAG.integer)) }), // id-ce-inhibitAnyPolicy
};

function readNameConstraints(value: Uint8Array): NameConstraints {
  const members = readChildren(readDer(value, TAG.sequence));
  const tags = members.map(({ tag }) => tag).join();
  if (tags !== '160' && tags !== '161' && tags !== '160,161') {
    throw malformed('name constraints have neither permitted nor excluded subtrees');
  }
  const subtrees = (tag: number): readonly GeneralName[] => {
    const list = members.find((member) => member.tag === tag);
    return list === undefined ? [] : readChildren(list).map(readSubtree);
  };
  return { permitted: subtrees(0xa0), excluded: subtrees(0xa1) };
}

/** minimum must be 0 and maximum absent (RFC 5280 §4.2.1.10). */
function readSubtree(element: DerElement): GeneralName {
  const [base, ...rest] = readChildren(expectTag(element, TAG.sequence));
  const isPlain = rest.every(({ tag, content }) => tag === 0x80 && content.join() === '0');
  if (base === undefined || !isPlain || rest.length > 1) {
    throw malformed('a subtree of names has no base, or a minimum or maximum');
  }
  return readGeneralName(base);
}

function readPolicies(value: Uint8Array, isCritical: boolean): readonly string[] {
  const policies = readChildren(readDer(value, TAG.sequence)).map((element) => {
    const [policy, qualifiers, ...rest] = readChildren(expectTag(element, TAG.sequence));
    const isInterpreted =
      qualifiers === undefined || readChildren(qualifiers).every(isKnownQualifier);
    if (rest.length > 0 || (isCritical && !isInterpreted)) {
      throw malformed('a critical policy has a qualifier that is not known');
    }
    return readOid(policy);
  });
  if (policies.length === 0 || new Set(policies).size !== policies.length) {
    throw malformed('a list of policies is empty or names one twice');
  }
  return policies;
}

function isKnownQualifier(element: DerElement): boolean {
  const [type] = readChildren(expectTag(element, TAG.sequence));
  return KNOWN_QUALIFIERS.includes(readOid(type));
}

function readPolicyMappings(value: Uint8Array): readonly PolicyMapping[] {
  const mappings = readChildren(readDer(value, TAG.sequence)).map((element) => {
    const [issuer, subject, ...rest] = readChildren(expectTag(element, TAG.sequence));
    if (rest.length > 0) {
      throw malformed('a policy mapping is not a pair');
    }
    return { issuerDomainPolicy: readOid(issuer), subjectDomainPolicy: readOid(subject) };
  });
  if (mappings.length === 0) {
    throw malformed('a list of policy mappings is empty');
  }
  return mappings;
}

function readPolicyConstraints(value: Uint8Array): Partial<PathConstraints> {
  const members = readChildren(readDer(value, TAG.sequence));
  const tags = members.map(({ tag }) => tag).join();
  if (tags !== '128' && tags !== '129' && tags !== '128,129') {
    throw malformed('policy constraints require and inhibit nothing');
  }
  const number = (tag: number): number | null => {
    const member = members.find((one) => one.tag === tag);
    return member === undefined ? null : readSmallInteger({ ...member, tag: TAG.integer });
  };
  return { requireExplicitPolicy: number(0x80), inhibitPolicyMapping: number(0x81) };
}
