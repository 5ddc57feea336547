/** The row of a licence and how it becomes what readers see. */
import type { KeyObject } from 'node:crypto';
import { openText, sealText, type SealedPlace } from '../fieldEncryption.ts';
import type {
  IssuedDocument,
  IssuedParts,
  LedgerPlace,
  Licence,
  LicenceFacts,
  LicenceFields,
  LicenceOperation,
  LicenceState,
} from '../licences.ts';
import type { Holder } from '../people.ts';
import { fromStoredTimeOrNull, type Row } from './rows.ts';

/** Columns without sealed ones. */
export interface LicenceFactsRow {
  readonly identifier: string;
  readonly listId: string;
  readonly base: string;
  readonly typeCode: string;
  readonly typeVersion: number;
  readonly issuer: string;
  readonly version: number;
  /** A {@link LicenceState} or `staged`. */
  readonly state: string;
  readonly stagedFrom: string | null;
  readonly holderHash: string | null;
  readonly personId: string | null;
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly makerId: string | null;
  readonly approverId: string | null;
  readonly createdAt: string;
  readonly issuedAt: string | null;
  readonly documents: string;
  readonly contentDigest: string | null;
  readonly statusList: number | null;
  readonly statusIndex: number | null;
  readonly ledgerRoot: string | null;
  readonly ledgerPosition: number | null;
  readonly ledgerBlock: number | null;
  readonly supersedes: string | null;
  readonly supersededBy: string | null;
}

export interface LicenceRow extends LicenceFactsRow {
  readonly operation: string | null;
  readonly holderSealed: Uint8Array | null;
  readonly fieldsSealed: Uint8Array | null;
  readonly noteSealed: Uint8Array | null;
}

/** Names of the columns of {@link LicenceFactsRow}; the type makes the list complete. */
const FACTS: Readonly<Record<keyof LicenceFactsRow, true>> = {
  identifier: true,
  listId: true,
  base: true,
  typeCode: true,
  typeVersion: true,
  issuer: true,
  version: true,
  state: true,
  stagedFrom: true,
  holderHash: true,
  personId: true,
  validFrom: true,
  validUntil: true,
  makerId: true,
  approverId: true,
  createdAt: true,
  issuedAt: true,
  documents: true,
  contentDigest: true,
  statusList: true,
  statusIndex: true,
  ledgerRoot: true,
  ledgerPosition: true,
  ledgerBlock: true,
  supersedes: true,
  supersededBy: true,
};
export const FACTS_COLUMNS: readonly string[] = Object.keys(FACTS);
export const LICENCE_COLUMNS: readonly string[] = [
  ...FACTS_COLUMNS,
  'operation',
  'holderSealed',
  'fieldsSealed',
  'noteSealed',
];

/** Condition on rows that readers may see. */
export const VISIBLE = `(state <> 'staged' OR stagedFrom IS NOT NULL)`;

/** Types of the sealed columns. */
interface SealedValues {
  readonly holderSealed: Holder;
  readonly fieldsSealed: LicenceFields;
  readonly noteSealed: string;
  readonly partsSealed: IssuedParts;
}
type SealedColumn = keyof SealedValues;

/** Seals a value of a licence's row as JSON. */
export function sealColumn<C extends SealedColumn>(
  key: KeyObject,
  column: C,
  identifier: string,
  value: SealedValues[C],
): Uint8Array {
  return sealText(key, placeOf(column, identifier), JSON.stringify(value));
}

/** Opens what {@link sealColumn} sealed; null without key (holder erased) or value. */
export function openColumn<C extends SealedColumn>(
  key: KeyObject | null,
  column: C,
  identifier: string,
  sealed: Uint8Array | null,
): SealedValues[C] | null {
  if (key === null || sealed === null) return null;
  return JSON.parse(openText(key, placeOf(column, identifier), sealed)) as SealedValues[C]; // sealed by us, so of its type
}

/** A staged approval reads as the draft it was. */
export function toFacts(row: LicenceFactsRow): LicenceFacts {
  const isStaged = row.state === 'staged';
  return {
    identifier: row.identifier,
    base: row.base,
    typeCode: row.typeCode,
    typeVersion: row.typeVersion,
    issuer: row.issuer,
    holderHash: row.holderHash,
    state: (isStaged ? row.stagedFrom : row.state) as LicenceState, // only visible rows come here
    version: row.version,
    validFrom: new Date(row.validFrom),
    validUntil: fromStoredTimeOrNull(row.validUntil),
    makerId: row.makerId,
    approverId: isStaged ? null : row.approverId,
    createdAt: new Date(row.createdAt),
    issuedAt: fromStoredTimeOrNull(row.issuedAt),
    documents: isStaged ? [] : (JSON.parse(row.documents) as readonly IssuedDocument[]),
    contentDigest: isStaged ? null : row.contentDigest,
    status: isStaged ? null : toStatus(row),
    ledger: toLedgerPlace(row),
    supersedes: row.supersedes,
    supersededBy: row.supersededBy,
  };
}

export function toLicence(row: LicenceRow, key: KeyObject | null): Licence {
  const { identifier } = row;
  return {
    ...toFacts(row),
    holder: openColumn(key, 'holderSealed', identifier, row.holderSealed),
    fields: openColumn(key, 'fieldsSealed', identifier, row.fieldsSealed),
    note: openColumn(key, 'noteSealed', identifier, row.noteSealed),
    operation: row.operation as LicenceOperation | null, // written as such
  };
}

/** The ledger columns of a row, the same in every table that has them. */
export function ledgerColumns(ledger: LedgerPlace | null): Row {
  return {
    ledgerRoot: ledger?.root ?? null,
    ledgerPosition: ledger?.position ?? null,
    ledgerBlock: ledger?.block ?? null,
  };
}

/** Reads {@link ledgerColumns}. */
export function toLedgerPlace(row: {
  readonly ledgerRoot: string | null;
  readonly ledgerPosition: number | null;
  readonly ledgerBlock: number | null;
}): LedgerPlace | null {
  const { ledgerRoot: root, ledgerPosition: position, ledgerBlock: block } = row;
  return root === null || position === null || block === null ? null : { root, position, block };
}

function toStatus(row: LicenceFactsRow): LicenceFacts['status'] {
  const { statusList: list, statusIndex: index } = row;
  return list === null || index === null ? null : { list, index };
}

function placeOf(column: SealedColumn, id: string): SealedPlace {
  return { table: 'Licence', column, id };
}
