import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { delegate } from '../../../service/src/grants/delegate.ts';
import { disableClient } from '../../../service/src/systems/clients.ts';
import { admitBatch, admitCall, rateLimitHeaders } from '../../../service/src/systems/admitCall.ts';
import type { AdmittedCall, Caller } from '../../../service/src/systems/admitCall.ts';
import { fetchFile } from '../../../service/src/systems/fetchFile.ts';
import { issueToken } from '../../../service/src/systems/issueToken.ts';
import { searchLicences } from '../../../service/src/systems/searchLicences.ts';
import { verifyForClient } from '../../../service/src/systems/verifyForClient.ts';
import { findSession } from '../../../service/src/people/sessions.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { addClient } from '../../support/testClients.ts';
import { testClock } from '../../support/testClock.ts';
import {
  TEST_PERSON,
  TEST_TYPES,
  testService,
  type TestService,
} from '../../support/testService.ts';

const OCCASION = { purpose: 'loan', matter: null } as const;

describe('calls of a client', () => {
  const clock = testClock('2026-03-02T01:00:00Z');
  let city: TestService;
  let licences: readonly Licence[];
  let caller: Caller;
  let call: AdmittedCall;

  const callerOf = async (client: Awaited<ReturnType<typeof addClient>>): Promise<Caller> => {
    const answer = await issueToken(city.service, {
      ...{ grantType: 'client_credentials', scope: null },
      ...{ clientId: client.client.id, clientSecret: client.secret },
    });
    const token = 'token' in answer ? answer.token : '';
    const principal = await findSession(city.service, token);
    if (principal === null) throw new Error('no session');
    return { principal, token };
  };

  beforeAll(async () => {
    city = await testService({ clock });
    licences = [await city.issue(), await city.issue(), await city.issue()];
    caller = await callerOf(await addClient(city));
    call = await admitCall(city.service, caller);
  });
  afterAll(() => city.remove());

  it('are those of the token’s own account', async () => {
    expect(call).toMatchObject({ accountId: caller.principal.id, quota: { isAdmitted: true } });
    const other = { ...caller, principal: city.people.clerk };
    await expect(admitCall(city.service, other)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
    const without = { ...caller, token: null };
    await expect(admitCall(city.service, without)).rejects.toMatchObject({
      code: 'NOT_AUTHORISED',
    });
    await expect(admitBatch(city.service, other, 200)).resolves.toBeUndefined();
  });

  it('end with its account, also while a token is young', async () => {
    const client = await addClient(city);
    const { token } = await callerOf(client);
    await disableClient(city.service, city.people.security, client.client.id);
    expect(await findSession(city.service, token ?? '')).toBeNull();
  });

  it('are told how much is left', () => {
    const windows = [
      { name: 'minute', limit: 60, remaining: 59, resetSeconds: 61 },
      { name: 'day', limit: 1000, remaining: 0, resetSeconds: 300 },
    ] as const;
    expect(rateLimitHeaders({ isAdmitted: true, windows })).toStrictEqual({
      'ratelimit-policy': '"minute";q=60;w=60, "day";q=1000;w=86400',
      ratelimit: '"minute";r=59;t=61, "day";r=0;t=300',
    });
  });

  it('search page by page', async () => {
    const { code, codeType } = TEST_PERSON;
    const request = { ...OCCASION, holder: { code, codeType }, typeCode: TEST_TYPES.single };
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page = { limit: 2, ...(cursor === null ? {} : { cursor }) };
      const answer = await searchLicences(city.service, call, { ...request, page });
      found.push(...answer.items.map(({ identifier }) => identifier));
      cursor = answer.nextCursor;
    } while (cursor !== null);
    expect(found.toSorted()).toStrictEqual(licences.map(({ identifier }) => identifier).sort());
  });

  it('search by grant page by page, and find none that was not granted', async () => {
    const { code, codeType } = TEST_PERSON;
    const [granted] = licences; // the oldest one: on the last page
    const search = { holder: { code, codeType }, purpose: 'consent', matter: null };
    const ask = (typeCode: string, cursor: string | null): ReturnType<typeof searchLicences> =>
      searchLicences(city.service, call, {
        ...{ ...search, typeCode, page: { limit: 2, ...(cursor === null ? {} : { cursor }) } },
      });
    await expect(ask(TEST_TYPES.single, null)).rejects.toMatchObject({ code: 'GRANT_NEEDED' });
    await delegate(city.service, city.people.holder, {
      agent: { code: call.client.organisation, codeType: '001' },
      scope: { licences: [granted?.identifier ?? ''], typeCodes: null, matters: null },
      ...{ validFrom: null, validUntil: new Date(clock.now().getTime() + 60_000) },
    });
    const first = await ask(TEST_TYPES.single, null);
    expect(first.items).toHaveLength(0);
    const second = await ask(TEST_TYPES.single, first.nextCursor);
    expect(second.items).toMatchObject([{ identifier: granted?.identifier }]);
    await expect(ask(TEST_TYPES.dual, null)).rejects.toMatchObject({ code: 'GRANT_NEEDED' });
  });

  it('verify without a type of theirs', async () => {
    const terms = { ...call.client.terms, types: [] };
    const report = await verifyForClient(
      city.service,
      { ...call, client: { ...call.client, terms } },
      {
        ...OCCASION,
        evidence: { kind: 'identifier', text: licences[0]?.identifier ?? '' },
        language: 'en',
      },
    );
    expect(report.indication).toBe('TOTAL-PASSED');
  });

  it.each([new Date('2026-03-02T01:00:00Z'), new Date('2026-04-02T01:00:00Z')])(
    'get no copy that ends at %p',
    async (validUntil) => {
      const request = { ...OCCASION, identifier: licences[0]?.identifier ?? '', fields: null };
      await expect(
        fetchFile(city.service, call, { ...request, format: 'ofd', validUntil, language: 'en' }),
      ).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' });
    },
  );
});
