import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../service/src/clock.ts';
import { readConfig, type Config } from '../../../service/src/config.ts';
import { DEMO_SEALS } from '../../../service/src/demo/demoOrganisations.ts';
import { isDemoUnfinished, seedDemo } from '../../../service/src/demo/seedDemo.ts';
import type { ActRecorder } from '../../../service/src/ledger/ledger.ts';
import { openService, type Service } from '../../../service/src/composition/openService.ts';
import { signIn } from '../../../service/src/people/sessions.ts';
import { Died } from '../../support/faultyRecorder.ts';

let config: Config;
let service: Service;

const open = async (): Promise<Service> =>
  await openService(config, {
    ...{ clock: systemClock, log: { warn: () => undefined }, publicUrl: 'http://127.0.0.1:8080' },
  });

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yinxin-demo-'));
  config = readConfig({ YINXIN_DATA_DIR: folder });
  service = await open();
});
afterEach(async () => {
  await service.close();
  rmSync(config.dataDir, { recursive: true });
});

const pathOf = (name: string): string => join(config.dataDir, name);
const readJson = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(pathOf(name), 'utf8')) as Record<string, unknown>;

/** A service whose process dies after so many acts. */
function dyingAfter(count: number): Service {
  const { recorder } = service.licences;
  let left = count;
  const dying: ActRecorder = {
    record: (act) => (left-- > 0 ? recorder.record(act) : Promise.reject(new Died())),
  };
  return {
    ...service,
    licences: { ...service.licences, recorder: dying },
    seals: { ...service.seals, recorder: dying },
    authorities: { ...service.authorities, recorder: dying },
  };
}

describe('seedDemo', () => {
  it('builds a city once, with licences of every type and passwords that sign in', async () => {
    const credentials = await seedDemo(service, config.dataDir);
    const { height } = await service.ledger.head();
    const again = await seedDemo(service, config.dataDir);

    const { types } = readJson('demo-city.json') as { types: { typeCode: string }[] };
    const counts = await Promise.all(
      types.map(({ typeCode }) => service.store.licences.countByState(typeCode)),
    );
    const username = 'maker';
    const password = credentials[username] ?? '';
    expect(types).toHaveLength(6);
    expect(readJson('demo-city.json')['matters']).toHaveLength(40);
    expect(await service.store.licenceTypes.list()).toHaveLength(25);
    expect(await service.store.matters.list()).toHaveLength(40);
    expect(counts.every(({ issued = 0, drafted = 0 }) => issued > 0 && drafted === 0)).toBe(true);
    await expect(signIn(service, { username, password })).resolves.toHaveProperty('token');
    expect(readJson('demo-credentials.json')).toEqual(credentials);
    expect(statSync(pathOf('demo-credentials.json')).mode & 0o777).toBe(0o600);
    expect(again).toEqual(credentials);
    expect((await service.ledger.head()).height).toBe(height);

    rmSync(pathOf('demo-credentials.json'));

    expect(await seedDemo(service, config.dataDir)).toEqual({}); // its owner took them away
  }, 20_000);

  it.each([3, 14])(
    'completes a city whose process died after %d acts',
    async (count) => {
      await expect(seedDemo(dyingAfter(count), config.dataDir)).rejects.toThrow();
      const passwords = readJson('demo-credentials.json');
      await service.close();
      service = await open();
      const wasUnfinished = await isDemoUnfinished(service);

      const credentials = await seedDemo(service, config.dataDir);

      const { esIds } = readJson('demo-city.json') as { esIds: string[] };
      expect(wasUnfinished).toBe(true);
      expect(await isDemoUnfinished(service)).toBe(false);
      expect(credentials).toEqual(passwords);
      expect(new Set(esIds).size).toBe(DEMO_SEALS.length);
      expect(await service.store.licences.countByState()).toEqual({ issued: 11 });
      expect((await service.store.seals.list({}, { limit: 20 })).items).toHaveLength(
        DEMO_SEALS.length,
      );
    },
    20_000,
  );
});
