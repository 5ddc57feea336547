import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sampleFields } from '../../../service/src/licences/sampleFields.ts';
import { testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { TEST_FIELDS, TEST_PERSON, TEST_TYPES } from '../../support/testService.ts';

let app: TestApp;

beforeAll(async () => {
  app = await testApp();
});

afterAll(async () => {
  await app.remove();
});

const post = (
  path: string,
  json: object,
  as: 'maker' | 'operator' | 'outsider' = 'maker',
): Promise<TestAnswer> => app.send('POST', path, { as, json });

/** Characters are drawn as outlines: the same page without its marks is shorter. */
function isPage({ status, headers, text }: TestAnswer): boolean {
  const isSvg = headers.get('content-type') === 'image/svg+xml' && text.startsWith('<svg ');
  return status === 200 && isSvg && text.includes('fill-opacity="0.3"') && !text.includes('crisp');
}

describe('POST /licences/preview', () => {
  it('shows what is filled in so far, and leaves nothing behind', async () => {
    const { ledger, store } = app.city.service;
    const before = await ledger.head();
    const holder = { ...TEST_PERSON, code: '3304' };

    const empty = await post('/licences/preview', { typeCode: TEST_TYPES.dual });
    const begun = await post('/licences/preview', {
      ...{ typeCode: TEST_TYPES.dual, holder, fields: { premises: '南湖市' } },
      ...{ validFrom: '2026-01-01', validUntil: '2025-01-01' },
    });

    expect([isPage(empty), isPage(begun)]).toEqual([true, true]);
    expect(begun.text).not.toBe(empty.text);
    expect(begun.headers.get('content-security-policy')).toMatch(/sandbox/);
    expect(await ledger.head()).toEqual(before);
    expect((await store.licences.list({}, { limit: 1 })).items).toEqual([]);
  });

  it('is for issuers of the type, within what a page holds', async () => {
    const json = { typeCode: TEST_TYPES.dual };
    const long = { ...json, fields: { premises: '街'.repeat(20_001) } };

    const statuses = [
      (await post('/licences/preview', json, 'outsider')).status,
      (await post('/licences/preview', { typeCode: 'none' })).status,
      (await post('/licences/preview', long)).status,
    ];

    expect(statuses).toEqual([403, 404, 422]);
  });
});

describe('GET /licences/{identifier}/preview', () => {
  it('shows a draft to its department, and to nobody else', async () => {
    const draft = await app.send('POST', '/licences', {
      as: 'maker',
      json: {
        ...{ typeCode: TEST_TYPES.dual, holder: TEST_PERSON, fields: TEST_FIELDS },
        validFrom: '2026-01-01',
      },
    });
    const path = `/licences/${draft.body.identifier}/preview`;

    const shown = await app.send('GET', path, { as: 'checker' });
    const png = await app.send('GET', `${path}?format=png`, { as: 'maker' });
    const audited = await app.send('GET', path, { as: 'auditor' });

    expect(isPage(shown)).toBe(true);
    expect(Buffer.from(png.bytes.slice(1, 4)).toString()).toBe('PNG');
    expect([audited.status, audited.body.code]).toEqual([404, 'DOCUMENT_NOT_FOUND']);
  });
});

describe('POST /licence-types/preview', () => {
  const type = {
    ...{ name: '小餐饮登记证', layout: { orientation: 'landscape' }, approval: 'dual' },
    formats: ['ofd'],
    fields: {
      type: 'object',
      additionalProperties: false,
      properties: { premises: { title: '经营场所', type: 'string' } },
    },
  };

  it('shows a type before it is put, with made-up fields', async () => {
    const json = { ...type, sealEsId: app.city.esId };

    const shown = await post('/licence-types/preview', json, 'operator');
    const other = await post('/licence-types/preview', json, 'outsider');
    const wrong = await post('/licence-types/preview', { ...json, layout: { x: 1 } });

    expect(isPage(shown)).toBe(true);
    expect(shown.text).toContain('width="297mm"');
    expect([other.status, wrong.body.code]).toEqual([403, 'LICENCE_TYPE_MALFORMED']);
  });

  it('makes fields up by the schema', () => {
    const text = { type: 'string' };
    const schema = {
      properties: {
        ...{ name: { ...text, title: '名称' }, short: { ...text, maxLength: 3 } },
        ...{ day: { ...text, format: 'date' }, seats: { type: 'integer', minimum: 5 } },
        ...{ kind: { enum: ['甲', '乙'] }, items: { type: 'array', title: '项目', items: text } },
        ...{ open: { type: 'boolean' }, at: { type: 'object', properties: { street: text } } },
        broken: 'no schema',
      },
    };

    expect(sampleFields(schema)).toEqual({
      ...{ name: '名称（样本）', short: 'sho', day: '2026-01-01', seats: 5, kind: '甲' },
      ...{ items: ['项目（样本）'], open: true, at: { street: 'street（样本）' } },
      broken: 'broken（样本）',
    });
  });
});
