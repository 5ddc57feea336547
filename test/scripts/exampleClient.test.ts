import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, main, type Settings } from '../../scripts/exampleClient.ts';
import { makeSeal } from '../../service/src/seals/makeSeal.ts';
import type { Licence } from '../../service/src/store/store.ts';
import { disableClient } from '../../service/src/systems/clients.ts';
import { testApp, type TestApp } from '../support/testApp.ts';
import { addClient } from '../support/testClients.ts';
import {
  TEST_COMPANY,
  TEST_FIELDS,
  TEST_ORGANISATIONS,
  TEST_PERSON,
  TEST_TYPES,
} from '../support/testService.ts';

describe('the example client', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yinxin-client-'));
  let app: TestApp;
  let licence: Licence;
  let settings: Settings;

  const settingsOf = ({ client, secret }: Awaited<ReturnType<typeof addClient>>): Settings => {
    const secretFile = join(folder, client.id);
    writeFileSync(secretFile, `${secret}\n`, { mode: 0o600 });
    const { code, codeType } = TEST_PERSON;
    return {
      ...{ url: app.origin, clientId: client.id, secretFile, holder: { code, codeType } },
      ...{ typeCode: TEST_TYPES.single, fields: ['premises'], purpose: 'loan' },
    };
  };
  const run = async (change: Partial<Settings> = {}): Promise<string> => {
    const lines: string[] = [];
    await main({ ...settings, ...change }, (text) => void lines.push(text));
    return lines.join('\n');
  };

  beforeAll(async () => {
    app = await testApp();
    licence = await app.city.issue();
    const now = Date.now();
    await makeSeal(app.city.service.seals, app.city.people.sealMaker, {
      holder: TEST_ORGANISATIONS.health,
      ...{ kind: 'windowService', name: '南湖市卫生健康委员会业务专用章' },
      ...{ validFrom: new Date(now - 1000), validUntil: new Date(now + 86_400_000) },
    });
    settings = settingsOf(await addClient(app.city));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await app.remove();
  });

  it('finds a licence, its verdict, its fields, and gets a copy', async () => {
    const copyTo = join(folder, 'copy.ofd');
    const said = await run({ copyTo });
    expect(said).toContain(`${licence.identifier} issued`);
    expect(said).toContain('TOTAL-PASSED');
    expect(said).toContain(JSON.stringify({ premises: TEST_FIELDS.premises }));
    expect(said).toContain('annotated copy until');
    expect(readFileSync(copyTo).subarray(0, 2).toString()).toBe('PK');
  });

  it('says when there is none', async () => {
    const { code, codeType } = TEST_COMPANY;
    expect(await run({ holder: { code, codeType } })).toBe('none is in force: ask for the paper');
  });

  it('says why it was refused', async () => {
    await expect(run({ purpose: 'other' })).rejects.toThrow('403 PURPOSE_NOT_GRANTED');
    await expect(run({ clientId: 'nobody' })).rejects.toThrow('invalid_client');
  });

  it('stops once its client is disabled', async () => {
    const added = await addClient(app.city);
    const { post } = connect(settingsOf(added));
    const ask = { identifier: licence.identifier, purpose: 'loan' };
    expect((await post('/data/verify', ask)).status).toBe(200);
    const { service, people } = app.city;
    await disableClient(service, people.security, added.client.id);
    await expect(post('/data/verify', ask)).rejects.toThrow('invalid_client');
  });
});
