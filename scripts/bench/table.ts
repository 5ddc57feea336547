import type { Summary } from './statistics.ts';

/** One line of the table. */
export interface Row {
  readonly what: string;
  /** As the design sets it; null: none. */
  readonly goal: Goal | null;
  /** Operations a second. */
  readonly perSecond: number;
  /** Latencies and errors; null where nobody waits for single answers. */
  readonly summary: Summary | null;
  /** What the same machine did in the same minute. */
  readonly yardsticks: readonly { readonly what: string; readonly perSecond: number }[];
  /** Processor time of everything that took part; absent: told in notes or not measured. */
  readonly processor?: Readonly<{
    /** For one operation, in ms. */
    msEach: number;
    /** Of all processors, 0 to 1. */
    share: number;
  }>;
  /** Further things seen. */
  readonly notes: readonly string[];
}

export interface Goal {
  readonly perSecond?: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  readonly maxMiB?: number;
}

const UNKNOWN = { p50Ms: Infinity, p95Ms: Infinity, p99Ms: Infinity };

/** @returns null if there is no goal. A run with an error meets none. */
export function isMet(row: Row, residentMiB: number | null = null): boolean | null {
  const { goal, summary, perSecond } = row;
  if (goal === null) return null;
  const { errors, ...latencies } = summary ?? { ...UNKNOWN, errors: 0 };
  const seen = { ...latencies, maxMiB: residentMiB ?? Infinity };
  const isFastEnough = goal.perSecond === undefined || perSecond >= goal.perSecond;
  const limits = ['p50Ms', 'p95Ms', 'p99Ms', 'maxMiB'] as const;
  return (
    isFastEnough && errors === 0 && limits.every((name) => seen[name] <= (goal[name] ?? Infinity))
  );
}

/** The table as Markdown, so that it can be kept as it is. */
export function toMarkdown(rows: readonly (Row & { readonly met: boolean | null })[]): string {
  const hasProcessor = rows.some(({ processor }) => processor !== undefined);
  const head = [
    ...['what', 'goal', 'measured', 'p50 / p95 / p99 ms', 'errors'],
    ...(hasProcessor ? ['processor ms each', 'share of machine'] : []),
    ...['yardstick', 'ratio'],
  ];
  const lines = rows.map((row) => [
    row.what,
    goalText(row.goal),
    `${rate(row.perSecond)}${row.met === null ? '' : row.met ? ' ✓' : ' ✗'}`,
    row.summary === null ? '–' : latencies(row.summary),
    row.summary === null ? '–' : String(row.summary.errors),
    ...(hasProcessor ? processorCells(row) : []),
    row.yardsticks.map(({ what, perSecond }) => `${what} ${rate(perSecond)}`).join('; ') || '–',
    row.yardsticks.map((one) => (row.perSecond / one.perSecond).toFixed(2)).join('; ') || '–',
  ]);
  const notes = rows.flatMap((row) => row.notes.map((note) => `* ${row.what}: ${note}`));
  return [
    cells(head),
    cells(head.map(() => '---')),
    ...lines.map(cells),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ].join('\n');
}

function processorCells({ processor }: Row): readonly string[] {
  if (processor === undefined) return ['–', '–'];
  return [processor.msEach.toPrecision(3), `${Math.round(processor.share * 100)} %`];
}

function cells(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`;
}

function goalText(goal: Goal | null): string {
  if (goal === null) return '–';
  const texts = [
    goal.perSecond === undefined ? null : `≥ ${rate(goal.perSecond)}`,
    goal.p50Ms === undefined ? null : `p50 ≤ ${Math.round(goal.p50Ms)} ms`,
    goal.p95Ms === undefined ? null : `p95 ≤ ${goal.p95Ms} ms`,
    goal.p99Ms === undefined ? null : `p99 ≤ ${goal.p99Ms} ms`,
    goal.maxMiB === undefined ? null : `≤ ${goal.maxMiB} MiB`,
  ];
  return texts.filter((text) => text !== null).join(', ');
}

function rate(perSecond: number): string {
  return `${Math.round(perSecond).toLocaleString('en')} /s`;
}

function latencies({ p50Ms, p95Ms, p99Ms }: Summary): string {
  return [p50Ms, p95Ms, p99Ms].map((ms) => ms.toFixed(1)).join(' / ');
}
