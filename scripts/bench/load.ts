/** Drives requests over many connections and measures each. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpConnection, type HttpAnswer } from './httpConnection.ts';
import { summarise, type Summary } from './statistics.ts';

export interface LoadOrder {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  /** Not measured. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** Requests a second, sent whether or not earlier ones are answered; null: each connection sends on when answered. */
  readonly perSecond: number | null;
  /** Whether each request is sent at most once: the run then ends with the last. */
  readonly isOnce: boolean;
  /** An answer of another status, or without this text, is an error. */
  readonly expect: Readonly<{ status: number; text: string }>;
}

/** What a run remembers of its answers. */
interface Tally {
  readonly latenciesMs: number[];
  errors: number;
  firstError: string | null;
}

/**
 * Runs an order.
 *
 * Latencies of a run at a fixed rate count from the moment the request was due, so that a stall is not hidden by
 * requests that were never sent.
 *
 * @param requests - whole requests, taken in turn.
 * @param onAnswer - sees each answer that is as expected.
 */
export async function runLoad(
  order: LoadOrder,
  requests: readonly Uint8Array[],
  onAnswer: (answer: HttpAnswer, request: number) => void = () => undefined,
): Promise<Summary> {
  const connections = Array.from(
    { length: order.connections },
    () => new HttpConnection(order.host, order.port),
  );
  const source = requestSource(requests, order.isOnce);
  try {
    const shared = { order, connections, source, onAnswer };
    if (order.warmUpSeconds > 0) await runPhase(shared, order.warmUpSeconds, null);
    return await runPhase(shared, order.seconds, order.perSecond);
  } finally {
    for (const connection of connections) connection.close();
  }
}

interface Shared {
  readonly order: LoadOrder;
  readonly connections: readonly HttpConnection[];
  readonly source: RequestSource;
  readonly onAnswer: (answer: HttpAnswer, request: number) => void;
}

type RequestSource = () => { readonly number: number; readonly bytes: Uint8Array } | null;

function requestSource(requests: readonly Uint8Array[], isOnce: boolean): RequestSource {
  let next = 0;
  return () => {
    if (isOnce && next >= requests.length) return null;
    const number = next % requests.length;
    next += 1;
    const bytes = requests[number];
    return bytes === undefined ? null : { number, bytes };
  };
}

async function runPhase(
  shared: Shared,
  seconds: number,
  perSecond: number | null,
): Promise<Summary> {
  const tally: Tally = { latenciesMs: [], errors: 0, firstError: null };
  const begun = performance.now();
  const until = begun + seconds * 1000;
  const due = perSecond === null ? null : schedule(begun, perSecond);
  await Promise.all(
    shared.connections.map((connection) => drive(shared, { connection, until, due, tally })),
  );
  return summarise(tally.latenciesMs, {
    errors: tally.errors,
    firstError: tally.firstError,
    seconds: (performance.now() - begun) / 1000,
  });
}

/** Moments at equal distances. */
function schedule(begun: number, perSecond: number): () => number {
  let sent = 0;
  return () => begun + (sent++ * 1000) / perSecond;
}

async function drive(
  { order, source, onAnswer }: Shared,
  run: Readonly<{
    connection: HttpConnection;
    until: number;
    due: (() => number) | null;
    tally: Tally;
  }>,
): Promise<void> {
  const { connection, until, due, tally } = run;
  while (performance.now() < until) {
    const begun = due?.() ?? performance.now();
    if (begun >= until) return;
    const wait = begun - performance.now();
    if (wait > 0) await sleep(wait);
    const request = source();
    if (request === null) return;
    try {
      const answer = await connection.send(request.bytes);
      tally.latenciesMs.push(performance.now() - begun);
      const fault = faultOf(answer, order.expect);
      if (fault === null) onAnswer(answer, request.number);
      else noteError(tally, fault);
    } catch (error) {
      noteError(tally, String(error));
      return; // a connection that broke stays broken
    }
  }
}

function faultOf({ status, body }: HttpAnswer, expect: LoadOrder['expect']): string | null {
  return status === expect.status && body.includes(expect.text)
    ? null
    : `${status} ${body.toString('utf8', 0, 300)}`;
}

function noteError(tally: Tally, fault: string): void {
  tally.errors += 1;
  tally.firstError ??= fault;
}
