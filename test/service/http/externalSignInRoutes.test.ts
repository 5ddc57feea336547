import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { citizenIdCheckCharacter } from '@yinxin/chaincode/model';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openIdentity } from '../../../service/src/composition/openIdentity.ts';
import type { IdentitySettings } from '../../../service/src/people/identityProvider.ts';
import { startOidcProvider, TestBrowser, type OidcProvider } from '../../support/oidcProvider.ts';
import { testApp, type AnswerBody, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { testClock, type TestClock } from '../../support/testClock.ts';
import { TEST_ORGANISATIONS, TEST_PASSWORD, TEST_PERSON } from '../../support/testService.ts';

const newcomerBody = '33040219880808123';
const NEWCOMER_CODE = newcomerBody + citizenIdCheckCharacter(newcomerBody);
const SECRET = 'a secret of the client, long enough';
const SIGN_IN = '/api/v1/sessions/oidc';

let app: TestApp;
let provider: OidcProvider;
let clock: TestClock;
const identity: { -readonly [K in keyof IdentitySettings]: IdentitySettings[K] } = {
  isLocalOn: true,
  provider: null,
};

beforeAll(async () => {
  clock = testClock(new Date().toISOString());
  app = await testApp({ clock, identity });
  provider = await startOidcProvider({
    ...{ clientId: 'yinxin', clientSecret: SECRET, holderCodeClaim: 'id_card' },
    redirectUri: `${app.origin}${SIGN_IN}/callback`,
    people: {
      'zhang-san': { name: '张三' },
      'li-si': { name: '李四' },
      ouyang: { name: TEST_PERSON.name, id_card: TEST_PERSON.code },
      newcomer: { name: '新市民', id_card: NEWCOMER_CODE },
      impostor: { name: '某人', id_card: '330402198808081230' },
    },
  });
  identity.provider = await open(provider.issuer);
});

afterAll(async () => {
  await provider.stop();
  await app.remove();
});

async function open(issuer: string): Promise<IdentitySettings['provider']> {
  const clientSecretFile = join(app.city.config.dataDir, 'client-secret');
  writeFileSync(clientSecretFile, `${SECRET}\n`);
  const client = { issuer, clientId: 'yinxin', clientSecretFile, holderCodeClaim: 'id_card' };
  const settings = await openIdentity(
    { identity: { isLocalOn: true, idleMinutes: 720, provider: client } },
    { clock, publicUrl: app.origin },
  );
  return settings.provider;
}

const begin = async (browser: TestBrowser): Promise<string> => {
  const answer = await browser.open(app.origin + SIGN_IN);
  expect(answer.status).toBe(303);
  return answer.headers.get('location') ?? '';
};

/** @returns the service's answer to the browser that comes back. */
async function signIn(login: string, browser = new TestBrowser()): Promise<Response> {
  return await browser.open(await browser.signInAt(await begin(browser), login));
}

async function whoIs(response: Response): Promise<AnswerBody> {
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  return (await app.send('GET', '/me', { headers: { cookie } })).body;
}

const bind = (id: string, subject: string, issuer = provider.issuer): Promise<TestAnswer> =>
  app.send('PUT', `/people/${id}/identity`, { as: 'security', json: { issuer, subject } });

describe('GET /sessions/oidc', () => {
  it('sends the browser to the provider with state, nonce and PKCE', async () => {
    const browser = new TestBrowser();
    const url = new URL(await begin(browser));

    expect(url.origin).toBe(provider.issuer);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: 'yinxin',
      response_type: 'code',
      redirect_uri: `${app.origin}${SIGN_IN}/callback`,
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[0-9a-f]{64}$/),
      nonce: expect.stringMatching(/^[0-9a-f]{64}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it('keeps what is its own in a cookie that scripts and other paths do not see', async () => {
    const answer = await new TestBrowser().open(app.origin + SIGN_IN);

    expect(answer.headers.get('set-cookie')).toMatch(
      /^yinxin_sign_in=[^;]+; Path=\/api\/v1\/sessions\/oidc; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
  });

  it('is told of as a way to sign in', async () => {
    const { body } = await app.send('GET', '/sessions/methods');

    expect(body).toEqual({ password: true, external: { issuer: provider.issuer } });
  });
});

describe('somebody whose account was prepared', () => {
  it('is signed in with the roles that the account has', async () => {
    const { id } = app.city.people.clerk;
    const prepared = await bind(id, 'zhang-san');
    expect(prepared.body).toMatchObject({ identity: { issuer: provider.issuer } });

    const answer = await signIn('zhang-san');

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(answer.headers.get('set-cookie')).toMatch(/^yinxin_session=.*HttpOnly; SameSite=Strict/);
    const me = await whoIs(answer);
    expect(me).toMatchObject({
      id,
      roles: [{ role: 'clerk', organisation: TEST_ORGANISATIONS.hall.creditCode }],
    });
    const sessions = await app.send('GET', `/people/${id}/sessions`, { as: 'security' });
    expect(sessions.body.items).toContainEqual(expect.objectContaining({ method: 'external' }));
  });

  it('leaves neither codes nor tokens in the log', async () => {
    const browser = new TestBrowser();
    const back = await browser.signInAt(await begin(browser), 'zhang-san');
    const token = (await browser.open(back)).headers.get('set-cookie')?.slice(15, 58) ?? '';

    expect(token).toMatch(/^[\w-]{43}$/);
    const code = new URL(back).searchParams.get('code') ?? '';
    for (const secret of [token, code, 'zhang-san', SECRET])
      expect(app.logText()).not.toContain(secret);
  });

  it('is let in no more once the identity is taken away, or the account is disabled', async () => {
    const { id } = app.city.people.outsider;
    await bind(id, 'li-si');
    const before = await signIn('li-si');

    await app.send('DELETE', `/people/${id}/identity`, { as: 'security' });
    expect((await whoIs(before)).code).toBe('NOT_AUTHENTICATED');
    expect((await signIn('li-si')).status).toBe(403);

    await bind(id, 'li-si');
    await app.send('POST', `/people/${id}/disable`, { as: 'security', json: {} });
    expect((await signIn('li-si')).status).toBe(403);
  });

  it.each([
    ['somebody else’s identity', () => bind(app.city.people.maker.id, 'zhang-san'), 409],
    ['another issuer', () => bind(app.city.people.maker.id, 'x', 'https://elsewhere.example'), 400],
    ['an account that is not there', () => bind('none', 'wang-wu'), 404],
  ])('is not given %s', async (_, run, status) => {
    expect((await run()).status).toBe(status);
  });
});

describe('a holder whom a claim names', () => {
  it('has the account of that code', async () => {
    const me = await whoIs(await signIn('ouyang'));

    expect(me.id).toBe(app.city.people.holder.id);
  });

  it('is given an account at first, and the same one from then on', async () => {
    const [first, second] = await Promise.all([signIn('newcomer'), signIn('newcomer')]);
    const me = await whoIs(first);
    const again = await whoIs(second);
    const later = await whoIs(await signIn('newcomer'));

    expect(me).toMatchObject({
      displayName: '新市民',
      roles: [{ role: 'holder', organisation: null }],
    });
    expect([again.id, later.id]).toEqual([me.id, me.id]);
  });

  it('is refused when the code has a wrong check character', async () => {
    expect((await signIn('impostor')).status).toBe(401);
  });

  it('stands in the trail as made by the provider’s word', async () => {
    const { body } = await app.send('GET', '/audit/administration?actor=identity-provider', {
      as: 'auditor',
    });

    const actions = body.items.map((entry) => entry['action']);
    expect(new Set(actions)).toEqual(new Set(['person.add', 'person.bindIdentity']));
    expect(JSON.stringify(body)).not.toContain(NEWCOMER_CODE);
  });
});

describe('GET /sessions/oidc/callback', () => {
  it('takes no answer that another browser asked for', async () => {
    const victim = new TestBrowser();
    const attacker = new TestBrowser();
    const back = await attacker.signInAt(await begin(attacker), 'zhang-san');
    await begin(victim);

    const answer = await victim.open(back);

    expect(answer.status).toBe(401);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect((await new TestBrowser().open(back)).status).toBe(401);
  });

  it('takes an answer once', async () => {
    const browser = new TestBrowser();
    const back = await browser.signInAt(await begin(browser), 'zhang-san');

    expect((await browser.open(back)).status).toBe(303);
    expect((await browser.open(back)).status).toBe(401);
  });

  it('takes no answer after ten minutes', async () => {
    const browser = new TestBrowser();
    const back = await browser.signInAt(await begin(browser), 'zhang-san');
    clock.advance(601_000);

    expect((await browser.open(back)).status).toBe(401);
  });

  it('says that the person was refused elsewhere', async () => {
    const browser = new TestBrowser();
    const state = new URL(await begin(browser)).searchParams.get('state') ?? '';

    const answer = await browser.open(
      `${app.origin}${SIGN_IN}/callback?error=access_denied&state=${state}`,
    );

    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await answer.text();
    expect(page).toContain('IDENTITY_REFUSED');
    expect(page).toContain('请重新登录');
  });

  it('answers who asks for JSON with a problem', async () => {
    const { status, body } = await app.send('GET', '/sessions/oidc/callback?state=x&code=y');

    expect([status, body.code]).toEqual([401, 'IDENTITY_REFUSED']);
  });
});

describe('when passwords are switched off', () => {
  const post = (username: string, password = TEST_PASSWORD): Promise<TestAnswer> =>
    app.send('POST', '/sessions', { json: { username, password } });

  beforeAll(() => {
    identity.isLocalOn = false;
  });

  afterAll(() => {
    identity.isLocalOn = true;
  });

  it('people are sent to the provider, whether there are any of that name or not', async () => {
    for (const name of ['maker', 'nobody-of-that-name'])
      expect((await post(name)).body.code).toBe('LOCAL_SIGN_IN_OFF');
    expect((await app.send('GET', '/sessions/methods')).body).toMatchObject({ password: false });
  });

  it('other systems sign in all the same', async () => {
    const roles = [{ role: 'system', organisation: TEST_ORGANISATIONS.market.creditCode }];
    const json = { username: 'system-a', password: TEST_PASSWORD, displayName: '系统', roles };
    await app.send('POST', '/people', { as: 'security', json });

    expect((await post('system-a')).status).toBe(201);
    expect((await post('system-a', 'wrong')).body.code).toBe('CREDENTIALS_WRONG');
  });
});

describe('when the provider is away', () => {
  it('a page says so, at the beginning and at the end', async () => {
    const browser = new TestBrowser();
    const back = await browser.signInAt(await begin(browser), 'zhang-san');
    await provider.stop();

    const ending = await browser.open(back);
    identity.provider = await open(provider.issuer);
    const beginning = await browser.open(app.origin + SIGN_IN);

    for (const answer of [ending, beginning]) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30']);
      expect(await answer.text()).toContain('统一身份认证平台暂时无法访问');
    }
    identity.provider = null;
    expect((await app.send('GET', '/sessions/oidc')).status).toBe(404);
  });
});
