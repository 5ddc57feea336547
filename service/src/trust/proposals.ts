/** One person proposes what the trust list should say, another one of the same authority decides. */
import {
  ContractError,
  fingerprintOf,
  requireTrustAnchorCertificate,
  requireTrustScope,
  type ActBodies,
} from '@yinxin/chaincode/model';
import { hasRoleIn, notAuthorised, organisationOf, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import { refusalOf } from '../ledger/outcome.ts';
import { signAct } from '../ledger/signAct.ts';
import { unscopedAnchors } from '../pki/trustStore.ts';
import type { ProposedTrustAct, TrustProposal } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import type { TrustParts } from './parts.ts';

/** Who may propose and approve. */
export const TRUST_LIST_ROLES = ['securityAdmin', 'operator'] as const;

/**
 * Proposes to trust a CA of others.
 *
 * @param origin - who sent the list it comes from; null: typed in.
 * @throws ServiceError `NOT_AUTHORISED`, `CERTIFICATE_MALFORMED`, `TRUST_ANCHOR_UNFIT`, `TRUST_SCOPE_INVALID`,
 * `TRUST_ANCHOR_ALREADY_EXISTS`.
 */
export async function proposeTrustAnchor(
  parts: TrustParts,
  principal: Principal,
  body: ActBodies['authority.putTrustAnchor'],
  origin: string | null,
): Promise<TrustProposal> {
  const fingerprint = fingerprintOf(body.certificate);
  await checkTrustAnchor(parts, body);
  return await propose(parts, principal, {
    ...{ act: 'authority.putTrustAnchor', body, fingerprint, origin },
  });
}

/**
 * Whether a CA of others could be put on the list now.
 *
 * @throws ServiceError as {@link proposeTrustAnchor}.
 */
export async function checkTrustAnchor(
  parts: TrustParts,
  body: ActBodies['authority.putTrustAnchor'],
): Promise<void> {
  const fingerprint = fingerprintOf(body.certificate);
  asService(() => {
    requireTrustAnchorCertificate(body.certificate, parts.clock.now().toISOString());
    requireTrustScope(body.scope);
  });
  if (isOurs(parts, fingerprint)) {
    throw new ServiceError('TRUST_ANCHOR_UNFIT', `${fingerprint} is one of this city's own CAs`);
  }
  await parts.trustList.refresh();
  if (parts.trustList.find(fingerprint) !== null) {
    throw new ServiceError('TRUST_ANCHOR_ALREADY_EXISTS', `${fingerprint} is trusted already`);
  }
}

/**
 * Proposes to end the trust in a CA of others.
 *
 * @throws ServiceError `NOT_AUTHORISED`, `TRUST_ANCHOR_NOT_FOUND`.
 */
export async function proposeWithdrawal(
  parts: TrustParts,
  principal: Principal,
  body: ActBodies['authority.withdrawTrustAnchor'],
): Promise<TrustProposal> {
  const { fingerprint } = body;
  await parts.trustList.refresh();
  if (parts.trustList.find(fingerprint) === null) {
    throw new ServiceError('TRUST_ANCHOR_NOT_FOUND', `${fingerprint} is not trusted`);
  }
  return await propose(parts, principal, {
    ...{ act: 'authority.withdrawTrustAnchor', body, fingerprint, origin: null },
  });
}

/**
 * Approves a proposal of somebody else: the act is recorded, and the next verification goes by it.
 *
 * @throws ServiceError `TRUST_PROPOSAL_NOT_FOUND`, `NOT_AUTHORISED`, `APPROVER_IS_MAKER`,
 * `TRUST_PROPOSAL_STATE_CONFLICT`; the contract's refusal, which also ends the proposal.
 */
export async function approveTrustProposal(
  parts: TrustParts,
  principal: Principal,
  id: string,
): Promise<TrustProposal> {
  const proposal = await requireProposal(parts, id);
  requireMember(principal, proposal);
  if (proposal.makerId === principal.id) {
    throw new ServiceError('APPROVER_IS_MAKER', 'nobody approves a proposal of their own');
  }
  if (proposal.state !== 'open') throw decided(proposal);
  const { authority, makerId } = proposal;
  const actorOf = (account: string): string => parts.store.holders.keyedHash('actor', account);
  const people = { authority, maker: actorOf(makerId), approver: actorOf(principal.id) };
  const { act: signer } = await parts.signersOf(authority);
  const signing = { clock: parts.clock, signer };
  const signedAct =
    proposal.act === 'authority.putTrustAnchor'
      ? await signAct(signing, proposal.act, proposal.body, people)
      : await signAct(signing, proposal.act, proposal.body, people);
  const decidedAt = parts.clock.now();
  const approval = { state: 'recording', approverId: principal.id, decidedAt, signedAct } as const;
  if (!(await parts.store.trustProposals.move(id, 'open', approval))) {
    throw decided(await requireProposal(parts, id));
  }
  return await record(parts, { ...proposal, ...approval });
}

/**
 * Takes back a proposal of one's own.
 *
 * @throws ServiceError `TRUST_PROPOSAL_NOT_FOUND`, `NOT_AUTHORISED`, `TRUST_PROPOSAL_STATE_CONFLICT`.
 */
export async function withdrawTrustProposal(
  parts: TrustParts,
  principal: Principal,
  id: string,
): Promise<void> {
  const proposal = await requireProposal(parts, id);
  if (proposal.makerId !== principal.id) {
    throw notAuthorised('only who proposed it takes it back');
  }
  const decidedAt = parts.clock.now();
  if (!(await parts.store.trustProposals.move(id, 'open', { state: 'withdrawn', decidedAt }))) {
    throw decided(await requireProposal(parts, id));
  }
}

/**
 * Sends acts again whose outcome nobody knows: their ids make that harmless.
 *
 * @param onKept - told of each that stays, with the reason.
 */
export async function settleTrustProposals(
  parts: TrustParts,
  onKept: (proposal: TrustProposal, error: unknown) => void,
): Promise<void> {
  for (const proposal of await parts.store.trustProposals.list()) {
    if (proposal.state !== 'recording') continue;
    try {
      await record(parts, proposal);
    } catch (error) {
      const { state } = await requireProposal(parts, proposal.id);
      if (state === 'recording') onKept(proposal, error);
    }
  }
}

async function propose(
  parts: TrustParts,
  principal: Principal,
  proposed: ProposedTrustAct & Pick<TrustProposal, 'fingerprint' | 'origin'>,
): Promise<TrustProposal> {
  const createdAt = parts.clock.now();
  const proposal: TrustProposal = {
    ...proposed,
    id: ulid(createdAt),
    authority: organisationOf(principal, ...TRUST_LIST_ROLES),
    state: 'open',
    makerId: principal.id,
    ...{ approverId: null, createdAt, decidedAt: null, signedAct: null, refusal: null },
  };
  await parts.store.trustProposals.add(proposal);
  return proposal;
}

/** @param proposal - approved, with its signed act. */
async function record(parts: TrustParts, proposal: TrustProposal): Promise<TrustProposal> {
  const { id, signedAct } = proposal;
  if (signedAct === null) throw new Error(`proposal ${id} has no act`);
  const outcome = await parts.recorder.record(signedAct);
  if (outcome.outcome === 'refused') {
    const refusal = `${outcome.code}: ${outcome.message}`;
    await parts.store.trustProposals.move(id, 'recording', { state: 'refused', refusal });
    throw refusalOf(outcome.code, outcome.message);
  }
  await parts.trustList.refresh();
  await parts.store.trustProposals.move(id, 'recording', { state: 'approved' });
  return await requireProposal(parts, id);
}

async function requireProposal(parts: TrustParts, id: string): Promise<TrustProposal> {
  const proposal = await parts.store.trustProposals.find(id);
  if (proposal === null) {
    throw new ServiceError('TRUST_PROPOSAL_NOT_FOUND', `no proposal ${id}`);
  }
  return proposal;
}

function requireMember(principal: Principal, { authority }: TrustProposal): void {
  if (!hasRoleIn(principal, authority, ...TRUST_LIST_ROLES)) {
    throw notAuthorised(
      `one of the roles ${TRUST_LIST_ROLES.join(', ')} in ${authority} is needed`,
    );
  }
}

function decided({ id, state }: TrustProposal): ServiceError {
  return new ServiceError('TRUST_PROPOSAL_STATE_CONFLICT', `proposal ${id} is ${state} already`);
}

function isOurs({ trust }: TrustParts, fingerprint: string): boolean {
  return [...unscopedAnchors(trust.own), ...trust.own.intermediates].some(
    (own) => own.fingerprint === fingerprint,
  );
}

/** The ledger's rules, asked beforehand: their refusals are the caller's. */
function asService(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof ContractError) throw refusalOf(error.code, error.sentence);
    throw error;
  }
}
