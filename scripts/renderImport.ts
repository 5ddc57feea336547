import { EXIT, outJson, type Call, type ExitCode } from './command.ts';

export interface ImportSummary {
  readonly id: string;
  readonly state: string;
  readonly isDryRun: boolean;
  /** Rows by outcome. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface RefusedRow {
  readonly row: number;
  readonly code: string;
  readonly message: string;
  readonly pointer: string | null;
}

export function exitOfImport({ state, counts }: ImportSummary): ExitCode {
  return state === 'done' && (counts['refused'] ?? 0) === 0 ? EXIT.done : EXIT.refused;
}

/** Says how an import ended: one line a faulty row, then the counts. */
export function outImport(call: Call, summary: ImportSummary, faults: readonly RefusedRow[]): void {
  if (call.isJson) {
    const { id, state, isDryRun, counts } = summary;
    outJson(call.io, { id, state, dryRun: isDryRun, counts, faults });
    return;
  }
  const isEnglish = call.language === 'en';
  for (const { row, code, message, pointer } of faults) {
    const place = isEnglish
      ? `row ${row} (line ${row + 1})`
      : `第 ${row} 行（文件第 ${row + 1} 行）`;
    call.io.out(`${place}: ${code}${pointer === null ? '' : ` ${pointer}`}: ${message}\n`);
  }
  const counts = Object.entries(summary.counts)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${outcome} ${count}`);
  call.io.out(`${summary.id} ${summary.state}: ${counts.join(', ') || '-'}\n`);
  if ((summary.counts['drafted'] ?? 0) > 0) {
    call.io.out(
      isEnglish
        ? 'Drafts wait for a second person: give --approved-by, or approve the import over HTTP.\n'
        : '草稿待第二人审核：用 --approved-by 指定审核人，或通过接口审核整批。\n',
    );
  }
}
