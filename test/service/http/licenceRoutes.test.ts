import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROBLEMS } from '../../../service/src/http/problem.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import {
  TEST_COMPANY,
  TEST_FIELDS,
  TEST_ORGANISATIONS,
  TEST_PERSON,
  TEST_TYPES,
} from '../../support/testService.ts';

let app: TestApp;
let mine: Licence;
let others: Licence;

beforeAll(async () => {
  app = await testApp();
  mine = await app.city.issue({ typeCode: TEST_TYPES.dual });
  others = await app.city.issue({ holder: TEST_COMPANY });
});

afterAll(async () => {
  await app.remove();
});

const request = {
  typeCode: TEST_TYPES.dual,
  holder: TEST_PERSON,
  fields: TEST_FIELDS,
  validFrom: '2026-01-01',
  validUntil: '2030-12-31',
};

const draft = async (overrides: object = {}): Promise<string> => {
  const json = { ...request, ...overrides };
  return (await app.send('POST', '/licences', { as: 'maker', json })).body.identifier;
};

const usesOf = async (identifier: string): Promise<readonly Record<string, unknown>[]> =>
  (await app.send('GET', `/licences/${identifier}/uses`, { as: 'holder' })).body.items;

describe('POST /licences', () => {
  it('drafts where a second person is needed', async () => {
    const { status, body } = await app.send('POST', '/licences', { as: 'maker', json: request });

    expect(status).toBe(201);
    expect(body).toMatchObject({
      typeCode: TEST_TYPES.dual,
      typeName: '食品经营许可证',
      issuer: { ...TEST_ORGANISATIONS.market },
      holder: TEST_PERSON,
      fields: TEST_FIELDS,
      validFrom: '2025-12-31T16:00:00.000Z',
      validUntil: '2030-12-31T15:59:59.999Z',
      state: 'drafted',
      version: 1,
      issuedAt: null,
      documents: [],
      ledger: null,
    });
  });

  it('issues at once where one person is enough', async () => {
    const json = { ...request, typeCode: TEST_TYPES.single, validUntil: undefined };

    const { body } = await app.send('POST', '/licences', { as: 'maker', json });

    expect(body).toMatchObject({ state: 'issued', validUntil: null });
    expect(body.documents).toHaveLength(1);
    expect(body.ledger).toMatchObject({ root: expect.any(String), position: 0 });
  });

  it.each([
    [
      'a holder code with a wrong check',
      { holder: { ...TEST_PERSON, code: '1' } },
      'HOLDER_CODE_INVALID',
      422,
    ],
    ['fields that do not fit', { fields: { premises: 7 } }, 'LICENCE_FIELDS_INVALID', 422],
    [
      'a period that ends before it begins',
      { validUntil: '2020-01-01' },
      'LICENCE_PERIOD_INVALID',
      422,
    ],
    ['a serial with a space', { serial: 'A 1' }, 'LICENCE_SERIAL_INVALID', 422],
    [
      'a character no font has',
      { holder: { ...TEST_PERSON, name: '\u{1f600}' } },
      'GLYPH_MISSING',
      422,
    ],
    ['an unknown type', { typeCode: 'none' }, 'LICENCE_TYPE_NOT_FOUND', 404],
    ['a day that does not exist', { validFrom: '2026-02-30' }, 'REQUEST_MALFORMED', 400],
    ['an unknown member', { state: 'issued' }, 'REQUEST_MALFORMED', 400],
  ])('refuses %s', async (_, overrides, code, status) => {
    const json = { ...request, ...overrides };

    const answer = await app.send('POST', '/licences', { as: 'maker', json });

    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('names each fault by its pointer', async () => {
    const json = { ...request, holder: { ...TEST_PERSON, sex: 'f' }, validFrom: 5 };

    const { body } = await app.send('POST', '/licences', { as: 'maker', json });

    expect(body.faults.map((fault: { pointer: string }) => fault.pointer).sort()).toEqual([
      '/holder/sex',
      '/validFrom',
    ]);
  });

  it('refuses a serial that is taken', async () => {
    await draft({ serial: 'TAKEN1' });
    const json = { ...request, serial: 'TAKEN1' };

    const { status, body } = await app.send('POST', '/licences', { as: 'maker', json });

    expect([status, body.code]).toEqual([409, 'LICENCE_ALREADY_EXISTS']);
  });
});

describe('a draft', () => {
  it('is returned, changed, approved and issued', async () => {
    const identifier = await draft();
    const path = `/licences/${identifier}`;
    const { holder, fields, validFrom, validUntil } = request;
    const content = { holder, fields, validFrom, validUntil };

    const returned = await app.send('POST', `${path}/return`, {
      as: 'checker',
      json: { note: '请补经营项目' },
    });
    const changed = await app.send('PUT', path, {
      as: 'maker',
      json: { ...content, fields: { premises: '新地址' } },
    });
    const approved = await app.send('POST', `${path}/approve`, { as: 'checker', json: {} });

    expect(returned.body).toMatchObject({ state: 'returned', note: '请补经营项目' });
    expect(changed.body).toMatchObject({ state: 'drafted', fields: { premises: '新地址' } });
    expect(approved.body).toMatchObject({ state: 'issued', version: 1 });
    expect(approved.body.documents.map((one) => one.format)).toEqual(['ofd', 'pdf']);
  });

  it('is removed', async () => {
    const path = `/licences/${await draft()}`;

    expect((await app.send('DELETE', path, { as: 'maker' })).status).toBe(204);
    expect((await app.send('GET', path, { as: 'maker' })).status).toBe(404);
  });

  it('is no longer one once it is issued', async () => {
    const path = `/licences/${mine.identifier}`;

    const removed = await app.send('DELETE', path, { as: 'maker' });
    const approved = await app.send('POST', `${path}/approve`, { as: 'checker', json: {} });

    expect([removed.body.code, approved.body.code]).toEqual(
      Array<string>(2).fill('LICENCE_STATE_CONFLICT'),
    );
  });
});

describe('life-cycle acts', () => {
  it('suspend, reinstate and revoke for good', async () => {
    const path = `/licences/${(await app.city.issue()).identifier}`;
    const act = async (verb: string, reason = 'penalty'): Promise<string> => {
      const { body } = await app.send('POST', `${path}/${verb}`, { as: 'maker', json: { reason } });
      return body.code in PROBLEMS ? body.code : body.state;
    };

    expect(await act('suspend')).toBe('suspended');
    expect(await act('suspend')).toBe('LICENCE_STATE_CONFLICT');
    expect(await act('reinstate', 'error')).toBe('issued');
    expect(await act('revoke', 'fraud')).toBe('revoked');
    expect(await act('reinstate')).toBe('LICENCE_STATE_CONFLICT');
  });

  it.each([
    ['no reason', {}],
    ['a reason of one’s own', { reason: 'because' }],
    ['a day that does not exist', { reason: 'fraud', effectiveFrom: '2026-13-01' }],
  ])('need a reason of the list: %s', async (_, json) => {
    const path = `/licences/${mine.identifier}/suspend`;

    expect((await app.send('POST', path, { as: 'maker', json })).status).toBe(400);
  });
});

describe('a new version', () => {
  it('is drafted by its maker and issued by its approver; the old one is superseded', async () => {
    const { identifier } = await app.city.issue({ typeCode: TEST_TYPES.dual });
    const json = { fields: { seats: 41 }, validUntil: '2031-12-31' };

    const drafted = await app.send('POST', `/licences/${identifier}/change`, { as: 'maker', json });
    const path = `/licences/${drafted.body.identifier}/approve`;
    const issued = await app.send('POST', path, { as: 'checker', json: {} });

    expect(drafted).toMatchObject({ status: 200, body: { state: 'drafted', version: 2 } });
    expect(issued.body).toMatchObject({
      state: 'issued',
      operation: 'change',
      supersedes: identifier,
      fields: { ...TEST_FIELDS, seats: 41 },
      validUntil: '2031-12-31T15:59:59.999Z',
    });
    const before = await app.send('GET', `/licences/${identifier}`, { as: 'maker' });
    expect(before.body).toMatchObject({
      state: 'superseded',
      supersededBy: issued.body.identifier,
    });
  });

  it('prolongs by a renewal, and says which member is wrong', async () => {
    const { identifier } = await app.city.issue();
    const renew = (json: object): Promise<TestAnswer> =>
      app.send('POST', `/licences/${identifier}/renew`, { as: 'checker', json });

    expect(await renew({ validUntil: '2026-12-01' })).toMatchObject({
      status: PROBLEMS.LICENCE_PERIOD_INVALID.status,
      body: { code: 'LICENCE_PERIOD_INVALID', faults: [{ pointer: '/validUntil' }] },
    });
    expect((await renew({ validUntil: null })).body).toMatchObject({
      state: 'issued',
      operation: 'renew',
      validUntil: null,
    });
  });

  it('takes over a licence that was transferred out', async () => {
    const { identifier } = await app.city.issue({ typeCode: TEST_TYPES.dual });
    const json = { reason: 'holderRequest' };
    const out = await app.send('POST', `/licences/${identifier}/transfer-out`, {
      as: 'checker',
      json,
    });
    const taken = await app.send('POST', '/licences', {
      as: 'maker',
      json: { ...request, takesOver: identifier.toLowerCase() },
    });

    expect(out.body).toMatchObject({ state: 'transferred' });
    expect(taken).toMatchObject({
      status: 201,
      body: { operation: 'transferIn', supersedes: identifier },
    });
  });
});

describe('GET /licences', () => {
  it('shows holders their own only', async () => {
    const { body } = await app.send('GET', '/licences?limit=200', { as: 'holder' });

    const holders = body.items.map((one) => one.holder.code);
    expect(new Set(holders)).toEqual(new Set([TEST_PERSON.code]));
  });

  it('shows another department nothing', async () => {
    const { body } = await app.send('GET', '/licences', { as: 'outsider' });

    expect(body).toEqual({ items: [], nextCursor: null });
  });

  it('finds by holder, type and state; empty filters count as none', async () => {
    const query = `holderCode=${TEST_COMPANY.code}&typeCode=${TEST_TYPES.single}&state=issued&cursor=`;

    const { body } = await app.send('GET', `/licences?${query}`, { as: 'maker' });

    expect(body.items.map((one) => one.identifier)).toEqual([others.identifier]);
  });

  it('goes through all pages, newest first, each licence once', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const path = `/licences?limit=2&cursor=${cursor}`;
      const { body }: TestAnswer = await app.send('GET', path, { as: 'maker' });
      seen.push(...body.items.map((one) => one.identifier));
      cursor = body.nextCursor;
    }

    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toContain(mine.identifier);
    expect(seen.indexOf(others.identifier)).toBeLessThan(seen.indexOf(mine.identifier));
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=x',
    'cursor=*',
    'state=good',
    'colour=red',
    'limit=1&limit=2',
  ])('refuses `%s`', async (query) => {
    expect((await app.send('GET', `/licences?${query}`, { as: 'maker' })).status).toBe(400);
  });
});

describe('GET /licences/{identifier}', () => {
  it.each(['', '/document', '/preview', '/qr', '/history', '/uses', '/proof'])(
    'does not exist for those who may not see it: %s',
    async (suffix) => {
      const path = `/licences/${others.identifier}${suffix}`;

      for (const as of ['holder', 'outsider'] as const) {
        const { status, body } = await app.send('GET', path, { as });
        expect([status, body.code]).toEqual([404, 'LICENCE_NOT_FOUND']);
      }
    },
  );

  it('is found in small letters', async () => {
    const path = `/licences/${mine.identifier.toLowerCase()}`;

    expect((await app.send('GET', path, { as: 'holder' })).status).toBe(200);
  });

  it.each(['nonsense', '%00', 'a'.repeat(201)])('is not `%s`', async (name) => {
    const { status } = await app.send('GET', `/licences/${name}`, { as: 'maker' });

    expect([400, 404]).toContain(status);
  });

  it.each([
    ['ofd', 'application/ofd', 'PK'],
    ['pdf', 'application/pdf', '%PDF'],
  ])('has its %s file', async (format, mediaType, head) => {
    const path = `/licences/${mine.identifier}/document?format=${format}`;

    const { status, headers, bytes } = await app.send('GET', path, { as: 'holder' });

    expect([status, headers.get('content-type')]).toEqual([200, mediaType]);
    expect(Buffer.from(bytes.subarray(0, head.length)).toString()).toBe(head);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('has no file that its type does not name', async () => {
    const path = `/licences/${others.identifier}/document?format=pdf`;

    const { status, body } = await app.send('GET', path, { as: 'maker' });

    expect([status, body.code]).toEqual([404, 'DOCUMENT_NOT_FOUND']);
  });

  it.each([
    ['svg', 'image/svg+xml'],
    ['png', 'image/png'],
    ['text', 'text/plain; charset=utf-8'],
  ])('has its code as %s', async (format, mediaType) => {
    const path = `/licences/${mine.identifier}/qr?format=${format}`;

    const { status, headers } = await app.send('GET', path, { as: 'holder' });

    expect([status, headers.get('content-type')]).toEqual([200, mediaType]);
  });

  it.each([
    ['svg', 'image/svg+xml', '<svg '],
    ['png', 'image/png', '\x89PNG'],
  ])('has its page as %s, which runs nothing', async (format, mediaType, head) => {
    const path = `/licences/${mine.identifier}/preview?format=${format}`;

    const { status, headers, bytes } = await app.send('GET', path, { as: 'holder' });

    expect([status, headers.get('content-type')]).toEqual([200, mediaType]);
    expect(Buffer.from(bytes.subarray(0, head.length)).toString('latin1')).toBe(head);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/u);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each(['page=2', 'page=0', 'format=pdf'])('has no preview for `%s`', async (query) => {
    const path = `/licences/${mine.identifier}/preview?${query}`;

    const { status } = await app.send('GET', path, { as: 'holder' });

    expect(status).toBe(query === 'page=2' ? 404 : 400);
  });

  it('has its life on the ledger, newest first', async () => {
    const { identifier, issuedAt } = await app.city.issue();
    const json = { reason: 'fraud', effectiveFrom: issuedAt?.toISOString() };
    await app.send('POST', `/licences/${identifier}/revoke`, { as: 'maker', json });

    const { body } = await app.send('GET', `/licences/${identifier}/history`, { as: 'holder' });

    expect(body.items).toMatchObject([
      { state: 'revoked', reason: 'fraud', since: issuedAt?.toISOString() },
      { state: 'issued', reason: null },
    ]);
  });

  it('has evidence to take away', async () => {
    const path = `/licences/${mine.identifier}/proof`;

    const { body } = await app.send('GET', path, { as: 'holder' });

    expect(body).toMatchObject({ typ: 'yinxin-proof', subject: { identifier: mine.identifier } });
  });
});

describe('a look at a licence', () => {
  it.each(['', '/document', '/preview', '/qr', '/proof'])(
    'is among the uses: %s',
    async (suffix) => {
      const { identifier } = await app.city.issue();

      await app.send('GET', `/licences/${identifier}${suffix}`, { as: 'auditor' });
      await app.send('GET', `/licences/${identifier}${suffix}`, { as: 'maker' });

      expect(await usesOf(identifier)).toMatchObject([
        { kind: 'lookup', channel: 'console', clerk: 'maker', licence: identifier },
        { kind: 'lookup', channel: 'audit', clerk: 'auditor', licence: identifier },
      ]);
    },
  );

  it('in a list leaves a use with each licence', async () => {
    const { identifier } = await app.city.issue();

    await app.send('GET', '/licences?limit=1', { as: 'auditor' });

    expect(await usesOf(identifier)).toMatchObject([{ kind: 'lookup' }]);
  });

  it('by its holder leaves none', async () => {
    const { identifier } = await app.city.issue();

    await app.send('GET', `/licences/${identifier}`, { as: 'holder' });

    expect(await usesOf(identifier)).toEqual([]);
  });
});
