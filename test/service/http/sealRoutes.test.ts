import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROBLEMS } from '../../../service/src/http/problem.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { formOf, testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { TEST_ORGANISATIONS } from '../../support/testService.ts';

let app: TestApp;

beforeAll(async () => {
  app = await testApp();
});

afterAll(async () => {
  await app.remove();
});

const request = {
  holder: TEST_ORGANISATIONS.market,
  kind: 'official',
  name: '南湖市市场监督管理局公章',
  validFrom: '2026-01-01',
  validUntil: '2030-12-31',
};

const make = (overrides: object = {}): Promise<TestAnswer> =>
  app.send('POST', '/seals', { as: 'sealMaker', json: { ...request, ...overrides } });

const act = (esId: string, verb: string): Promise<TestAnswer> =>
  app.send('POST', `/seals/${esId}/${verb}`, { as: 'sealMaker', json: { reason: 'other' } });

const seal = async (
  esId: string,
  overrides: Readonly<Record<string, string>> = {},
): Promise<TestAnswer> =>
  await app.send('POST', '/seal-signatures', {
    as: 'maker',
    form: formOf(await foreignPdf(), { esId, page: '1', x: '30', y: '40', ...overrides }),
  });

describe('/seals', () => {
  it('are made, read and downloaded', async () => {
    const { status, body } = await make();

    expect(status).toBe(201);
    expect(body).toMatchObject({
      holder: request.holder,
      kind: 'official',
      state: 'valid',
      validUntil: '2030-12-31T15:59:59.999Z',
      mandate: { licenceTypes: null, usesPerDay: null, allowsDocuments: true },
    });
    const path = `/seals/${body.esId}`;
    expect((await app.send('GET', path, { as: 'maker' })).body).toEqual({
      ...body,
      usedToday: null,
    });
    const { bytes } = await app.send('GET', `${path}/file`, { as: 'maker' });
    expect(bytes[0]).toBe(0x30);
  });

  it('are shown as pictures', async () => {
    const path = `/seals/${app.city.esId}/picture`;

    const svg = await app.send('GET', path, { as: 'maker' });
    const png = await app.send('GET', `${path}?format=png`, { as: 'maker' });

    expect(svg.text).toMatch(/^<svg xmlns="[^"]+" width="42mm" height="42mm"[^>]+><path/);
    expect(svg.headers.get('content-security-policy')).toMatch(/sandbox/);
    expect(Buffer.from(png.bytes.slice(1, 4)).toString()).toBe('PNG');
    expect(png.bytes.length).toBeGreaterThan(3000);
    expect((await app.send('GET', path, { as: 'outsider' })).status).toBe(404);
  });

  it.each([
    [
      'a period that ends before it begins',
      { validUntil: '2020-01-01' },
      422,
      'SEAL_PERIOD_INVALID',
    ],
    ['an unknown kind', { kind: 'rubber' }, 400, 'REQUEST_MALFORMED'],
    [
      'a name no font has',
      { holder: { ...request.holder, name: '𰻝𰻝面馆' } },
      422,
      'GLYPH_MISSING',
    ],
  ])('refuse %s', async (_, overrides, status, code) => {
    const answer = await make(overrides);

    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('of another department do not exist for an issuer', async () => {
    const path = `/seals/${app.city.esId}`;

    for (const suffix of ['', '/file', '/uses']) {
      expect((await app.send('GET', path + suffix, { as: 'outsider' })).body.code).toBe(
        'SEAL_NOT_FOUND',
      );
    }
    expect((await app.send('GET', '/seals', { as: 'outsider' })).body.items).toEqual([]);
  });

  it('are suspended, reinstated and revoked for good', async () => {
    const esId = (await make()).body.esId;

    const states: string[] = [];
    for (const verb of ['suspend', 'suspend', 'reinstate', 'revoke', 'reinstate']) {
      const { body } = await act(esId, verb);
      states.push(body.code in PROBLEMS ? body.code : body.state);
    }

    expect(states).toEqual([
      'suspended',
      'SEAL_STATE_CONFLICT',
      'valid',
      'revoked',
      'SEAL_STATE_CONFLICT',
    ]);
  });
});

describe('/seal-signatures', () => {
  it('seal a document, whose use is seen under the seal', async () => {
    const { status, headers, bytes } = await seal(app.city.esId);

    const verdict = await app.send('POST', '/verifications', { form: formOf(bytes) });
    const uses = await app.send('GET', `/seals/${app.city.esId}/uses`, { as: 'sealMaker' });

    const id = headers.get('x-seal-signature-id');
    expect([status, headers.get('content-type')]).toEqual([201, 'application/pdf']);
    expect(verdict.body).toMatchObject({
      indication: 'TOTAL-PASSED',
      subject: { kind: 'seal-signature', identifier: id },
    });
    expect(uses.body.items[0]?.subject).toEqual({ kind: 'seal-signature', identifier: id });
  });

  it('respect the seal’s mandate', async () => {
    const esId = (await make()).body.esId;
    const put = await app.send('PUT', `/seals/${esId}/mandate`, {
      as: 'sealMaker',
      json: { allowsDocuments: false, validUntil: '2030-01-01' },
    });

    const { status, body } = await seal(esId);

    expect(put.body.mandate).toMatchObject({
      allowsDocuments: false,
      validUntil: '2030-01-01T15:59:59.999Z',
    });
    expect([status, body.code]).toEqual([409, 'SEAL_OUTSIDE_MANDATE']);
  });

  it('tell how often they were used today where that is limited', async () => {
    const esId = (await make()).body.esId;
    const json = { usesPerDay: 2 };
    await app.send('PUT', `/seals/${esId}/mandate`, { as: 'sealMaker', json });

    expect((await seal(esId)).status).toBe(201);

    const { body } = await app.send('GET', `/seals/${esId}`, { as: 'checker' });
    expect(body['usedToday']).toBe(1);
  });

  it.each([
    ['suspend', 'SEAL_SUSPENDED'],
    ['revoke', 'SEAL_REVOKED'],
  ])('are refused after %s', async (verb, code) => {
    const esId = (await make()).body.esId;
    await act(esId, verb);

    const answer = await seal(esId);

    expect([answer.status, answer.body.code]).toEqual([409, code]);
  });

  it.each([
    ['no seal', { esId: '1' }, 404],
    ['page 0', { page: '0' }, 400],
    ['a page that is not there', { page: '9' }, 400],
    ['a place that is no number', { x: 'left' }, 400],
    ['an unknown field', { z: '1' }, 400],
  ])('are refused with %s', async (_, overrides, status) => {
    const fields = { ...overrides } as Record<string, string>;

    expect((await seal(app.city.esId, fields)).status).toBe(status);
  });

  it('take PDF and OFD only', async () => {
    const form = formOf('hello', { esId: app.city.esId, page: '1', x: '1', y: '1' });

    const answer = await app.send('POST', '/seal-signatures', { as: 'maker', form });

    expect([answer.status, answer.body.code]).toEqual([422, 'DOCUMENT_MALFORMED']);
  });
});
