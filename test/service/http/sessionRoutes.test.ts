import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { idleEndOf } from '../../../service/src/people/sessions.ts';
import { testApp, type TestApp } from '../../support/testApp.ts';
import { TEST_ORGANISATIONS, TEST_PASSWORD } from '../../support/testService.ts';

let offsetMs = 0;
const clock = { now: () => new Date(Date.now() + offsetMs) };
let app: TestApp;

beforeAll(async () => {
  app = await testApp({
    clock,
    config: { identity: { isLocalOn: true, idleMinutes: 30, provider: null } },
  });
});

afterAll(async () => {
  await app.remove();
});

const signIn = (
  username: string,
  password = TEST_PASSWORD,
  headers: Readonly<Record<string, string>> = {},
): ReturnType<TestApp['send']> =>
  app.send('POST', '/sessions', { json: { username, password }, headers });

const cookieOf = (answer: { readonly headers: Headers }): string =>
  (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

describe('POST /sessions', () => {
  it('gives a token and says who it is', async () => {
    const answer = await signIn('maker');

    expect(answer.status).toBe(201);
    expect(answer.body.person).toMatchObject({ username: 'maker', roles: [{ role: 'issuer' }] });
    const me = await app.send('GET', '/me', {
      headers: { authorization: `Bearer ${answer.body.token}` },
    });
    expect(me.body.username).toBe('maker');
  });

  it('sets a cookie that scripts and other sites cannot use', async () => {
    const answer = await signIn('maker');

    const cookie = answer.headers.get('set-cookie');
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict; Max-Age=43200$/);
  });

  it.each([
    ['a wrong password', 'maker', 'wrong password'],
    ['an unknown name', 'nobody-here', TEST_PASSWORD],
  ])('answers %s in the same words', async (_, username, password) => {
    const { status, body } = await signIn(username, password);

    expect([status, body.code, body.detail]).toEqual([
      401,
      'CREDENTIALS_WRONG',
      'user name or password is wrong',
    ]);
  });

  it('is refused to a page of another site', async () => {
    const { status } = await signIn('maker', TEST_PASSWORD, { origin: 'https://evil.example' });

    expect(status).toBe(403);
  });

  it('makes an address wait after ten wrong passwords for a name, also with the right one', async () => {
    await Promise.all(Array.from({ length: 10 }, () => signIn('checker', 'wrong')));

    const right = await signIn('checker');

    expect(right.status).toBe(429);
    expect(right.body.code).toBe('RATE_LIMITED');
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn('auditor')).status).toBe(201);
  });

  it('does not count what succeeds', async () => {
    for (let attempt = 0; attempt < 11; attempt++) {
      expect((await signIn('operator')).status).toBe(201);
    }
  });

  it('counts attempts that run at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => signIn('clerk', 'wrong')));

    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(10);
  });
});

describe('a session', () => {
  it('ends with signing out', async () => {
    const { body } = await signIn('maker');
    const headers = { authorization: `Bearer ${body.token}` };

    const out = await app.send('DELETE', '/sessions', { headers });

    expect(out.status).toBe(204);
    expect((await app.send('GET', '/me', { headers })).status).toBe(401);
  });

  it('ends after twelve hours', async () => {
    const { body } = await signIn('maker');
    const headers = { authorization: `Bearer ${body.token}` };

    offsetMs += 12 * 3_600_000 + 1000;

    expect((await app.send('GET', '/me', { headers })).status).toBe(401);
    offsetMs = 0;
  });

  it('ends after half an hour without a request; asking passively is none', async () => {
    const { body } = await signIn('outsider');
    const headers = { authorization: `Bearer ${body.token}` };
    const minute = 60_000;

    offsetMs += 29 * minute;
    const used = await app.send('GET', '/me', { headers });
    offsetMs += 29 * minute;
    const looked = await app.send('GET', '/me?passive=true', { headers });
    offsetMs += 2 * minute;
    const ended = await app.send('GET', '/me', { headers });

    expect(Date.parse(String(used.body['idleExpiresAt']))).toBeGreaterThan(Date.now());
    expect(looked.status).toBe(200);
    expect(ended.status).toBe(401);
    offsetMs = 0;
  });

  it('writes that it was used once a minute at most', async () => {
    const { body } = await signIn('maker');
    const headers = { authorization: `Bearer ${body.token}` };
    const touch = jest.spyOn(app.city.service.store.sessions, 'touch');

    for (const seconds of [10, 40, 11, 10, 61]) {
      offsetMs += seconds * 1000;
      await app.send('GET', '/me', { headers });
    }

    expect(touch).toHaveBeenCalledTimes(2);
    touch.mockRestore();
    offsetMs = 0;
  });

  it('of another system ends by its time alone', () => {
    const at = clock.now();
    const session = { tokenHash: '', accountId: '', createdAt: at, expiresAt: at };
    const identity = { isLocalOn: true, idleMinutes: 5 };
    const held = (role: 'system' | 'clerk'): Date | null =>
      idleEndOf({ identity }, { session, account: { roles: [{ role, organisation: null }] } });

    expect(held('system')).toBeNull();
    expect(held('clerk')?.getTime()).toBe(at.getTime() + 300_000);
  });

  it('tells until when it lasts, where one works, and which sessions one has', async () => {
    const { body } = await signIn('maker');
    const headers = { authorization: `Bearer ${body.token}` };
    const { creditCode, name } = TEST_ORGANISATIONS.market;
    const other = await signIn('maker');

    const me = await app.send('GET', '/me', { headers });
    const { body: sessions } = await app.send('GET', '/me/sessions', { headers });
    const own = sessions.items.filter((session) => session['isThisOne'] === true);
    await app.send('DELETE', `/me/sessions/${own[0]?.id ?? ''}`, { headers });

    expect(me.body).toMatchObject({
      ...{ organisationNames: { [creditCode]: name }, window: null },
    });
    expect(me.body['sessionExpiresAt']).toBe(body.person['sessionExpiresAt']);
    expect(own).toHaveLength(1);
    expect((await app.send('GET', '/me', { headers })).status).toBe(401);
    const rest = { authorization: `Bearer ${other.body.token}` };
    expect((await app.send('GET', '/me', { headers: rest })).status).toBe(200);
    const gone = await app.send('DELETE', `/me/sessions/${own[0]?.id ?? ''}`, { headers: rest });
    expect(gone.status).toBe(404);
  });

  it.each(['', 'Bearer', 'Bearer x', 'Basic bWFrZXI6eA==', `Bearer ${'A'.repeat(43)}`])(
    'is not what `%s` names',
    async (authorization) => {
      const answer = await app.send('GET', '/me', { headers: { authorization } });

      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    },
  );

  it('does not stop the public page when its cookie has run out', async () => {
    const headers = { cookie: `yinxin_session=${'A'.repeat(43)}` };

    expect((await app.send('GET', '/ledger', { headers })).status).toBe(200);
  });
});

describe('a cookie', () => {
  let cookie = '';

  beforeAll(async () => {
    cookie = cookieOf(await signIn('maker'));
  });

  it('is enough for reading', async () => {
    expect((await app.send('GET', '/me', { headers: { cookie } })).status).toBe(200);
  });

  it.each([
    ['our own page', { origin: 'own' }, 400],
    ['our own page, by Sec-Fetch-Site', { 'sec-fetch-site': 'same-origin' }, 400],
    ['another site', { origin: 'https://evil.example' }, 403],
    ['a sandbox', { origin: 'null' }, 403],
    ['a sister site', { 'sec-fetch-site': 'same-site' }, 403],
    ['nowhere', {}, 403],
  ])('changes things only from our own pages: %s', async (_, given: object, status) => {
    const headers = { cookie, ...given } as Record<string, string>;
    if (headers['origin'] === 'own') headers['origin'] = app.origin;

    const answer = await app.send('POST', '/licences', { json: {}, headers });

    expect(answer.status).toBe(status);
  });
});
