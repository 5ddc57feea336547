/** `npm run bench`: measures the service over HTTP, or the ledger on Fabric, beside yardsticks of the same minute. */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCity } from './bench/city.ts';
import { benchLedger } from './bench/ledgerRuns.ts';
import {
  benchImport,
  benchIssue,
  benchVerifyCodes,
  benchVerifyFiles,
  issueSubjects,
  readCodes,
  type BenchParts,
  type JudgedRow,
} from './bench/runs.ts';
import { benchRedemptions } from './bench/presentationRuns.ts';
import { benchSeals } from './bench/sealRuns.ts';
import { startService, type ServiceOptions } from './bench/serviceProcess.ts';
import { toMarkdown } from './bench/table.ts';
import { benchWaivers } from './bench/waiverRuns.ts';
import { areLight, benchWeb, webMarkdown } from './bench/webRuns.ts';
import { findPrograms, missingProgramsText } from './fabric/programs.ts';

/** Where the bench writes to. */
export interface BenchIo {
  readonly write: (text: string) => void;
  /** What goes on, for a person who waits. */
  readonly progress: (text: string) => void;
}

/** Those behind `all` are not among it; `ledger` needs Fabric's programs. */
const RUNS = [
  ...(['verify', 'issue', 'import', 'all'] as const),
  ...(['seals', 'presentations', 'web', 'ledger'] as const),
] as const;
type Run = (typeof RUNS)[number];

export interface BenchOptions {
  readonly run: Run;
  readonly subjects: number;
  readonly rows: number;
  readonly seconds: number;
  /** In the store that waivers are computed over. */
  readonly licences: number;
  readonly isJson: boolean;
  /** Folder for CPU profiles of the service; null: none. */
  readonly profileDir: string | null;
  /** First port of the Fabric network. */
  readonly basePort: number;
}

const USAGE = `Usage: npm run bench -- [verify|issue|import|all|seals|presentations|web|ledger] [options]

Starts the service in a temporary directory, drives it over HTTP from another process, and prints a table.
"seals" seals documents of one's own and verifies them.
"presentations" redeems codes that a holder shows; then it asks what can be waived, over a million licences that it writes.
"web" opens pages in a real browser: what they weigh and when they can be used. It takes about five minutes.
"ledger" starts Fabric networks instead, one after the other, and drives the ledger itself; Fabric's programs must be on the
PATH or in FABRIC_BIN. It takes about six minutes; with --seconds 2 about three.

  --subjects N   distinct licences to verify (default 10000)
  --rows N       rows to import (default 3000)
  --licences N   licences to compute waivers over (default 1000000, about two minutes and 3 GB of disk)
  --seconds N    length of each measured run (default 8)
  --profile DIR  write CPU profiles of the service there (costs some speed)
  --base-port N  first of 50 ports for the Fabric network (default 32050)
  --json         the same as JSON
`;

const ARGUMENTS = {
  subjects: { type: 'string', default: '10000' },
  rows: { type: 'string', default: '3000' },
  seconds: { type: 'string', default: '8' },
  licences: { type: 'string', default: '1000000' },
  profile: { type: 'string', default: '' },
  'base-port': { type: 'string', default: '32050' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** @returns null for wrong arguments; `help` if that is what was asked for. */
export function parseBenchArguments(argv: readonly string[]): BenchOptions | 'help' | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: ARGUMENTS,
    });
    if (values.help) return 'help';
    const [name = 'all', ...further] = positionals;
    const run = RUNS.find((one) => one === name);
    const numbers = {
      ...{ subjects: +values.subjects, rows: +values.rows, seconds: +values.seconds },
      ...{ basePort: +values['base-port'], licences: +values.licences },
    };
    const isRight = Object.values(numbers).every((one) => Number.isInteger(one) && one > 0);
    if (run === undefined || further.length > 0 || !isRight || numbers.subjects < 2) return null;
    return { run, ...numbers, isJson: values.json, profileDir: values.profile || null };
  } catch {
    return null; // an unknown option
  }
}

/** @returns exit code: 0 measured, 1 failed, 2 wrong usage. Goals not met are told, not failed. */
export async function main(argv: readonly string[], io: BenchIo): Promise<number> {
  const options = parseBenchArguments(argv);
  if (options === null || options === 'help') {
    io.write(USAGE);
    return options === null ? 2 : 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'yinxin-bench-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove); // also when the bench is interrupted
  try {
    if (options.run === 'web') return await runWebBench(options, io);
    const rows = await (options.run === 'ledger' ? runLedgerBench : runBench)(options, folder, io);
    if (rows === null) return 1;
    io.write(options.isJson ? toJson(rows) : `${machine()}\n\n${toMarkdown(rows)}\n`);
    return 0;
  } finally {
    remove();
    process.removeListener('exit', remove);
  }
}

async function runWebBench(
  { isJson }: BenchOptions,
  { write, progress }: BenchIo,
): Promise<number> {
  const rows = await benchWeb(progress);
  write(isJson ? toJson(rows) : `${machine()}\n\n${webMarkdown(rows)}\n`);
  return areLight(rows) ? 0 : 1;
}

async function runLedgerBench(
  { basePort, seconds }: BenchOptions,
  folder: string,
  { progress }: BenchIo,
): Promise<readonly JudgedRow[] | null> {
  const { programs, missing } = findPrograms(process.env);
  if (missing.length > 0) {
    progress(missingProgramsText(missing).en);
    return null;
  }
  return await benchLedger({ folder, basePort, seconds, programs, progress });
}

async function runBench(
  options: BenchOptions,
  folder: string,
  io: BenchIo,
): Promise<readonly JudgedRow[]> {
  const dataDir = join(folder, 'run');
  io.progress('making the demo city');
  await (await startService({ dataDir, isDemo: true })).stop();
  const { run } = options;
  const common = { seconds: options.seconds, progress: io.progress, folder: join(folder, 'files') };
  const within = <T>(
    settings: Pick<ServiceOptions, 'ledgerBatch'>,
    work: (parts: BenchParts) => Promise<T>,
  ): Promise<T> =>
    withService(
      { dataDir, isDemo: false, profileDir: options.profileDir, ...settings },
      common,
      work,
    );
  if (run === 'seals') return await within({}, benchSeals);
  if (run === 'presentations')
    return [
      await within({}, benchRedemptions),
      ...(await benchWaivers({
        ...{ settings: { dataDir, isDemo: false }, licences: options.licences, ...common },
      })),
    ];
  const rows = await within({}, async (parts) => {
    const imported =
      run === 'import' || run === 'all' ? [await benchImport(parts, options.rows)] : [];
    const issued = run === 'import' ? null : await measureIssue(parts, run);
    const verified =
      issued === null || run === 'issue'
        ? []
        : await measureVerify(parts, issued, options.subjects);
    return [...verified, ...(issued?.rows ?? []), ...imported];
  });
  if (run !== 'issue' && run !== 'all') return rows;
  const alone = await within({ ledgerBatch: 1 }, (parts) =>
    benchIssue(parts, {
      what: 'issue with OFD, 32 callers, group commit off',
      ...{ formats: ['ofd'], goal: null, first: 10_000_000 },
    }),
  );
  return [...rows, alone.row];
}

interface Issued {
  readonly rows: readonly JudgedRow[];
  readonly ofd: readonly string[];
  readonly pdf: readonly string[];
}

async function measureIssue(parts: BenchParts, run: Run): Promise<Issued> {
  const ofd = await benchIssue(parts, {
    what: 'issue with OFD, 32 callers',
    ...{ formats: ['ofd'], goal: { perSecond: 400, p95Ms: 150 }, first: 0 },
  });
  const pdf = await benchIssue(parts, {
    what: 'issue with PDF, 32 callers',
    ...{ formats: ['pdf'], goal: { perSecond: 100 }, first: 1_000_000 },
  });
  const rows = run === 'verify' ? [] : [ofd.row, pdf.row];
  return { rows, ofd: ofd.identifiers, pdf: pdf.identifiers };
}

async function measureVerify(
  parts: BenchParts,
  issued: Issued,
  subjects: number,
): Promise<readonly JudgedRow[]> {
  const known = [...issued.ofd, ...issued.pdf];
  const more = await issueSubjects(parts, subjects + 1 - known.length, 2_000_000);
  const [revoked = '', ...others] = [...known, ...more].slice(0, subjects + 1);
  const [revokedCode = ''] = await readCodes(parts, [revoked]);
  const codes = await readCodes(parts, others);
  const rows = await benchVerifyCodes(parts, codes, { identifier: revoked, code: revokedCode });
  const ofd = await benchVerifyFiles(parts, 'ofd', issued.ofd.slice(1));
  const pdf = await benchVerifyFiles(parts, 'pdf', issued.pdf);
  return [...rows, ofd, pdf];
}

async function withService<T>(
  settings: ServiceOptions,
  common: Omit<BenchParts, 'service' | 'city'>,
  work: (parts: BenchParts) => Promise<T>,
): Promise<T> {
  const service = await startService(settings);
  try {
    return await work({ ...common, service, city: await openCity(service, settings.dataDir) });
  } finally {
    await service.stop();
  }
}

function machine(): string {
  const [cpu] = cpus();
  const load = loadavg()
    .map((one) => one.toFixed(1))
    .join(', ');
  return `${availableParallelism()} cores (${cpu?.model.trim() ?? 'unknown'}), Node ${process.version}, ${new Date().toISOString()}, load average ${load}`;
}

function toJson(rows: readonly unknown[]): string {
  return `${JSON.stringify({ machine: machine(), rows }, null, 2)}\n`;
}

if (import.meta.main) {
  process.exitCode = await main(process.argv.slice(2), {
    write: (text) => process.stdout.write(text),
    progress: (text) => process.stderr.write(`… ${text}\n`),
  });
}
