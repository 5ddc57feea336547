import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signAct } from '../../../service/src/ledger/signAct.ts';
import { deliverNotices } from '../../../service/src/notices/deliverNotices.ts';
import { createHttpNoticeSender } from '../../../service/src/outbound/httpNoticeSender.ts';
import { listNotices } from '../../../service/src/recalls/recallNotices.ts';
import { sendRecalls, type RecallParts } from '../../../service/src/recalls/sendRecalls.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { recordUse } from '../../../service/src/usage/recordUse.ts';
import {
  isGenuine,
  NOTICE_SECRET,
  noticeGateway,
  type NoticeGateway,
} from '../../support/noticeGateway.ts';
import { testApp, type AnswerBody, type TestApp } from '../../support/testApp.ts';
import { testClock } from '../../support/testClock.ts';
import { TEST_ORGANISATIONS } from '../../support/testService.ts';

const MINUTE_MS = 60_000;

const clock = testClock(new Date().toISOString());
let app: TestApp;
let gateway: NoticeGateway;
let folder: string;

beforeAll(async () => {
  gateway = await noticeGateway();
  folder = mkdtempSync(join(tmpdir(), 'yinxin-recall-'));
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, NOTICE_SECRET, { mode: 0o600 });
  app = await testApp({ clock, config: { notices: { webhook: gateway.url, secretFile } } });
  const { organisations, windows } = app.city.service.store;
  const { hall, market } = TEST_ORGANISATIONS;
  await organisations.add({ ...hall, parent: null, kind: 'serviceHall', createdAt: new Date() });
  await windows.add({ code: 'W01', name: '1号窗口', organisation: hall.creditCode });
  await windows.add({ code: 'W02', name: '2号窗口', organisation: hall.creditCode });
  await windows.add({ code: 'M01', name: '市监窗口', organisation: market.creditCode });
});

afterAll(async () => {
  await app.remove();
  await gateway.close();
  rmSync(folder, { recursive: true });
});

/** A window saw a licence. @returns the record's id. */
async function see({ identifier }: Licence, window: string): Promise<string> {
  const { store } = app.city.service;
  clock.advance(1); // ids of the same instant have no order
  return await recordUse(
    { clock, usage: store.usage },
    {
      ...{ kind: 'presentation', outcome: 'answered', reason: null, licence: identifier },
      subject: { kind: 'licence', identifier },
      ...{ esId: null, indication: 'TOTAL-PASSED', holderHash: null },
    },
    { channel: 'window', window, clerk: app.city.people.clerk.id, matter: null, purpose: null },
  );
}

async function end({ identifier }: Licence, act: string, effectiveFrom?: string): Promise<void> {
  const json = { reason: 'fraud', ...(effectiveFrom === undefined ? {} : { effectiveFrom }) };
  const { status } = await app.send('POST', `/licences/${identifier}/${act}`, {
    as: 'maker',
    json,
  });
  expect(status).toBe(200);
}

async function parts(): Promise<RecallParts> {
  const { clock, store, ledger, licences } = app.city.service;
  const { creditCode: operator } = app.city.config.operator;
  const { act: signer } = await licences.signersOf(operator);
  return { ...{ clock, store, ledger, operator, signer }, recorder: licences.recorder };
}

const noticesFor = async (
  as: 'clerk' | 'maker' | 'outsider' | 'auditor',
  { identifier }: Licence,
  query = '',
): Promise<readonly AnswerBody[]> =>
  (await app.send('GET', `/recall-notices?licence=${identifier}${query}`, { as })).body.items;

describe('a licence that was void before anybody knew', () => {
  let licence: Licence;
  let uses: readonly string[];
  let since: string;

  beforeAll(async () => {
    licence = await app.city.issue();
    await see(licence, 'W02'); // while it was not void yet
    clock.advance(MINUTE_MS);
    since = clock.now().toISOString();
    uses = [await see(licence, 'W01'), await see(licence, 'W02'), await see(licence, 'W01')];
    await see(licence, 'M01');
    clock.advance(MINUTE_MS);
    await end(licence, 'withdraw', since);
    expect(await sendRecalls(await parts())).toBe(1);
  });

  it('is called back from each window with its own uses, oldest first', async () => {
    const seen = await noticesFor('clerk', licence);

    expect(new Map(seen.map((one) => [one['window'], one['uses']]))).toEqual(
      new Map([
        ['W01', [uses[0], uses[2]]],
        ['W02', [uses[1]]],
      ]),
    );
    expect(seen[0]).toMatchObject({ reason: 'fraud', effectiveFrom: since });
  });

  it('is told its holder, on the way they are reached and in their inbox', async () => {
    const secret = Buffer.from(NOTICE_SECRET);
    const sender = createHttpNoticeSender({ url: gateway.url, secret, clock });
    const parts = { clock, store: app.city.service.store, sender };
    await deliverNotices(parts, new AbortController().signal);
    expect(gateway.received.map(({ body }) => body['event'])).toContain('withdrawn');
    const told = gateway.received.find(({ body }) => body['event'] === 'withdrawn');
    const inbox = (await app.send('GET', '/me/notices', { as: 'holder' })).body.items;

    expect(isGenuine(told!, NOTICE_SECRET, clock.now())).toBe(true);
    expect(told?.body).toMatchObject({ statement: { 'zh-CN': expect.stringContaining('撤销') } });
    expect(inbox.find(({ id }) => id === told?.body['id'])).toMatchObject({
      ...{ event: 'withdrawn', statement: expect.stringContaining('撤销') },
    });
  });

  it('is seen by its department and the auditor as a whole, by nobody else', async () => {
    expect(await noticesFor('maker', licence)).toHaveLength(3);
    expect(await noticesFor('auditor', licence)).toHaveLength(3);
    expect(await noticesFor('outsider', licence)).toEqual([]);
  });

  it('is nothing to a clerk of no organisation', async () => {
    const nobody = { ...app.city.people.clerk, roles: [] };
    const page = await listNotices(app.city.service, nobody, {}, { limit: 10 });

    expect(page.items).toEqual([]);
  });

  it('is recalled once', async () => {
    expect(await sendRecalls(await parts())).toBe(0);
    expect(await noticesFor('auditor', licence)).toHaveLength(3);
  });

  it('is recalled by the same notices by all who recall it at once', async () => {
    const other = await app.city.issue();
    const from = clock.now().toISOString();
    await see(other, 'W01');
    clock.advance(MINUTE_MS);
    await end(other, 'withdraw', from);
    const given = await parts();
    const sent: string[] = [];
    const record: RecallParts['recorder']['record'] = async ({ act, signature }) => {
      sent.push(JSON.stringify(act.body));
      return await given.recorder.record({ act, signature });
    };

    await Promise.all([1, 2].map(() => sendRecalls({ ...given, recorder: { record } })));

    expect(sent).toHaveLength(2);
    expect(new Set(sent).size).toBe(1);
    expect(await noticesFor('auditor', other)).toHaveLength(1);
  });

  it('is off a window’s list once the window says what it did, and only once', async () => {
    const [first] = await noticesFor('clerk', licence, '&open=true');
    const path = `/recall-notices/${first?.id ?? ''}/acknowledge`;
    const json = { note: '已撤回据此作出的决定' };
    const done = await app.send('POST', path, { as: 'clerk', json });
    const again = await app.send('POST', path, { as: 'clerk', json });

    expect(done).toMatchObject({ status: 200, body: json });
    expect(again).toMatchObject({ status: 409, body: { code: 'RECALL_NOTICE_CONFLICT' } });
    expect(await noticesFor('clerk', licence, '&open=true')).toHaveLength(1);
  });

  it('is not acknowledged for another organisation’s window', async () => {
    const all = await noticesFor('auditor', licence);
    const other = all.find((one) => one['window'] === 'M01')?.id ?? '';
    const json = { note: '与我无关' };

    for (const id of [other, '01ARZ3NDEKTSV4RRFFQ69G5FAV']) {
      const path = `/recall-notices/${id}/acknowledge`;
      expect(await app.send('POST', path, { as: 'clerk', json })).toMatchObject({
        ...{ status: 404, body: { code: 'RECALL_NOTICE_NOT_FOUND' } },
      });
    }
  });
});

describe('no recall', () => {
  it.each([
    ['of a licence that ends now', 'withdraw', false],
    ['of one that is only suspended', 'suspend', true],
  ])('is made %s', async (_, act, reachesBack) => {
    const licence = await app.city.issue();
    const effectiveFrom = clock.now().toISOString();
    await see(licence, 'W01');
    clock.advance(MINUTE_MS);
    await end(licence, act, reachesBack ? effectiveFrom : undefined);

    expect(await sendRecalls(await parts())).toBe(0);
    expect(await noticesFor('auditor', licence)).toEqual([]);
  });

  it('is sent before its act has an outcome, or after it was refused', async () => {
    const licence = await app.city.issue();
    const { stages, recalls } = app.city.service.store;
    const { act: signer } = await app.city.service.licences.signersOf(licence.issuer);
    const act = await signAct(
      { clock: app.city.service.clock, signer },
      'licence.withdraw',
      { identifier: licence.identifier, reason: 'fraud', effectiveFrom: clock.now().toISOString() },
      { authority: licence.issuer, maker: '0'.repeat(64) },
    );
    const recall = {
      licence: licence.identifier,
      reason: 'fraud',
      effectiveFrom: clock.now(),
    } as const;
    await stages.add({ subject: licence.identifier, act, recall });

    expect(await sendRecalls(await parts())).toBe(0);
    expect(await recalls.pending(10)).toHaveLength(1);

    await stages.remove(act.act.id); // as refused
    expect(await sendRecalls(await parts())).toBe(0);
    expect(await recalls.pending(10)).toEqual([]);
  });
});
