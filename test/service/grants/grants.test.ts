import { join } from 'node:path';
import { citizenIdCheckCharacter, identifierCheckCharacter } from '@yinxin/chaincode/model';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { delegate, type NewDelegation } from '../../../service/src/grants/delegate.ts';
import { endGrant } from '../../../service/src/grants/endGrant.ts';
import { findGrant } from '../../../service/src/grants/findGrant.ts';
import {
  registerRepresentative,
  type NewRepresentation,
} from '../../../service/src/grants/registerRepresentative.ts';
import type { Grant } from '../../../service/src/store/grants.ts';
import type { Holder, Licence } from '../../../service/src/store/store.ts';
import { disableAccount } from '../../support/disableAccount.ts';
import { addAccount, type TestAccount } from '../../support/testAccounts.ts';
import { testClock } from '../../support/testClock.ts';
import {
  TEST_COMPANY,
  TEST_ORGANISATIONS,
  TEST_PERSON,
  TEST_TYPES,
  testService,
  type TestService,
} from '../../support/testService.ts';

const START = '2026-03-02T01:00:00Z';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const person = (body: string, name: string): Holder => ({
  ...{ name, codeType: '111' },
  code: body + citizenIdCheckCharacter(body),
});
const AGENT = person('33040219880412999', '沈砚秋');
const CHILD = person('33040220120229998', '沈小满');

describe('grants', () => {
  const clock = testClock(START);
  let city: TestService;
  let agent: TestAccount;
  let clerk: TestAccount;
  let shop: Licence;
  let food: Licence;

  beforeAll(async () => {
    city = await testService({ clock });
    const { store } = city.service;
    agent = await addAccount(city, 'agent', { holder: AGENT });
    const { hall, market } = TEST_ORGANISATIONS;
    await store.windows.add({ code: 'W1', name: '1号窗口', organisation: market.creditCode });
    clerk = await addAccount(city, 'clerk-at-1', {
      roles: [{ role: 'clerk', organisation: hall.creditCode }],
      windowCode: 'W1',
    });
    await store.matters.put(
      ['M1', 'M2'].map((code) => ({
        ...{ code, version: 1, name: code, definition: {} },
        updatedAt: clock.now(),
      })),
    );
    shop = await city.issue();
    food = await city.issue({ typeCode: TEST_TYPES.dual });
  });
  afterAll(() => city.remove());

  const inAnHour = (): Date => new Date(clock.now().getTime() + HOUR_MS);

  const give = (change: Partial<NewDelegation> = {}): Promise<Grant> =>
    delegate(city.service, city.people.holder, {
      agent: AGENT,
      scope: { licences: [shop.identifier], typeCodes: null, matters: null },
      ...{ validFrom: null, validUntil: inAnHour() },
      ...change,
    });

  const found = async (
    licence: Pick<Licence, 'identifier' | 'typeCode'> = shop,
    matter: string | null = null,
    who: TestAccount = agent,
  ): Promise<string | null> => {
    const grant = await findGrant(city.service, {
      agent: who.principal,
      holderHash: city.service.store.holders.holderHash(TEST_PERSON),
      ...{ licence, matter, at: clock.now() },
    });
    return grant?.id ?? null;
  };

  const withdraw = async ({ id }: Grant): Promise<void> => {
    await endGrant(city.service, city.people.holder, id, null);
  };

  it('reach what they name, and nothing else', async () => {
    expect(await found()).toBeNull();
    const ofLicence = await give();
    expect(await found()).toBe(ofLicence.id);
    expect(await found(food)).toBeNull();
    await withdraw(ofLicence);

    const ofType = await give({
      scope: { licences: null, typeCodes: [TEST_TYPES.dual], matters: null },
    });
    expect(await found(food)).toBe(ofType.id);
    expect(await found(shop)).toBeNull();
    await withdraw(ofType);

    const ofMatter = await give({ scope: { licences: null, typeCodes: null, matters: ['M1'] } });
    expect(await found(shop, 'M1')).toBe(ofMatter.id);
    expect(await found(shop, 'M2')).toBeNull();
    expect(await found(shop, null)).toBeNull();
    await withdraw(ofMatter);
  });

  it('reach a later version of a licence, and need all that is named', async () => {
    const grant = await give({
      scope: { licences: [shop.identifier], typeCodes: [TEST_TYPES.single], matters: ['M1'] },
    });
    const next = shop.identifier.replace(/\.001\.[0-9A-Z]$/, '.002.');
    const check = identifierCheckCharacter(next.replace('1.2.156.3005.2.', '').replaceAll('.', ''));
    expect(await found({ identifier: next + check, typeCode: TEST_TYPES.single }, 'M1')).toBe(
      grant.id,
    );
    expect(
      await found({ identifier: shop.identifier, typeCode: TEST_TYPES.dual }, 'M1'),
    ).toBeNull();
    await withdraw(grant);
  });

  it('end when they are withdrawn, renounced or over, and begin when they say', async () => {
    const grant = await give({
      validFrom: inAnHour(),
      validUntil: new Date(inAnHour().getTime() + DAY_MS),
    });
    expect(await found()).toBeNull();
    clock.advance(HOUR_MS);
    expect(await found()).toBe(grant.id);
    clock.advance(DAY_MS);
    expect(await found()).toBe(grant.id);
    clock.advance(1);
    expect(await found()).toBeNull();

    const second = await give();
    await withdraw(second);
    expect(await found()).toBeNull();
    await expect(withdraw(second)).rejects.toMatchObject({ code: 'GRANT_STATE_CONFLICT' });

    const third = await give();
    await endGrant(city.service, agent.principal, third.id, null);
    expect(await found()).toBeNull();
    expect(await city.service.store.grants.find(third.id)).toMatchObject({
      ended: { how: 'renounced', by: agent.principal.id },
    });
  });

  it('are nobody else’s to use, end or pass on', async () => {
    const grant = await give();
    const stranger = await addAccount(city, 'stranger', {
      holder: person('33040219910923999', '陆青禾'),
    });
    expect(await found(shop, null, stranger)).toBeNull();
    await expect(endGrant(city.service, stranger.principal, grant.id, null)).rejects.toMatchObject({
      code: 'GRANT_NOT_FOUND',
    });
    await expect(
      delegate(city.service, agent.principal, {
        agent: person('33040219910923999', '陆青禾'),
        scope: { licences: [shop.identifier], typeCodes: null, matters: null },
        ...{ validFrom: null, validUntil: inAnHour() },
      }),
    ).rejects.toMatchObject({ code: 'LICENCE_NOT_FOUND' });
    await city.issue({ holder: AGENT });
    const onward = await delegate(city.service, agent.principal, {
      agent: person('33040219910923999', '陆青禾'),
      scope: { licences: null, typeCodes: [TEST_TYPES.single], matters: null },
      ...{ validFrom: null, validUntil: inAnHour() },
    });
    expect(await found(shop, null, stranger)).toBeNull();
    expect(onward.holderHash).toBe(agent.principal.holderHash);
    await withdraw(grant);
  });

  it('do not count once the agent’s account is disabled', async () => {
    const holder = person('33040219760218999', '王明');
    const gone = await addAccount(city, 'gone', { holder });
    const grant = await give({ agent: holder });
    expect(await found(shop, null, gone)).toBe(grant.id);
    await disableAccount(city.service.store, gone.principal.id, clock.now());
    expect(await found(shop, null, gone)).toBeNull();
    await withdraw(grant);
  });

  it.each<[string, string, () => Partial<NewDelegation>]>([
    [
      'no scope',
      'GRANT_SCOPE_INVALID',
      () => ({ scope: { licences: null, typeCodes: null, matters: null } }),
    ],
    [
      'an unknown type',
      'LICENCE_TYPE_NOT_FOUND',
      () => ({ scope: { licences: null, typeCodes: ['X'], matters: null } }),
    ],
    [
      'an unknown matter',
      'MATTER_NOT_FOUND',
      () => ({ scope: { licences: null, typeCodes: null, matters: ['M9'] } }),
    ],
    [
      'what is no identifier',
      'CODE_MALFORMED',
      () => ({ scope: { licences: ['X'], typeCodes: null, matters: null } }),
    ],
    ['the holder as agent', 'GRANT_AGENT_INVALID', () => ({ agent: TEST_PERSON })],
    ['a wrong code', 'HOLDER_CODE_INVALID', () => ({ agent: { code: '123', codeType: '111' } })],
    ['an end that is past', 'GRANT_PERIOD_INVALID', () => ({ validUntil: clock.now() })],
    [
      'more than a year',
      'GRANT_PERIOD_INVALID',
      () => ({ validUntil: new Date(clock.now().getTime() + 368 * DAY_MS) }),
    ],
  ])('are refused with %s', async (_, code, change) => {
    await expect(give(change())).rejects.toMatchObject({ code });
  });

  it('need something to show', async () => {
    const { principal } = await addAccount(city, 'without', { holder: CHILD });
    const scope = { licences: null, typeCodes: [TEST_TYPES.single], matters: null };
    await expect(
      delegate(city.service, principal, {
        agent: AGENT,
        scope,
        validFrom: null,
        validUntil: inAnHour(),
      }),
    ).rejects.toMatchObject({ code: 'GRANT_SCOPE_INVALID' });
    await expect(
      delegate(city.service, clerk.principal, {
        agent: AGENT,
        scope,
        validFrom: null,
        validUntil: inAnHour(),
      }),
    ).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });

  it('leave records that their holders see, and personal data in no clear column', async () => {
    const grant = await give();
    await withdraw(grant);
    const { holderHash } = city.people.holder;
    const filter = { holderHash: holderHash ?? '' };
    const { items } = await city.service.store.usage.list(filter, { limit: 20 });
    const told = items.filter(({ subject }) => subject.identifier === grant.id);
    expect(told.map(({ reason }) => reason).sort()).toStrictEqual([
      'GRANT_MADE',
      'GRANT_WITHDRAWN',
    ]);
    expect(await city.service.store.grants.find(grant.id)).toMatchObject({
      holder: TEST_PERSON,
      agent: AGENT,
    });
    const database = new Database(join(city.config.dataDir, 'store.db'), { readonly: true });
    const row: unknown = database.prepare('SELECT * FROM "Grant" WHERE id = ?').get(grant.id);
    database.close();
    const text = Object.values(row as Record<string, unknown>)
      .map(String)
      .join();
    for (const secret of [TEST_PERSON, AGENT]) {
      expect(text).not.toContain(secret.code);
      expect(text).not.toContain(secret.name);
    }
  });

  it('are nobody’s once one of the two is erased', async () => {
    const holder = person('33040219690526999', '顾一舟');
    const gone = await addAccount(city, 'erased', { holder });
    const grant = await give({ agent: holder });
    await city.service.store.holders.erase(gone.principal.holderHash ?? '', clock.now());
    expect(await city.service.store.grants.find(grant.id)).toMatchObject({
      ...{ agent: null, agentHash: null, holder: TEST_PERSON },
    });
  });

  describe('registered at a window', () => {
    const register = (change: Partial<NewRepresentation> = {}): Promise<Grant> =>
      registerRepresentative(city.service, clerk.principal, {
        ...{ kind: 'guardianship', holder: CHILD, agent: AGENT, basis: '出生医学证明' },
        ...{ validUntil: null },
        ...change,
      });
    const mayAct = async (holder: Holder): Promise<string | null> => {
      const grant = await findGrant(city.service, {
        agent: agent.principal,
        holderHash: city.service.store.holders.holderHash(holder),
        ...{ licence: shop, matter: null, at: clock.now() },
      });
      return grant?.id ?? null;
    };

    it('a guardian acts until the child is of age', async () => {
      const grant = await register();
      expect(grant.validUntil).toStrictEqual(new Date('2030-02-28T15:59:59.999Z'));
      expect(await mayAct(CHILD)).toBe(grant.id);
      const before = clock.now();
      clock.set('2030-02-28T15:59:59.999Z');
      expect(await mayAct(CHILD)).toBe(grant.id);
      clock.set('2030-02-28T16:00:00Z');
      expect(await mayAct(CHILD)).toBeNull();
      await expect(register()).rejects.toMatchObject({ code: 'REPRESENTATION_INVALID' });
      clock.set(before);
      await endGrant(city.service, clerk.principal, grant.id, '监护人变更');
      expect(await mayAct(CHILD)).toBeNull();
      expect(await city.service.store.grants.find(grant.id)).toMatchObject({ note: '监护人变更' });
    });

    it('a later legal representative takes the place of the former', async () => {
      const enterprise = { kind: 'legalRepresentative', holder: TEST_COMPANY } as const;
      const first = await register({ ...enterprise, basis: '营业执照' });
      expect(await mayAct(TEST_COMPANY)).toBe(first.id);
      await register({ ...enterprise, agent: TEST_PERSON, basis: '变更登记' });
      expect(await mayAct(TEST_COMPANY)).toBeNull();
      expect(await city.service.store.grants.find(first.id)).toMatchObject({
        ended: { how: 'superseded' },
      });
    });

    it('they end at a window only, and with a reason', async () => {
      const grant = await register();
      await expect(endGrant(city.service, agent.principal, grant.id, null)).rejects.toMatchObject({
        code: 'NOT_AUTHORISED',
      });
      await expect(endGrant(city.service, clerk.principal, grant.id, null)).rejects.toMatchObject({
        code: 'REQUEST_MALFORMED',
      });
      await expect(
        endGrant(city.service, city.people.clerk, grant.id, '不在窗口'),
      ).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
      await endGrant(city.service, clerk.principal, grant.id, '登记有误');
    });

    it.each<[string, string, Partial<NewRepresentation>]>([
      ['a guardian of an adult', 'REPRESENTATION_INVALID', { holder: TEST_PERSON }],
      ['a guardian of an enterprise', 'REPRESENTATION_INVALID', { holder: TEST_COMPANY }],
      [
        'a guardian who is a child',
        'REPRESENTATION_INVALID',
        { agent: person('33040220150101998', '沈小雨') },
      ],
      [
        'a legal representative of a person',
        'REPRESENTATION_INVALID',
        { kind: 'legalRepresentative', holder: TEST_PERSON },
      ],
      [
        'an enterprise as legal representative',
        'REPRESENTATION_INVALID',
        {
          kind: 'legalRepresentative',
          holder: { ...TEST_COMPANY, code: TEST_ORGANISATIONS.hall.creditCode },
          agent: TEST_COMPANY,
        },
      ],
      ['the child as its own guardian', 'GRANT_AGENT_INVALID', { agent: CHILD }],
      ['a wrong code', 'HOLDER_CODE_INVALID', { holder: { ...CHILD, code: '33040220120229999X' } }],
      ['an end that is past', 'GRANT_PERIOD_INVALID', { validUntil: new Date(START) }],
    ])('%s is refused', async (_, code, change) => {
      await expect(register(change)).rejects.toMatchObject({ code });
    });

    it('only at a window', async () => {
      await expect(
        registerRepresentative(city.service, city.people.clerk, {
          ...{ kind: 'guardianship', holder: CHILD, agent: AGENT, basis: '出生医学证明' },
          validUntil: null,
        }),
      ).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
    });
  });
});
