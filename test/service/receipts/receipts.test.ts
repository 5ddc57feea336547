/** Receipts over HTTP: who gets which, what stands in them, pending and complete, verified as file, JWS and PDF. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseReceipt } from '../../../service/src/credentials/receiptFile.ts';
import { parseReceiptJws } from '../../../service/src/credentials/receipt.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { completeReceipts } from '../../../service/src/receipts/completeReceipts.ts';
import { fieldDigest } from '../../../service/src/receipts/fieldDigests.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { addServiceSeal, TEST_MATTER, TEST_PURPOSE } from '../../support/copyCity.ts';
import { anchorAll, makeReceipt } from '../../support/receiptCity.ts';
import { formOf, testApp, type TestApp } from '../../support/testApp.ts';
import { testClock } from '../../support/testClock.ts';
import {
  TEST_FIELDS,
  TEST_ORGANISATIONS,
  TEST_PERSON,
  TEST_TYPES,
} from '../../support/testService.ts';

const clock = testClock('2026-11-22T02:00:00.000Z');
let app: TestApp;
let licence: Licence;
let revoked: Licence;
let receiptId: string;
let jws: string;

beforeAll(async () => {
  app = await testApp({ clock });
  await addServiceSeal(app.city);
  licence = await app.city.issue({ typeCode: TEST_TYPES.dual });
  revoked = await app.city.issue();
  const { licences } = app.city.service;
  await actOnLicence(licences, app.city.people.maker, revoked.identifier, {
    ...{ name: 'revoke', reason: 'other', effectiveFrom: null },
  });
  ({ id: receiptId, jws } = await makeReceipt(app.city, [
    { identifier: licence.identifier, fields: ['holderName', 'premises'] },
    { identifier: revoked.identifier, fields: ['premises'] },
  ]));
});

afterAll(async () => {
  await app.remove();
});

const verifyText = async (text: string, language = 'en'): ReturnType<TestApp['send']> =>
  await app.send('POST', '/verifications', {
    form: formOf(text),
    headers: { 'accept-language': language },
  });

describe('a pending receipt', () => {
  it('says who looked at what, and holds no value of a field', () => {
    const { content, jws: read } = parseReceiptJws(jws);

    expect(content).toMatchObject({
      ...{ id: receiptId, issuer: TEST_ORGANISATIONS.hall, matter: TEST_MATTER },
      ...{ purpose: TEST_PURPOSE, clerk: { name: '王窗口' }, window: { code: 'W01' } },
      licences: [
        { identifier: licence.identifier, indication: 'TOTAL-PASSED' },
        { indication: 'TOTAL-FAILED', subIndication: 'LICENCE_REVOKED', fields: {} },
      ],
    });
    expect(Object.keys(content.licences[0]!.fields)).toEqual(['holderName', 'premises']);
    const text = JSON.stringify(read.payload);
    for (const value of [TEST_PERSON.name, TEST_PERSON.code, TEST_FIELDS.premises]) {
      expect(text).not.toContain(value);
    }
  });

  it.each([
    ['en', 'was in force', 'was REVOKED (no exemption)', 'It says nothing about now.'],
    ['zh-CN', '有效', '已被吊销（不予免交）', '回执不说明证照目前的状态'],
  ])('passes with a notice, and says in %s what was found then', async (language, ...said) => {
    const { body } = await verifyText(jws, language);

    expect(body).toMatchObject({
      ...{ indication: 'TOTAL-PASSED', subject: { kind: 'receipt', identifier: receiptId } },
      checks: expect.arrayContaining([
        expect.objectContaining({ name: 'receipt.proof', isNotice: true }),
      ]),
    });
    for (const text of said) expect(body.statement).toContain(text);
  });

  it('is not completed before its uses are anchored', async () => {
    expect(await completeReceipts(app.city.service.receipts)).toBe(0);
  });
});

describe('GET /receipts/{id}', () => {
  it.each([
    ['clerk', 200],
    ['holder', 200],
    ['auditor', 200],
    ['maker', 403],
  ] as const)('answers %s with %i', async (as, status) => {
    const answer = await app.send('GET', `/receipts/${receiptId}`, { as });

    expect(answer.status).toBe(status);
  });

  it('is not there for others of its roles', async () => {
    const { store } = app.city.service;
    const account = (await store.accounts.findByUsername('clerk'))!;
    const role = { role: 'clerk', organisation: TEST_ORGANISATIONS.market.creditCode } as const;
    const stranger = { ...app.city.people.clerk, id: `${account.id}-other`, roles: [role] };
    const { findReceipt } = await import('../../../service/src/receipts/readReceipts.ts');

    await expect(findReceipt({ store }, stranger, receiptId)).rejects.toMatchObject({
      code: 'RECEIPT_NOT_FOUND',
    });
  });

  it('gives the salts to those who may see values', async () => {
    const answer = await app.send('GET', `/receipts/${receiptId}/salts`, { as: 'clerk' });
    const { salts } = answer.body as unknown as {
      salts: Record<string, Record<string, string>>;
    };
    const salt = salts[licence.identifier]!['premises']!;
    const { content } = parseReceiptJws(jws);

    expect(fieldDigest(salt, 'premises', TEST_FIELDS.premises)).toBe(
      content.licences[0]!.fields['premises'],
    );
    expect((await app.send('GET', `/receipts/${receiptId}/salts`, { as: 'auditor' })).status).toBe(
      403,
    );
  });

  it('is listed for its organisation, its case and its holder', async () => {
    const other = await makeReceipt(app.city, [{ identifier: licence.identifier, fields: [] }], {
      caseId: 'CASE-1',
    });
    const all = await app.send('GET', '/receipts', { as: 'clerk' });
    const ofCase = await app.send('GET', '/receipts?caseId=CASE-1', { as: 'auditor' });
    const own = await app.send('GET', '/me/receipts', { as: 'holder' });

    expect(all.body.items.map(({ id }) => id)).toEqual([other.id, receiptId]);
    expect(ofCase.body.items.map(({ id }) => id)).toEqual([other.id]);
    expect(own.body.items).toHaveLength(2);
    expect(await app.city.service.store.receipts.listByCase('CASE-1')).toHaveLength(1);
  });
});

describe('a complete receipt', () => {
  let file: string;
  beforeAll(async () => {
    await anchorAll(app.city);
    const { receipts } = app.city.service;
    const counts = await Promise.all([completeReceipts(receipts), completeReceipts(receipts)]);
    expect(counts[0] + counts[1]).toBe(2); // two processes, each receipt once
    ({ text: file } = await app.send('GET', `/receipts/${receiptId}`, { as: 'clerk' }));
  });

  it('holds a proof for each use and a time-stamp, and passes', async () => {
    const { proofs, timeStamp } = parseReceipt(file);
    const { body } = await verifyText(file);

    expect(proofs).toHaveLength(2);
    expect(timeStamp).not.toBeNull();
    expect(body).toMatchObject({ indication: 'TOTAL-PASSED', subject: { kind: 'receipt' } });
    const checks = body['checks'] as readonly { readonly name: string }[];
    expect(checks.filter(({ name }) => name === 'receipt.use')).toHaveLength(2);
    expect(checks.filter(({ name }) => name === 'receipt.proof')).toHaveLength(0);
  });

  it('passes in any spelling of its JSON', async () => {
    const pretty = JSON.stringify(JSON.parse(file), null, 2);

    expect((await verifyText(pretty)).body.indication).toBe('TOTAL-PASSED');
  });

  it('stays good when the certificate of its signer has ended', async () => {
    const now = clock.now();
    clock.set('2032-03-01T00:00:00.000Z');
    const complete = await verifyText(file);
    const bare = await verifyText(jws);
    clock.set(now);

    expect(complete.body).toMatchObject({ indication: 'TOTAL-PASSED' });
    expect(bare.body).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'EXPIRED' });
  });
});
