/** Certificate policies along a path (RFC 5280 §6.1, with the graph of RFC 9618 §3 in place of its tree). */
import type { Certificate } from './certificate.ts';
import { isSelfIssued } from './nameConstraints.ts';
import { ANY_POLICY } from './pathConstraints.ts';

/** What a relying party asks of policies (RFC 5280 §6.1.1 (c), (e) to (g)); everything absent: any policy will do. */
export interface PolicyInputs {
  /** user-initial-policy-set, dotted form; absent: any-policy. */
  readonly initialPolicies?: readonly string[];
  /** The path must be valid for at least one of them. */
  readonly requireExplicitPolicy?: boolean;
  readonly inhibitPolicyMapping?: boolean;
  readonly inhibitAnyPolicy?: boolean;
}

/** What came of it. */
export interface PolicyAnswer {
  /** One sentence; `null`: the path may be used. */
  readonly fault: string | null;
  /** user-constrained-policy-set, dotted form; `2.5.29.32.0`: any. */
  readonly policies: readonly string[];
}

/** One policy at one depth. */
interface Node {
  readonly expected: ReadonlySet<string>;
  /** Policies of nodes one depth higher. */
  readonly parents: readonly string[];
}
/** Nodes of one depth by valid policy. */
type Depth = Map<string, Node>;

/** State variables of RFC 5280 §6.1.2. */
interface State {
  /** valid_policy_tree; `null` once it is empty. */
  depths: readonly Depth[] | null;
  explicitPolicy: number;
  policyMapping: number;
  inhibitAnyPolicy: number;
}

/**
 * Processes the policies of a path. The work grows with the number of policies and mappings, never faster.
 *
 * @param path - leaf first, anchor last. What the anchor constrains counts as an input.
 */
export function processPolicies(
  path: readonly Certificate[],
  inputs: PolicyInputs = {},
): PolicyAnswer {
  const certificates = path.slice(0, -1).reverse();
  const state = initialise(certificates.length, inputs);
  const anchor = path.at(-1);
  if (anchor !== undefined) tighten(state, anchor);
  for (const [place, certificate] of certificates.entries()) {
    const isFinal = place === certificates.length - 1;
    const fault = processCertificate(state, certificate, isFinal);
    if (fault !== null) return { fault, policies: [] };
  }
  const leaf = certificates.at(-1);
  if (leaf?.requireExplicitPolicy === 0) state.explicitPolicy = 0; // §6.1.5 (b)
  const policies = constrainToUser(state.depths, inputs.initialPolicies);
  return state.explicitPolicy > 0 || policies.length > 0
    ? { fault: null, policies }
    : { fault: 'the path is valid for none of the policies that are asked for', policies };
}

/** §6.1.2 (a), (d) to (f). */
function initialise(length: number, inputs: PolicyInputs): State {
  const limit = (isSet: boolean | undefined): number => (isSet === true ? 0 : length + 1);
  return {
    depths: [new Map([[ANY_POLICY, { expected: new Set([ANY_POLICY]), parents: [] }]])],
    explicitPolicy: limit(inputs.requireExplicitPolicy),
    policyMapping: limit(inputs.inhibitPolicyMapping),
    inhibitAnyPolicy: limit(inputs.inhibitAnyPolicy),
  };
}

/** §6.1.3 (d) to (f), then §6.1.4 (a), (b), (h) to (j) or §6.1.5 (a). */
function processCertificate(
  state: State,
  certificate: Certificate,
  isFinal: boolean,
): string | null {
  addDepth(state, certificate, isFinal);
  if (state.explicitPolicy === 0 && state.depths === null) {
    return `${certificate.subject.text} leaves no policy, and one is required`;
  }
  if (isFinal) {
    state.explicitPolicy = Math.max(state.explicitPolicy - 1, 0);
    return null;
  }
  if (certificate.policyMappings.some(mapsAnyPolicy)) {
    return `${certificate.subject.text} maps any policy`;
  }
  mapPolicies(state, certificate);
  if (!isSelfIssued(certificate)) {
    state.explicitPolicy = Math.max(state.explicitPolicy - 1, 0);
    state.policyMapping = Math.max(state.policyMapping - 1, 0);
    state.inhibitAnyPolicy = Math.max(state.inhibitAnyPolicy - 1, 0);
  }
  tighten(state, certificate);
  return null;
}

/** §6.1.4 (i), (j). */
function tighten(state: State, certificate: Certificate): void {
  const lower = (now: number, to: number | null): number => Math.min(now, to ?? now);
  state.explicitPolicy = lower(state.explicitPolicy, certificate.requireExplicitPolicy);
  state.policyMapping = lower(state.policyMapping, certificate.inhibitPolicyMapping);
  state.inhibitAnyPolicy = lower(state.inhibitAnyPolicy, certificate.inhibitAnyPolicy);
}

/** §6.1.3 (d), (e). */
function addDepth(state: State, certificate: Certificate, isFinal: boolean): void {
  const { depths, inhibitAnyPolicy } = state;
  const { policies } = certificate;
  if (depths === null || policies === null) {
    state.depths = null;
    return;
  }
  const isAnyHeard = inhibitAnyPolicy > 0 || (!isFinal && isSelfIssued(certificate));
  const above: Depth = depths.at(-1) ?? new Map<string, Node>();
  state.depths = prune([...depths, growDepth(above, policies, isAnyHeard)]);
}

/** §6.1.3 (d) (1), (2). */
function growDepth(above: Depth, policies: readonly string[], isAnyHeard: boolean): Depth {
  const expecting = byExpectedPolicy(above);
  const underAny = above.has(ANY_POLICY) ? [ANY_POLICY] : [];
  const depth: Depth = new Map();
  for (const policy of policies.filter((one) => one !== ANY_POLICY)) {
    const parents = expecting.get(policy) ?? underAny;
    if (parents.length > 0) depth.set(policy, { expected: new Set([policy]), parents });
  }
  if (isAnyHeard && policies.includes(ANY_POLICY)) {
    for (const [policy, parents] of expecting) {
      if (!depth.has(policy)) depth.set(policy, { expected: new Set([policy]), parents });
    }
  }
  return depth;
}

/** @returns policies of the nodes that expect a policy, by that policy. */
function byExpectedPolicy(depth: Depth): ReadonlyMap<string, readonly string[]> {
  const expecting = new Map<string, string[]>();
  for (const [policy, { expected }] of depth) {
    for (const one of expected) {
      const parents = expecting.get(one) ?? [];
      expecting.set(one, parents);
      parents.push(policy);
    }
  }
  return expecting;
}

/**
 * Removes what leads nowhere: nodes above the lowest depth without a child (§6.1.3 (d) (3)).
 *
 * @returns null if nothing is left.
 */
function prune(depths: readonly Depth[]): readonly Depth[] | null {
  const kept: Depth[] = [];
  let parents: ReadonlySet<string> | null = null;
  for (const depth of [...depths].reverse()) {
    const needed: ReadonlySet<string> | null = parents;
    const nodes: readonly (readonly [string, Node])[] = [...depth].filter(
      ([policy]) => needed === null || needed.has(policy),
    );
    if (nodes.length === 0) return null;
    kept.unshift(new Map(nodes));
    parents = new Set(nodes.flatMap(([, node]) => node.parents));
  }
  return kept;
}

function mapsAnyPolicy(mapping: Certificate['policyMappings'][number]): boolean {
  return mapping.issuerDomainPolicy === ANY_POLICY || mapping.subjectDomainPolicy === ANY_POLICY;
}

/** §6.1.4 (b). */
function mapPolicies(state: State, { policyMappings }: Certificate): void {
  const { depths } = state;
  const depth = new Map(depths?.at(-1));
  if (depths === null || policyMappings.length === 0) {
    return;
  }
  for (const [policy, expected] of groupMappings(policyMappings)) {
    const parents = (depth.get(policy) ?? depth.get(ANY_POLICY))?.parents;
    if (state.policyMapping === 0) depth.delete(policy);
    else if (parents !== undefined) depth.set(policy, { expected, parents });
  }
  state.depths = prune([...depths.slice(0, -1), depth]);
}

/** @returns subject domain policies by issuer domain policy. */
function groupMappings(mappings: Certificate['policyMappings']): ReadonlyMap<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const { issuerDomainPolicy, subjectDomainPolicy } of mappings) {
    const subjects = groups.get(issuerDomainPolicy) ?? new Set();
    groups.set(issuerDomainPolicy, subjects.add(subjectDomainPolicy));
  }
  return groups;
}

/** §6.1.5 (g): policies just below any policy, and any policy itself, cut to what the user accepts. */
function constrainToUser(
  depths: readonly Depth[] | null,
  accepted: readonly string[] = [ANY_POLICY],
): readonly string[] {
  if (depths === null) return [];
  const granted = new Set<string>();
  for (const depth of depths) {
    for (const [policy, { parents }] of depth) {
      if (policy !== ANY_POLICY && parents.includes(ANY_POLICY)) granted.add(policy);
    }
  }
  const isAnyGranted = depths.at(-1)?.has(ANY_POLICY) === true;
  if (accepted.includes(ANY_POLICY)) {
    return isAnyGranted ? [...granted, ANY_POLICY] : [...granted];
  }
  return accepted.filter((policy) => isAnyGranted || granted.has(policy));
}
