import { hasRole, hasRoleIn, notAuthorised, organisationsOf, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Licence, LicenceFilter, LicenceState, Page, PageRequest } from '../store/store.ts';
import { requireLicence } from './draftLicence.ts';
import type { LicenceParts } from './parts.ts';

export interface LicenceQuery {
  readonly holderCode?: string | undefined;
  readonly holderCodeType?: string | undefined;
  readonly typeCode?: string | undefined;
  /** Any of them. */
  readonly states?: readonly LicenceState[] | undefined;
  /** Drafted by oneself: drafts and returned ones, unless `states` says otherwise. */
  readonly isMine?: boolean | undefined;
  /** Drafts of others that one may approve. */
  readonly awaitsMe?: boolean | undefined;
}

const DRAFTS: readonly LicenceState[] = ['drafted', 'returned'];

/**
 * Lists the licences someone may see: an issuer's staff those of their organisations, a holder their own once they
 * are issued, an auditor all.
 *
 * @throws ServiceError `NOT_AUTHORISED`.
 */
export async function listLicences(
  parts: Pick<LicenceParts, 'store'>,
  principal: Principal,
  query: LicenceQuery,
  page: PageRequest,
): Promise<Page<Licence>> {
  const { typeCode } = query;
  return await parts.store.licences.list(
    {
      ...(typeCode === undefined ? {} : { typeCode }),
      ...scopeOf(parts, principal, query),
      ...workOf(principal, query),
    },
    page,
  );
}

/** What of it is somebody's own work. */
function workOf(
  principal: Principal,
  { states, isMine, awaitsMe }: LicenceQuery,
): Pick<LicenceFilter, 'states' | 'issuers' | 'makerId' | 'otherMakerThan'> {
  const asked = states ?? (isMine === true ? DRAFTS : undefined);
  const mine = isMine === true ? { makerId: principal.id } : {};
  if (awaitsMe !== true) return { ...mine, ...(asked === undefined ? {} : { states: asked }) };
  return {
    ...mine,
    issuers: organisationsOf(principal, 'approver'),
    states: (asked ?? DRAFTS).filter((state) => state === 'drafted'),
    otherMakerThan: principal.id,
  };
}

/**
 * Finds a licence that someone may see; what they may not see does not exist for them.
 *
 * @throws ServiceError `LICENCE_NOT_FOUND`.
 */
export async function findLicence(
  parts: Pick<LicenceParts, 'store'>,
  principal: Principal,
  identifier: string,
): Promise<Licence> {
  const licence = await requireLicence(parts, identifier);
  const isVisible =
    hasRole(principal, 'auditor') ||
    hasRoleIn(principal, licence.issuer, 'issuer', 'approver') ||
    (principal.holderHash !== null &&
      principal.holderHash === licence.holderHash &&
      !DRAFTS.includes(licence.state));
  if (!isVisible) throw new ServiceError('LICENCE_NOT_FOUND', `no licence ${identifier}`);
  return licence;
}

function scopeOf(
  parts: Pick<LicenceParts, 'store'>,
  principal: Principal,
  query: LicenceQuery,
): Pick<LicenceFilter, 'holderHashes' | 'issuers' | 'isIssued'> {
  const asked = holderHashesOf(parts, query);
  if (hasRole(principal, 'auditor')) return asked === null ? {} : { holderHashes: asked };
  const issuers = organisationsOf(principal, 'issuer', 'approver');
  if (issuers.length > 0) return asked === null ? { issuers } : { issuers, holderHashes: asked };
  if (principal.holderHash === null) throw notAuthorised('no role that reads licences');
  const isOther = asked !== null && !asked.includes(principal.holderHash);
  return { holderHashes: isOther ? [] : [principal.holderHash], isIssued: true };
}

function holderHashesOf(
  parts: Pick<LicenceParts, 'store'>,
  query: LicenceQuery,
): readonly string[] | null {
  const { holderCode, holderCodeType } = query;
  if (holderCode === undefined) return null;
  const types = holderCodeType === undefined ? ['111', '001', '999'] : [holderCodeType];
  return types.map((codeType) => parts.store.holders.holderHash({ code: holderCode, codeType }));
}
