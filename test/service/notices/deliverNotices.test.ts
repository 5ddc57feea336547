/** Notices to holders on their way to a gateway that is really there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deliverNotices, type DeliveryRound } from '../../../service/src/notices/deliverNotices.ts';
import { createHttpNoticeSender } from '../../../service/src/outbound/httpNoticeSender.ts';
import type { Store, UsageRecord } from '../../../service/src/store/store.ts';
import {
  isGenuine,
  NOTICE_SECRET,
  noticeGateway,
  type NoticeGateway,
} from '../../support/noticeGateway.ts';
import { testClock, type TestClock } from '../../support/testClock.ts';
import {
  buildAccount,
  buildStagedIssue,
  buildUsage,
  STORE_NOW,
  TEST_HOLDER,
  testStore,
  type TestStore,
} from '../../support/testStore.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LEASE_MS = 120_000;
const CLERK = '窗口人员欧阳';
const PURPOSE = '为欧阳静宜办理食品经营许可';

let clock: TestClock;
let fixture: TestStore;
let store: Store;
let holderHash: string;
let clerk: string;
let holder: string;
let gateway: NoticeGateway;

beforeEach(async () => {
  clock = testClock(STORE_NOW.toISOString());
  fixture = await testStore(clock, { deliversNotices: true });
  ({ store } = fixture);
  gateway = await noticeGateway();
  holderHash = store.holders.holderHash(TEST_HOLDER);
  const atCounter = buildAccount({ username: 'counter', displayName: CLERK });
  const own = buildAccount({ username: 'jingyi', roles: [], holderHash });
  for (const account of [atCounter, own]) await store.accounts.add(account);
  [clerk, holder] = [atCounter.id, own.id];
});

afterEach(async () => {
  await gateway.close();
  await fixture.remove();
});

/** Somebody uses a licence of the holder. */
async function use(overrides: Partial<UsageRecord> = {}): Promise<string> {
  const record = buildUsage({
    ...{ kind: 'disclosure', licence: null, holderHash, clerk, purpose: PURPOSE, at: clock.now() },
    ...overrides,
  });
  await store.usage.append(record);
  return record.id;
}

async function deliver(from = store, stopped = new AbortController()): Promise<DeliveryRound> {
  const { url } = gateway;
  const sender = createHttpNoticeSender({
    ...{ url, clock, secret: Buffer.from(NOTICE_SECRET), timeoutMs: 500 },
  });
  return await deliverNotices({ clock, store: from, sender }, stopped.signal);
}

const ids = (): readonly unknown[] => gateway.received.map(({ body }) => body['id']);

describe('a notice that is delivered', () => {
  it('says to whom and what, and neither values nor who the clerk was', async () => {
    const useId = await use();
    const first = gateway.next();

    expect(await deliver()).toMatchObject({ delivered: 1, failed: 0, dead: 0 });
    const { body, headers, text } = await first;
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      ...{ kind: 'disclosure', event: 'use', useId, at: STORE_NOW.toISOString() },
      recipients: [{ id: holder, username: 'jingyi' }],
      licenceType: null,
      statement: {
        'zh-CN': expect.stringContaining('查看了一件证照'),
        en: expect.stringContaining('saw a licence'),
      },
    });
    expect(headers['idempotency-key']).toBe(body['id']);
    for (const secret of [CLERK, PURPOSE, holderHash, TEST_HOLDER.code, TEST_HOLDER.name])
      expect(text).not.toContain(secret);
  });

  it('is signed, with the time at which it was sent', async () => {
    await use();
    await deliver();
    const [notice = { headers: {}, text: '' }] = gateway.received;

    expect(isGenuine(notice, NOTICE_SECRET, clock.now())).toBe(true);
    expect(isGenuine(notice, 'another secret', clock.now())).toBe(false);
    const text = notice.text.replace('disclosure', 'copy');
    expect(isGenuine({ ...notice, text }, NOTICE_SECRET, clock.now())).toBe(false);
    const later = { ...notice.headers, 'x-yinxin-timestamp': '1772323300' };
    expect(isGenuine({ ...notice, headers: later }, NOTICE_SECRET, clock.now())).toBe(false);
    clock.advance(HOUR_MS);
    expect(isGenuine(notice, NOTICE_SECRET, clock.now())).toBe(false);
  });

  it('is delivered once, with two processes at it', async () => {
    for (let count = 0; count < 40; count++) await use();
    const second = await fixture.reopen();

    const rounds = await Promise.all([deliver(), deliver(second), deliver(second)]);

    expect(rounds.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(40);
    expect(new Set(ids()).size).toBe(40);
    expect(ids()).toHaveLength(40);
    expect(await store.notices.counts()).toEqual({ waiting: 0, dead: 0 });
  });

  it('leaves more than a lot in one round', async () => {
    for (let count = 0; count < 70; count++) await use();

    expect(await deliver()).toMatchObject({ delivered: 70, failed: 0, dead: 0 });
  });
});

describe('a notice that is not taken', () => {
  it('is sent again after a minute, with the same id', async () => {
    gateway.answer = (response, place) => void response.writeHead(place === 1 ? 500 : 200).end();
    await use();

    expect(await deliver()).toMatchObject({
      ...{ delivered: 0, failed: 1, dead: 0 },
      failure: { message: 'answered with status 500' },
    });
    clock.advance(MINUTE_MS - 1);
    expect(await deliver()).toMatchObject({ delivered: 0 });
    clock.advance(1);
    expect(await deliver()).toMatchObject({ delivered: 1 });
    const [first, second] = ids();
    expect(gateway.received).toHaveLength(2);
    expect(first).toBe(second);
  });

  it('is tried ever more seldom, and given up after a week', async () => {
    gateway.answer = (response) => void response.writeHead(503).end();
    await use();
    const waits: number[] = [];
    let last = clock.now().getTime();
    while ((await store.notices.counts()).waiting > 0) {
      const before = gateway.received.length;
      await deliver();
      if (gateway.received.length > before) {
        waits.push((clock.now().getTime() - last) / MINUTE_MS);
        last = clock.now().getTime();
      }
      clock.advance(waits.length < 4 ? MINUTE_MS : 30 * MINUTE_MS);
    }

    expect(waits.slice(0, 4)).toEqual([0, 1, 5, 30]);
    expect(waits.slice(4)).toEqual([120, 720, 1440, 1440, 1440, 1440, 1440, 1440]);
    expect(await store.notices.counts()).toEqual({ waiting: 0, dead: 1 });
    expect((await store.notices.list(holderHash, { limit: 5 })).items).toHaveLength(1);
  });

  it('is not carried on to where the gateway points', async () => {
    gateway.answer = (response) => void response.writeHead(307, { location: '/elsewhere' }).end();
    await use();

    expect(await deliver()).toMatchObject({ failed: 1 });
    expect(gateway.received.map(({ path }) => path)).toEqual(['/notices']);
  });

  it('is let go when no answer comes', async () => {
    gateway.answer = () => undefined;
    await use();

    expect(await deliver()).toMatchObject({ failed: 1 });
  });

  it('does not make the service read an answer without end', async () => {
    gateway.answer = (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(Buffer.alloc(65_536)), 1);
      response.on('close', () => {
        clearInterval(timer);
      });
    };
    await use();

    expect(await deliver()).toMatchObject({ delivered: 1 });
  });

  it('is sent by another process, after its lease, when the one that had it is killed', async () => {
    gateway.answer = () => undefined;
    await use();
    const arrived = gateway.next();
    const child = spawn(process.execPath, [
      ...['test/support/noticeChild.ts', fixture.url, gateway.url],
    ]);
    await arrived;
    child.kill('SIGKILL');
    await once(child, 'exit');
    gateway.answer = (response) => void response.writeHead(200).end();

    expect(await deliver()).toMatchObject({ delivered: 0 });
    clock.advance(LEASE_MS);
    expect(await deliver()).toMatchObject({ delivered: 1 });
    expect(new Set(ids()).size).toBe(1);
  });

  it('waits for the next process when this one stops', async () => {
    gateway.answer = () => undefined;
    await use();
    const stopped = new AbortController();
    const arrived = gateway.next();
    const round = deliver(store, stopped);
    await arrived;
    stopped.abort();

    expect(await round).toMatchObject({ delivered: 0, failed: 0, dead: 0 });
    gateway.answer = (response) => void response.writeHead(200).end();
    expect(await deliver()).toMatchObject({ delivered: 1 });
  });
});

describe('nobody is sent', () => {
  it('what they did themselves', async () => {
    await use({ clerk: holder });

    expect(await deliver()).toMatchObject({ delivered: 0 });
    expect((await store.notices.list(holderHash, { limit: 5 })).items).toEqual([]);
  });

  it('what strangers verified, unless they want it', async () => {
    const byStranger = { kind: 'verification', channel: 'public', clerk: null } as const;
    await use(byStranger);
    expect(await deliver()).toMatchObject({ delivered: 0 });
    const preferences = await store.notices.preferences(holderHash);
    await store.notices.setPreferences(holderHash, { ...preferences, publicVerification: true });
    await use(byStranger);

    expect(await deliver()).toMatchObject({ delivered: 1 });
  });

  it('what they switched off', async () => {
    const preferences = await store.notices.preferences(holderHash);
    await store.notices.setPreferences(holderHash, { ...preferences, disclosure: false });
    await use();
    await use({ kind: 'copy' });
    await deliver();

    expect(gateway.received.map(({ body }) => body['kind'])).toEqual(['copy']);
  });

  it('what is about a person without account: it stays in the inbox', async () => {
    const other = store.holders.holderHash({ ...TEST_HOLDER, codeType: '112' });
    await use({ holderHash: other });

    expect(await deliver()).toMatchObject({ delivered: 0, failed: 0, dead: 0 });
    expect(await store.notices.counts()).toEqual({ waiting: 0, dead: 0 });
    expect((await store.notices.list(other, { limit: 5 })).items).toHaveLength(1);
  });

  it('what never came about: the notice stands and falls with its record', async () => {
    const id = await use();
    await expect(use({ id })).rejects.toThrow();

    expect((await store.notices.list(holderHash, { limit: 5 })).items).toHaveLength(1);
  });

  it('anything once they were erased', async () => {
    await store.licences.stageIssue(buildStagedIssue());
    await use();
    await store.notices.setPreferences(holderHash, await store.notices.preferences(holderHash));
    const due = await store.notices.claim({
      ...{ at: clock.now(), leaseEnd: clock.now(), limit: 1 },
    });
    expect(await store.holders.erase(holderHash, clock.now())).toBe(true);

    for (const notice of due)
      await store.notices.settle(notice, { state: 'waiting', dueAt: clock.now() });
    expect(await deliver()).toMatchObject({ delivered: 0, failed: 0, dead: 0 });
    expect(await store.notices.counts()).toEqual({ waiting: 0, dead: 0 });
    expect(due).toHaveLength(1);
    expect(gateway.received).toEqual([]);
  });
});

it('fills inboxes without a gateway, and sends none of that when one comes', async () => {
  const silent = await testStore(clock);
  await silent.store.usage.append(buildUsage({ holderHash, licence: null, kind: 'copy' }));

  expect(await silent.store.notices.counts()).toEqual({ waiting: 0, dead: 0 });
  expect(await deliver(silent.store)).toMatchObject({ delivered: 0 });
  expect(await silent.store.notices.countUnread(holderHash)).toBe(1);
  await silent.remove();
});
