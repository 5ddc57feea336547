import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parseCredential } from '../../../service/src/credentials/sdJwt.ts';
import { delegate } from '../../../service/src/grants/delegate.ts';
import { endGrant } from '../../../service/src/grants/endGrant.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { makeSeal } from '../../../service/src/seals/makeSeal.ts';
import type { Licence, StoredUsage } from '../../../service/src/store/store.ts';
import type { ClientTerms } from '../../../service/src/store/systems.ts';
import { issueToken } from '../../../service/src/systems/issueToken.ts';
import { useDetailsOf } from '../../../service/src/usage/recordUse.ts';
import { addAccount } from '../../support/testAccounts.ts';
import { formOf, testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { addClient } from '../../support/testClients.ts';
import { testClock } from '../../support/testClock.ts';
import {
  TEST_COMPANY,
  TEST_FIELDS,
  TEST_ORGANISATIONS,
  TEST_PERSON,
  TEST_TYPES,
} from '../../support/testService.ts';

const DAY_MS = 86_400_000;
const { code, codeType } = TEST_PERSON;
const HOLDER = { code, codeType };
const BY_LAW = { purpose: 'loan' } as const;

type Headers = Readonly<Record<string, string>>;

describe('what other systems ask for', () => {
  const clock = testClock('2026-03-02T01:00:00Z');
  let app: TestApp;
  let headers: Headers;
  /** Of the first one, who asks unless it is said otherwise. */
  let clientId: string | undefined;
  let shop: Licence;
  let revoked: Licence;

  const tokenOf = async (
    terms: Partial<ClientTerms> = {},
    scope: string | null = null,
  ): Promise<Headers> => {
    const { client, secret } = await addClient(app.city, terms);
    clientId ??= client.id;
    const request = { grantType: 'client_credentials', clientId: client.id, clientSecret: secret };
    const answer = await issueToken(app.city.service, { ...request, scope });
    return { authorization: `Bearer ${'token' in answer ? answer.token : ''}` };
  };
  const ask = async (path: string, json: object, by = headers): Promise<TestAnswer> =>
    await app.send('POST', `/data${path}`, { headers: by, json });
  const faultOf = ({ status, body }: TestAnswer): readonly unknown[] => [status, body.code];

  /** The holder's newest records since the clock's last step. */
  const trail = async (): Promise<readonly StoredUsage[]> => {
    const { store } = app.city.service;
    const holderHash = store.holders.holderHash(TEST_PERSON);
    const { items } = await store.usage.list({ holderHash, from: clock.now() }, { limit: 50 });
    return items;
  };

  beforeAll(async () => {
    app = await testApp({ clock });
    const { service, people } = app.city;
    shop = await app.city.issue();
    revoked = await app.city.issue({ typeCode: TEST_TYPES.dual });
    await actOnLicence(service.licences, people.maker, revoked.identifier, {
      ...{ name: 'revoke', effectiveFrom: null },
      reason: 'error',
    });
    headers = await tokenOf();
  });
  afterAll(() => app.remove());
  beforeEach(() => {
    clock.advance(1000);
  });

  it('which licences of a type somebody has: identifiers and states, a record each', async () => {
    const found = await ask('/licences/search', {
      ...{ holder: HOLDER, typeCode: TEST_TYPES.dual, ...BY_LAW },
    });
    expect(found.status).toBe(200);
    expect(found.body.items).toStrictEqual([
      {
        ...{
          identifier: revoked.identifier,
          typeCode: TEST_TYPES.dual,
          state: 'revoked',
          version: 1,
        },
        validFrom: revoked.validFrom.toISOString(),
        validUntil: revoked.validUntil?.toISOString(),
      },
    ]);
    const [use] = await trail();
    expect(use).toMatchObject({
      ...{ kind: 'lookup', outcome: 'answered', channel: 'api', licence: revoked.identifier },
      purpose: '公积金贷款审核',
    });
    expect(useDetailsOf(use?.record ?? new Uint8Array())).toStrictEqual({
      ...{ client: clientId, legalBasis: '《住房公积金管理条例》第二十六条' },
    });
  });

  it('that somebody has none is told, and recorded', async () => {
    const json = {
      holder: { code: TEST_COMPANY.code, codeType: '001' },
      typeCode: TEST_TYPES.dual,
    };
    const found = await ask('/licences/search', { ...json, ...BY_LAW });
    expect(found.body.items).toStrictEqual([]);
    const { store } = app.city.service;
    const holderHash = store.holders.holderHash(TEST_COMPANY);
    const { items } = await store.usage.list({ holderHash }, { limit: 1 });
    expect(items[0]).toMatchObject({ kind: 'lookup', reason: 'LICENCE_NOT_FOUND' });
  });

  it('the verdict with exactly the named fields, also as a credential', async () => {
    const fields = ['premises', 'holderName'];
    const answer = await ask(`/licences/${shop.identifier}/metadata`, { fields, ...BY_LAW });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      report: { indication: 'TOTAL-PASSED' },
      fields: { premises: TEST_FIELDS.premises, holderName: TEST_PERSON.name },
    });
    expect(answer.text).not.toContain(TEST_PERSON.code);
    const credential = parseCredential(String(answer.body['credential']));
    expect(JSON.stringify(credential)).toContain(TEST_FIELDS.premises);
    expect(JSON.stringify(credential)).not.toContain(TEST_FIELDS.items[0]);
    const [use] = await trail();
    expect(use).toMatchObject({ id: answer.body['useId'], kind: 'disclosure', channel: 'api' });
    expect(useDetailsOf(use?.record ?? new Uint8Array()).fields).toStrictEqual(fields);
    const own = await app.send('GET', '/me/uses', { as: 'holder' });
    expect(own.text).toContain('南湖市卫健业务系统');
  });

  it('no field of a licence that is not in force', async () => {
    const json = { fields: ['premises'], ...BY_LAW };
    const answer = await ask(`/licences/${revoked.identifier}/metadata`, json);
    expect(answer.body).toMatchObject({
      report: { indication: 'TOTAL-FAILED', subIndication: 'LICENCE_REVOKED' },
      ...{ fields: {}, credential: null },
    });
  });

  it('whether a code, an identifier, a credential is good', async () => {
    const parts = await app.city.service.store.licences.parts(shop.identifier);
    for (const given of [
      { identifier: shop.identifier },
      { code: parts?.codeText },
      { credential: parts?.credential },
    ]) {
      const answer = await ask('/verify', { ...given, ...BY_LAW });
      expect(answer.body.indication).toBe('TOTAL-PASSED');
    }
    expect(await trail()).toHaveLength(3);
  });

  it('an annotated copy under its own seal', async () => {
    const { service, people } = app.city;
    const json = { format: 'ofd', ...BY_LAW, validUntil: '2026-03-09' };
    const none = await ask(`/licences/${shop.identifier}/file`, json);
    expect(faultOf(none)).toStrictEqual([404, 'SEAL_NOT_FOUND']);
    const now = clock.now().getTime();
    await makeSeal(service.seals, people.sealMaker, {
      holder: TEST_ORGANISATIONS.health,
      ...{ kind: 'windowService', name: '南湖市卫生健康委员会业务专用章' },
      ...{ validFrom: new Date(now - 1000), validUntil: new Date(now + 900 * DAY_MS) },
    });
    clock.advance(1000);
    const copy = await ask(`/licences/${shop.identifier}/file`, json);
    expect(copy.status).toBe(200);
    expect(copy.headers.get('content-type')).toBe('application/ofd');
    expect(copy.headers.get('x-copy-valid-until')).toBe('2026-03-09T15:59:59.999Z');
    expect(copy.headers.get('ratelimit')).toMatch(/^"minute";r=\d+;t=\d+, "day"/);
    const [use] = await trail();
    expect(use).toMatchObject({ kind: 'copy', outcome: 'answered' });
    expect(useDetailsOf(use?.record ?? new Uint8Array())).toMatchObject({
      ...{ client: clientId, fields: ['premises', 'holderName'] },
    });
    const verdict = await app.send('POST', '/verifications', {
      form: formOf(copy.bytes),
    });
    expect(verdict.body.subject.kind).toBe('annotated-copy');
    const late = await ask(`/licences/${shop.identifier}/file`, {
      ...json,
      validUntil: '2026-08-01',
    });
    expect(faultOf(late)).toStrictEqual([400, 'REQUEST_MALFORMED']);
  });

  it.each<[string, string, () => [string, object]]>([
    [
      'a purpose that is not its own',
      'PURPOSE_NOT_GRANTED',
      () => [`/licences/${shop.identifier}/metadata`, { fields: [], purpose: 'other' }],
    ],
    [
      'a field that is not granted',
      'FIELD_NOT_GRANTED',
      () => [`/licences/${shop.identifier}/metadata`, { fields: ['premises', 'seats'], ...BY_LAW }],
    ],
    [
      'a copy with such a field',
      'FIELD_NOT_GRANTED',
      () => [`/licences/${shop.identifier}/file`, { format: 'ofd', fields: ['seats'], ...BY_LAW }],
    ],
    [
      'what needs a grant',
      'GRANT_NEEDED',
      () => [`/licences/${shop.identifier}/metadata`, { fields: [], purpose: 'consent' }],
    ],
    [
      'a search that needs a grant',
      'GRANT_NEEDED',
      () => [
        '/licences/search',
        { holder: HOLDER, typeCode: TEST_TYPES.single, purpose: 'consent' },
      ],
    ],
    [
      'a verification for another purpose',
      'PURPOSE_NOT_GRANTED',
      () => ['/verify', { identifier: shop.identifier, purpose: 'other' }],
    ],
    [
      'a search for another type',
      'TYPE_NOT_GRANTED',
      () => [
        '/licences/search',
        { holder: HOLDER, typeCode: `${TEST_TYPES.single.slice(0, 18)}009`, ...BY_LAW },
      ],
    ],
  ])('not %s: refused, and the holder sees it', async (_, fault, request) => {
    const [path, json] = request();
    const answer = await ask(path, json);
    expect(faultOf(answer)).toStrictEqual([403, fault]);
    const uses = await trail();
    expect(uses).toMatchObject([{ outcome: 'refused', reason: fault, channel: 'api' }]);
  });

  it('not for another matter, and none that is unknown', async () => {
    const { store } = app.city.service;
    await store.matters.put([
      { code: 'M1', version: 1, name: '事项', definition: {}, updatedAt: clock.now() },
      { code: 'M2', version: 1, name: '事项', definition: {}, updatedAt: clock.now() },
    ]);
    const by = await tokenOf({
      purposes: [{ code: 'loan', name: '审核', legalBasis: '《条例》第一条', matters: ['M1'] }],
    });
    const path = `/licences/${shop.identifier}/metadata`;
    const right = await ask(path, { fields: [], ...BY_LAW, matter: 'M1' }, by);
    expect(right.status).toBe(200);
    for (const matter of ['M2', undefined]) {
      const wrong = await ask(path, { fields: [], ...BY_LAW, matter }, by);
      expect(faultOf(wrong)).toStrictEqual([403, 'PURPOSE_NOT_GRANTED']);
    }
    const unknown = await ask(path, { fields: [], ...BY_LAW, matter: 'M9' }, by);
    expect(faultOf(unknown)).toStrictEqual([404, 'MATTER_NOT_FOUND']);
  });

  it('by the holder’s grant to the organisation, as long as it lasts', async () => {
    const { service, people } = app.city;
    const grant = await delegate(service, people.holder, {
      agent: { code: TEST_ORGANISATIONS.health.creditCode, codeType: '001' },
      scope: { licences: [shop.identifier], typeCodes: null, matters: null },
      ...{ validFrom: null, validUntil: new Date(clock.now().getTime() + DAY_MS) },
    });
    clock.advance(1000);
    const search = { holder: HOLDER, typeCode: TEST_TYPES.single, purpose: 'consent' };
    const found = await ask('/licences/search', search);
    expect(found.body.items.map(({ identifier }) => identifier)).toStrictEqual([shop.identifier]);
    const path = `/licences/${shop.identifier}/metadata`;
    const shown = await ask(path, { fields: ['premises'], purpose: 'consent' });
    expect(shown.body['fields']).toStrictEqual({ premises: TEST_FIELDS.premises });
    const uses = await trail();
    expect(uses.map(({ record }) => useDetailsOf(record).grant)).toStrictEqual([
      grant.id,
      grant.id,
    ]);
    await endGrant(service, people.holder, grant.id, null);
    const after = await ask(path, { fields: ['premises'], purpose: 'consent' });
    expect(faultOf(after)).toStrictEqual([403, 'GRANT_NEEDED']);
  });

  it('only what client and token have scopes for', async () => {
    const few = await tokenOf({ scopes: ['verify'] });
    const path = `/licences/${shop.identifier}/metadata`;
    const refused = await ask(path, { fields: [], ...BY_LAW }, few);
    expect(faultOf(refused)).toStrictEqual([403, 'SCOPE_NOT_GRANTED']);
    const narrow = await tokenOf({}, 'licence.search');
    const verify = await ask('/verify', { identifier: shop.identifier, ...BY_LAW }, narrow);
    expect(faultOf(verify)).toStrictEqual([403, 'SCOPE_NOT_GRANTED']);
    const batch = { headers: narrow, json: { codes: ['x'] } };
    const many = await app.send('POST', '/verifications/batch', batch);
    expect(faultOf(many)).toStrictEqual([403, 'SCOPE_NOT_GRANTED']);
  });

  it('as often as the quota says', async () => {
    const by = await tokenOf({ quota: { perMinute: 3, perDay: 5 } });
    const verify = { identifier: shop.identifier, ...BY_LAW };
    for (const left of [2, 1]) {
      const answer = await ask('/verify', verify, by);
      expect(answer.headers.get('ratelimit')).toContain(`"minute";r=${left};`);
      expect(answer.headers.get('ratelimit-policy')).toBe('"minute";q=3;w=60, "day";q=5;w=86400');
    }
    const batch = { headers: by, json: { codes: ['YX1.1', 'YX1.2'] } };
    const tooMany = await app.send('POST', '/verifications/batch', batch);
    expect(faultOf(tooMany)).toStrictEqual([429, 'QUOTA_EXCEEDED']);
    expect((await ask('/verify', verify, by)).status).toBe(200);
    const full = await ask('/verify', verify, by);
    expect(faultOf(full)).toStrictEqual([429, 'QUOTA_EXCEEDED']);
    expect(full.headers.get('ratelimit')).toContain('"minute";r=0;');
    clock.advance(Number(full.headers.get('retry-after')) * 1000);
    expect((await ask('/verify', verify, by)).status).toBe(200);
  });

  it('not for people, nor for systems that signed in by password', async () => {
    const { health } = TEST_ORGANISATIONS;
    const legacy = await addAccount(app.city, 'legacy', {
      roles: [{ role: 'system', organisation: health.creditCode }],
    });
    const verify = { identifier: shop.identifier, ...BY_LAW };
    expect(faultOf(await ask('/verify', verify, legacy.headers))).toStrictEqual([
      ...[403, 'NOT_AUTHORISED'],
    ]);
    const parts = await app.city.service.store.licences.parts(shop.identifier);
    const batch = await app.send('POST', '/verifications/batch', {
      headers: legacy.headers,
      json: { codes: [parts?.codeText] },
    });
    expect(batch.body.reports[0]?.indication).toBe('TOTAL-PASSED');
  });

  it('nothing of what there is not', async () => {
    const unknown = shop.identifier.replace(/\d{3}\.[0-9A-Z]$/, '009.X');
    const answer = await ask(`/licences/${unknown}/metadata`, { fields: [], ...BY_LAW });
    expect([404, 422]).toContain(answer.status);
    const odd = await ask('/licences/search', {
      ...{ holder: { code: '1', codeType: '111' }, typeCode: TEST_TYPES.single, ...BY_LAW },
    });
    expect(faultOf(odd)).toStrictEqual([422, 'HOLDER_CODE_INVALID']);
  });
});
