/** The receipt of a code that was redeemed at a window: from the answer to the complete file. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { completeReceipts } from '../../../service/src/receipts/completeReceipts.ts';
import { addCounter, addMatters, TEST_MATTER, type TestCounter } from '../../support/counters.ts';
import { anchorAll } from '../../support/receiptCity.ts';
import { formOf, testApp, type TestApp } from '../../support/testApp.ts';

let app: TestApp;
let clerk: TestCounter;
beforeAll(async () => {
  app = await testApp();
  await addMatters(app.city);
  clerk = await addCounter(app.city, 'W01');
});
afterAll(async () => {
  await app.remove();
});

it('passes at once, and with proofs once its uses are anchored', async () => {
  const { identifier } = await app.city.issue();
  const made = await app.send('POST', '/presentations', {
    ...{ as: 'holder', json: { licences: [{ identifier }] } },
  });
  const answer = await app.send('POST', '/presentations/redeem', {
    headers: clerk.headers,
    json: { code: made.body['qr'], matter: TEST_MATTER, purpose: '开办餐馆' },
  });
  const { receipt, receiptId } = answer.body as unknown as { receipt: string; receiptId: string };
  const verify = async (text: string): Promise<object> =>
    (await app.send('POST', '/verifications', { form: formOf(text) })).body;

  expect(await verify(receipt)).toMatchObject({
    ...{ indication: 'TOTAL-PASSED', subject: { kind: 'receipt', identifier: receiptId } },
  });
  await anchorAll(app.city);
  await completeReceipts(app.city.service.receipts);
  const { headers, text } = await app.send('GET', `/receipts/${receiptId}`, {
    headers: clerk.headers,
  });

  expect(headers.get('x-receipt-state')).toBe('complete');
  expect(await verify(text)).toMatchObject({ indication: 'TOTAL-PASSED' });
  const asText = await app.send('POST', '/verifications', { json: { credential: text } });
  expect(asText.body).toMatchObject({
    ...{ indication: 'TOTAL-PASSED', subject: { kind: 'receipt', identifier: receiptId } },
  });
  const jws = await app.send('GET', `/receipts/${receiptId}?format=jws`, { as: 'holder' });
  expect(jws.text).toBe(receipt);
  const pdf = await app.send('GET', `/receipts/${receiptId}?format=pdf`, { as: 'holder' });
  expect(pdf).toMatchObject({ status: 404, body: { code: 'SEAL_NOT_FOUND' } });
});
