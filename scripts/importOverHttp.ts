import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { EXIT, type Call, type ExitCode } from './command.ts';
import { exitOfImport, outImport, type RefusedRow } from './renderImport.ts';

export interface HttpImport {
  /** Origin of the service. */
  readonly url: string;
  readonly token: string;
  readonly bytes: Uint8Array;
  readonly typeCode: string | null;
  readonly isDryRun: boolean;
}

const POLL_MS = 500;

const importAnswer = z.object({
  id: z.string(),
  state: z.string(),
  dryRun: z.boolean(),
  counts: z.record(z.string(), z.number()),
});
const rowsAnswer = z.object({
  items: z.array(
    z.object({
      row: z.number(),
      fault: z
        .object({ code: z.string(), message: z.string(), pointer: z.string().nullable() })
        .nullable(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
const problemAnswer = z.object({ code: z.string(), detail: z.string().optional() });

/** Hands a table to a running service and waits for its end. */
export async function importOverHttp(call: Call, order: HttpImport): Promise<ExitCode> {
  const form = new FormData();
  if (order.typeCode !== null) form.set('typeCode', order.typeCode);
  form.set('file', new Blob([Uint8Array.from(order.bytes)]), 'table.csv');
  const path = `/imports${order.isDryRun ? '?dryRun=true' : ''}`;
  try {
    const ask = asker(call, order);
    let entry = importAnswer.parse(await ask(path, { method: 'POST', body: form }));
    while (entry.state === 'running') {
      await sleep(POLL_MS);
      entry = importAnswer.parse(await ask(`/imports/${entry.id}`));
    }
    const faults: RefusedRow[] = [];
    let cursor: string | null = '0';
    while (cursor !== null) {
      const rows = await ask(
        `/imports/${entry.id}/rows?outcome=refused&limit=200&cursor=${cursor}`,
      );
      const page = rowsAnswer.parse(rows);
      for (const { row, fault } of page.items) if (fault !== null) faults.push({ row, ...fault });
      cursor = page.nextCursor;
    }
    const summary = { ...entry, isDryRun: entry.dryRun };
    outImport(call, summary, faults);
    return exitOfImport(summary);
  } catch (error) {
    if (!(error instanceof HttpRefusal)) throw error;
    call.io.err(`${error.message}\n`);
    return EXIT.refused;
  }
}

/** The service said no. */
class HttpRefusal extends Error {}

type Ask = (path: string, init?: RequestInit) => Promise<unknown>;

function asker({ io }: Call, { url, token }: HttpImport): Ask {
  return async (path, init = {}) => {
    const headers = { authorization: `Bearer ${token}` };
    const base = url.replace(/\/+$/, '');
    const response = await io.fetch(`${base}/api/v1${path}`, { ...init, headers }).catch(() => {
      throw new HttpRefusal(`cannot reach ${base}`);
    });
    const body: unknown = await response.json().catch(() => null); // what is no JSON is no answer of ours
    if (response.ok) return body;
    const problem = problemAnswer.safeParse(body);
    throw new HttpRefusal(
      problem.success
        ? `${problem.data.code}: ${problem.data.detail ?? ''}`
        : `${base} answered ${response.status}`,
    );
  };
}
