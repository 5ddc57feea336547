import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApp, type TestApp } from '../../support/testApp.ts';

let app: TestApp;

beforeAll(async () => {
  app = await testApp();
});

afterAll(async () => {
  await app.remove();
});

describe('the ledger’s evidence', () => {
  it('is there for everybody', async () => {
    await app.city.issue();

    const head = (await app.send('GET', '/ledger')).body;
    const checkpoint = await app.send('GET', '/ledger/checkpoint');
    const consistency = await app.send('GET', '/ledger/consistency?from=1&to=2');
    const wrong = await app.send('GET', '/ledger/consistency?from=5&to=2');

    expect(head).toMatchObject({
      mode: 'embedded',
      headHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(checkpoint.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(checkpoint.text.split('\n')[0]).toContain('/ledger');
    expect(consistency.body).toMatchObject({ from: 1, to: 2, proof: expect.any(Array) });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'REQUEST_MALFORMED']);
  });

  it('shows auditors its blocks', async () => {
    const block = await app.send('GET', '/ledger/blocks/0', { as: 'auditor' });
    const missing = await app.send('GET', '/ledger/blocks/99999', { as: 'auditor' });

    expect(block.body).toMatchObject({ number: 0, transactions: [{ contract: 'authority' }] });
    expect(missing.status).toBe(404);
  });

  it.each(['/status-lists/0', '//s/0'])('has status lists at %s', async (path) => {
    await app.city.issue();

    const { status, headers, text } = await app.send('GET', path);

    expect([status, headers.get('content-type')]).toEqual([200, 'application/statuslist+jwt']);
    expect(text.split('.')).toHaveLength(3);
  });
});
