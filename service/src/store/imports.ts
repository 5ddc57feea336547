/** Port: imports of stock licences, row by row and resumable. */
import type { Page, PageRequest } from './licences.ts';

export type ImportState = 'running' | 'done' | 'failed';
/** `valid` is what a dry run says of a row that could be issued; `drafted` waits for its approver. */
export type ImportRowOutcome = 'pending' | 'issued' | 'drafted' | 'valid' | 'refused';

export interface Import {
  readonly id: string;
  readonly typeCode: string;
  readonly state: ImportState;
  readonly isDryRun: boolean;
  /** Rows by outcome. */
  readonly counts: Readonly<Record<ImportRowOutcome, number>>;
  /** Account id. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

export interface ImportRowFault {
  readonly code: string;
  readonly message: string;
  /** JSON pointer of the member at fault; null when it is the row. */
  readonly pointer: string | null;
}

/** What became of a row; its raw cells are encrypted at rest. */
export interface ImportRow {
  /** From 1, without the header. */
  readonly number: number;
  readonly outcome: ImportRowOutcome;
  readonly identifier: string | null;
  readonly fault: ImportRowFault | null;
}

/** Refused rows with one fault. */
export type ImportFaultKind = Pick<ImportRowFault, 'code' | 'pointer'> & { readonly count: number };

export interface ImportRowFilter {
  readonly outcome?: ImportRowOutcome;
  readonly fault?: Pick<ImportRowFault, 'code' | 'pointer'>;
}

/** Raw cells of one row by column name. */
export type ImportCells = Readonly<Record<string, string>>;

export interface ImportStore {
  add(
    entry: Pick<Import, 'id' | 'typeCode' | 'isDryRun' | 'createdBy' | 'createdAt'>,
  ): Promise<void>;
  /** Adds rows as `pending`; rows already there are left alone, so a broken upload can be sent again. */
  addRows(
    id: string,
    rows: readonly { readonly number: number; readonly cells: ImportCells }[],
  ): Promise<void>;
  find(id: string): Promise<Import | null>;
  /** Newest first. */
  list(page: PageRequest): Promise<Page<Import>>;
  /** The next pending rows after `afterNumber`, by number, with their cells. */
  pendingRows(
    id: string,
    afterNumber: number,
    limit: number,
  ): Promise<readonly { readonly number: number; readonly cells: ImportCells }[]>;
  /** Notes outcomes; concurrent callers share a commit. */
  settleRows(id: string, rows: readonly ImportRow[]): Promise<void>;
  finish(id: string, state: 'done' | 'failed', at: Date): Promise<void>;
  /** Rows by number, ascending. */
  rows(id: string, filter: ImportRowFilter, page: PageRequest): Promise<Page<ImportRow>>;
  /** Faults of refused rows by kind, the most frequent first, at most 100. */
  faultKinds(id: string): Promise<readonly ImportFaultKind[]>;
  /** Imports that run in this process, and those that a process that is gone left running: they are this one's from now on. */
  unfinished(): Promise<readonly Import[]>;
}
