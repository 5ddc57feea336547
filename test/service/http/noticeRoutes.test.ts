import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Licence } from '../../../service/src/store/store.ts';
import { testApp, type AnswerBody, type TestApp } from '../../support/testApp.ts';
import { TEST_COMPANY } from '../../support/testService.ts';

const PURPOSE = '办理食品经营许可';
const ALL = {
  ...{ publicVerification: false, verification: true, presentation: true, disclosure: true },
  ...{ copy: true, lookup: true, licence: true, objection: true, erasure: true },
};

let app: TestApp;
let mine: Licence;

beforeAll(async () => {
  app = await testApp();
  mine = await app.city.issue();
});

afterAll(async () => {
  await app.remove();
});

beforeEach(async () => {
  await prefer({});
});

const prefer = (preferences: Partial<typeof ALL>): ReturnType<TestApp['send']> =>
  app.send('PUT', '/me/notice-preferences', { as: 'holder', json: { ...ALL, ...preferences } });

async function inbox(language = 'zh-CN'): Promise<AnswerBody> {
  const headers = { 'accept-language': language };
  return (await app.send('GET', '/me/notices', { as: 'holder', headers })).body;
}

async function verify(as?: 'clerk' | 'holder', licence = mine): Promise<void> {
  const { identifier } = licence;
  const json = { identifier, purpose: PURPOSE };
  const { status } = await app.send('POST', '/verifications', {
    ...(as === undefined ? {} : { as }),
    json,
  });
  expect(status).toBe(200);
}

/** @returns what came into the inbox meanwhile, newest first. */
async function newsOf(work: () => Promise<unknown>): Promise<readonly AnswerBody[]> {
  const before = new Set((await inbox()).items.map(({ id }) => id));
  await work();
  return (await inbox()).items.filter(({ id }) => !before.has(id));
}

/** A notice's subject is an id, other than a report's. */
function subjectOf(notice: AnswerBody | undefined): string {
  return notice?.subject as unknown as string;
}

describe('the inbox', () => {
  it('says in plain words who used what', async () => {
    const [notice] = await newsOf(() => verify('clerk'));
    const [inEnglish] = (await inbox('en')).items;

    expect(notice).toMatchObject({ kind: 'verification', event: 'use', readAt: null });
    expect(notice?.statement).toContain('clerk核验了小餐饮经营登记证');
    expect(notice?.statement).toContain(PURPOSE);
    expect(inEnglish?.statement).toContain('clerk verified 小餐饮经营登记证');
    const path = `/usage-records/${subjectOf(notice)}`;
    const { body } = await app.send('GET', path, { as: 'holder' });
    expect(body.statement).toBe(notice?.statement);
  });

  it('says what became of a licence, once', async () => {
    const news = await newsOf(async () => {
      const { identifier } = await app.city.issue();
      const path = `/licences/${identifier}`;
      const json = { reason: 'conditionsLost' };
      for (const verb of ['suspend', 'reinstate', 'cancel'])
        await app.send('POST', `${path}/${verb}`, { as: 'maker', json });
    });

    expect(news.map(({ event }) => event)).toEqual([
      'cancelled',
      'reinstated',
      'suspended',
      'issue',
    ]);
    expect(news[0]?.statement).toMatch(/，您的小餐饮经营登记证已注销。$/);
  });

  it('says that an objection was answered', async () => {
    const [use] = await newsOf(() => verify('clerk'));
    const path = `/usage-records/${subjectOf(use)}/objections`;
    const made = await app.send('POST', path, { as: 'holder', json: { reason: '没有去过' } });
    const answer = { state: 'upheld', answer: '系误扫' };
    const news = await newsOf(() =>
      app.send('POST', `/objections/${made.body.id}/answer`, { as: 'auditor', json: answer }),
    );

    expect(news).toMatchObject([{ kind: 'objection', event: 'upheld', subject: made.body.id }]);
    expect(news[0]?.statement).toMatch(/，您的异议已答复：成立。$/);
  });

  it('is silent about what one did oneself, and about strangers with a code', async () => {
    expect(await newsOf(() => verify('holder'))).toEqual([]);
    expect(await newsOf(() => verify())).toEqual([]);
  });

  it('has no notices of others', async () => {
    const theirs = await app.city.issue({ holder: TEST_COMPANY });

    expect(await newsOf(() => verify('clerk', theirs))).toEqual([]);
  });

  it('counts what was not read, and pages', async () => {
    await verify('clerk');
    const before = await inbox();
    const [newest] = before.items;
    const path = `/me/notices/${newest?.id ?? ''}/read`;
    const first = await app.send('POST', path, { as: 'holder' });
    const again = await app.send('POST', path, { as: 'holder' });

    expect(first).toMatchObject({ status: 200, body: { readAt: expect.any(String) } });
    expect(again.body['readAt']).toBe(first.body['readAt']);
    expect(Number((await inbox())['unread'])).toBe(Number(before['unread']) - 1);
    const page = await app.send('GET', '/me/notices?limit=1', { as: 'holder' });
    const next = await app.send('GET', `/me/notices?limit=1&cursor=${page.body.nextCursor ?? ''}`, {
      as: 'holder',
    });
    expect([page, next].map(({ body }) => body.items[0]?.id)).toEqual(
      before.items.slice(0, 2).map(({ id }) => id),
    );
  });

  it('does not know other people’s notices', async () => {
    const path = '/me/notices/01ARZ3NDEKTSV4RRFFQ69G5FAV/read';

    expect(await app.send('POST', path, { as: 'holder' })).toMatchObject({
      ...{ status: 404, body: { code: 'NOTICE_NOT_FOUND' } },
    });
  });
});

describe('preferences', () => {
  it('are all on at first, but for what strangers verify', async () => {
    const { store } = app.city.service;

    expect(await store.notices.preferences('nobody’s')).toEqual(ALL);
    expect((await app.send('GET', '/me/notice-preferences', { as: 'holder' })).body).toEqual(ALL);
  });

  it('hold from the next use on, whose record stands all the same', async () => {
    await prefer({ verification: false, publicVerification: true });
    expect(await newsOf(() => verify('clerk'))).toEqual([]);
    const uses = await app.send('GET', '/me/uses?limit=1', { as: 'holder' });

    expect(uses.body.items[0]).toMatchObject({ kind: 'verification', clerk: 'clerk' });
    expect(await newsOf(() => verify())).toMatchObject([{ kind: 'publicVerification' }]);
  });

  it('are given whole', async () => {
    const json = { verification: false };

    expect(await app.send('PUT', '/me/notice-preferences', { as: 'holder', json })).toMatchObject({
      status: 400,
    });
  });
});
