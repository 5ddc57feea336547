import { formatIdentifier, parseIdentifier } from '@yinxin/chaincode/model';
import { requireRoleIn, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Licence, LicenceFields, LicenceOperation, NewDraft } from '../store/store.ts';
import {
  checkContent,
  requireLicence,
  requireType,
  submitDraft,
  type LicenceContent,
} from './draftLicence.ts';
import type { LicenceParts } from './parts.ts';

/** What a new version says differently; what is absent stays as it is. */
export interface SuccessionRequest {
  readonly operation: Extract<LicenceOperation, 'change' | 'renew'>;
  /** The same holder under a new name. */
  readonly holderName?: string | undefined;
  /** Members to change; `null` removes one (RFC 7396). */
  readonly fields?: LicenceFields | undefined;
  readonly validFrom?: Date | undefined;
  /** `null`: without end. */
  readonly validUntil?: Date | null | undefined;
}

/**
 * Changes or renews a licence: drafts its next version, which takes the place of the current one once it is issued; of
 * a type with single approval that is at once. Until then the current version stays in force.
 *
 * @returns the new version.
 * @throws ServiceError `LICENCE_NOT_FOUND`, `NOT_AUTHORISED`, `LICENCE_STATE_CONFLICT` (not in force, not the current
 * version, or a new version is on its way already), `LICENCE_PERIOD_INVALID` (a renewal that prolongs nothing); those of
 * drafting and issuing.
 */
export async function succeedLicence(
  parts: LicenceParts,
  principal: Principal,
  identifier: string,
  request: SuccessionRequest,
): Promise<Licence> {
  const current = await requireLicence(parts, identifier);
  requireRoleIn(principal, current.issuer, 'issuer', 'approver');
  const before = requireInForce(current);
  const type = await requireType(parts, current.typeCode);
  const content = checkContent(type, contentAfter(before, request));
  if (request.operation === 'renew') requireProlonged(current, content);
  const version = current.version + 1;
  const draft: NewDraft = {
    ...content,
    typeCode: current.typeCode,
    typeVersion: type.version,
    issuer: current.issuer,
    identifier: formatIdentifier({ ...parseIdentifier(current.identifier), version }),
    base: current.base,
    version,
    makerId: principal.id,
    createdAt: parts.clock.now(),
    operation: request.operation,
    supersedes: current.identifier,
  };
  try {
    return await submitDraft(parts, draft, type);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'LICENCE_ALREADY_EXISTS') throw error;
    throw new ServiceError(
      'LICENCE_STATE_CONFLICT',
      `a new version of ${current.identifier} is on its way: ${draft.identifier}`,
      { cause: error },
    );
  }
}

function requireInForce({
  identifier,
  state,
  holder,
  fields,
  validFrom,
  validUntil,
}: Licence): LicenceContent {
  if (state !== 'issued') {
    throw new ServiceError('LICENCE_STATE_CONFLICT', `${identifier} is ${state}`);
  }
  if (holder === null || fields === null) {
    throw new ServiceError(
      'LICENCE_STATE_CONFLICT',
      `what ${identifier} said is not here any more`,
    );
  }
  return { holder, fields, validFrom, validUntil };
}

function contentAfter(before: LicenceContent, request: SuccessionRequest): LicenceContent {
  const { holderName, fields, validFrom, validUntil } = request;
  return {
    holder: holderName === undefined ? before.holder : { ...before.holder, name: holderName },
    fields: mergeFields(before.fields, fields ?? {}),
    validFrom: validFrom ?? before.validFrom,
    validUntil: validUntil === undefined ? before.validUntil : validUntil,
  };
}

function mergeFields(before: LicenceFields, changes: LicenceFields): LicenceFields {
  const merged = Object.entries({ ...before, ...changes });
  return Object.fromEntries(merged.filter(([, value]) => value !== null));
}

/** A licence without end has nothing to prolong. */
function requireProlonged(current: Licence, { validUntil }: LicenceContent): void {
  const isProlonged =
    current.validUntil !== null && (validUntil === null || validUntil > current.validUntil);
  if (isProlonged) return;
  const detail =
    current.validUntil === null
      ? 'the licence has no end'
      : `must be after ${current.validUntil.toISOString()}`;
  throw new ServiceError('LICENCE_PERIOD_INVALID', `a renewal prolongs: validUntil ${detail}`, {
    faults: [{ pointer: '/validUntil', detail }],
  });
}
