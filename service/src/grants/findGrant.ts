import type { Principal } from '../access.ts';
import { readIdentifier } from '../identifier.ts';
import type { Grant, GrantScope } from '../store/grants.ts';
import type { Store } from '../store/store.ts';

export interface GrantQuestion {
  /** Keyed hash of the licence's holder. */
  readonly holderHash: string;
  readonly licence: { readonly identifier: string; readonly typeCode: string };
  /** What the licence is shown for; null: not named, so that no grant for certain matters covers it. */
  readonly matter: string | null;
  readonly at: Date;
}

/**
 * By which grant somebody may show a licence that another one holds. Asked anew whenever it counts: when a presentation
 * is made, and again when it is redeemed.
 *
 * @returns null: there is none in force, or the agent's account is disabled. Grants do not chain.
 */
export async function findGrant(
  parts: Readonly<{ store: Pick<Store, 'grants' | 'accounts'> }>,
  { agent, ...question }: GrantQuestion & { readonly agent: Pick<Principal, 'id' | 'holderHash'> },
): Promise<Grant | null> {
  if (agent.holderHash === null) return null;
  const account = await parts.store.accounts.find(agent.id);
  if (account === null || account.disabledAt !== null) return null;
  if (account.holderHash !== agent.holderHash) return null;
  return await findGrantTo(parts, agent.holderHash, question);
}

/** As {@link findGrant} for an agent who is known by the hash of their code, as an organisation is. */
export async function findGrantTo(
  { store }: Readonly<{ store: Pick<Store, 'grants'> }>,
  agentHash: string,
  { holderHash, licence, matter, at }: GrantQuestion,
): Promise<Grant | null> {
  const grants = await store.grants.inForce({ holderHash, agentHash }, at);
  return grants.find(({ scope }) => covers(scope, licence, matter)) ?? null;
}

/**
 * Whether somebody who is known by the hash of their code was granted anything of a type, whether or not there are such
 * licences.
 */
export async function isTypeGrantedTo(
  { store }: Readonly<{ store: Pick<Store, 'grants'> }>,
  agentHash: string,
  {
    holderHash,
    typeCode,
    matter,
    at,
  }: Omit<GrantQuestion, 'licence'> & { readonly typeCode: string },
): Promise<boolean> {
  const grants = await store.grants.inForce({ holderHash, agentHash }, at);
  return grants.some(
    ({ scope }) =>
      isForMatter(scope, matter) &&
      (scope.typeCodes === null || scope.typeCodes.includes(typeCode)) &&
      (scope.licences === null ||
        scope.licences.some((one) => readIdentifier(one).typeCode === typeCode)),
  );
}

/** Whether a scope reaches a licence shown for a matter. */
function covers(
  scope: GrantScope,
  licence: GrantQuestion['licence'],
  matter: string | null,
): boolean {
  return coversLicence(scope, licence) && isForMatter(scope, matter);
}

function isForMatter({ matters }: GrantScope, matter: string | null): boolean {
  return matters === null || (matter !== null && matters.includes(matter));
}

/** Whether a scope reaches a licence, for whatever matter. */
export function coversLicence(scope: GrantScope, licence: GrantQuestion['licence']): boolean {
  const { base } = readIdentifier(licence.identifier);
  return (
    (scope.typeCodes === null || scope.typeCodes.includes(licence.typeCode)) &&
    (scope.licences === null || scope.licences.some((one) => readIdentifier(one).base === base))
  );
}
