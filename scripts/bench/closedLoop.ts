/** Callers that each send on as soon as they are answered, without HTTP in between. */
import { setTimeout as sleep } from 'node:timers/promises';
import { summarise, type Summary } from './statistics.ts';

/** Processor time used so far by each part of what is measured, in ms. */
export type ProcessorTimes = Readonly<Record<string, number>>;

export interface LoopOrder {
  readonly callers: number;
  /** At least so long is not measured, and until every caller has been answered once. */
  readonly warmUpSeconds: number;
  /** Length of the measured window. A slow machine gets longer, until there are as many answers as callers. */
  readonly seconds: number;
  readonly processorTimes: () => ProcessorTimes;
}

export interface LoopResult {
  readonly summary: Summary;
  /** Processor time used in the window. */
  readonly processorTimes: ProcessorTimes;
}

interface Answer {
  readonly at: number;
  readonly tookMs: number;
  /** Null: as it should be. */
  readonly fault: string | null;
}

/** However slow the machine is: three times as long as asked for, and this for the warm-up. */
const MOST_TIMES_LONGER = 3;
const LONGEST_WARM_UP_SECONDS = 20;
const LOOK_EVERY_MS = 20;

/**
 * Runs callers and counts the answers that come inside the window, whenever their calls were made: what is under way when it
 * begins makes up for what is under way when it ends.
 *
 * @param call - makes one call; null: there is nothing left, and the window ends.
 */
export async function runClosedLoop(
  { callers, warmUpSeconds, seconds, processorTimes }: LoopOrder,
  call: () => Promise<void> | null,
): Promise<LoopResult> {
  const answers: Answer[] = [];
  const run = { isOver: false };
  const drive = async (): Promise<void> => {
    while (!run.isOver) {
      const begun = performance.now();
      const answer = call();
      if (answer === null) run.isOver = true;
      else answers.push(await timed(begun, answer));
    }
  };
  const driven = Promise.all(Array.from({ length: callers }, drive));
  await passed(run, warmUpSeconds, LONGEST_WARM_UP_SECONDS, () => answers.length >= callers);
  const [from, before, first] = [performance.now(), processorTimes(), answers.length];
  const isEnough = (): boolean => answers.length - first >= callers;
  await passed(run, seconds, MOST_TIMES_LONGER * seconds, isEnough);
  const [until, after] = [performance.now(), processorTimes()];
  run.isOver = true;
  const inside = answers.slice(first).filter(({ at }) => at <= until);
  await driven;
  const faults = inside.flatMap(({ fault }) => fault ?? []);
  const good = inside.filter(({ fault }) => fault === null);
  const summary = summarise(
    good.map(({ tookMs }) => tookMs),
    { errors: faults.length, firstError: faults[0] ?? null, seconds: (until - from) / 1000 },
  );
  return { summary, processorTimes: difference(after, before) };
}

async function timed(begun: number, answer: Promise<void>): Promise<Answer> {
  const fault = await answer.then(() => null, String);
  const at = performance.now();
  return { at, tookMs: at - begun, fault };
}

/** Waits at least so long, then until it is enough, at most so long, or until the run is over. */
async function passed(
  run: { readonly isOver: boolean },
  least: number,
  most: number,
  isEnough: () => boolean,
): Promise<void> {
  const begun = performance.now();
  for (;;) {
    const seconds = (performance.now() - begun) / 1000;
    if (run.isOver || seconds >= most || (seconds >= least && isEnough())) return;
    await sleep(LOOK_EVERY_MS);
  }
}

function difference(after: ProcessorTimes, before: ProcessorTimes): ProcessorTimes {
  return Object.fromEntries(
    Object.entries(after).map(([name, time]) => [name, time - (before[name] ?? 0)]),
  );
}
