import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Account } from '../../../service/src/store/store.ts';
import type { LedgerProof } from '../../../service/src/ledger/proofFormat.ts';
import { verifyProof } from '../../../service/src/ledger/verifyProof.ts';
import { conclude } from '../../../service/src/report.ts';
import { anchorPendingUses } from '../../../service/src/usage/anchorUses.ts';
import { testApp, type AnswerBody, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { testClock, type TestClock } from '../../support/testClock.ts';
import {
  TEST_ORGANISATIONS,
  TEST_PASSWORD,
  TEST_PERSON,
  type TestPersonName,
} from '../../support/testService.ts';

const { market, operator } = TEST_ORGANISATIONS;

let app: TestApp;
let clock: TestClock;

beforeAll(async () => {
  clock = testClock(new Date().toISOString());
  app = await testApp({ clock });
});

afterAll(async () => {
  await app.remove();
});

const asSecurity = (method: string, path: string, json: object = {}): Promise<TestAnswer> =>
  app.send(method, path, { as: 'security', ...(method === 'GET' ? {} : { json }) });

const addPerson = async (username: string, overrides: object = {}): Promise<AnswerBody> => {
  const json = {
    ...{ username, password: TEST_PASSWORD, displayName: `姓名${username}` },
    roles: [{ role: 'issuer', organisation: market.creditCode }],
    ...overrides,
  };
  return (await asSecurity('POST', '/people', json)).body;
};

const signIn = (username: string, password = TEST_PASSWORD): Promise<TestAnswer> =>
  app.send('POST', '/sessions', { json: { username, password } });

const by = (signedIn: TestAnswer): { readonly headers: Readonly<Record<string, string>> } => ({
  headers: { authorization: `Bearer ${signedIn.body.token}` },
});

describe('a role that is taken away', () => {
  it('counts no more in the session that is under way', async () => {
    const { id } = await addPerson('changing');
    const session = by(await signIn('changing'));
    expect((await app.send('GET', '/licences', session)).status).toBe(200);

    await asSecurity('PUT', `/people/${id}/roles`, {
      roles: [{ role: 'clerk', organisation: market.creditCode }],
    });

    expect((await app.send('GET', '/licences', session)).status).toBe(403);
  });
});

describe('an account', () => {
  it('that was disabled signs in again once it is enabled', async () => {
    const { id } = await addPerson('returning');
    await asSecurity('POST', `/people/${id}/disable`);
    expect((await signIn('returning')).status).toBe(401);

    const { body } = await asSecurity('POST', `/people/${id}/enable`);

    expect(body['disabledAt']).toBeNull();
    expect((await signIn('returning')).status).toBe(201);
  });

  it('is found by parts of names, role, organisation and window', async () => {
    await asSecurity('POST', '/windows', {
      code: 'S1',
      name: 'x',
      organisation: market.creditCode,
    });
    const roles = [{ role: 'clerk', organisation: market.creditCode }];
    await addPerson('seeker.one', { roles, windowCode: 'S1' });
    clock.advance(1);
    await addPerson('seeker.two', { displayName: '慕容寻' });
    const named = async (query: string): Promise<readonly string[]> =>
      (await asSecurity('GET', `/people?${query}`)).body.items.map((one) => one.username);

    expect(await named('text=seeker&limit=1')).toEqual(['seeker.two']);
    expect(await named(`text=${encodeURIComponent('容寻')}`)).toEqual(['seeker.two']);
    expect(await named('windowCode=S1')).toEqual(['seeker.one']);
    expect(await named('role=auditor')).toEqual(['auditor']);
    expect(await named(`organisation=${operator.creditCode}&role=operator`)).toEqual(['operator']);
    expect(await named('text=nobody-of-that-name')).toEqual([]);
  });

  it('that shares a holder’s code with another one shares its duties', async () => {
    const holder = { code: TEST_PERSON.code, codeType: TEST_PERSON.codeType };
    const roles = [
      { role: 'holder', organisation: null },
      { role: 'operator', organisation: operator.creditCode },
    ];
    const first = await addPerson('two-hats', { holder, roles });
    const second = await addPerson('other-hat', {
      ...{ holder, roles: [roles[0], { role: 'auditor', organisation: operator.creditCode }] },
    });

    expect(first.id).toEqual(expect.any(String));
    expect(second.code).toBe('NOT_AUTHORISED');
  });
});

describe('a password that the security administrator sets', () => {
  it('opens nothing but the change of the password', async () => {
    const { id } = await addPerson('forgetful');
    const before = by(await signIn('forgetful'));

    const { body } = await asSecurity('POST', `/people/${id}/password-reset`);
    const password = String(body['password']);

    expect((await app.send('GET', '/me', before)).status).toBe(401);
    expect((await signIn('forgetful')).status).toBe(401);
    const signedIn = await signIn('forgetful', password);
    expect(signedIn.body.person).toMatchObject({ mustChangePassword: true });
    const session = by(signedIn);
    const refused = await app.send('GET', '/licences', session);
    expect([refused.status, refused.body.code]).toEqual([403, 'PASSWORD_CHANGE_REQUIRED']);
    const change = (next: string): Promise<TestAnswer> =>
      app.send('PUT', '/me/password', { ...session, json: { current: password, next } });
    expect((await change(password)).status).toBe(400);
    expect((await change('my own long password')).status).toBe(204);
    expect((await app.send('GET', '/licences', session)).status).toBe(200);
    expect((await app.send('GET', '/me', session)).body).not.toHaveProperty('mustChangePassword');
  });

  it('is good for a day', async () => {
    const { id } = await addPerson('slow');
    const { body } = await asSecurity('POST', `/people/${id}/password-reset`);
    clock.advance(24 * 3_600_000 + 1000);

    expect((await signIn('slow', String(body['password']))).status).toBe(401);
    clock.set(new Date());
  });

  it('may be the first one', async () => {
    await addPerson('fresh', { mustChangePassword: true });

    expect((await signIn('fresh')).body.person).toMatchObject({ mustChangePassword: true });
  });
});

describe('sessions', () => {
  it('are listed without their tokens, and ended one by one or all', async () => {
    const { id } = await addPerson('everywhere');
    const sessions = [
      await signIn('everywhere'),
      await signIn('everywhere'),
      await signIn('everywhere'),
    ];

    const { body, text } = await asSecurity('GET', `/people/${id}/sessions`);
    expect(body.items).toHaveLength(3);
    for (const { body: one } of sessions) expect(text).not.toContain(one.token);
    const ended = await asSecurity('DELETE', `/people/${id}/sessions/${String(body.items[0]?.id)}`);
    expect(ended.status).toBe(204);
    expect((await asSecurity('DELETE', `/people/${id}/sessions/none`)).status).toBe(404);
    const statuses = async (): Promise<readonly number[]> =>
      await Promise.all(
        sessions.map(async (one) => (await app.send('GET', '/me', by(one))).status),
      );
    expect([...(await statuses())].sort()).toEqual([200, 200, 401]);

    await asSecurity('DELETE', `/people/${id}/sessions`);

    expect(await statuses()).toEqual([401, 401, 401]);
  });

  it('end with a change of the password, but for the one it was changed in', async () => {
    await addPerson('careful');
    const [here, elsewhere] = [by(await signIn('careful')), by(await signIn('careful'))];

    const json = { current: TEST_PASSWORD, next: 'quite another long password' };
    await app.send('PUT', '/me/password', { ...here, json });

    expect((await app.send('GET', '/me', here)).status).toBe(200);
    expect((await app.send('GET', '/me', elsewhere)).status).toBe(401);
  });
});

describe('two administrators’ duties', () => {
  it('are not given by a change either, nor by enabling the other account', async () => {
    const holder = { code: '91330402MA28ABCD0X', codeType: '999' };
    const asHolder = { role: 'holder', organisation: null };
    const duty = (role: string): object => ({ role, organisation: operator.creditCode });
    const { id } = await addPerson('duties', { roles: [duty('operator')] });
    const both = { roles: [duty('operator'), duty('auditor')] };
    expect((await asSecurity('PUT', `/people/${id}/roles`, both)).status).toBe(403);
    expect(
      (await asSecurity('PUT', `/people/${id}/roles`, { roles: [duty('auditor')] })).status,
    ).toBe(200);

    const one = await addPerson('duty-one', { holder, roles: [asHolder, duty('operator')] });
    await asSecurity('POST', `/people/${one.id}/disable`);
    const other = await addPerson('duty-two', { holder, roles: [asHolder, duty('auditor')] });
    expect(other.code).toBeUndefined();

    expect((await asSecurity('POST', `/people/${one.id}/enable`)).body.code).toBe('NOT_AUTHORISED');
  });
});

describe('GET /audit/administration', () => {
  const read = async (query = '', as: TestPersonName = 'auditor'): Promise<TestAnswer> =>
    await app.send('GET', `/audit/administration${query}`, { as });

  it('tells why an account was disabled, if that was said', async () => {
    const { id } = await addPerson('parting');
    await asSecurity('POST', `/people/${id}/disable`, { reason: ' 调离本单位 ' });
    await asSecurity('POST', `/people/${id}/enable`);
    await asSecurity('POST', `/people/${id}/disable`);

    const { items } = (await read('?subject=parting&limit=3')).body;

    expect(items.map(({ reason }) => reason)).toEqual([null, null, '调离本单位']);
    expect(items[2]?.record).toContain('"reason":"调离本单位"');
  });

  it('tells who changed what, before and after', async () => {
    const { id } = await addPerson('watched');
    const roles = [{ role: 'clerk', organisation: market.creditCode }];
    await asSecurity('PUT', `/people/${id}/roles`, { roles });

    const { body } = await read('?subject=watched&limit=1');

    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({
      action: 'person.setRoles',
      actor: { username: 'security' },
      subject: { kind: 'person', id, username: 'watched' },
      before: { roles: [{ role: 'issuer', organisation: market.creditCode }] },
      after: { roles },
    });
    expect((await read(`?subject=${id}`)).body.items.map((one) => one['action'])).toEqual([
      'person.setRoles',
      'person.add',
    ]);
  });

  it('tells by whom, and when', async () => {
    const soon = new Date(clock.now().getTime() + 60_000).toISOString();

    expect((await read('?actor=security')).body.items.length).toBeGreaterThan(0);
    expect((await read('?actor=auditor')).body.items).toEqual([]);
    expect((await read(`?from=${soon}`)).body.items.filter((one) => one['at'] === soon)).toEqual(
      [],
    );
    expect((await read('?to=2020-01-01')).body.items).toEqual([]);
  });

  it('has nothing of a change that was refused', async () => {
    const before = (await read('?limit=1')).body.items[0]?.['number'];

    await asSecurity('PUT', `/people/${app.city.people.security.id}/roles`, {
      roles: [{ role: 'auditor', organisation: operator.creditCode }],
    });
    await addPerson('watched');

    expect((await read('?limit=1')).body.items[0]?.['number']).toBe(before);
  });

  it('names no person but by user name, and no password', async () => {
    const { text } = await read('?limit=200');

    expect(text).not.toMatch(/姓名|慕容寻|scrypt/);
    expect(text).not.toContain(TEST_PERSON.code);
  });

  it('is a chain that the auditor follows by the answers alone', async () => {
    const entries: AnswerBody[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: TestAnswer = await read(`?limit=10${cursor === '' ? '' : `&cursor=${cursor}`}`);
      entries.push(...page.body.items);
      cursor = page.body.nextCursor;
    }

    expect(entries.length).toBeGreaterThan(20);
    entries.forEach((entry, index) => {
      const older = entries[index + 1];
      expect(entry['number']).toBe(entries.length - index);
      expect(entry['previous']).toBe(older?.['leafHash'] ?? null);
      const leaf = createHash('sha256')
        .update(Uint8Array.of(0))
        .update(Buffer.from(String(entry['salt']), 'base64'))
        .update(String(entry['record']));
      expect(entry['leafHash']).toBe(leaf.digest('hex'));
      const { before, after, previous } = JSON.parse(String(entry['record'])) as AnswerBody;
      expect({ before, after, previous }).toEqual({
        ...{ before: entry['before'], after: entry['after'], previous: entry['previous'] },
      });
    });
  });

  it('is proven by the ledger', async () => {
    const { store, licences, ledger, verification } = app.city.service;
    const { act: signer } = await licences.signersOf(operator.creditCode);
    const [newest] = (await read('?limit=1')).body.items;
    const path = `/audit/administration/${String(newest?.id)}/proof`;
    const early = await app.send('GET', path, { as: 'auditor' });
    expect([early.status, early.body.code]).toEqual([409, 'PROOF_NOT_READY']);

    await anchorPendingUses({
      ...{ clock, recorder: licences.recorder, operator: operator.creditCode, signer },
      usage: store.administration,
    });

    const proof = await app.send('GET', path, { as: 'auditor' });
    expect(proof.status).toBe(200);
    expect(ledger.mode).toBe('embedded');
    const { trust } = verification;
    const verified = verifyProof(JSON.parse(proof.text) as LedgerProof, {
      ...{ anchors: trust.anchors, intermediates: trust.intermediates, at: clock.now() },
    });
    expect(conclude(verified.checks)).toMatchObject({ indication: 'TOTAL-PASSED' });
    expect(verified.record).toMatchObject({ id: newest?.id });
    const none = await app.send('GET', '/audit/administration/none/proof', { as: 'auditor' });
    expect(none.status).toBe(404);
  });
});

describe('an entry of the trail', () => {
  it('and its change are one: a change that fails leaves none', async () => {
    const { administration, accounts } = app.city.service.store;
    const account = (await accounts.findByUsername('maker')) as Account;

    const adding = administration.change(
      { action: 'person.add', account: { ...account, id: 'x' } },
      { actor: 'test', at: clock.now() },
    );

    await expect(adding).rejects.toMatchObject({ code: 'ACCOUNT_ALREADY_EXISTS' });
    const page = await administration.list({ actor: 'test' }, { limit: 10 });
    expect(page.items).toEqual([]);
  });
});
