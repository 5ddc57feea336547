import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceError } from '../../../service/src/errors.ts';
import { runOnce } from '../../../service/src/http/idempotency.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { formOf, testApp, type TestApp } from '../../support/testApp.ts';
import { TEST_FIELDS, TEST_PERSON, TEST_TYPES } from '../../support/testService.ts';

let app: TestApp;

beforeAll(async () => {
  app = await testApp();
});

afterAll(async () => {
  await app.remove();
});

const request = {
  typeCode: TEST_TYPES.dual,
  holder: TEST_PERSON,
  fields: TEST_FIELDS,
  validFrom: '2026-01-01',
};

const draft = (
  key: string,
  json: object = request,
  as: 'maker' | 'outsider' = 'maker',
): ReturnType<TestApp['send']> =>
  app.send('POST', '/licences', { as, json, headers: { 'idempotency-key': key } });

describe('a request with an idempotency key', () => {
  it('is answered the same when it comes again', async () => {
    const first = await draft('again');
    const second = await draft('again');

    expect(first.status).toBe(201);
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect(second.headers.get('idempotent-replay')).toBe('true');
  });

  it('is refused when another body has the key', async () => {
    await draft('reused');

    const other = await draft('reused', { ...request, validFrom: '2026-01-02' });

    expect([other.status, other.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('runs once of many at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => draft('race')));

    expect(answers.map((answer) => answer.status)).toEqual(Array<number>(12).fill(201));
    expect(new Set(answers.map((answer) => answer.body.identifier)).size).toBe(1);
  });

  it('does not meet another person’s key', async () => {
    await draft('shared');

    const other = await draft('shared', request, 'outsider');

    expect([other.status, other.body.code]).toEqual([403, 'NOT_AUTHORISED']);
  });

  it('does not meet the same key at another address', async () => {
    const [one, two] = [await draft('path-1'), await draft('path-2')];
    const approve = (identifier: string): ReturnType<TestApp['send']> =>
      app.send('POST', `/licences/${identifier}/approve`, {
        as: 'checker',
        json: {},
        headers: { 'idempotency-key': 'approval' },
      });

    expect((await approve(one.body.identifier)).status).toBe(200);
    expect((await approve(two.body.identifier)).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('may be mended and sent again after it was refused', async () => {
    const wrong = await draft('mended', { ...request, typeCode: 'none' });
    const right = await draft('mended');

    expect([wrong.status, right.status]).toEqual([404, 201]);
  });

  it.each(['', ' ', 'a b', 'x'.repeat(201)])('is malformed with the key `%s`', async (key) => {
    const { status } = await draft(key);

    expect(status).toBe(400);
  });

  it('gives the same file again, though the form’s boundary differs', async () => {
    const pdf = await foreignPdf();
    const send = (): ReturnType<TestApp['send']> =>
      app.send('POST', '/seal-signatures', {
        as: 'maker',
        form: formOf(pdf, { esId: app.city.esId, page: '1', x: '20', y: '20' }),
        headers: { 'idempotency-key': 'sealed' },
      });

    const [first, second] = [await send(), await send()];

    expect(first.status).toBe(201);
    expect(second.bytes).toEqual(first.bytes);
    expect(second.headers.get('x-seal-signature-id')).toBe(
      first.headers.get('x-seal-signature-id'),
    );
    expect(second.headers.get('content-type')).toBe('application/pdf');
  });
});

describe('runOnce', () => {
  const claim = (key: string): Parameters<typeof runOnce>[1] => ({
    key,
    scope: 'test',
    requestDigest: 'a'.repeat(64),
  });

  it.each(['LEDGER_OUTCOME_UNKNOWN', 'LEDGER_UNAVAILABLE'] as const)(
    'does not run again what may have happened: %s',
    async (code) => {
      let runs = 0;
      const run = (): Promise<never> => {
        runs += 1;
        return Promise.reject(new ServiceError(code, 'who knows'));
      };

      for (const attempt of [1, 2]) {
        await expect([attempt, runOnce(app.city.service, claim(code), run)][1]).rejects.toThrow(
          'who knows',
        );
      }

      expect(runs).toBe(1);
    },
  );

  it('keeps answers without a body', async () => {
    const answer = (): Promise<{ status: 204 }> => Promise.resolve({ status: 204 });

    await runOnce(app.city.service, claim('empty'), answer);
    const again = await runOnce(app.city.service, claim('empty'), () =>
      Promise.reject(new Error('ran twice')),
    );

    expect(again.status).toBe(204);
  });
});
