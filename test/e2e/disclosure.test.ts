/** Nothing that a licence, a case or a file says of its holder leaves without a record that the holder sees. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError } from '../../service/src/errors.ts';
import type { AppParts } from '../../service/src/http/parts.ts';
import { apiRoutes } from '../../service/src/http/routes.ts';
import { findCanaries } from '../support/disclosure/canaries.ts';
import {
  ASKERS,
  disclosureCity,
  type Asker,
  type DisclosureCity,
} from '../support/disclosure/city.ts';
import { tell, type Told } from '../support/disclosure/judge.ts';
import { READING } from '../support/disclosure/reading.ts';
import { REASONS, RECIPES } from '../support/disclosure/recipes.ts';

interface Asked {
  /** Method and path of a route. */
  readonly row: string;
  readonly asker: Asker;
}

const ALL: readonly Asked[] = Object.keys(RECIPES).flatMap((row) =>
  ASKERS.map((asker) => ({ row, asker })),
);

/** Routes that say nothing of what is in a licence, not even to its holder. */
const SILENT = [
  ...[
    /^GET \/(waivers|statistics|matters|licence-types|organisations|windows|people|clients)/,
    /^GET \/seal/,
  ],
  ...[/^GET \/(ledger|trust|status-lists|certificates|authorities|audit\/(administration|alarms))/],
  ...[
    /^GET \/(imports|recall-notices|receipts|me\/receipts|usage-records|me\/(uses|notice)|erasures)/,
  ],
  ...[/^GET \/licences\/\{identifier\}\/(history|uses|proof)$/, /^GET \/cases\/by-query-code/],
  ...[/^GET \/(cases|grants\/\{id\}\/(licences|uses)|objections|me\/objections|presentations)$/],
  ...[/^POST \/(verifications|data\/verify|data\/licences\/search|window-codes|presentations$)/],
];

/** An agent is told the name of who gave the grant: the grant itself is in the giver's trail. */
const OF_GRANTS = ['GET /grants', 'GET /grants/{id}', 'GET /me/data'];

let city: DisclosureCity;
beforeAll(async () => {
  city = await disclosureCity();
}, 30_000);
afterAll(async () => {
  await city.remove();
});
afterEach(() => {
  jest.restoreAllMocks();
});

async function ask({ row, asker }: Asked): Promise<Told> {
  const recipe = RECIPES[row];
  const [method = ''] = row.split(' ');
  if (recipe === undefined) throw new Error(`no recipe for ${row}`);
  return await tell(city, recipe, { asker, method });
}

/** Asks everything, in an order that a seed says. */
async function askAll(
  asked: readonly Asked[],
  seed: number,
  look: (asked: Asked, told: Told) => void,
): Promise<void> {
  const orders = fc.shuffledSubarray([...asked], { minLength: asked.length });
  const property = fc.asyncProperty(orders, async (order) => {
    for (const one of order) look(one, await ask(one));
  });
  await fc.assert(property, { seed, numRuns: 1, endOnFailure: true });
}

describe('every route', () => {
  /** Who was told something of somebody else, by route. */
  const told: Asked[] = [];

  it('has a call here, or says why it can show nothing of a licence', () => {
    const routes = apiRoutes(city.app.city.service as unknown as AppParts); // nothing of it is run
    const named = routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`);

    expect([...Object.keys(RECIPES), ...Object.values(REASONS).flat()].sort()).toEqual(
      named.sort(),
    );
  });

  it('tells of a holder only what the holder sees was told, whoever asks in whatever order', async () => {
    const worked = new Set<string>();
    const faults: string[] = [];
    await askAll(ALL, 20261122, (one, { status, holders, leaks, isSilent }) => {
      if (status < 300) worked.add(one.row);
      if (status >= 500) faults.push(`${one.asker}: ${one.row}: ${status}`);
      if (holders.length > 0) told.push(one);
      if (!isSilent && SILENT.some((row) => row.test(one.row)))
        faults.push(`${one.asker}: ${one.row}`);
      faults.push(...leaks);
    });

    expect(faults).toEqual([]);
    expect(Object.keys(RECIPES).filter((row) => !worked.has(row))).toEqual([]);
    expect(new Set(told.map(({ row }) => row)).size).toBeGreaterThan(30);
  }, 120_000);

  it('tells the same in another order', async () => {
    const faults: string[] = [];
    await askAll(told, 7, (_, { leaks }) => faults.push(...leaks));

    expect(faults).toEqual([]);
  }, 120_000);

  it('tells nothing while the trail cannot be written', async () => {
    const { usage } = city.app.city.service.store;
    jest
      .spyOn(usage, 'append')
      .mockRejectedValue(new ServiceError('STORE_UNAVAILABLE', 'the trail is full'));
    const reading = told.filter(({ row }) => row in READING || row.includes('preview'));
    const seen: string[] = [];
    await askAll(reading, 3, ({ row, asker }, { holders }) => {
      if (holders.length > 0 && !OF_GRANTS.includes(row)) seen.push(`${asker}: ${row}`);
    });

    expect(reading.length).toBeGreaterThan(15);
    expect(seen).toEqual([]);
  }, 120_000);
});

describe('what stands beside the API', () => {
  it.each(['//healthz', '//readyz', '//s/0', '//api/v1/openapi.json', '//v', '//nowhere'])(
    '%s says nothing of holders',
    async (path) => {
      const { bytes } = await city.send('nobody', 'GET', { path });

      expect(await findCanaries(bytes)).toEqual([]);
    },
  );
});

describe('what the service does by itself', () => {
  it('says nothing of holders in its log, its metrics, and what leaves for the message gateway', async () => {
    const messages = await city.runJobs();
    const { app, metrics } = city;
    const said = [
      ...[app.logText(), app.city.warnings.join('\n'), await metrics.registry.metrics()],
      JSON.stringify(messages),
    ];

    expect(app.log.length).toBeGreaterThan(1000);
    expect(messages.length).toBeGreaterThan(10);
    for (const text of said) expect(await findCanaries(Buffer.from(text))).toEqual([]);
  });
});
