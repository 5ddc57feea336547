import { canonicalBytes } from '@yinxin/chaincode/model';
import { requireRoleIn, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Licence } from '../store/store.ts';
import { requireLicence } from './draftLicence.ts';
import { issueLicence } from './issueLicence.ts';
import type { LicenceParts } from './parts.ts';

/** A draft as somebody saw it, as the API shows it. */
export interface ShownDraft {
  readonly holder: Readonly<Record<string, unknown>> | null;
  readonly fields: Readonly<Record<string, unknown>> | null;
  readonly validFrom: string;
  readonly validUntil: string | null;
}

/**
 * A second person approves a draft: it is issued.
 *
 * @param shown - what they saw; if the draft says something else by now, nothing is issued.
 * @throws ServiceError `LICENCE_NOT_FOUND`, `NOT_AUTHORISED`, `APPROVER_IS_MAKER`, `LICENCE_STATE_CONFLICT`; those of
 * issuing.
 */
export async function approveLicence(
  parts: LicenceParts,
  principal: Principal,
  identifier: string,
  shown?: ShownDraft,
): Promise<Licence> {
  const draft = await requireDraft(parts, principal, identifier);
  if (shown !== undefined) requireAsShown(draft, shown);
  const { holder, fields, makerId } = draft;
  const type = await parts.store.licenceTypes.find(draft.typeCode, draft.typeVersion);
  if (holder === null || fields === null || makerId === null || type === null) {
    throw new ServiceError('LICENCE_STATE_CONFLICT', `draft ${identifier} is incomplete`);
  }
  await issueLicence(
    parts,
    { ...draft, holder, fields, makerId, operation: draft.operation ?? 'issue' },
    { type, approverId: principal.id },
  );
  return await requireLicence(parts, identifier);
}

/**
 * A second person returns a draft to its maker.
 *
 * @throws ServiceError as {@link approveLicence}.
 */
export async function returnLicence(
  parts: LicenceParts,
  principal: Principal,
  identifier: string,
  note: string,
): Promise<Licence> {
  await requireDraft(parts, principal, identifier);
  await parts.store.licences.returnDraft(identifier, { approverId: principal.id, note });
  return await requireLicence(parts, identifier);
}

/** @throws ServiceError `LICENCE_STATE_CONFLICT`. */
function requireAsShown(draft: Licence, shown: ShownDraft): void {
  const { identifier, holder, fields, validFrom, validUntil } = draft;
  const now = {
    holder:
      holder === null ? null : { name: holder.name, code: holder.code, codeType: holder.codeType },
    fields,
    validFrom: validFrom.toISOString(),
    validUntil: validUntil?.toISOString() ?? null,
  };
  if (Buffer.compare(canonicalBytes(now), canonicalBytes(shown)) === 0) return;
  throw new ServiceError(
    'LICENCE_STATE_CONFLICT',
    `draft ${identifier} was changed since the approver saw it`,
  );
}

async function requireDraft(
  parts: LicenceParts,
  principal: Principal,
  identifier: string,
): Promise<Licence> {
  const draft = await requireLicence(parts, identifier);
  requireRoleIn(principal, draft.issuer, 'approver');
  if (draft.state !== 'drafted') {
    throw new ServiceError('LICENCE_STATE_CONFLICT', `${identifier} is ${draft.state}, no draft`);
  }
  if (draft.makerId === principal.id) {
    throw new ServiceError('APPROVER_IS_MAKER', 'nobody approves a draft of their own');
  }
  return draft;
}
