import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Principal } from '../access.ts';
import { shanghaiDay } from '../civilTime.ts';
import { ServiceError, type ErrorCode } from '../errors.ts';
import { prepareDraft } from '../licences/draftLicence.ts';
import { issueLicence } from '../licences/issueLicence.ts';
import { findLicenceType } from '../licences/licenceTypes.ts';
import { actorHash } from '../licences/parts.ts';
import { requireSealUse } from '../sealing/issuingSeal.ts';
import type {
  Import,
  ImportCells,
  ImportRow,
  ImportRowFault,
  Licence,
  LicenceType,
  NewDraft,
} from '../store/store.ts';
import type { IdentifierSet } from './identifierSet.ts';
import type { ImportParts } from './parts.ts';
import { toRequest, typeCodeOf } from './rowRequest.ts';

/** One import under way. */
export interface RowContext {
  readonly entry: Import;
  readonly principal: Principal;
  /** Licences that the dry run has seen. */
  readonly seen: IdentifierSet;
  /** Licences of the rows that an earlier run may have begun and this one has begun. */
  readonly begun: IdentifierSet;
  /** Licences of rows that have their outcome. */
  readonly settled: () => Promise<IdentifierSet>;
}

export interface PendingRow {
  readonly number: number;
  readonly cells: ImportCells;
  /** True: an earlier run may have issued it without noting so. */
  readonly isUncertain: boolean;
}

/** After these nothing is known or nothing works: the row stays pending and is tried again. */
const TRANSIENT: readonly ErrorCode[] = [
  'LEDGER_CONFLICT',
  'LEDGER_UNAVAILABLE',
  'LEDGER_OUTCOME_UNKNOWN',
  'LEDGER_DIVERGED',
  'LEDGER_CORRUPT',
  'STORE_UNAVAILABLE',
];

export function isTransient(error: unknown): boolean {
  return error instanceof ServiceError && TRANSIENT.includes(error.code);
}

/**
 * Issues (or drafts, or in a dry run checks) the licence of one row.
 *
 * A dry run finds every fault but text that no page holds.
 *
 * @returns its outcome; a fault of the row is an outcome, not an error.
 * @throws ServiceError only where trying again makes sense; anything that is no ServiceError.
 */
export async function importRow(
  parts: ImportParts,
  context: RowContext,
  row: PendingRow,
): Promise<ImportRow> {
  const { number } = row;
  try {
    const { draft, type } = await prepareRow(parts, context, row);
    const outcome = context.entry.isDryRun
      ? await tryRow(parts, context, { draft, type })
      : await issueRow(parts, context, { draft, type, isUncertain: row.isUncertain });
    return { number, outcome, identifier: draft.identifier, fault: null };
  } catch (error) {
    if (!(error instanceof ServiceError) || isTransient(error)) throw error;
    return { number, outcome: 'refused', identifier: null, fault: toFault(error, row.cells) };
  }
}

type RowContent = Pick<Licence, 'holder' | 'fields' | 'validFrom' | 'validUntil' | 'makerId'>;

interface PreparedRow {
  readonly draft: NewDraft;
  readonly type: LicenceType;
}

async function prepareRow(
  parts: ImportParts,
  { entry, principal }: RowContext,
  row: PendingRow,
): Promise<PreparedRow> {
  const type = await findLicenceType(parts, typeCodeOf(row.cells, entry.typeCode));
  const request = toRequest(row.cells, type, serialOf(entry, row.number));
  return await prepareDraft(parts, principal, request);
}

/** A row without a serial has the same one on every run, which says nothing of the holder. */
function serialOf(entry: Import, number: number): string {
  const alphabet = '0123456789ABCDEFGHJKLMNPQRSTUVWX'; // 32 characters: 5 bits each
  const digest = createHash('sha256').update(`${entry.id}/${number}`).digest().subarray(0, 12);
  const text = Array.from(digest, (byte) => alphabet.charAt(byte & 31)).join('');
  return shanghaiDay(entry.createdAt).slice(0, 4) + text;
}

async function tryRow(
  parts: ImportParts,
  { principal, seen }: RowContext,
  { draft, type }: PreparedRow,
): Promise<'valid'> {
  const isKnown = (await parts.store.licences.facts(draft.identifier)) !== null;
  if (isKnown || !seen.add(draft.identifier)) throw alreadyExists(draft);
  if (type.approval === 'single') {
    const signers = await parts.signersOf(draft.issuer);
    await requireSealUse(
      parts.ledger,
      {
        esId: type.sealEsId,
        at: parts.clock.now().toISOString(),
        by: {
          authority: draft.issuer,
          keyId: signers.act.keyId,
          maker: actorHash(parts.store, principal.id),
        },
        licenceType: type.typeCode,
      },
      [signers.documentSignerSm2, signers.documentSignerEs256],
    );
  }
  return 'valid';
}

async function issueRow(
  parts: ImportParts,
  context: RowContext,
  row: PreparedRow & { readonly isUncertain: boolean },
): Promise<'issued' | 'drafted'> {
  const { draft, type, isUncertain } = row;
  if (isUncertain && !context.begun.add(draft.identifier)) throw alreadyExists(draft);
  const done = type.approval === 'single' ? 'issued' : 'drafted';
  try {
    if (type.approval === 'single') await issueLicence(parts, draft, { type, approverId: null });
    else await parts.store.licences.addDraft(draft);
    return done;
  } catch (error) {
    const isTaken = error instanceof ServiceError && error.code === 'LICENCE_ALREADY_EXISTS';
    if (isTaken && isUncertain && (await isOwn(parts, context, draft))) return done;
    throw error;
  }
}

/** Whether the licence that stands in the way is what an earlier run made of this very row. */
async function isOwn(parts: ImportParts, context: RowContext, draft: NewDraft): Promise<boolean> {
  const found = await parts.store.licences.find(draft.identifier);
  if (found === null) {
    throw new ServiceError('LEDGER_OUTCOME_UNKNOWN', `${draft.identifier} is still on its way`);
  }
  return (
    found.createdAt >= context.entry.createdAt &&
    isDeepStrictEqual(contentOf(draft), contentOf(found)) &&
    !(await context.settled()).has(draft.identifier)
  );
}

/** As JSON: absent and undefined members are the same. */
function contentOf({ holder, fields, validFrom, validUntil, makerId }: RowContent): unknown {
  return JSON.parse(JSON.stringify({ holder, fields, validFrom, validUntil, makerId }));
}

function alreadyExists(draft: NewDraft): ServiceError {
  return new ServiceError('LICENCE_ALREADY_EXISTS', `licence ${draft.identifier} exists`);
}

const MIN_TELLING = 6;
/** Longer type codes are cut before they are looked for. */
const MAX_ECHOED = 64;

/** Members that codes speak of where the error names none. */
const POINTERS: Readonly<Partial<Record<ErrorCode, string>>> = {
  LICENCE_ALREADY_EXISTS: '/serial',
  LICENCE_SERIAL_INVALID: '/serial',
  LICENCE_TYPE_NOT_FOUND: '/typeCode',
  HOLDER_CODE_INVALID: '/holder/code',
  LICENCE_PERIOD_INVALID: '/validUntil',
};

/** @param cells - of the row: what they say is not repeated, whatever column it stands in. */
export function toFault(error: ServiceError, cells: ImportCells = {}): ImportRowFault {
  const pointer = error.faults[0]?.pointer ?? POINTERS[error.code] ?? null;
  return { code: error.code, message: withoutCells(error.message, cells), pointer };
}

/** A fault is kept in the clear and read by others than the importer. Short ASCII (a number, a flag) says nothing. */
function withoutCells(message: string, cells: ImportCells): string {
  const telling = Object.entries(cells)
    .filter(([column]) => column !== 'serial') // it stands in the identifier
    .flatMap(([, cell]) => [cell, cell.toUpperCase(), cell.slice(0, MAX_ECHOED)])
    .filter((cell) => cell.length >= MIN_TELLING || /[^\x20-\x7e]/.test(cell))
    .sort((left, right) => right.length - left.length);
  return telling.reduce((text, cell) => text.replaceAll(cell, '…'), message);
}
