import { z } from 'zod';
import { organisationOf, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { TableSource } from '../imports/textEncoding.ts';
import { checkMatters, type MatterDraft } from './checkMatters.ts';
import {
  matterEntry,
  MAX_MATTERS,
  type FileEntry,
  type MatterFile,
  type RowFault,
} from './matterEntry.ts';
import { compareMatters, putMatters, type MatterParts, type PutMatter } from './putMatter.ts';
import { readMatterTable } from './readMatterTable.ts';

export interface MatterImport {
  readonly isDryRun: boolean;
  /** By outcome. */
  readonly codes: Readonly<Record<PutMatter['outcome'], readonly string[]>>;
  /** Of a dry run; a real one is refused instead. */
  readonly faults: readonly RowFault[];
}

const MAX_JSON_BYTES = 16 * 1024 * 1024;
const MAX_FAULTS = 200;

interface Located {
  readonly draft: MatterDraft;
  readonly entry: FileEntry;
}

/**
 * Takes over matters from a file, JSON or CSV: all of them, or none if a single one has a fault. Matters that are equal
 * to what is there stay as they are, those that the file does not name too.
 *
 * @param file - attacker-controlled.
 * @throws ServiceError `NOT_AUTHORISED`; `IMPORT_MALFORMED` for what is neither, and with a fault a row; the contract's
 * refusal.
 */
export async function importMatters(
  parts: MatterParts,
  principal: Principal,
  { file, isDryRun }: Readonly<{ file: Uint8Array; isDryRun: boolean }>,
): Promise<MatterImport> {
  organisationOf(principal, 'operator');
  const { located, faults } = await readDrafts(parts, file);
  if (faults.length > 0 && !isDryRun) throw refused(faults);
  const drafts = located.map(({ draft }) => draft);
  const compared =
    faults.length > 0 || isDryRun
      ? (await compareMatters(parts, drafts)).map(({ draft, outcome }) => ({ ...draft, outcome }))
      : (await putMatters(parts, principal, drafts)).map(({ matter, outcome }) => ({
          ...matter,
          outcome,
        }));
  const of = (wanted: PutMatter['outcome']): readonly string[] =>
    compared.filter(({ outcome }) => outcome === wanted).map(({ code }) => code);
  return {
    isDryRun,
    codes: { added: of('added'), changed: of('changed'), unchanged: of('unchanged') },
    faults: faults.slice(0, MAX_FAULTS),
  };
}

async function readDrafts(
  parts: MatterParts,
  file: Uint8Array,
): Promise<{ readonly located: readonly Located[]; readonly faults: readonly RowFault[] }> {
  const { entries, faults } = looksLikeJson(file)
    ? readJson(file)
    : await readMatterTable(sourceOf(file));
  if (entries.length > MAX_MATTERS)
    throw new ServiceError('REQUEST_TOO_LARGE', `at most ${MAX_MATTERS} matters are taken`);
  const found: RowFault[] = [...faults];
  const located: Located[] = [];
  for (const entry of entries) {
    const parsed = matterEntry.safeParse(entry.value);
    if (parsed.success) located.push({ draft: parsed.data, entry });
    else found.push(...parsed.error.issues.map((issue) => toFault(entry, issue)));
  }
  for (const { place, pointer, detail } of await checkMatters(
    parts,
    located.map(({ draft }) => draft),
  )) {
    const path = pointer === '/code' ? ['code'] : ['definition', ...pointer.split('/').slice(1)];
    const row = located[place]?.entry.rowOf(path) ?? 1;
    found.push({ row, pointer: toPointer(path), detail });
  }
  found.push(...repeated(located));
  return { located, faults: found.sort((a, b) => a.row - b.row) };
}

function repeated(located: readonly Located[]): readonly RowFault[] {
  const seen = new Set<string>();
  return located.flatMap(({ draft: { code }, entry }) => {
    if (!seen.has(code)) {
      seen.add(code);
      return [];
    }
    return [{ row: entry.rowOf(['code']), pointer: '/code', detail: 'is there twice' }];
  });
}

const jsonFile = z.strictObject({ matters: z.array(z.unknown()) });

function readJson(file: Uint8Array): MatterFile {
  if (file.length > MAX_JSON_BYTES)
    throw new ServiceError(
      'REQUEST_TOO_LARGE',
      `at most ${MAX_JSON_BYTES} bytes of JSON are taken`,
    );
  const parsed = jsonFile.safeParse(parseText(file));
  if (!parsed.success)
    throw new ServiceError('IMPORT_MALFORMED', 'the file is no object with a list `matters` alone');
  const entries = parsed.data.matters.map((value, place) => ({ value, rowOf: () => place + 1 }));
  return { entries, faults: [] };
}

function parseText(file: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file));
  } catch (cause) {
    throw new ServiceError('IMPORT_MALFORMED', 'the file is no JSON in UTF-8', { cause });
  }
}

function looksLikeJson(file: Uint8Array): boolean {
  const head = Buffer.from(file.subarray(0, 64)).toString('utf8');
  return /^\uFEFF?\s*[{[]/.test(head);
}

function sourceOf(file: Uint8Array): TableSource {
  return async function* () {
    yield await Promise.resolve(file);
  };
}

function toFault(entry: FileEntry, issue: z.core.$ZodIssue): RowFault {
  return { row: entry.rowOf(issue.path), pointer: toPointer(issue.path), detail: issue.message };
}

function toPointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step)}`).join('');
}

function refused(faults: readonly RowFault[]): ServiceError {
  return new ServiceError('IMPORT_MALFORMED', 'nothing was taken over: there are faults', {
    faults: faults
      .slice(0, MAX_FAULTS)
      .map(({ row, pointer, detail }) => ({ pointer: `/rows/${row}${pointer}`, detail })),
  });
}
