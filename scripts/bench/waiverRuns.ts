/** What can be done without paper: asked for one holder, and for the whole city. */
import Sqlite from 'better-sqlite3';
import { API, openCity } from './city.ts';
import { faultNotes, runMeasured, type BenchParts, type JudgedRow } from './runs.ts';
import { HOST, startService, type ServiceOptions } from './serviceProcess.ts';
import { summarise } from './statistics.ts';
import { isMet, type Goal } from './table.ts';
import { writeWaiverWorld, type WaiverWorld } from './waiverWorld.ts';
import { bareKoa, ratePerSecond } from './yardsticks.ts';

export interface WaiverBench {
  readonly settings: ServiceOptions;
  /** Licences in the store. */
  readonly licences: number;
  readonly seconds: number;
  /** For files of the runs. */
  readonly folder: string;
  readonly progress: (text: string) => void;
}

const SIZE = { types: 110, matters: 2000, materials: 10, readableHolders: 2000 };
const CALLERS = 8;
/** How often the city is asked again. */
const TURNS = 10;

/** Writes a large city into the store of a stopped service, starts it, and asks. */
export async function benchWaivers(bench: WaiverBench): Promise<readonly JudgedRow[]> {
  const { settings, licences, progress, seconds, folder } = bench;
  progress(`writing ${licences} licences into the store`);
  const sampleService = await startService(settings);
  const sample = await openCity(sampleService, settings.dataDir);
  await sampleService.stop();
  const readableHolders = Math.min(SIZE.readableHolders, Math.ceil(licences / 8));
  const world = await writeWaiverWorld(settings.dataDir, sample, {
    ...SIZE,
    licences,
    readableHolders,
  });
  const service = await startService(settings);
  try {
    const city = await openCity(service, settings.dataDir);
    const parts = { service, city, seconds, folder, progress };
    return [
      ...(await askForCity(parts, world)),
      ...(await askForHolders(parts, world)),
      await askForAllMatters(parts, world),
    ];
  } finally {
    await service.stop();
  }
}

async function askForHolders(parts: BenchParts, world: WaiverWorld): Promise<readonly JudgedRow[]> {
  const rows: JudgedRow[] = [];
  for (const callers of [1, CALLERS]) {
    const what = `what one of ${SIZE.matters} matters asks of a holder, ${callers} ${callers === 1 ? 'caller' : 'callers'}`;
    parts.progress(what);
    const { summary, cpuNotes } = await runMeasured(parts, {
      order: {
        ...{ host: HOST, port: parts.service.port, connections: callers },
        ...{ warmUpSeconds: 1, seconds: parts.seconds, perSecond: null, isOnce: false },
        expect: { status: 200, text: '"isForHolder":true' },
      },
      requests: {
        method: 'GET',
        headers: await parts.city.headersOf('clerk'),
        items: world.questions.map(({ matter, holderCode }) => ({
          path: `${API}/matters/${matter}/materials?holderCode=${holderCode}&holderCodeType=999`,
        })),
      },
      collect: null,
    });
    const row = {
      ...{ what, summary, perSecond: summary.perSecond, goal: { p99Ms: 50 } },
      yardsticks: [
        { what: 'a holder’s rows by their index alone', perSecond: indexedReads(world) },
        { what: 'bare Koa JSON route', perSecond: await bareKoa(callers) },
      ],
      notes: [
        `${SIZE.materials} materials, fields of the licences looked at, usage records durable`,
        ...cpuNotes,
        ...faultNotes(summary),
      ],
    };
    rows.push({ ...row, met: isMet(row) });
  }
  return rows;
}

/** All matters at once, as the holder sees them. */
async function askForAllMatters(parts: BenchParts, world: WaiverWorld): Promise<JudgedRow> {
  const what = `what all ${SIZE.matters} matters ask of a holder, 1 caller`;
  parts.progress(what);
  const { summary, cpuNotes } = await runMeasured(parts, {
    order: {
      ...{ host: HOST, port: parts.service.port, connections: 1 },
      ...{ warmUpSeconds: 1, seconds: parts.seconds, perSecond: null, isOnce: false },
      expect: { status: 200, text: '"isPaperless"' },
    },
    requests: {
      method: 'GET',
      headers: await parts.city.headersOf('holder'),
      items: [{ path: `${API}/waivers/mine` }],
    },
    collect: null,
  });
  const row = {
    ...{ what, summary, perSecond: summary.perSecond, goal: { p99Ms: 50 } },
    yardsticks: [{ what: 'a holder’s rows by their index alone', perSecond: indexedReads(world) }],
    notes: [...cpuNotes, ...faultNotes(summary)],
  };
  return { ...row, met: isMet(row) };
}

async function askForCity(parts: BenchParts, world: WaiverWorld): Promise<readonly JudgedRow[]> {
  const headers = await parts.city.headersOf('operator');
  const ask = async (): Promise<{ readonly ms: number; readonly recounted: number }> => {
    const begun = performance.now();
    const answer = await fetch(`http://${HOST}:${parts.service.port}${API}/waivers?limit=200`, {
      headers,
    });
    const { recounted } = (await answer.json()) as { readonly recounted?: number };
    if (recounted === undefined) throw new Error(`no survey: ${answer.status}`);
    return { ms: performance.now() - begun, recounted };
  };
  parts.progress('what the whole city could do without paper');
  const cold = await ask();
  const changed = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    await changeOne(parts, turn);
    changed.push(await ask());
  }
  const unchanged = [];
  for (let turn = 0; turn < TURNS; turn += 1) unchanged.push(await ask());
  const scan = [{ what: 'one full count of all licences', perSecond: fullCounts(world) }];
  const row = (
    what: string,
    found: readonly Readonly<{ ms: number; recounted: number }>[],
    goal: Goal | null,
  ): JudgedRow => {
    const seconds = found.reduce((sum, { ms }) => sum + ms, 0) / 1000;
    const latencies = found.map(({ ms }) => ms);
    const summary = summarise(latencies, { errors: 0, seconds, firstError: null });
    const counts = found.map(({ recounted }) => recounted).join(', ');
    const line = {
      ...{ what, goal, summary, perSecond: summary.perSecond, yardsticks: scan },
      notes: [`types counted again: ${counts}`],
    };
    return { ...line, met: isMet(line) };
  };
  return [
    row('survey of the city, first of all', [cold], { p99Ms: 10_000 }),
    row('survey after a licence changed', changed, null),
    row('survey when nothing changed', unchanged, null),
  ];
}

/** A licence that the ledger knows, of the type that thousands of others in the store are of. */
async function changeOne({ city }: BenchParts, turn: number): Promise<void> {
  const path = `/licences?typeCode=${city.typeCode}&holderCode=${city.holder.code}&limit=1`;
  const found = (await city.call('GET', path)).json as {
    readonly items: readonly { readonly identifier: string }[];
  };
  const act = turn % 2 === 0 ? 'suspend' : 'reinstate';
  const identifier = found.items[0]?.identifier ?? '';
  const { status, json } = await city.call('POST', `/licences/${identifier}/${act}`, {
    reason: 'courtOrder',
  });
  if (status !== 200) throw new Error(`no ${act}: ${JSON.stringify(json)}`);
}

function indexedReads({ databasePath }: WaiverWorld): number {
  const database = new Sqlite(databasePath, { readonly: true });
  const hashes = database
    .prepare<[], string>('SELECT holderHash FROM Licence WHERE personId IS NOT NULL LIMIT 2000')
    .pluck()
    .all();
  const read = database.prepare<[string]>(
    'SELECT identifier, typeCode, state FROM Licence WHERE holderHash = ?',
  );
  const rate = ratePerSecond((turn) => read.all(hashes[turn % hashes.length] ?? ''));
  database.close();
  return rate;
}

function fullCounts({ databasePath }: WaiverWorld): number {
  const database = new Sqlite(databasePath, { readonly: true });
  const begun = performance.now();
  database
    .prepare(
      `SELECT typeCode, count(*), count(DISTINCT holderHash) FROM Licence NOT INDEXED
       WHERE state = 'issued' GROUP BY typeCode`,
    )
    .all();
  const seconds = (performance.now() - begun) / 1000;
  database.close();
  return 1 / seconds;
}
