/** Redeeming presentations: each code of its own, of a licence of its own. */
import { API, licenceRequests, type City } from './city.ts';
import { runLoadJob } from './loadProcess.ts';
import type { LoadJob } from './loadWorker.ts';
import { faultNotes, runMeasured, type BenchParts, type JudgedRow } from './runs.ts';
import { HOST } from './serviceProcess.ts';
import { isMet } from './table.ts';
import { bareKoa } from './yardsticks.ts';

const CALLERS = 16;
const WARM_UP_SECONDS = 2;
/** More than any run redeems; they must all be made and redeemed within the two minutes a code lives. */
const MOST_A_SECOND = 500;
const GOAL_P99_MS = 100;

/** Issues licences to one holder, shows each by a code, and redeems the codes as fast as it goes. */
export async function benchRedemptions(parts: BenchParts): Promise<JudgedRow> {
  const { city, progress, seconds } = parts;
  const count = MOST_A_SECOND * (seconds + WARM_UP_SECONDS);
  progress(`issuing ${count} licences to one holder`);
  const identifiers = await issueToHolder(parts, count);
  progress(`showing ${count} licences`);
  const codes = await show(parts, identifiers);
  const what = `redeem a presentation, ${CALLERS} callers`;
  progress(what);
  const [{ code: matter } = { code: '' }] = city.matters;
  const { summary, cpuNotes } = await runMeasured(parts, {
    order: {
      ...order(parts, { connections: CALLERS, text: '"indication":"TOTAL-PASSED"', status: 200 }),
      ...{ warmUpSeconds: WARM_UP_SECONDS, seconds },
    },
    requests: {
      method: 'POST',
      headers: await city.headersOf('clerk'),
      items: codes.map((code) => ({
        path: `${API}/presentations/redeem`,
        text: JSON.stringify({ code, matter, purpose: '办理业务' }),
      })),
    },
    collect: null,
  });
  const row = {
    ...{ what, summary, perSecond: summary.perSecond },
    goal: { p99Ms: GOAL_P99_MS },
    yardsticks: [{ what: 'bare Koa JSON route', perSecond: await bareKoa(CALLERS) }],
    notes: [
      'verdict from the ledger, three fields as SD-JWT, usage record and signed receipt durable',
      ...cpuNotes,
      ...faultNotes(summary),
    ],
  };
  return { ...row, met: isMet(row) };
}

async function issueToHolder(parts: BenchParts, count: number): Promise<readonly string[]> {
  const { city } = parts;
  await city.useFormats(['ofd']);
  const ofHolder: City = { ...city, holderAt: () => city.holder };
  return await collect(parts, 'identifier', {
    order: order(parts, { connections: 32, text: '"state":"issued"', status: 201 }),
    requests: {
      method: 'POST',
      headers: city.makerHeaders,
      items: licenceRequests(ofHolder, 0, count).map((text) => ({ path: `${API}/licences`, text })),
    },
  });
}

async function show(parts: BenchParts, identifiers: readonly string[]): Promise<readonly string[]> {
  const fields = ['principal', 'premises', 'businessForm'];
  return await collect(parts, 'qr', {
    order: order(parts, { connections: CALLERS, text: 'YXP.', status: 201 }),
    requests: {
      method: 'POST',
      headers: await parts.city.headersOf('holder'),
      items: identifiers.map((identifier) => ({
        path: `${API}/presentations`,
        text: JSON.stringify({ licences: [{ identifier, fields }] }),
      })),
    },
  });
}

async function collect(
  { progress }: BenchParts,
  member: 'identifier' | 'qr',
  job: Omit<LoadJob, 'collect'>,
): Promise<readonly string[]> {
  const { summary, collected } = await runLoadJob({ ...job, collect: member });
  if (summary.errors > 0) throw new Error(`preparing failed: ${summary.firstError ?? ''}`);
  progress(`${collected.length} made, ${summary.perSecond.toFixed(0)} a second`);
  return collected;
}

function order(
  { service }: BenchParts,
  { connections, status, text }: Readonly<{ connections: number; status: number; text: string }>,
): LoadJob['order'] {
  return {
    ...{ host: HOST, port: service.port, connections, warmUpSeconds: 0, seconds: 600 },
    ...{ perSecond: null, isOnce: true, expect: { status, text } },
  };
}
