/** The table of an import, as long as this page lives: nothing of it is kept by the browser. */
import { api, ask, type Asked } from '../api.ts';
import type { ImportEntry } from './importFaults.ts';

/** What was sent, so that it can be sent once more for real. */
export interface SentTable {
  readonly file: File;
  /** Empty: each row names its own. */
  readonly typeCode: string;
}

const sent = new Map<string, SentTable>();

/** The table of an import that this page sent; null: it was sent elsewhere, or before the page was loaded. */
export function tableOf(id: string): SentTable | null {
  return sent.get(id) ?? null;
}

const digestKey = (id: string): string => `yinxin.import.${id}`;

/** Sends a table. A dry run leaves its digest behind, by which the same file is known again after the page was loaded anew. */
export async function sendTable(
  table: SentTable,
  options: Readonly<{ isDryRun: boolean }>,
): Promise<Asked<ImportEntry>> {
  const form = new FormData();
  if (table.typeCode !== '') form.set('typeCode', table.typeCode);
  form.set('file', table.file, 'table.csv'); // names of files can name people
  const asked = await ask(
    api.POST('/imports', {
      params: { query: { dryRun: options.isDryRun ? 'true' : 'false' } },
      body: { file: '' },
      bodySerializer: () => form,
    }),
  );
  if (asked.ok && options.isDryRun) {
    sent.set(asked.data.id, table);
    sessionStorage.setItem(digestKey(asked.data.id), await digestOf(table.file));
  }
  return asked;
}

/** Whether a file is the one that a dry run has checked. */
export async function isTableOf(id: string, file: File): Promise<boolean> {
  return sessionStorage.getItem(digestKey(id)) === (await digestOf(file));
}

async function digestOf(file: File): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What a chosen file cannot be. */
export type TableFault = 'isWorkbook' | 'isEmpty' | 'isPdf';

/** The table in a chosen file, a workbook as CSV; or why there is none, as far as its bytes tell. */
export async function readTableFile(file: File): Promise<File | TableFault> {
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  const starts = (...bytes: readonly number[]): boolean =>
    bytes.every((byte, i) => head[i] === byte);
  if (head.length === 0) return 'isEmpty';
  if (starts(0x25, 0x50, 0x44, 0x46)) return 'isPdf';
  if (starts(0xd0, 0xcf, 0x11, 0xe0)) return 'isWorkbook'; // of before 2007
  return starts(0x50, 0x4b) ? await readWorkbook(file) : file;
}

async function readWorkbook(file: File): Promise<File | TableFault> {
  try {
    const { workbookToCsv } = await import('./workbook.ts');
    return new File([await workbookToCsv(file)], file.name, { type: 'text/csv' });
  } catch {
    return 'isWorkbook'; // damaged, protected, too large, or a browser that cannot unpack
  }
}
