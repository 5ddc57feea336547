import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceError } from '../../../service/src/errors.ts';
import { anchorPendingUses } from '../../../service/src/usage/anchorUses.ts';
import { searchUses } from '../../../service/src/usage/searchUses.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { formOf, testApp, type TestApp } from '../../support/testApp.ts';
import { TEST_COMPANY } from '../../support/testService.ts';

let app: TestApp;
let mine: Licence;
let others: Licence;

beforeAll(async () => {
  app = await testApp();
  mine = await app.city.issue();
  others = await app.city.issue({ holder: TEST_COMPANY });
  for (const { identifier } of [mine, others, mine]) {
    const json = {
      identifier,
      matter: identifier === mine.identifier ? 'M-1' : 'M-2',
      purpose: '核验',
    };
    await app.send('POST', '/verifications', { as: 'clerk', json });
  }
});

afterAll(async () => {
  await app.remove();
});

async function anchor(): Promise<void> {
  const { service, config } = app.city;
  const { clock, store, licences } = service;
  const operator = config.operator.creditCode;
  const { act } = await licences.signersOf(operator);
  const parts = { clock, recorder: licences.recorder, usage: store.usage, signer: act, operator };
  await anchorPendingUses(parts);
}

const find = async (query: string): Promise<readonly Record<string, unknown>[]> =>
  (await app.send('GET', `/usage-records?${query}`, { as: 'auditor' })).body.items;

describe('GET /usage-records', () => {
  it.each([
    ['all', '', 3],
    ['a licence', () => `licence=${mine.identifier}`, 2],
    ['a clerk by user name', 'clerk=clerk', 3],
    ['a clerk by account', () => `clerk=${app.city.people.clerk.id}`, 3],
    ['a clerk who did nothing', 'clerk=holder', 0],
    ['a matter', 'matter=M-2', 1],
    ['a window', 'window=W01', 0],
    ['a kind', 'kind=verification', 3],
    ['a kind that was not', 'kind=copy', 0],
    ['what was refused', 'outcome=refused', 0],
    ['a verdict', 'indication=TOTAL-PASSED', 3],
    ['a verdict of a licence', () => `licence=${mine.identifier}&indication=TOTAL-FAILED`, 0],
    ['a past day', 'from=2020-01-01&to=2020-12-31', 0],
    ['a day that is not over', () => `from=${today()}&to=${today()}`, 3],
  ])('finds the uses of %s', async (_, query, count) => {
    const text = typeof query === 'string' ? query : query();

    expect(await find(text)).toHaveLength(count);
  });

  it('goes through all pages, newest first', async () => {
    const first = await app.send('GET', '/usage-records?limit=2', { as: 'auditor' });
    const { nextCursor } = first.body as { nextCursor: string };
    const second = await app.send('GET', `/usage-records?limit=2&cursor=${nextCursor}`, {
      as: 'auditor',
    });

    const ids = [...first.body.items, ...second.body.items].map((one) => one.id);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(ids).toHaveLength(3);
    expect(second.body.nextCursor).toBeNull();
  });

  it('has the shape of a usage record', async () => {
    const [use] = await find('matter=M-2');

    expect(use).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      kind: 'verification',
      outcome: 'answered',
      reason: null,
      subject: { kind: 'licence', identifier: others.identifier },
      licence: others.identifier,
      esId: app.city.esId,
      channel: 'window',
      window: null,
      clerk: 'clerk',
      matter: 'M-2',
      purpose: '核验',
      indication: 'TOTAL-PASSED',
      fields: [],
      ...{ legalBasis: null, caseId: null, receiptId: null },
      statement: expect.stringMatching(
        /clerk核验了小餐饮经营登记证。事项：M-2。用途：核验。结论：有效。$/,
      ),
      anchor: { state: 'pending', root: null, position: null },
    });
  });
});

describe('a search by holder', () => {
  const { code } = TEST_COMPANY;
  const searched = async (): Promise<number> =>
    (await find('kind=lookup')).filter(
      ({ subject }) => (subject as { kind: string }).kind === 'uses',
    ).length;

  it('finds the holder’s uses and stands among them from then on', async () => {
    const found = await find(`holderCode=${code}&holderCodeType=001`);
    const again = await find(`holderCode=${code}`);

    expect(found.map(({ licence }) => licence)).toEqual([others.identifier]);
    expect(again).toHaveLength(2);
    expect(again[0]).toMatchObject({
      kind: 'lookup',
      subject: { kind: 'uses' },
      channel: 'audit',
      clerk: 'auditor',
      statement: expect.stringMatching(/auditor按持证人检索了其证照的使用记录。$/),
    });
  });

  it('is not answered while the trail cannot be written', async () => {
    const { clock, store } = app.city.service;
    const usage = {
      ...store.usage,
      append: () => Promise.reject(new ServiceError('STORE_UNAVAILABLE', 'full')),
    };
    const parts = { clock, store: { ...store, usage } };

    await expect(
      searchUses(parts, app.city.people.auditor, { holderCode: code }, { limit: 1 }),
    ).rejects.toThrow('full');
  });

  it('is refused for a code with a wrong check character, and then leaves nothing', async () => {
    const before = await searched();
    const wrong = `/usage-records?holderCodeType=001&holderCode=${code.slice(0, -1)}0`;
    const { status, body } = await app.send('GET', wrong, { as: 'auditor' });

    expect([status, body.code]).toEqual([422, 'HOLDER_CODE_INVALID']);
    expect(await searched()).toBe(before);
  });
});

describe('a use', () => {
  it('is seen by its holder, the asker, the department and the auditor only', async () => {
    const [use] = await find('matter=M-1&limit=1');
    const path = `/usage-records/${String(use?.['id'])}`;

    const seen: Record<string, number> = {};
    for (const as of ['holder', 'clerk', 'maker', 'auditor', 'outsider'] as const) {
      seen[as] = (await app.send('GET', path, { as })).status;
    }
    expect(seen).toEqual({ holder: 200, clerk: 200, maker: 200, auditor: 200, outsider: 404 });
  });

  it('of somebody else’s licence does not exist for a holder', async () => {
    const [use] = await find('matter=M-2');
    const path = `/usage-records/${String(use?.['id'])}`;

    for (const suffix of ['', '/proof']) {
      const { status, body } = await app.send('GET', path + suffix, { as: 'holder' });
      expect([status, body.code]).toEqual([404, 'USAGE_RECORD_NOT_FOUND']);
    }
  });

  it('is among the holder’s own', async () => {
    const { body } = await app.send('GET', '/me/uses', { as: 'holder' });

    const licences = body.items.map((one) => one.licence);
    expect(new Set(licences)).toEqual(new Set([mine.identifier]));
  });

  it('is proved once it is anchored, and not before', async () => {
    const [use] = await find('matter=M-1&limit=1');
    const path = `/usage-records/${String(use?.['id'])}`;
    const early = await app.send('GET', `${path}/proof`, { as: 'holder' });

    await anchor();
    const proof = await app.send('GET', `${path}/proof`, { as: 'holder' });
    const verdict = await app.send('POST', '/verifications', { form: formOf(proof.text) });
    const { body } = await app.send('GET', path, { as: 'holder' });

    expect([early.status, early.body.code]).toEqual([409, 'PROOF_NOT_READY']);
    expect(early.headers.get('retry-after')).toBe('2');
    expect(verdict.body).toMatchObject({ indication: 'TOTAL-PASSED', subject: { kind: 'proof' } });
    expect(body.anchor).toMatchObject({ state: 'anchored', root: expect.any(String) });
  });

  it('under a seal shows the seal authority that it was used, not who asked and why', async () => {
    const path = `/seals/${app.city.esId}/uses?limit=1`;

    const whole = (await app.send('GET', path, { as: 'maker' })).body.items[0];
    const bare = (await app.send('GET', path, { as: 'sealMaker' })).body.items[0];

    expect([whole?.id, whole?.clerk, whole?.purpose]).toEqual([bare?.id, 'clerk', '核验']);
    expect([bare?.clerk, bare?.purpose]).toEqual([null, null]);
  });
});

function today(): string {
  return new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
}
