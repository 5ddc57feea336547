/** Rules of seals: pure. */
import { effectiveTime, requireNotBefore, requireRole } from '../access.js';
import type { Act } from '../act.js';
import { isCreditCode } from '../codes.js';
import { ContractError } from '../errors.js';
import type { ContractErrorCode } from '../errors.js';
import type {
  AuthorityRecord,
  MandateRecord,
  SealedDocumentRecord,
  SealRecord,
  SealStatusRecord,
} from '../records.js';
import { nextState, SEAL_STATES, SEAL_TRANSITIONS } from '../transitions.js';
import type { SealState } from '../transitions.js';
import { requireMandate, requireWithinMandate } from './mandate.js';
import type { SealUse } from './mandate.js';

/** What the ledger holds of one seal. */
export interface SealFacts {
  readonly seal: SealRecord;
  readonly status: SealStatusRecord;
  readonly mandate: MandateRecord;
}

const UNUSABLE: Readonly<Record<Exclude<SealState, 'valid'>, ContractErrorCode>> = {
  suspended: 'SEAL_SUSPENDED',
  superseded: 'SEAL_SUPERSEDED',
  revoked: 'SEAL_REVOKED',
};

/**
 * Asks whether a seal may be used so: by its holder, while valid, in its period and mandate.
 *
 * @param usesThatDay - uses counted so far on that day; only asked where the mandate limits them.
 * @throws ContractError `NOT_AUTHORISED`, `SEAL_SUSPENDED`, `SEAL_SUPERSEDED`, `SEAL_REVOKED`, `SEAL_NOT_YET_VALID`,
 * `SEAL_EXPIRED`, `SEAL_OUTSIDE_MANDATE`.
 */
export function requireUsableSeal(facts: SealFacts, use: SealUse, usesThatDay: number): void {
  const { seal, status } = facts;
  if (seal.holder !== use.by.authority)
    throw new ContractError('NOT_AUTHORISED', `seal ${seal.esId} is held by ${seal.holder}`);
  if (status.state !== 'valid')
    throw new ContractError(
      UNUSABLE[status.state],
      `seal ${seal.esId} is ${status.state} since ${status.since}`,
    );
  if (use.at < seal.validFrom || use.at < status.since)
    throw new ContractError(
      'SEAL_NOT_YET_VALID',
      `seal ${seal.esId} was not yet valid at ${use.at}`,
    );
  if (use.at > seal.validUntil)
    throw new ContractError('SEAL_EXPIRED', `seal ${seal.esId} expired at ${seal.validUntil}`);
  requireWithinMandate(facts.mandate.mandate, use, usesThatDay);
}

/** @throws ContractError `NOT_AUTHORISED`, `CREDIT_CODE_INVALID`, `SEAL_PERIOD_INVALID`, `MANDATE_INVALID`, `TYPE_CODE_INVALID`. */
export function makeSeal(act: Act<'seal.make' | 'seal.renew'>, author: AuthorityRecord): SealFacts {
  requireRole(author, 'sealMaker');
  const { mandate, ...facts } = act.body;
  if (!isCreditCode(facts.holder))
    throw new ContractError('CREDIT_CODE_INVALID', `${facts.holder} is not a credit code`);
  if (facts.validFrom >= facts.validUntil)
    throw new ContractError('SEAL_PERIOD_INVALID', `seal ${facts.esId} ends before it begins`);
  requireMandate(mandate);
  const common = { schemaVersion: 1, esId: facts.esId, actId: act.id } as const;
  const predecessor = 'predecessor' in act.body ? act.body.predecessor : null;
  return {
    seal: { ...facts, ...common, maker: author.creditCode, predecessor, madeAt: act.at },
    status: { ...common, state: 'valid', since: act.at, reason: null },
    mandate: { ...common, mandate, since: act.at },
  };
}

/**
 * The state of a seal that another one renews.
 *
 * @throws ContractError `NOT_AUTHORISED`, `SEAL_STATE_CONFLICT`, `PREDECESSOR_INVALID` (other holder), `ACT_BEFORE_SUBJECT`.
 */
export function supersedeSeal(
  act: Act<'seal.renew'>,
  author: AuthorityRecord,
  { seal, status }: SealFacts,
): SealStatusRecord {
  requireMaker(seal, author);
  if (seal.holder !== act.body.holder)
    throw new ContractError('PREDECESSOR_INVALID', `seal ${seal.esId} is held by ${seal.holder}`);
  requireNotBefore(act.at, seal.madeAt);
  return {
    ...status,
    state: requireTransition(act, status),
    since: act.at,
    reason: 'superseded',
    actId: act.id,
  };
}

/** @throws ContractError `NOT_AUTHORISED`, `SEAL_STATE_CONFLICT`, `EFFECTIVE_TIME_INVALID`, `ACT_BEFORE_SUBJECT`. */
export function changeSealState(
  act: Act<'seal.suspend' | 'seal.reinstate' | 'seal.revoke'>,
  author: AuthorityRecord,
  { seal, status }: SealFacts,
): SealStatusRecord {
  requireMaker(seal, author);
  const state = requireTransition(act, status);
  const since = effectiveTime(act, seal.madeAt);
  return { ...status, state, since, reason: act.body.reason, actId: act.id };
}

/** @throws ContractError `NOT_AUTHORISED`, `SEAL_STATE_CONFLICT`, `MANDATE_INVALID`, `TYPE_CODE_INVALID`, `ACT_BEFORE_SUBJECT`. */
export function setMandate(
  act: Act<'seal.setMandate'>,
  author: AuthorityRecord,
  { seal, status, mandate }: SealFacts,
): MandateRecord {
  requireMaker(seal, author);
  if (SEAL_STATES[status.state].isFinal)
    throw new ContractError('SEAL_STATE_CONFLICT', `seal ${seal.esId} is ${status.state}`);
  requireNotBefore(act.at, seal.madeAt);
  requireMandate(act.body.mandate);
  return { ...mandate, mandate: act.body.mandate, since: act.at, actId: act.id };
}

/** @throws ContractError `DOCUMENT_FORMAT_MISMATCH`. */
export function sealDocument(act: Act<'seal.signDocument'>): SealedDocumentRecord {
  const { esId, format, document, signatureDigest, codeDigest } = act.body;
  if (format !== document.format)
    throw new ContractError(
      'DOCUMENT_FORMAT_MISMATCH',
      `the document is ${document.format}, not ${format}`,
    );
  return {
    schemaVersion: 1,
    esId,
    document,
    signatureDigest,
    codeDigest,
    at: act.at,
    actId: act.id,
  };
}

/**
 * The record of a sealed document that was completed later. The earlier one stays: both are what the seal sealed.
 *
 * @param earlier - what the ledger holds under the earlier digest.
 * @throws ContractError `DOCUMENT_NOT_FOUND`, `NOT_AUTHORISED` (not the seal's holder), `DOCUMENT_FORMAT_MISMATCH`,
 * `ACT_BEFORE_SUBJECT`.
 */
export function completeDocument(
  act: Act<'seal.putDocument'>,
  { seal }: Pick<SealFacts, 'seal'>,
  earlier: SealedDocumentRecord | null,
): SealedDocumentRecord {
  const { document } = act.body;
  if (seal.holder !== act.by.authority)
    throw new ContractError('NOT_AUTHORISED', `seal ${seal.esId} is held by ${seal.holder}`);
  if (earlier === null)
    throw new ContractError(
      'DOCUMENT_NOT_FOUND',
      `seal ${seal.esId} has sealed no document ${act.body.earlier}`,
    );
  if (document.format !== earlier.document.format)
    throw new ContractError(
      'DOCUMENT_FORMAT_MISMATCH',
      `the document is ${earlier.document.format}, not ${document.format}`,
    );
  requireNotBefore(act.at, earlier.at);
  return { ...earlier, document, completedBy: act.id };
}

function requireMaker(seal: SealRecord, author: AuthorityRecord): void {
  requireRole(author, 'sealMaker');
  if (seal.maker !== author.creditCode)
    throw new ContractError('NOT_AUTHORISED', `seal ${seal.esId} was made by ${seal.maker}`);
}

function requireTransition(
  act: Act<keyof typeof SEAL_TRANSITIONS>,
  status: SealStatusRecord,
): SealState {
  const state = nextState(SEAL_TRANSITIONS[act.act], status.state);
  if (state === null)
    throw new ContractError(
      'SEAL_STATE_CONFLICT',
      `${act.act} is not allowed: seal ${status.esId} is ${status.state}`,
    );
  return state;
}
