import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { AlarmFacts } from './alarmFacts.ts';
import type {
  AlarmsRequest,
  CasesRequest,
  CountedCases,
  CountedType,
  CountRequest,
  FiguresRequest,
  TypesRequest,
} from './countWorker.ts';
import type { CountedFigures } from './figures.ts';

const WORKER = join(import.meta.dirname, 'countWorker.ts');

/** Counts licences on a thread of its own, which ends with the answer. @throws Error if it cannot. */
export async function countTypesBeside(request: TypesRequest): Promise<readonly CountedType[]> {
  return (await countBeside(request)) as readonly CountedType[]; // what the worker sends for such a request
}

/** As {@link countTypesBeside}, for cases. */
export async function countCasesBeside(request: CasesRequest): Promise<readonly CountedCases[]> {
  return (await countBeside(request)) as readonly CountedCases[]; // what the worker sends for such a request
}

/** As {@link countTypesBeside}, for figures. */
export async function countFiguresBeside(request: FiguresRequest): Promise<CountedFigures> {
  return (await countBeside(request)) as CountedFigures; // what the worker sends for such a request
}

/** As {@link countTypesBeside}, for alarms. */
export async function countAlarmsBeside(request: AlarmsRequest): Promise<AlarmFacts> {
  return (await countBeside(request)) as AlarmFacts; // what the worker sends for such a request
}

async function countBeside(request: CountRequest): Promise<unknown> {
  const worker = new Worker(WORKER, { workerData: request });
  const settled = new AbortController();
  const { signal } = settled;
  try {
    const answer = once(worker, 'message', { signal }); // rejects on the thread's `error`
    const end = once(worker, 'exit', { signal }).then(() => {
      throw new Error('the thread ended without an answer');
    });
    const [counted] = (await Promise.race([answer, end])) as [unknown];
    return counted;
  } finally {
    settled.abort();
    await worker.terminate();
  }
}
