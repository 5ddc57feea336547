import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseReceiptJws, type ReceiptContent } from '../../../service/src/credentials/receipt.ts';
import { isReceiptText, parseReceipt } from '../../../service/src/credentials/receiptFile.ts';
import {
  isReceiptCodeText,
  parseReceiptCode,
  receiptDigest,
} from '../../../service/src/credentials/receiptCode.ts';
import {
  MAX_RECEIPT_QR_BITS,
  createQrSymbol,
  qrBits,
} from '../../../service/src/qrcode/segments.ts';
import { issueReceipt } from '../../../service/src/receipts/issueReceipt.ts';
import { signReceiptCode } from '../../../service/src/receipts/receiptCodeOf.ts';
import { receiptSigner } from '../../../service/src/receipts/receiptSigner.ts';
import { addServiceSeal } from '../../support/copyCity.ts';
import { makeReceipt } from '../../support/receiptCity.ts';
import {
  TEST_ORGANISATIONS,
  TEST_PERSON,
  testService,
  type TestService,
} from '../../support/testService.ts';

let city: TestService;
let made: Awaited<ReturnType<typeof makeReceipt>>;
let content: ReceiptContent;
beforeAll(async () => {
  city = await testService();
  await addServiceSeal(city);
  const { identifier } = await city.issue();
  made = await makeReceipt(city, [{ identifier, fields: ['premises'] }]);
  ({ content } = parseReceiptJws(made.jws));
});
afterAll(async () => {
  await city.remove();
});

describe('issueReceipt', () => {
  it('signs nothing with an unfit key', async () => {
    const { receipts } = city.service;
    const parts = {
      ...receipts,
      async signersOf(creditCode: string) {
        const signers = await receipts.signersOf(creditCode);
        return { ...signers, credentialSigner: signers.documentSignerSm2 };
      },
    };

    await expect(issueReceipt(parts, made.facts)).rejects.toMatchObject({ code: 'KEY_UNFIT' });
  });

  it('names 1 to 100 licences', async () => {
    const { receipts } = city.service;
    const [licence] = made.facts.licences;

    await expect(issueReceipt(receipts, { ...made.facts, licences: [] })).rejects.toThrow();
    const licences = Array.from({ length: 101 }, () => licence!);
    await expect(issueReceipt(receipts, { ...made.facts, licences })).rejects.toThrow();
  });

  it('keeps the secret of its salts until the holder is erased', async () => {
    const { receipts, holders } = city.service.store;

    expect(await receipts.saltSecret(made.id)).toHaveLength(32);
    await holders.erase(holders.holderHash(TEST_PERSON), new Date());
    expect(await receipts.saltSecret(made.id)).toBeNull();
    expect((await receipts.find(made.id))?.jws).toBe(made.jws);
  });
});

describe('receiptSigner', () => {
  it('is the nearest organisation upwards with keys, else the operator', async () => {
    const { organisations } = city.service.store;
    const createdAt = new Date();
    const village = { creditCode: '54330400TEX000006U', name: '新丰村', kind: 'village' };
    const lonely = { creditCode: '54330400TEX000007P', name: '独山村', kind: 'village' };
    const { hall, operator } = TEST_ORGANISATIONS;
    await organisations.add({ ...village, parent: hall.creditCode, createdAt });
    await organisations.add({ ...lonely, parent: null, createdAt });
    const issuerFor = async (creditCode: string): Promise<string> =>
      (await receiptSigner(city.service.receipts, creditCode)).issuer.creditCode;

    expect(await issuerFor(hall.creditCode)).toBe(hall.creditCode);
    expect(await issuerFor(village.creditCode)).toBe(hall.creditCode);
    expect(await issuerFor(lonely.creditCode)).toBe(operator.creditCode);
  });
});

describe('the printed code', () => {
  it('names as many licences as a version 20 symbol holds, and counts the others', async () => {
    const { codeSigner: signer } = await city.service.receipts.signersOf(
      TEST_ORGANISATIONS.hall.creditCode,
    );
    const [licence] = content.licences;
    const long = { ...licence!, identifier: `${licence!.identifier.slice(0, -6)}ABCDEF.001.0` };
    const many = { ...content, licences: Array.from({ length: 30 }, () => long) };
    const publicUrl = 'https://licences.city.example.cn.x';

    const { text, codedLicences } = await signReceiptCode(
      { content: many, jws: made.jws },
      { signer, publicUrl },
    );

    expect(codedLicences).toBeGreaterThanOrEqual(4);
    expect(qrBits(text)).toBeLessThanOrEqual(MAX_RECEIPT_QR_BITS);
    expect(createQrSymbol(text, MAX_RECEIPT_QR_BITS).version).toBeLessThanOrEqual(20);
    expect(parseReceiptCode(text).claims).toMatchObject({
      ...{ digest: receiptDigest(made.jws), furtherLicences: 30 - codedLicences },
    });
  });

  it.each(['', 'YXR.', 'YXR.12x', 'YX1.123', 'YXR.00000000000000000', `YXR.${'9'.repeat(5000)}`])(
    'is none: %#',
    (text) => {
      expect(() => parseReceiptCode(text)).toThrow(
        expect.objectContaining({ code: 'CODE_MALFORMED' }),
      );
    },
  );

  it('is told from other texts', () => {
    expect(isReceiptCodeText('https://a.cn/v#YXR.1')).toBe(true);
    expect(isReceiptCodeText('YX1.1')).toBe(false);
  });
});

describe('parseReceipt', () => {
  it('reads the JWS alone', () => {
    expect(isReceiptText(made.jws)).toBe(true);
    expect(parseReceipt(made.jws)).toMatchObject({ proofs: null, timeStamp: null });
  });

  it.each([
    '{"type":"yinxin-receipt"}',
    '{"type":"yinxin-receipt","version":1,"receipt":"x","proofs":null,"timeStamp":null}',
    '{"type":"yinxin-receipt","version":1,"receipt":"x","proofs":[{}],"timeStamp":null}',
    '{"type":"yinxin-receipt",',
    'eyJhbGciOiJFUzI1NiIsInR5cCI6InlpbnhpbitqdyJ9.e30.AA',
  ])('takes nothing else: %s', (text) => {
    expect(() => parseReceipt(text)).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }),
    );
  });
});
