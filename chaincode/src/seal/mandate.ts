/** What a seal may be used for: pure. */
import type { ActAuthor, Mandate } from '../act.js';
import { isTypeCode } from '../codes.js';
import { ContractError } from '../errors.js';

const SHANGHAI_OFFSET_MS = 8 * 3_600_000; // UTC+8 all year since 1992

/** One use of a seal, as its mandate sees it. */
export interface SealUse {
  readonly esId: string;
  readonly at: string;
  readonly by: ActAuthor;
  /** Type code of the licence to be sealed; `null`: another document. */
  readonly licenceType: string | null;
}

/** The day of an instant in Asia/Shanghai, `yyyymmdd`. */
export function shanghaiDay(at: string): string {
  const local = new Date(Date.parse(at) + SHANGHAI_OFFSET_MS).toISOString();
  return local.slice(0, 10).replaceAll('-', '');
}

/** @throws ContractError `TYPE_CODE_INVALID`, `MANDATE_INVALID` if a mandate contradicts itself. */
export function requireMandate(mandate: Mandate): void {
  const { licenceTypes, validFrom, validUntil } = mandate;
  for (const typeCode of licenceTypes ?? [])
    if (!isTypeCode(typeCode))
      throw new ContractError('TYPE_CODE_INVALID', `${typeCode} is not a licence type code`);
  if (validFrom !== null && validUntil !== null && validFrom >= validUntil)
    throw new ContractError('MANDATE_INVALID', 'the mandate ends before it begins');
}

/**
 * @param usesThatDay - uses already counted on the day of `use.at`.
 * @throws ContractError `SEAL_OUTSIDE_MANDATE` naming the limit.
 */
export function requireWithinMandate(mandate: Mandate, use: SealUse, usesThatDay: number): void {
  const limit = limitOf(mandate, use, usesThatDay);
  if (limit !== null)
    throw new ContractError(
      'SEAL_OUTSIDE_MANDATE',
      `seal ${use.esId} is limited by its mandate: ${limit}`,
    );
}

function limitOf(mandate: Mandate, use: SealUse, usesThatDay: number): string | null {
  return (
    subjectLimit(mandate, use.licenceType) ??
    periodLimit(mandate, use.at) ??
    secondPersonLimit(mandate, use.by) ??
    (mandate.usesPerDay !== null && usesThatDay >= mandate.usesPerDay
      ? `${mandate.usesPerDay} uses a day`
      : null)
  );
}

function subjectLimit(mandate: Mandate, licenceType: string | null): string | null {
  if (licenceType === null) return mandate.allowsDocuments ? null : 'licences only';
  const isAllowed = mandate.licenceTypes === null || mandate.licenceTypes.includes(licenceType);
  return isAllowed ? null : `not for licence type ${licenceType}`;
}

function periodLimit({ validFrom, validUntil }: Mandate, at: string): string | null {
  if (validFrom !== null && at < validFrom) return `not before ${validFrom}`;
  if (validUntil !== null && at > validUntil) return `not after ${validUntil}`;
  return null;
}

function secondPersonLimit(mandate: Mandate, by: ActAuthor): string | null {
  if (!mandate.requiresSecondPerson) return null;
  return by.approver === undefined || by.approver === by.maker
    ? 'a second person must approve'
    : null;
}
