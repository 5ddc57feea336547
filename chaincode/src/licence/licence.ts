/** Rules of licences: pure. */
import { effectiveTime, requireNotBefore, requireRole, requireSecondPerson } from '../access.js';
import type { Act, DocumentFormat, LicenceBody } from '../act.js';
import { parseIdentifier } from '../codes.js';
import type { LicenceIdentifier } from '../codes.js';
import { ContractError } from '../errors.js';
import type {
  AuthorityRecord,
  LicenceRecord,
  LicenceTypeRecord,
  LicenceVersionRecord,
  SuccessorRecord,
} from '../records.js';
import { LICENCE_STATES, LICENCE_TRANSITIONS, nextState } from '../transitions.js';
import type { LicenceLifecycleAct, LicenceState, LicenceSuccessionAct } from '../transitions.js';

/** What a new version writes. */
export interface NewVersion {
  readonly licence: LicenceRecord;
  readonly version: LicenceVersionRecord;
}

/** What a new version is judged by; the use of its seal is asked apart (`requireUsableSeal`). */
export interface VersionFacts {
  readonly author: AuthorityRecord;
  readonly type: LicenceTypeRecord | null;
  /** What the ledger holds under the identifier's base. */
  readonly licence: LicenceRecord | null;
}

/** What a transfer in is judged by: the licence it takes over, as far as this ledger knows it. */
export interface PredecessorFacts {
  readonly licence: LicenceRecord | null;
  readonly successor: SuccessorRecord | null;
}

type VersionAct = Act<'licence.issue' | 'licence.transferIn' | LicenceSuccessionAct>;

/**
 * Issues a licence that this ledger has not seen, version 001.
 *
 * @throws ContractError `LICENCE_IDENTIFIER_INVALID`, `NOT_AUTHORISED`, `LICENCE_TYPE_NOT_FOUND`, `APPROVER_MISSING`,
 * `APPROVER_IS_MAKER`, `LICENCE_ALREADY_EXISTS`, `LICENCE_VERSION_CONFLICT`, `LICENCE_PERIOD_INVALID`,
 * `DOCUMENT_FORMAT_MISMATCH`.
 */
export function issueLicence(
  act: Act<'licence.issue' | 'licence.transferIn'>,
  facts: VersionFacts,
): NewVersion {
  const identifier = requireFitVersion(act, facts);
  if (facts.licence !== null)
    throw new ContractError('LICENCE_ALREADY_EXISTS', `${identifier.base} is issued already`);
  requireVersion(identifier, 1);
  return newVersion(act, identifier, act.at);
}

/**
 * Puts a new version in the place of the current one: change or renewal.
 *
 * @throws ContractError as {@link issueLicence}; `LICENCE_NOT_FOUND`, `LICENCE_STATE_CONFLICT`, `LICENCE_SUPERSEDED`,
 * `PREDECESSOR_INVALID`, `ACT_BEFORE_SUBJECT`.
 */
export function succeedLicence(act: Act<LicenceSuccessionAct>, facts: VersionFacts): NewVersion {
  const identifier = requireFitVersion(act, facts);
  const predecessor = parseIdentifier(act.body.predecessor);
  if (predecessor.base !== identifier.base)
    throw new ContractError(
      'PREDECESSOR_INVALID',
      `${identifier.base} cannot replace ${predecessor.base}`,
    );
  const current = requireCurrent(facts.licence, act.body.predecessor);
  requireTransition(act, current);
  requireNotBefore(act.at, current.issuedAt);
  requireVersion(identifier, current.version + 1);
  return newVersion(act, identifier, current.issuedAt);
}

/**
 * Asks whether a licence may be taken over from another issuer.
 *
 * @throws ContractError `LICENCE_IDENTIFIER_INVALID`, `PREDECESSOR_INVALID` (other type, not transferred out, taken over already).
 */
export function requireTransferable(
  act: Act<'licence.transferIn'>,
  { licence, successor }: PredecessorFacts,
): void {
  const predecessor = parseIdentifier(act.body.predecessor);
  const identifier = parseIdentifier(act.body.identifier);
  if (predecessor.typeCode !== identifier.typeCode || predecessor.base === identifier.base)
    throw new ContractError(
      'PREDECESSOR_INVALID',
      `${identifier.base} cannot take over ${predecessor.base}`,
    );
  if (successor !== null)
    throw new ContractError(
      'PREDECESSOR_INVALID',
      `${predecessor.base} is taken over by ${successor.identifier}`,
    );
  if (licence === null) return; // issued on another ledger
  requireCurrent(licence, act.body.predecessor);
  if (licence.state !== 'transferred')
    throw new ContractError(
      'PREDECESSOR_INVALID',
      `${licence.identifier} is ${licence.state}, not transferred out`,
    );
}

/**
 * Changes the state of the current version.
 *
 * @param successor - the licence that took its place after a transfer out; asked where the licence is transferred.
 * @throws ContractError `LICENCE_IDENTIFIER_INVALID`, `NOT_AUTHORISED`, `LICENCE_NOT_FOUND`, `LICENCE_SUPERSEDED`,
 * `LICENCE_STATE_CONFLICT`, `EFFECTIVE_TIME_INVALID`, `ACT_BEFORE_SUBJECT`.
 */
export function changeLicenceState(
  act: Act<LicenceLifecycleAct>,
  author: AuthorityRecord,
  licence: LicenceRecord | null,
  successor: SuccessorRecord | null,
): LicenceRecord {
  requireIssuer(parseIdentifier(act.body.identifier), author);
  const current = requireCurrent(licence, act.body.identifier);
  const state = requireTransition(act, current);
  if (state === 'issued' && successor !== null)
    throw new ContractError(
      'LICENCE_STATE_CONFLICT',
      `${current.identifier} is taken over by ${successor.identifier}`,
    );
  const since = effectiveTime(act, current.issuedAt);
  return { ...current, state, since, reason: act.body.reason, actId: act.id };
}

/**
 * Adds a document to the current version, or replaces the one of the same format.
 *
 * @throws ContractError `LICENCE_IDENTIFIER_INVALID`, `NOT_AUTHORISED`, `LICENCE_NOT_FOUND`, `LICENCE_SUPERSEDED`,
 * `LICENCE_STATE_CONFLICT`, `DOCUMENT_FORMAT_MISMATCH`, `ACT_BEFORE_SUBJECT`.
 */
export function putDocument(
  act: Act<'licence.putDocument'>,
  facts: VersionFacts,
  version: LicenceVersionRecord | null,
): LicenceVersionRecord {
  const { identifier, document } = act.body;
  requireIssuer(parseIdentifier(identifier), facts.author);
  const current = requireCurrent(facts.licence, identifier);
  if (version === null) throw notFound(identifier);
  if (LICENCE_STATES[current.state].isFinal)
    throw new ContractError('LICENCE_STATE_CONFLICT', `${identifier} is ${current.state}`);
  requireNotBefore(act.at, version.issuedAt);
  if (facts.type?.formats.includes(document.format) !== true)
    throw new ContractError(
      'DOCUMENT_FORMAT_MISMATCH',
      `licences of this type have no ${document.format}`,
    );
  const others = version.documents.filter(({ format }) => format !== document.format);
  return { ...version, documents: [...others, document] };
}

function requireFitVersion(act: VersionAct, { author, type }: VersionFacts): LicenceIdentifier {
  const identifier = parseIdentifier(act.body.identifier);
  requireIssuer(identifier, author);
  if (type === null)
    throw new ContractError(
      'LICENCE_TYPE_NOT_FOUND',
      `licence type ${identifier.typeCode} is not on the ledger`,
    );
  if (type.approval === 'dual') requireSecondPerson(act.by);
  requireFormats(act.body, type.formats);
  const { validFrom, validUntil } = act.body;
  if (validUntil !== null && validFrom >= validUntil)
    throw new ContractError(
      'LICENCE_PERIOD_INVALID',
      `${act.body.identifier} ends before it begins`,
    );
  return identifier;
}

function requireIssuer(identifier: LicenceIdentifier, author: AuthorityRecord): void {
  requireRole(author, 'issuer');
  if (identifier.issuer !== author.creditCode)
    throw new ContractError(
      'NOT_AUTHORISED',
      `${identifier.base} is a licence of ${identifier.issuer}`,
    );
}

function requireFormats({ documents }: LicenceBody, formats: readonly DocumentFormat[]): void {
  const given = documents.map(({ format }) => format).sort();
  const wanted = [...formats].sort();
  if (given.join() !== wanted.join())
    throw new ContractError(
      'DOCUMENT_FORMAT_MISMATCH',
      `documents are ${given.join()}, the type says ${wanted.join()}`,
    );
}

function requireVersion(identifier: LicenceIdentifier, expected: number): void {
  if (identifier.version !== expected)
    throw new ContractError(
      'LICENCE_VERSION_CONFLICT',
      `version ${identifier.version} is not ${expected}`,
    );
}

function requireCurrent(licence: LicenceRecord | null, identifier: string): LicenceRecord {
  if (licence === null) throw notFound(identifier);
  if (licence.identifier !== identifier)
    throw new ContractError('LICENCE_SUPERSEDED', `the current version is ${licence.identifier}`);
  return licence;
}

function requireTransition(
  act: Act<keyof typeof LICENCE_TRANSITIONS>,
  licence: LicenceRecord,
): LicenceState {
  const state = nextState(LICENCE_TRANSITIONS[act.act], licence.state);
  if (state === null)
    throw new ContractError(
      'LICENCE_STATE_CONFLICT',
      `${act.act} is not allowed: ${licence.identifier} is ${licence.state}`,
    );
  return state;
}

function newVersion(act: VersionAct, identifier: LicenceIdentifier, issuedAt: string): NewVersion {
  const { typeCode, issuer, version } = identifier;
  const common = { schemaVersion: 1, actId: act.id } as const;
  return {
    licence: {
      ...common,
      identifier: act.body.identifier,
      version,
      state: 'issued',
      since: act.at,
      reason: null,
      issuedAt,
      status: act.body.status,
    },
    version: {
      ...act.body,
      ...common,
      typeCode,
      issuer,
      predecessor: 'predecessor' in act.body ? act.body.predecessor : null,
      issuedAt: act.at,
    },
  };
}

function notFound(identifier: string): ContractError {
  return new ContractError('LICENCE_NOT_FOUND', `${identifier} is not on the ledger`);
}
