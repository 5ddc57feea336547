/** The bench of the ledger on Fabric: one act a transaction beside group commit, and uses anchored. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { contractOf, type SignedAct } from '@yinxin/chaincode/model';
import { GroupCommit } from '../../service/src/ledger/groupCommit.ts';
import type { CommittedOutcome } from '../../service/src/ledger/ledger.ts';
import type { Programs } from '../fabric/programs.ts';
import { runClosedLoop } from './closedLoop.ts';
import { buildLedgerCity, type LedgerCity } from './ledgerCity.ts';
import { withNetwork, type LedgerBench } from './ledgerNetwork.ts';
import type { JudgedRow } from './runs.ts';
import { isMet, type Goal, type Row } from './table.ts';

export interface LedgerOrder {
  /** For the networks; each is gone when its runs are over. */
  readonly folder: string;
  readonly basePort: number;
  /** Of each measured run. */
  readonly seconds: number;
  readonly programs: Programs;
  readonly progress: (text: string) => void;
}

/** The last one stays up for group commit. */
const BATCH_TIMEOUTS_MS = [100, 500, 200];
const PLAIN_CALLERS = [1, 8, 32, 64, 128, 256];
const GROUP_CALLERS = [1, 8, 64, 256, 1024];
const USAGE_RUNS = [
  { callers: 160, leaves: 500 },
  { callers: 32, leaves: 4096 },
];
/** Transactions in flight, as the service has on Fabric. */
const SLOTS = 4;
const WARM_UP_SECONDS = 1.5;
const GOALS = { timesPlain: 5, leavesPerSecond: 20_000, timesPlainLatency: 1.2 };
/** More than any run can use up, so that signing beforehand takes no longer than it must. */
const MOST_PER_SECOND = { plain: 400, group: 2500, leaves: 60_000 };

/**
 * Measures networks one after the other, which differ in how long their blocks wait for company. Group commit runs on the
 * last one, minutes after the same acts one a transaction.
 */
export async function benchLedger(order: LedgerOrder): Promise<readonly JudgedRow[]> {
  const city = await buildLedgerCity();
  const acts = new SignedActs(city);
  const plain: LedgerRow[] = [];
  const group: LedgerRow[] = [];
  const usage: LedgerRow[] = [];
  for (const batchTimeoutMs of BATCH_TIMEOUTS_MS) {
    order.progress(`a network whose blocks wait ${batchTimeoutMs} ms`);
    const dir = join(order.folder, `network${batchTimeoutMs}`);
    await withNetwork({ ...order, dir, batchTimeoutMs }, city, async (bench) => {
      const run: LedgerRun = { order, bench, acts };
      await warmUpPlain(run);
      for (const callers of PLAIN_CALLERS) plain.push(await benchPlain(run, callers));
      if (batchTimeoutMs !== BATCH_TIMEOUTS_MS.at(-1)) return;
      await warmUpGroup(run);
      for (const callers of GROUP_CALLERS) group.push(await benchGroup(run, callers));
      for (const each of USAGE_RUNS) usage.push(await benchUsage(run, each));
    });
  }
  return judge(plain, group, usage);
}

interface LedgerRun {
  readonly order: LedgerOrder;
  readonly bench: LedgerBench;
  readonly acts: SignedActs;
}

type LedgerRow = Row & {
  readonly callers: number;
  readonly batchTimeoutMs: number;
  /** Which processes used the processors. */
  readonly timeText: string;
};

/** Signs ahead what a run may need; what is left over serves the next run. */
class SignedActs {
  readonly #city: LedgerCity;
  #issues: SignedAct[] = [];

  constructor(city: LedgerCity) {
    this.#city = city;
  }

  /** @returns a source of issues that ends. */
  async issues(count: number): Promise<() => SignedAct | null> {
    const more = await this.#city.signIssues(Math.max(0, count - this.#issues.length));
    this.#issues = [...this.#issues, ...more];
    return () => this.#issues.pop() ?? null;
  }

  async anchors(count: number, leaves: number): Promise<() => SignedAct | null> {
    const anchors = [...(await this.#city.signAnchors(count, leaves))];
    return () => anchors.pop() ?? null;
  }
}

/** Code that a process has just loaded takes up to twice the processor time for some seconds. */
const WARMING = { seconds: 3, plainCallers: 64, groupCallers: 512 };

async function warmUpPlain(run: LedgerRun): Promise<void> {
  const order = { ...run.order, seconds: WARMING.seconds, progress: () => undefined };
  await benchPlain({ ...run, order }, WARMING.plainCallers);
}

async function warmUpGroup(run: LedgerRun): Promise<void> {
  const order = { ...run.order, seconds: WARMING.seconds, progress: () => undefined };
  await benchGroup({ ...run, order }, WARMING.groupCallers);
}

async function benchPlain({ order, bench, acts }: LedgerRun, callers: number): Promise<LedgerRow> {
  const { batchTimeoutMs, ledger } = bench;
  return await measure(
    { order, bench },
    {
      what: `one licence act a transaction, ${callersText(callers)}, blocks wait ${batchTimeoutMs} ms`,
      ...{ callers, operations: 1 },
      next: await acts.issues(actsFor(order, callers, MOST_PER_SECOND.plain)),
      record: async (act) => (await ledger.submit(contractOf(act.act.act), [act]))[0],
    },
  );
}

async function benchGroup({ order, bench, acts }: LedgerRun, callers: number): Promise<LedgerRow> {
  return await measureGrouped(
    { order, bench },
    {
      what: `licence acts, group commit, ${callersText(callers)}`,
      ...{ callers, operations: 1 },
      next: await acts.issues(actsFor(order, callers, MOST_PER_SECOND.group)),
    },
  );
}

async function benchUsage(
  { order, bench, acts }: LedgerRun,
  { callers, leaves }: Readonly<{ callers: number; leaves: number }>,
): Promise<LedgerRow> {
  const count = actsFor(order, callers, MOST_PER_SECOND.leaves / leaves);
  return await measureGrouped(
    { order, bench },
    {
      what: `uses anchored, ${leaves.toLocaleString('en')} an act, ${callersText(callers)}`,
      ...{ callers, operations: leaves },
      next: await acts.anchors(count, leaves),
    },
  );
}

interface Load {
  readonly what: string;
  readonly callers: number;
  /** What one act counts for. */
  readonly operations: number;
  readonly next: () => SignedAct | null;
}

async function measureGrouped(
  run: Pick<LedgerRun, 'order' | 'bench'>,
  load: Load,
): Promise<LedgerRow> {
  const group = new GroupCommit(run.bench.ledger, { slots: SLOTS });
  try {
    return await measure(run, { ...load, record: (act) => group.record(act) });
  } finally {
    await group.close();
  }
}

async function measure(
  { order, bench }: Pick<LedgerRun, 'order' | 'bench'>,
  {
    what,
    callers,
    operations,
    next,
    record,
  }: Load & { readonly record: (act: SignedAct) => Promise<CommittedOutcome | undefined> },
): Promise<LedgerRow> {
  order.progress(what);
  const { seconds } = order;
  const { summary, processorTimes } = await runClosedLoop(
    { callers, warmUpSeconds: WARM_UP_SECONDS, seconds, processorTimes: bench.processorTimes },
    () => {
      const act = next();
      return act === null ? null : mustBeRecorded(record(act));
    },
  );
  const { firstError } = summary;
  const usedMs = Object.values(processorTimes).reduce((sum, time) => sum + time, 0);
  const done = summary.requests * operations;
  const shares = Object.entries(processorTimes).map(
    ([kind, time]) => `${kind} ${Math.round((100 * time) / usedMs)} %`,
  );
  return {
    ...{ what, callers, batchTimeoutMs: bench.batchTimeoutMs, goal: null, summary },
    perSecond: summary.perSecond * operations,
    processor: {
      msEach: done === 0 ? 0 : usedMs / done,
      share: usedMs / (summary.seconds * 1000 * availableParallelism()),
    },
    yardsticks: [],
    notes: firstError === null ? [] : [`first error: ${firstError}`],
    timeText: `processor time: ${shares.join(', ')}`,
  };
}

async function mustBeRecorded(answer: Promise<CommittedOutcome | undefined>): Promise<void> {
  const outcome = await answer;
  if (outcome?.outcome !== 'recorded') throw new Error(JSON.stringify(outcome));
}

/** Sets goals and yardsticks by the best that one act a transaction reached. */
function judge(
  plain: readonly LedgerRow[],
  group: readonly LedgerRow[],
  usage: readonly LedgerRow[],
): readonly JudgedRow[] {
  const best = Math.max(...plain.map(({ perSecond }) => perSecond));
  const fastest = Math.max(...group.map(({ perSecond }) => perSecond));
  const single = plain.find(
    ({ callers, batchTimeoutMs }) => callers === 1 && batchTimeoutMs === BATCH_TIMEOUTS_MS.at(-1),
  );
  const p50Ms = GOALS.timesPlainLatency * (single?.summary?.p50Ms ?? 0);
  const yardsticks = [{ what: 'best one act a transaction', perSecond: best }];
  const goalOf = ({ callers, perSecond }: LedgerRow): Goal | null => {
    if (callers === 1) return { p50Ms };
    return perSecond === fastest ? { perSecond: GOALS.timesPlain * best } : null;
  };
  const judged = (row: LedgerRow): JudgedRow => {
    const isTold =
      row.perSecond === best || row.perSecond === fastest || row.what.startsWith('uses');
    const notes = [...row.notes, ...(isTold ? [row.timeText] : [])];
    return { ...row, notes, met: isMet(row) };
  };
  return [
    ...plain.map(judged),
    ...group.map((row) => judged({ ...row, goal: goalOf(row), yardsticks })),
    ...usage.map((row) => judged({ ...row, goal: { perSecond: GOALS.leavesPerSecond } })),
  ];
}

/** Acts that a run may use up: no caller is faster than a block a fifth of a second. */
function actsFor({ seconds }: LedgerOrder, callers: number, mostPerSecond: number): number {
  const whole = seconds + WARM_UP_SECONDS;
  return Math.ceil(Math.min(mostPerSecond, callers * 10) * whole) + callers;
}

function callersText(callers: number): string {
  return callers === 1 ? 'one caller' : `${callers.toLocaleString('en')} callers`;
}
