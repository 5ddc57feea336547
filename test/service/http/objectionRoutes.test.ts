import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANSWER_DAYS } from '../../../service/src/holders/objections.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { testApp, type TestApp } from '../../support/testApp.ts';
import { TEST_COMPANY } from '../../support/testService.ts';

const REASON = '我没有去过这个窗口';
const ANSWER = '经查，系窗口人员误扫，已责令改正。';

let app: TestApp;
let mine: Licence;

beforeAll(async () => {
  app = await testApp();
  mine = await app.city.issue();
});

afterAll(async () => {
  await app.remove();
});

/** Somebody verifies a licence; the id of the record of it. */
async function useOf({ identifier }: Licence): Promise<string> {
  await app.send('POST', '/verifications', { as: 'clerk', json: { identifier, purpose: '核验' } });
  const { body } = await app.send('GET', '/usage-records?limit=1', { as: 'auditor' });
  return body.items[0]?.id ?? '';
}

async function object(): Promise<string> {
  const useId = await useOf(mine);
  const path = `/usage-records/${useId}/objections`;
  return (await app.send('POST', path, { as: 'holder', json: { reason: REASON } })).body.id;
}

const own = async (): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  (await app.send('GET', '/me/objections', { as: 'holder' })).body.items;

describe('an objection', () => {
  it('is open until it is due, and the auditor finds it', async () => {
    const id = await object();
    const { body } = await app.send('GET', '/objections?state=open', { as: 'auditor' });

    expect(body.items[0]).toMatchObject({
      ...{ id, state: 'open', reason: REASON, answer: null, isOverdue: false },
    });
    const { createdAt, dueAt } = body.items[0] as { createdAt?: string; dueAt?: string };
    expect(Date.parse(dueAt ?? '') - Date.parse(createdAt ?? '')).toBe(ANSWER_DAYS * 86_400_000);
  });

  it('is answered once, and the holder reads the answer', async () => {
    const id = await object();
    const path = `/objections/${id}/answer`;
    const json = { state: 'upheld', answer: ANSWER };
    const first = await app.send('POST', path, { as: 'auditor', json });
    const second = await app.send('POST', path, { as: 'auditor', json });

    expect(first).toMatchObject({ status: 200, body: { state: 'upheld', answer: ANSWER } });
    expect(second).toMatchObject({ status: 409, body: { code: 'OBJECTION_STATE_CONFLICT' } });
    expect((await own())[0]).toMatchObject({ id, state: 'upheld', answer: ANSWER });
  });

  it('can be taken back as long as it is open', async () => {
    const id = await object();
    const path = `/objections/${id}/withdraw`;

    expect(await app.send('POST', path, { as: 'holder' })).toMatchObject({
      ...{ status: 200, body: { id, state: 'withdrawn' } },
    });
    expect(await app.send('POST', path, { as: 'holder' })).toMatchObject({ status: 409 });
  });

  it('is made once a use', async () => {
    const useId = await useOf(mine);
    const path = `/usage-records/${useId}/objections`;
    const send = (): ReturnType<TestApp['send']> =>
      app.send('POST', path, { as: 'holder', json: { reason: REASON } });
    await send();

    expect(await send()).toMatchObject({
      ...{ status: 409, body: { code: 'OBJECTION_ALREADY_EXISTS' } },
    });
  });

  it.each([
    ['another’s use', () => app.city.issue({ holder: TEST_COMPANY }).then(useOf)],
    ['a use that there never was', () => Promise.resolve('01ARZ3NDEKTSV4RRFFQ69G5FAV')],
  ])('is not made to %s', async (_, make) => {
    const path = `/usage-records/${await make()}/objections`;

    expect(await app.send('POST', path, { as: 'holder', json: { reason: REASON } })).toMatchObject({
      ...{ status: 404, body: { code: 'USAGE_RECORD_NOT_FOUND' } },
    });
  });

  it.each(['answer', 'withdraw'])('that nobody made gets no %s', async (act) => {
    const as = act === 'answer' ? 'auditor' : 'holder';
    const json = act === 'answer' ? { state: 'rejected', answer: ANSWER } : undefined;
    const sent = await app.send('POST', `/objections/01ARZ3NDEKTSV4RRFFQ69G5FAV/${act}`, {
      ...{ as, json },
    });

    expect(sent).toMatchObject({ status: 404, body: { code: 'OBJECTION_NOT_FOUND' } });
  });
});
