import { creditCodeCheckCharacter } from '@yinxin/chaincode/model';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { TEST_ORGANISATIONS, TEST_PASSWORD } from '../../support/testService.ts';

let app: TestApp;

beforeAll(async () => {
  app = await testApp();
});

afterAll(async () => {
  await app.remove();
});

const bodyOf = '11330400TEX000077';
const NEW_CODE = bodyOf + creditCodeCheckCharacter(bodyOf);
const { market, operator } = TEST_ORGANISATIONS;

let serial = 0;
const addPerson = (
  overrides: object = {},
  as: 'security' | 'operator' = 'security',
): Promise<TestAnswer> =>
  app.send('POST', '/people', {
    as,
    json: {
      username: `person-${++serial}`,
      password: TEST_PASSWORD,
      displayName: '上官云',
      roles: [{ role: 'issuer', organisation: market.creditCode }],
      ...overrides,
    },
  });

const signIn = async (username: string): Promise<TestAnswer> =>
  await app.send('POST', '/sessions', { json: { username, password: TEST_PASSWORD } });

const bearer = (answer: TestAnswer): { readonly headers: Readonly<Record<string, string>> } => ({
  headers: { authorization: `Bearer ${answer.body.token}` },
});

describe('/organisations', () => {
  const json = {
    creditCode: NEW_CODE,
    name: '南湖市交通运输局',
    parent: operator.creditCode,
    kind: 'department',
    roles: ['issuer'],
  };
  const add = (overrides: object = {}): Promise<TestAnswer> =>
    app.send('POST', '/organisations', { as: 'operator', json: { ...json, ...overrides } });

  it('registers one, in the tree and on the ledger', async () => {
    const { status, body } = await add();

    expect(status).toBe(201);
    expect(body).toMatchObject({ creditCode: NEW_CODE, parent: operator.creditCode });
    const { items } = (await app.send('GET', '/organisations', { as: 'holder' })).body;
    expect(items.map((one) => one.creditCode)).toContain(NEW_CODE);
    const signers = await app.city.service.licences.signersOf(NEW_CODE);
    expect(signers.act.keyId).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['one that is there', {}, 409, 'ORGANISATION_ALREADY_EXISTS'],
    ['a wrong check character', { creditCode: `${bodyOf}!` }, 422, 'CREDIT_CODE_INVALID'],
    [
      'an unknown parent',
      { creditCode: code('11330400TEX000078'), parent: NEW_CODE.replace('7', '8') },
      404,
      'ORGANISATION_NOT_FOUND',
    ],
    ['an unknown role', { roles: ['king'] }, 400, 'REQUEST_MALFORMED'],
  ])('refuses %s', async (_, overrides, status, errorCode) => {
    const answer = await add(overrides);

    expect([answer.status, answer.body.code]).toEqual([status, errorCode]);
  });
});

describe('/windows', () => {
  it('adds one to an organisation, once', async () => {
    const json = { code: 'W09', name: '9号窗口', organisation: market.creditCode };

    const first = await app.send('POST', '/windows', { as: 'operator', json });
    const second = await app.send('POST', '/windows', { as: 'operator', json });
    const stray = await app.send('POST', '/windows', {
      as: 'operator',
      json: { ...json, code: 'W10', organisation: code('11330400TEX000079') },
    });

    expect([first.status, second.body.code, stray.body.code]).toEqual([
      201,
      'WINDOW_ALREADY_EXISTS',
      'ORGANISATION_NOT_FOUND',
    ]);
    const { items } = (await app.send('GET', '/windows', { as: 'clerk' })).body;
    expect(items).toContainEqual(json);
  });
});

describe('/people', () => {
  it('makes an account that can sign in', async () => {
    const { status, body } = await addPerson({ username: 'newcomer' });

    expect(status).toBe(201);
    expect(JSON.stringify(body)).not.toMatch(/password|scrypt/i);
    expect((await signIn('newcomer')).status).toBe(201);
  });

  it('makes a holder who sees their licences', async () => {
    const { identifier } = await app.city.issue();
    const licence = await app.send('GET', `/licences/${identifier}`, { as: 'maker' });
    const { code: holderCode, codeType } = licence.body.holder;
    await addPerson({
      username: 'a-holder',
      roles: [{ role: 'holder', organisation: null }],
      holder: { code: holderCode, codeType },
    });

    const { body } = await app.send('GET', '/licences', bearer(await signIn('a-holder')));

    expect(body.items.map((one) => one.identifier)).toContain(identifier);
  });

  it.each([
    ['a name that is taken', { username: 'maker' }, 409, 'ACCOUNT_ALREADY_EXISTS'],
    ['a short password', { password: 'short' }, 400, 'REQUEST_MALFORMED'],
    [
      'an unknown organisation',
      { roles: [{ role: 'issuer', organisation: code('11330400TEX000079') }] },
      404,
      'ORGANISATION_NOT_FOUND',
    ],
    ['an unknown window', { windowCode: 'W99' }, 404, 'WINDOW_NOT_FOUND'],
    [
      'a holder without a code',
      { roles: [{ role: 'holder', organisation: null }] },
      400,
      'REQUEST_MALFORMED',
    ],
    [
      'a role without its organisation',
      { roles: [{ role: 'issuer', organisation: null }] },
      400,
      'REQUEST_MALFORMED',
    ],
    [
      'two administrators in one person',
      {
        roles: [
          { role: 'operator', organisation: operator.creditCode },
          { role: 'auditor', organisation: operator.creditCode },
        ],
      },
      403,
      'NOT_AUTHORISED',
    ],
  ])('refuses %s', async (_, overrides, status, errorCode) => {
    const answer = await addPerson(overrides);

    expect([answer.status, answer.body.code]).toEqual([status, errorCode]);
  });

  it('lets only the security administrator appoint administrators', async () => {
    const roles = [{ role: 'auditor', organisation: operator.creditCode }];

    expect((await addPerson({ roles }, 'operator')).status).toBe(403);
    expect((await addPerson({ roles }, 'security')).status).toBe(201);
  });

  it('changes roles with effect on the very next request', async () => {
    const { body } = await addPerson({ username: 'mover' });
    const session = bearer(await signIn('mover'));
    expect((await app.send('GET', '/licences', session)).status).toBe(200);

    const roles = [{ role: 'clerk', organisation: market.creditCode }];
    const path = `/people/${body.id}/roles`;
    const changed = await app.send('PUT', path, { as: 'security', json: { roles } });

    expect(changed.body.roles).toEqual(roles);
    expect((await app.send('GET', '/licences', session)).status).toBe(403);
  });

  it('disables with effect on the very next request', async () => {
    const { body } = await addPerson({ username: 'leaver' });
    const session = bearer(await signIn('leaver'));

    const path = `/people/${body.id}/disable`;
    const disabled = await app.send('POST', path, { as: 'security', json: {} });

    expect(disabled.body.disabledAt).toEqual(expect.any(String));
    expect((await app.send('GET', '/me', session)).status).toBe(401);
    expect((await signIn('leaver')).body.code).toBe('CREDENTIALS_WRONG');
  });

  it('lets nobody change their own rights', async () => {
    const path = `/people/${app.city.people.security.id}`;
    const roles = [{ role: 'securityAdmin', organisation: operator.creditCode }];

    const changed = await app.send('PUT', `${path}/roles`, { as: 'security', json: { roles } });
    const disabled = await app.send('POST', `${path}/disable`, { as: 'security', json: {} });

    expect([changed.status, disabled.status]).toEqual([403, 403]);
  });

  it('lists all, in pages', async () => {
    const { body } = await app.send('GET', '/people?limit=5', { as: 'security' });
    const rest = await app.send('GET', `/people?limit=200&cursor=${String(body.nextCursor)}`, {
      as: 'security',
    });

    const names = [...body.items, ...rest.body.items].map((one) => one.username);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['maker', 'holder', 'security']));
  });

  it('lets everybody change their own password, if they know it', async () => {
    await addPerson({ username: 'changer' });
    const session = bearer(await signIn('changer'));
    const next = 'another long password';
    const put = (current: string): Promise<TestAnswer> =>
      app.send('PUT', '/me/password', { ...session, json: { current, next } });

    expect((await put('wrong')).status).toBe(401);
    expect((await put(TEST_PASSWORD)).status).toBe(204);
    expect((await signIn('changer')).status).toBe(401);
  });
});

function code(text: string): string {
  return text + creditCodeCheckCharacter(text);
}
