/** Writes `data/demo/stock-licences.csv`. */
import { writeFileSync } from 'node:fs';
import { stockLicences, toCsv } from '../service/src/demo/stockLicences.ts';

/** Where the script reads its arguments from and writes to. */
export interface ScriptIo {
  readonly write: (text: string) => void;
}

const USAGE = `Usage: node scripts/makeStockLicences.ts [--json] [--out FILE]

Makes the stock licences of the demo city (the same on every run) and writes them as CSV.
`;
const DEFAULT_FILE = new URL('../data/demo/stock-licences.csv', import.meta.url);

/** @returns exit code: 0 done, 2 wrong usage. */
export function main(argv: readonly string[], io: ScriptIo): number {
  const rest = argv.filter((argument) => argument !== '--json');
  const [option, file] = rest;
  if (option === '--help') {
    io.write(USAGE);
    return 0;
  }
  if (rest.length > 0 && (option !== '--out' || file === undefined || rest.length > 2)) {
    io.write(USAGE);
    return 2;
  }
  const { rows, faults } = stockLicences();
  writeFileSync(file ?? DEFAULT_FILE, toCsv(rows));
  io.write(
    argv.includes('--json')
      ? `${JSON.stringify({ rows: rows.length, faults })}\n`
      : `${rows.length} rows, ${faults.length} of them wrong on purpose:\n${faults.map(({ line, code, fault }) => `  line ${line}: ${code}, ${fault}\n`).join('')}`,
  );
  return 0;
}

if (import.meta.main)
  process.exitCode = main(process.argv.slice(2), { write: (text) => process.stdout.write(text) });
