import { z } from 'zod';
import { catalogueCode, catalogueName, matterDefinition } from './matterDefinition.ts';

/** A matter as files carry it. */
export const matterEntry = z.strictObject({
  code: catalogueCode,
  name: catalogueName,
  definition: matterDefinition,
});

/** A matter of a file, not yet checked, and where the file says it. */
export interface FileEntry {
  readonly value: unknown;
  /** The row that says a member, from 1, without the header. @param path - into {@link FileEntry.value}. */
  rowOf(path: readonly PropertyKey[]): number;
}

/** What is wrong with a file, and where. */
export interface RowFault {
  /** From 1, without the header; of JSON the place in the list. */
  readonly row: number;
  /** JSON pointer into the matter. */
  readonly pointer: string;
  readonly detail: string;
}

export interface MatterFile {
  readonly entries: readonly FileEntry[];
  readonly faults: readonly RowFault[];
}

/** Matters a file has at most, and rows. */
export const MAX_MATTERS = 10_000;
export const MAX_MATTER_ROWS = 200_000;
