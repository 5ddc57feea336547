import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { citizenIdCheckCharacter } from '@yinxin/chaincode/model';
import {
  caseCity,
  CASE_MATTERS,
  type CaseAnswer,
  type CaseBody,
  type CaseCity,
} from '../../support/caseCity.ts';
import type { TestAnswer } from '../../support/testApp.ts';
import { TEST_COMPANY, TEST_ORGANISATIONS, TEST_PERSON } from '../../support/testService.ts';

let city: CaseCity;
beforeAll(async () => {
  city = await caseCity();
});
afterAll(async () => {
  await city.remove();
});

const { plain, kitchen, hygiene, sign, bundle } = CASE_MATTERS;
const { hall, market } = TEST_ORGANISATIONS;

/** A case of a matter without materials, decided. */
async function decided(outcome: 'approve' | 'refuse' = 'approve'): Promise<CaseBody> {
  const { id } = await city.open({ matter: plain });
  await city.step('clerk', id, 'accept');
  await city.step('market', id, 'review');
  return await city.step('market', id, outcome, { reason: '符合条件' });
}

describe('POST /cases', () => {
  it('opens a case at the clerk’s window', async () => {
    const opened = await city.open({ representedBy: TEST_COMPANY });

    expect(opened).toMatchObject({
      ...{ state: 'materialsPending', channel: 'window', window: 'W1', bundle: null },
      ...{ organisation: hall.creditCode, clerk: city.people.clerk.principal.id },
      ...{ holder: TEST_PERSON, representedBy: TEST_COMPANY, matters: [kitchen] },
      subCases: [{ department: market.creditCode, clock: 'notStarted', promisedDays: 5 }],
    });
    expect(opened.materials.map(({ code, state }) => [code, state])).toEqual([
      ['application', 'needed'],
      ['foodLicence', 'needed'],
      ['businessLicence', 'noSubmission'],
    ]);
  });

  it.each([
    ['online', {}],
    ['kiosk', { channel: 'kiosk' }],
  ])(
    'opens one %s in the holder’s own session, for the department in charge',
    async (channel, body) => {
      const json = { matter: plain, ...body };

      const { status, body: opened } = await city.send('holder', 'POST', '/cases', json);

      expect(status).toBe(201);
      expect(opened).toMatchObject({
        ...{ state: 'opened', channel, clerk: null, organisation: market.creditCode },
        holder: { name: 'person', code: '' },
      });
    },
  );

  it('asks of a bundle each material once, and handles its matters side by side', async () => {
    const opened = await city.open({ matter: bundle });

    expect(opened).toMatchObject({ bundle: { code: bundle }, matters: [kitchen, hygiene, sign] });
    expect(opened.materials.map(({ code, askedBy }) => [code, askedBy])).toEqual([
      ['application', [kitchen, hygiene]],
      ['foodLicence', [kitchen]],
      ['businessLicence', [kitchen]],
      ['report', [hygiene]],
      ['drawing', [sign]],
    ]);
    expect(opened.subCases.map((one) => one.promisedBy)).toEqual(
      Array.from({ length: 3 }, () => '2026-11-30T15:59:59.999Z'), // what the bundle promises binds all
    );
  });

  it('opens several matters as one without a bundle', async () => {
    const opened = await city.open({ matter: undefined, matters: [plain, sign, plain] });

    expect(opened).toMatchObject({ bundle: null, matters: [plain, sign], state: 'opened' });
  });

  it.each([
    ['no matter', { matter: undefined }, 400, 'REQUEST_MALFORMED'],
    ['both', { matters: [plain] }, 400, 'REQUEST_MALFORMED'],
    ['an unknown matter', { matter: 'M-NONE' }, 404, 'MATTER_NOT_FOUND'],
    ['nobody', { holder: undefined }, 400, 'REQUEST_MALFORMED'],
    ['a wrong code', { holder: { ...TEST_PERSON, code: '1' } }, 422, 'HOLDER_CODE_INVALID'],
    ['online, by a clerk', { channel: 'online' }, 400, 'REQUEST_MALFORMED'],
  ])('refuses %s', async (_, body, status, code) => {
    const json = { matter: kitchen, holder: TEST_PERSON, ...body };

    const answer = await city.send('clerk', 'POST', '/cases', json);

    expect(answer).toMatchObject({ status, body: { code } });
  });

  it.each([
    ['another one’s case', { matter: plain, holder: TEST_COMPANY }, 403, 'NOT_AUTHORISED'],
    ['at a window', { matter: plain, channel: 'window' }, 400, 'REQUEST_MALFORMED'],
    ['for nobody in charge', { matter: sign }, 400, 'REQUEST_MALFORMED'],
    ['for a window that is not', { matter: sign, window: 'W9' }, 404, 'WINDOW_NOT_FOUND'],
  ])('refuses a holder %s', async (_, json, status, code) => {
    const answer = await city.send('holder', 'POST', '/cases', json);

    expect(answer).toMatchObject({ status, body: { code } });
  });

  it('opens a holder’s case at the window that they name', async () => {
    const json = { matter: sign, window: 'W1' };

    const { body } = await city.send('holder', 'POST', '/cases', json);

    expect(body).toMatchObject({ organisation: hall.creditCode, window: 'W1' });
  });

  it('opens one case for one Idempotency-Key', async () => {
    const ask = (): Promise<TestAnswer> =>
      city.app.send('POST', '/cases', {
        headers: { ...city.people.holder.headers, 'idempotency-key': 'one-case' },
        json: { matter: plain },
      });

    const [first, second] = [await ask(), await ask()];

    expect(second.body.id).toBe(first.body.id);
  });
});

describe('a case opened by a grant', () => {
  const asAgent = (json: object): Promise<CaseAnswer> =>
    city.send('neighbour', 'POST', '/cases', json);

  it('is the agent’s only while the grant lasts, and only for its matters', async () => {
    await city.app.city.issue();
    const at = city.clock.now();
    const granted = await city.send('holder', 'POST', '/grants', {
      agent: TEST_COMPANY,
      scope: { matters: [plain] },
      validUntil: new Date(at.getTime() + 30 * 86_400_000).toISOString(),
    });
    expect(granted.status).toBe(201);
    const json = { matter: plain, holder: TEST_PERSON };

    const opened = await asAgent(json);
    const other = await asAgent({ ...json, matter: kitchen });
    const seen = await city.send('neighbour', 'GET', `/cases/${opened.body.id}`);
    const listed = await city.send('neighbour', 'GET', '/cases');
    await city.send('holder', 'POST', `/grants/${granted.body.id}/withdraw`, {});
    const after = await city.send('neighbour', 'GET', `/cases/${opened.body.id}`);
    const listedAfter = await city.send('neighbour', 'GET', '/cases');
    const uses = await city.send('holder', 'GET', '/me/uses');

    expect(opened).toMatchObject({
      status: 201,
      body: { grant: granted.body.id, representedBy: { name: 'neighbour' } },
    });
    expect(other).toMatchObject({ status: 403, body: { code: 'NOT_AUTHORISED' } });
    expect(seen.status).toBe(200);
    const looks = uses.body.items.filter(({ caseId }) => caseId === opened.body.id);
    expect(looks.map(({ kind, clerk }) => [kind, clerk])).toContainEqual(['lookup', 'neighbour']);
    expect(listed.body.items.map(({ id }) => id)).toEqual([opened.body.id]);
    expect(listedAfter.body.items).toEqual([]);
    expect(after).toMatchObject({ status: 404, body: { code: 'CASE_NOT_FOUND' } });
  });
});

describe('a case of who is represented at a window', () => {
  it('can be followed by a representative that is registered, not by any other', async () => {
    const body = '33040220200307997';
    const code = body + citizenIdCheckCharacter(body);
    const child = { name: '欧阳小宜', code, codeType: '111' };
    await city.send('clerk', 'POST', '/representations', {
      ...{ kind: 'guardianship', holder: child, agent: TEST_PERSON, basis: '《民法典》第二十七条' },
    });
    const json = { matter: plain, holder: child };

    const byGuardian = await city.open({ ...json, representedBy: TEST_PERSON });
    const byOther = await city.open({ ...json, representedBy: TEST_COMPANY });
    const followed = await city.send('holder', 'GET', `/cases/${byGuardian.id}`);
    const unknown = await city.send('neighbour', 'GET', `/cases/${byOther.id}`);

    expect(byGuardian).toMatchObject({ representedBy: TEST_PERSON, grant: expect.any(String) });
    expect(byOther).toMatchObject({ representedBy: TEST_COMPANY, grant: null });
    expect(followed.body).toMatchObject({ id: byGuardian.id, holder: child });
    expect(unknown.status).toBe(404);
  });
});

describe('GET /cases/{id}', () => {
  it.each(['clerk', 'market', 'holder'] as const)('shows it to %s, with names', async (who) => {
    const { id } = await city.open({ matter: plain });

    const { status, body } = await city.send(who, 'GET', `/cases/${id}`);

    expect(status).toBe(200);
    expect(body).toMatchObject({ id, holder: TEST_PERSON });
  });

  it('shows it to the auditor, without names or reasons', async () => {
    const { id } = await city.open({ matter: plain });
    await city.step('clerk', id, 'decline', { reason: '欧阳静宜不符合条件' });

    const { text } = await city.send('auditor', 'GET', `/cases/${id}`);

    expect(text).not.toContain(TEST_PERSON.name);
    expect(text).not.toContain(TEST_PERSON.code);
    expect(text).toContain('"decline"');
  });

  it.each(['stranger', 'health', 'neighbour'] as const)(
    'says to %s that there is none',
    async (who) => {
      const { id } = await city.open({ matter: plain });

      const [known, unknown] = [
        await city.send(who, 'GET', `/cases/${id}`),
        await city.send(who, 'GET', '/cases/01M85MG281N9SB2WX7RCQPV7WP'),
      ];

      expect(known).toMatchObject({ status: 404, body: { code: 'CASE_NOT_FOUND' } });
      expect(unknown.status).toBe(404);
    },
  );

  it('tells the counter of licences when it asks, and the holder that it did', async () => {
    const licence = await city.app.city.issue();
    const { id } = await city.open();
    const count = async (): Promise<number> => {
      const { body } = await city.send('holder', 'GET', '/me/uses?limit=200');
      return body.items.filter((one) => one['licence'] === licence.identifier).length;
    };
    const tells = async (who: 'clerk' | 'market' | 'holder', query = ''): Promise<boolean> =>
      (await city.send(who, 'GET', `/cases/${id}${query}`)).text.includes('"waivable"');
    const before = await count();

    expect(await tells('market', '?licences=true')).toBe(false);
    expect(await tells('clerk')).toBe(false);
    expect(await tells('holder')).toBe(true);
    expect(await count()).toBe(before);
    expect(await tells('clerk', '?licences=true')).toBe(true);
    expect(await count()).toBe(before + 1);
  });
});

describe('GET /cases', () => {
  it('is the work queue of a counter, of a department, and the holder’s own', async () => {
    const { id } = await city.open({ matter: bundle });
    const first = async (who: Parameters<CaseCity['send']>[0], query = ''): Promise<unknown> =>
      (await city.send(who, 'GET', `/cases?limit=1${query}`)).body.items[0]?.id;

    expect(await first('clerk')).toBe(id);
    expect(await first('market')).toBe(id);
    expect(await first('health')).toBe(id);
    expect(await first('holder')).toBe(id);
    expect(await first('auditor')).toBe(id);
    expect(await first('clerk', `&matter=${bundle}`)).toBe(id);
    expect(await first('clerk', `&matter=${hygiene}`)).toBe(id);
    expect(await first('clerk', '&state=materialsPending')).toBe(id);
    expect(await first('stranger', `&matter=${bundle}`)).toBeUndefined();
    expect(await first('neighbour', `&matter=${bundle}`)).toBeUndefined();
  });

  it('finds a case by the state of one of its matters, once', async () => {
    const { id } = await city.open({ matter: undefined, matters: [plain, sign] });
    await city.step('clerk', id, 'accept', { matter: sign });

    const { body } = await city.send('clerk', 'GET', `/cases?state=accepted&matter=${sign}`);

    expect(body.items.filter((one) => one.id === id)).toHaveLength(1);
  });

  it('gives pages, newest first, none of them twice', async () => {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await city.send('holder', 'GET', `/cases?limit=3${query}`);
      ids.push(...body.items.map((one) => one.id));
      cursor = body.nextCursor;
    }
    const { body } = await city.send('holder', 'GET', '/cases?limit=200');

    expect(ids).toEqual(body.items.map((one) => one.id));
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
  });
});

describe('the steps of a bundle', () => {
  it('go side by side, each at its department', async () => {
    const { id } = await city.open({ matter: undefined, matters: [plain, sign] });
    await city.step('clerk', id, 'accept');

    const health = await city.send('health', 'POST', `/cases/${id}/review`, {});
    const reviewed = await city.step('market', id, 'review');
    const approved = await city.step('market', id, 'approve');

    expect(health.status).toBe(404);
    expect(reviewed.subCases.map(({ state }) => state)).toEqual(['inReview', 'accepted']);
    expect(approved.subCases.map(({ state }) => state)).toEqual(['decided', 'accepted']);
    expect(approved.state).toBe('accepted');
  });

  it('are the counter’s own where no department is in charge', async () => {
    const { id } = await city.open({ matter: sign });
    await city.step('clerk', id, 'accept');
    await city.step('clerk', id, 'review');

    const { state, subCases } = await city.step('clerk', id, 'approve');

    expect(state).toBe('decided');
    expect(subCases[0]?.outcome).toBe('approved');
  });
});

describe('the terms of a case', () => {
  it('run from acceptance, stand still for a supplement, and end with the decision', async () => {
    const { id } = await city.open({ matter: kitchen, holder: TEST_COMPANY });
    const { store } = city.app.city.service;
    const at = city.clock.now();
    for (const materialCode of ['application', 'foodLicence']) {
      await store.cases.submit(id, {
        ...{ id: `${materialCode}-1`, materialCode, kind: 'file', documentId: 'none' },
        ...{ submittedBy: 'nobody', requestId: null, at },
      });
    }
    const accepted = await city.step('clerk', id, 'accept'); // Tuesday the 24th
    city.clock.set('2026-11-26T02:00:00Z');
    const suspended = await city.step('market', id, 'suspend', { reason: '补充说明' });
    city.clock.set('2026-11-30T02:00:00Z');
    const resumed = await city.step('clerk', id, 'resume');
    city.clock.set('2026-12-04T02:00:00Z');
    const { body: late } = await city.send('clerk', 'GET', `/cases/${id}`);
    await city.step('market', id, 'review');
    const done = await city.step('market', id, 'approve');

    expect(accepted.promisedBy).toBe('2026-12-01T15:59:59.999Z');
    expect(suspended.subCases[0]?.clock).toBe('suspended');
    expect(resumed.promisedBy).toBe('2026-12-03T15:59:59.999Z'); // without the 27th and the 30th
    expect(late.lateness).toBe('pastPromised');
    expect(done.subCases[0]).toMatchObject({ clock: 'ended', lateness: 'pastPromised' });
    city.clock.set('2026-12-05T02:00:00Z');
  });
});

describe('GET /cases/{id}', () => {
  it('takes the query code as well, from who may see the case and nobody else', async () => {
    const { id, queryCode } = await city.open({ matter: sign });

    const answer = await city.send('clerk', 'GET', `/cases/${queryCode.toLowerCase()}`);
    const other = await city.send('neighbour', 'GET', `/cases/${queryCode}`);

    expect(answer).toMatchObject({ status: 200, body: { id } });
    expect(other).toMatchObject({ status: 404, body: { code: 'CASE_NOT_FOUND' } });
  });
});

describe('GET /cases/by-query-code/{code}', () => {
  it('tells anybody how far a case is, and nothing of people', async () => {
    const { queryCode } = await decided();

    const answer = await city.send(null, 'GET', `/cases/by-query-code/${queryCode.toLowerCase()}`);

    expect(answer).toMatchObject({
      status: 200,
      body: {
        ...{ matter: { code: plain, name: '备案' }, state: 'decided' },
        subCases: [{ outcome: 'approved' }],
      },
    });
    const { steps } = answer.body as unknown as { steps: readonly { state: string }[] };
    expect(steps.map(({ state }) => state)).toEqual(['opened', 'accepted', 'inReview', 'decided']);
    const secrets = [TEST_PERSON.name, TEST_PERSON.code, '符合条件', 'case-clerk'];
    for (const secret of [...secrets, city.people.clerk.principal.id]) {
      expect(answer.text).not.toContain(secret);
    }
  });

  it.each(['0000-0000-0000-0000', 'x', '%E4%B8%AD'])('knows no case %s', async (code) => {
    const answer = await city.send(null, 'GET', `/cases/by-query-code/${code}`);

    expect(answer).toMatchObject({ status: 404, body: { code: 'CASE_NOT_FOUND' } });
  });
});

describe('POST /cases/{id}/rating', () => {
  const rating = { level: 5, reasons: ['办事快'], note: '谢谢' };
  const rate = (who: 'holder' | 'neighbour' | 'clerk', id: string): Promise<CaseAnswer> =>
    city.send(who, 'POST', `/cases/${id}/rating`, rating);

  it.each(['approve', 'refuse'] as const)('is for the holder, once, after %s', async (outcome) => {
    const { id } = await decided(outcome);

    const first = await rate('holder', id);
    const second = await rate('holder', id);

    expect(first).toMatchObject({ status: 201, body: { rating } });
    expect(second).toMatchObject({ status: 409, body: { code: 'CASE_ALREADY_RATED' } });
  });

  it.each([
    ['neighbour', 404, 'CASE_NOT_FOUND'],
    ['clerk', 403, 'NOT_AUTHORISED'],
  ] as const)('is not for %s', async (who, status, code) => {
    const { id } = await decided();

    expect(await rate(who, id)).toMatchObject({ status, body: { code } });
  });

  it('is not for a case that is open or was withdrawn', async () => {
    const { id } = await city.open({ matter: plain });
    const open = await rate('holder', id);
    await city.step('holder', id, 'withdraw');

    const withdrawn = await rate('holder', id);

    for (const answer of [open, withdrawn]) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'CASE_STATE_CONFLICT' } });
    }
  });
});
