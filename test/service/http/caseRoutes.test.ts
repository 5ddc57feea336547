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
