import { creditCodeCheckCharacter } from '@yinxin/chaincode/model';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { TEST_ORGANISATIONS, TEST_PASSWORD } from '../../support/testService.ts';

const { operator, market } = TEST_ORGANISATIONS;
const codeOf = (number: number): string => {
  const body = `11330400TEX0002${String(number).padStart(2, '0')}`;
  return body + creditCodeCheckCharacter(body);
};
const [COUNTY, COUNTY_2, TOWN, VILLAGE, STRAY] = [1, 2, 3, 4, 5].map(codeOf) as [
  string,
  string,
  string,
  string,
  string,
];

let app: TestApp;
let countyAdmin: { readonly headers: Readonly<Record<string, string>> };

beforeAll(async () => {
  app = await testApp();
  await add(COUNTY, operator.creditCode, 'county');
  await add(COUNTY_2, operator.creditCode, 'county');
  await add(TOWN, COUNTY, 'township');
  await add(VILLAGE, TOWN, 'village');
  await addPerson('county-security', [{ role: 'securityAdmin', organisation: COUNTY }]);
  countyAdmin = await signIn('county-security');
});

afterAll(async () => {
  await app.remove();
});

type As = 'security' | typeof countyAdmin;

const send = (as: As, method: string, path: string, json?: object): Promise<TestAnswer> =>
  app.send(method, path, {
    ...(as === 'security' ? { as } : as),
    ...(json === undefined ? {} : { json }),
  });

const add = (
  creditCode: string,
  parent: string | null,
  level: string,
  as: As = 'security',
): Promise<TestAnswer> =>
  send(as, 'POST', '/organisations', {
    creditCode,
    name: level,
    parent,
    kind: 'government',
    level,
  });

const change = (creditCode: string, json: object, as: As = 'security'): Promise<TestAnswer> =>
  send(as, 'PUT', `/organisations/${creditCode}`, json);

const addPerson = (
  username: string,
  roles: readonly object[],
  as: As = 'security',
): Promise<TestAnswer> =>
  send(as, 'POST', '/people', { username, password: TEST_PASSWORD, displayName: username, roles });

async function signIn(username: string): Promise<typeof countyAdmin> {
  const json = { username, password: TEST_PASSWORD };
  const { body } = await app.send('POST', '/sessions', { json });
  return { headers: { authorization: `Bearer ${body.token}` } };
}

const outcome = ({ status, body }: TestAnswer): readonly unknown[] => [status, body.code];

describe('an organisation', () => {
  it('stands between what is above it and its children', async () => {
    const { body } = await app.send('GET', `/organisations/${TOWN}`, { as: 'holder' });

    expect(body).toMatchObject({ creditCode: TOWN, level: 'township', closedAt: null });
    const codes = (name: string): readonly string[] =>
      (body[name] as readonly { readonly creditCode: string }[]).map((one) => one.creditCode);
    expect(codes('above')).toEqual([operator.creditCode, COUNTY]);
    expect(codes('children')).toEqual([VILLAGE]);
    expect((await app.send('GET', '/organisations/none', { as: 'holder' })).status).toBe(404);
  });

  it('takes another name, and what shows names shows it', async () => {
    const { body } = await change(VILLAGE, { name: '新名村' });

    expect(body).toMatchObject({ name: '新名村', parent: TOWN, level: 'village' });
  });

  it('moves with all below it', async () => {
    expect((await change(TOWN, { parent: COUNTY_2 })).body).toMatchObject({ parent: COUNTY_2 });
    const { body } = await app.send('GET', `/organisations/${VILLAGE}`, { as: 'clerk' });
    expect(JSON.stringify(body['above'])).toContain(COUNTY_2);
    await change(TOWN, { parent: COUNTY });
  });

  it.each([
    ['below itself', COUNTY, { parent: VILLAGE }, [409, 'ORGANISATION_TREE_CONFLICT']],
    ['below what is not there', TOWN, { parent: codeOf(99) }, [404, 'ORGANISATION_NOT_FOUND']],
    ['below a lower level', COUNTY_2, { parent: TOWN }, [409, 'ORGANISATION_TREE_CONFLICT']],
    [
      'away from the top, if it runs the service',
      operator.creditCode,
      { parent: COUNTY },
      [409, 'ORGANISATION_TREE_CONFLICT'],
    ],
    ['by nothing to change', TOWN, {}, [400, 'REQUEST_MALFORMED']],
  ])('does not move %s', async (_, creditCode, json, expected) => {
    expect(outcome(await change(creditCode, json))).toEqual(expected);
  });

  it('of two moves that make a circle together only one happens', async () => {
    const [a, b] = [codeOf(20), codeOf(21)];
    await send('security', 'POST', '/organisations', { creditCode: a, name: 'a', kind: 'x' });
    await send('security', 'POST', '/organisations', { creditCode: b, name: 'b', kind: 'x' });

    const answers = await Promise.all([change(a, { parent: b }), change(b, { parent: a })]);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('an administrator lower down', () => {
  it('administers what is at and below', async () => {
    const village = codeOf(30);

    expect((await add(village, TOWN, 'village', countyAdmin)).status).toBe(201);
    const roles = [{ role: 'clerk', organisation: village }];
    expect((await addPerson('village-clerk', roles, countyAdmin)).status).toBe(201);
    const { body } = await send(countyAdmin, 'GET', '/people');
    expect(body.items.map((one) => one.username).sort()).toEqual([
      'county-security',
      'village-clerk',
    ]);
  });

  it.each([
    ['something beside', () => add(codeOf(31), COUNTY_2, 'township', countyAdmin)],
    ['something at the top', () => add(STRAY, null, 'province', countyAdmin)],
    ['a move out', () => change(TOWN, { parent: COUNTY_2 }, countyAdmin)],
    ['a change beside', () => change(COUNTY_2, { name: 'x' }, countyAdmin)],
    [
      'people beside',
      () => addPerson('x-1', [{ role: 'clerk', organisation: market.creditCode }], countyAdmin),
    ],
    [
      'a look at people beside',
      () => send(countyAdmin, 'GET', `/people/${app.city.people.maker.id}`),
    ],
    [
      'roles for people beside',
      () =>
        send(countyAdmin, 'PUT', `/people/${app.city.people.maker.id}/roles`, {
          roles: [{ role: 'clerk', organisation: TOWN }],
        }),
    ],
    [
      'the end of people beside',
      () => send(countyAdmin, 'POST', `/people/${app.city.people.auditor.id}/disable`, {}),
    ],
    [
      'a password for people beside',
      () => send(countyAdmin, 'POST', `/people/${app.city.people.maker.id}/password-reset`, {}),
    ],
    [
      'a window beside',
      () =>
        send(countyAdmin, 'POST', '/windows', {
          ...{ code: 'OUT', name: 'x', organisation: market.creditCode },
        }),
    ],
  ])('is refused %s', async (_, run) => {
    expect(outcome(await run())).toEqual([403, 'NOT_AUTHORISED']);
  });
});

describe('a closed organisation', () => {
  const closing = codeOf(40);
  const below = codeOf(41);
  const window = { code: 'C40', name: '40号窗口', organisation: closing };

  it('closes after what is below it, with its windows, whose clerks are at none at once', async () => {
    await add(closing, operator.creditCode, 'county');
    await add(below, closing, 'township');
    await send('security', 'POST', '/windows', window);
    const roles = [{ role: 'clerk', organisation: closing }];
    const { body } = await addPerson('closing-clerk', roles);
    const json = { roles, windowCode: 'C40' };
    await send('security', 'PUT', `/people/${body.id}/roles`, json);
    const clerk = await signIn('closing-clerk');
    expect((await app.send('GET', '/me', clerk)).body).toMatchObject({ windowCode: 'C40' });

    const close = (code: string): Promise<TestAnswer> =>
      send('security', 'POST', `/organisations/${code}/close`, {});
    expect(outcome(await close(closing))).toEqual([409, 'ORGANISATION_TREE_CONFLICT']);
    expect((await close(below)).status).toBe(200);
    expect((await close(closing)).body['closedAt']).toEqual(expect.any(String));
    expect(outcome(await close(closing))).toEqual([409, 'ORGANISATION_CLOSED']);
    expect(outcome(await close(operator.creditCode))[0]).toBe(409);

    const { body: me } = await app.send('GET', '/me', clerk);
    expect(me).toMatchObject({ windowCode: null, roles });
  });

  it.each([
    ['a child', () => add(codeOf(42), closing, 'township'), 'ORGANISATION_CLOSED'],
    ['a move into it', () => change(TOWN, { parent: closing }), 'ORGANISATION_CLOSED'],
    [
      'a window',
      () => send('security', 'POST', '/windows', { ...window, code: 'C41' }),
      'ORGANISATION_CLOSED',
    ],
    [
      'its window again',
      () => send('security', 'POST', '/windows/C40/reopen', {}),
      'ORGANISATION_CLOSED',
    ],
    [
      'a role',
      () => addPerson('too-late', [{ role: 'clerk', organisation: closing }]),
      'ORGANISATION_CLOSED',
    ],
  ])('takes no more: %s', async (_, run, code) => {
    expect(outcome(await run())).toEqual([409, code]);
  });

  it('leaves its people their roles, which they may keep', async () => {
    const { body } = await send('security', 'GET', `/people?organisation=${closing}`);
    const [clerk] = body.items;

    const json = {
      roles: [
        { role: 'clerk', organisation: closing },
        { role: 'issuer', organisation: market.creditCode },
      ],
    };
    const changed = await send('security', 'PUT', `/people/${String(clerk?.id)}/roles`, json);

    expect(changed.body.roles).toEqual(json.roles);
  });

  it('opens again, its windows one by one', async () => {
    await send('security', 'POST', `/organisations/${closing}/reopen`, {});

    expect((await send('security', 'GET', '/windows/C40')).body['closedAt']).toBeDefined();
    const opened = await send('security', 'POST', '/windows/C40/reopen', {});
    expect(opened.body).toEqual(window);
    expect(outcome(await send('security', 'POST', `/organisations/${closing}/reopen`, {}))).toEqual(
      [409, 'ORGANISATION_TREE_CONFLICT'],
    );
  });
});

describe('a window', () => {
  it('is renamed, given to another organisation, closed', async () => {
    const json = { code: 'W50', name: '50号', organisation: market.creditCode };
    await send('security', 'POST', '/windows', json);

    const changed = await send('security', 'PUT', '/windows/W50', {
      name: '综窗',
      organisation: TOWN,
    });
    expect(changed.body).toEqual({ code: 'W50', name: '综窗', organisation: TOWN });
    const { body } = await send(countyAdmin, 'GET', `/windows?organisation=${TOWN}`);
    expect(body.items).toEqual([changed.body]);

    expect((await send(countyAdmin, 'POST', '/windows/W50/close', {})).status).toBe(200);
    expect(outcome(await send('security', 'POST', '/windows/W50/close', {}))).toEqual([
      409,
      'WINDOW_CLOSED',
    ]);
    const given = await send('security', 'POST', '/people', {
      ...{ username: 'late-clerk', password: TEST_PASSWORD, displayName: 'x', windowCode: 'W50' },
      roles: [{ role: 'clerk', organisation: market.creditCode }],
    });
    expect(outcome(given)).toEqual([409, 'WINDOW_CLOSED']);
    expect(outcome(await send('security', 'PUT', '/windows/none', { name: 'x' }))).toEqual([
      404,
      'WINDOW_NOT_FOUND',
    ]);
  });
});
