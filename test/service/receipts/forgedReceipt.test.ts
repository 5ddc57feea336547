/** Receipts signed or sealed by whoever is not their issuer, though an authority of the same city. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../service/src/clock.ts';
import { signJws } from '../../../service/src/credentials/jws.ts';
import {
  parseReceiptJws,
  RECEIPT_TYPE,
  toReceiptPayload,
} from '../../../service/src/credentials/receipt.ts';
import { encodeReceiptFile } from '../../../service/src/credentials/receiptFile.ts';
import { layoutReceipt } from '../../../service/src/documents/receiptLayout.ts';
import { detectEvidence } from '../../../service/src/verification/detectEvidence.ts';
import { verifyOffline } from '../../../service/src/offline/verifyOffline.ts';
import { parseTrustStore } from '../../../service/src/pki/trustStore.ts';
import { sealReceiptPdf } from '../../../service/src/receipts/sealReceiptPdf.ts';
import type { Report } from '../../../service/src/report.ts';
import { PUBLIC_USE } from '../../../service/src/usage/recordUse.ts';
import { verificationTime } from '../../../service/src/verification/parts.ts';
import { verify } from '../../../service/src/verification/verifier.ts';
import { addServiceSeal } from '../../support/copyCity.ts';
import { makeReceipt } from '../../support/receiptCity.ts';
import { TEST_ORGANISATIONS, testService, type TestService } from '../../support/testService.ts';

let city: TestService;
let jws: string;
beforeAll(async () => {
  city = await testService();
  await addServiceSeal(city);
  const { identifier } = await city.issue();
  ({ jws } = await makeReceipt(city, [{ identifier, fields: ['premises'] }]));
});
afterAll(async () => {
  await city.remove();
});

function judgeOffline(bytes: Uint8Array): Report {
  const trust = parseTrustStore(city.service.pki.rootsPem);
  const time = verificationTime(systemClock, {});
  return verifyOffline(detectEvidence(bytes), { trust, codeSigners: [] }, { time, language: 'en' });
}
const judgeHere = (bytes: Uint8Array): Promise<Report> =>
  verify(city.service.verification, {
    ...{ evidence: { kind: 'file', bytes }, language: 'en', context: PUBLIC_USE },
  });

const FORGED = { indication: 'TOTAL-FAILED', subIndication: 'CERTIFICATE_CONSTRAINTS_FAILURE' };

describe('a receipt', () => {
  it('signed by another authority in its issuer’s name fails', async () => {
    const { content } = parseReceiptJws(jws);
    const { signersOf } = city.service.receipts;
    const { credentialSigner, act } = await signersOf(TEST_ORGANISATIONS.market.creditCode);
    const forged = await signJws(RECEIPT_TYPE, toReceiptPayload(content), credentialSigner);
    const byActKey = await signJws(RECEIPT_TYPE, toReceiptPayload(content), act);

    for (const text of [forged, byActKey]) {
      expect(judgeOffline(Buffer.from(text))).not.toMatchObject({ indication: 'TOTAL-PASSED' });
    }
    expect(judgeOffline(Buffer.from(forged))).toMatchObject(FORGED);
    expect(await judgeHere(Buffer.from(forged))).toMatchObject(FORGED);
  });

  it('on a page that another authority sealed fails', async () => {
    const { content } = parseReceiptJws(jws);
    const seal = await city.service.seals.openSeal(city.esId); // of the market authority
    const laidOut = layoutReceipt({
      ...{ id: content.id, rows: [], qrModules: [[true]], codedLicences: 1, date: '2026年' },
      ...{ issuerName: '伪造者', seal: seal.picture, verifyUrl: 'https://a.cn/v' },
      licences: [
        {
          ...{ typeName: '另一种证照', identifier: 'X', isInForce: true, fields: [] },
          verdict: { 'zh-CN': '有效', en: 'was in force' },
        },
      ],
    });
    const { bytes } = await sealReceiptPdf(city.service.seals, {
      ...{ seal, laidOut, content, requesterId: city.people.clerk.id },
      file: Buffer.from(encodeReceiptFile({ receipt: jws, proofs: null, timeStamp: null })),
    });

    expect(judgeOffline(bytes)).toMatchObject(FORGED);
    expect(await judgeHere(bytes)).toMatchObject(FORGED);
  });

  it('from a time to come is not taken', () => {
    const early = verificationTime(systemClock, { at: new Date(Date.now() - 3_600_000) });
    const trust = parseTrustStore(city.service.pki.rootsPem);
    const asked = { time: early, language: 'en' } as const;
    const report = verifyOffline(
      detectEvidence(Buffer.from(jws)),
      { trust, codeSigners: [] },
      asked,
    );

    expect(report).toMatchObject({ indication: 'TOTAL-FAILED', subIndication: 'NOT_YET_VALID' });
  });
});
