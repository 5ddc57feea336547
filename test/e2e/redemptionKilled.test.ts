/** A service process that is killed in the middle of a redemption, and the one that comes after it. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Licence } from '../../service/src/store/store.ts';
import { addCounter, addMatters, TEST_MATTER, type SignedIn } from '../support/counters.ts';
import {
  settingsBeside,
  startMain,
  type MainProcess,
  type ProcessAnswer,
} from '../support/mainProcess.ts';
import { addSession, type AnswerBody } from '../support/testApp.ts';
import { testService, type TestService } from '../support/testService.ts';

const DYING = join(import.meta.dirname, '../support/dyingService.ts');

let city: TestService;
let licence: Licence;
let clerk: SignedIn;
let holder: SignedIn['headers'];
beforeAll(async () => {
  city = await testService();
  await addMatters(city);
  clerk = await addCounter(city, 'W01');
  holder = { authorization: `Bearer ${await addSession(city, 'holder')}` };
  licence = await city.issue();
  await city.stop();
});
afterAll(async () => {
  await city.remove();
});

const start = (env: Readonly<Record<string, string>> = {}, script?: string): Promise<MainProcess> =>
  startMain({ ...settingsBeside(city.config, city.config.dataDir), ...env }, script);

const redeem = (service: MainProcess, code: string): Promise<ProcessAnswer> =>
  service.send('POST', '/presentations/redeem', clerk.headers, {
    ...{ code, matter: TEST_MATTER, purpose: '开办餐馆' },
  });

/** Lets a process that is asked to redeem a code die of that. */
async function redeemAndDie(dying: MainProcess, qr: string): Promise<void> {
  await expect(redeem(dying, qr)).rejects.toThrow('fetch failed');
  await dying.ended;
}

/** What the holder finds of redemptions, newest first. */
async function usesOf(service: MainProcess): Promise<readonly AnswerBody[]> {
  const { body } = await service.send('GET', '/me/uses?limit=50', holder);
  return body.items.filter(({ kind }) => kind === 'presentation');
}

describe('a service killed while it redeems', () => {
  let service: MainProcess;
  let id: string;
  let qr: string;
  beforeAll(async () => {
    service = await start({ TEST_DIES: 'prepared' }, DYING);
    const licences = [{ identifier: licence.identifier }];
    const { body } = await service.send('POST', '/presentations', holder, { licences });
    ({ id } = body);
    qr = String(body['qr']);
  });
  afterAll(async () => {
    await service.stop();
  });

  it('has used, recorded and kept nothing when it was about to write', async () => {
    await redeemAndDie(service, qr);
    service = await start({ TEST_DIES: 'written' }, DYING);

    const shown = await service.send('GET', `/presentations/${id}`, holder);
    const receipts = await service.send('GET', '/me/receipts', holder);

    expect(shown.body).toMatchObject({ state: 'live', redeemed: null });
    expect(await usesOf(service)).toEqual([]);
    expect(receipts.body.items).toEqual([]);
  });

  it('has used, recorded and kept all when it was about to answer', async () => {
    await redeemAndDie(service, qr);
    service = await start();

    const again = await redeem(service, qr);

    expect(again).toMatchObject({ status: 404, body: { code: 'PRESENTATION_NOT_REDEEMABLE' } });
    const use = { licence: licence.identifier, window: 'W01', matter: TEST_MATTER };
    expect(await usesOf(service)).toMatchObject([
      { ...use, outcome: 'refused', reason: 'CODE_USED' },
      { ...use, outcome: 'answered', indication: 'TOTAL-PASSED' },
    ]);
    const { body } = await service.send('GET', '/me/receipts', holder);
    expect(body.items).toHaveLength(1);
    const shown = await service.send('GET', `/presentations/${id}`, holder);
    const receiptId = body.items[0]!.id;
    expect(shown.body).toMatchObject({ state: 'redeemed', redeemed: { receiptId } });
    const file = await service.send('GET', `/receipts/${receiptId}`, clerk.headers);
    const verdict = await service.send('POST', '/verifications', {}, receiptForm(file));
    expect(verdict.body).toMatchObject({ indication: 'TOTAL-PASSED' });
  });
});

function receiptForm({ bytes }: ProcessAnswer): FormData {
  const form = new FormData();
  form.set('file', new Blob([bytes]), 'receipt.json');
  return form;
}
