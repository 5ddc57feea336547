import { shanghaiTime } from '../civilTime.ts';
import { parseReceiptJws, type ReceiptContent } from '../credentials/receipt.ts';
import { chineseDate } from '../documents/licenceText.ts';
import { layoutReceipt, type ReceiptPage, type ReceiptRow } from '../documents/receiptLayout.ts';
import { ServiceError } from '../errors.ts';
import { createQrSymbol, MAX_RECEIPT_QR_BITS } from '../qrcode/segments.ts';
import { findServiceSeal } from '../sealing/serviceSeal.ts';
import type { StoredReceipt } from '../store/store.ts';
import { verdictThen } from '../verification/receiptStatement.ts';
import { fieldTitles } from '../fieldTitles.ts';
import { receiptFileOf } from './readReceipts.ts';
import type { ReceiptParts } from './receipt.ts';
import { signReceiptCode, type SignedReceiptCode } from './receiptCodeOf.ts';
import { sealReceiptPdf } from './sealReceiptPdf.ts';

/**
 * The receipt as a PDF with its file attached, sealed by the window service seal of the organisation that signed the receipt.
 * Made once for each of its states, and kept.
 *
 * @throws ServiceError `SEAL_NOT_FOUND`: without a seal there is no PDF, the JSON file says the same; `SEAL_…`, `KEY_UNFIT`,
 * `GLYPH_MISSING`, `REQUEST_MALFORMED` (more text than a page holds), `LEDGER_UNAVAILABLE`.
 */
export async function receiptPdf(parts: ReceiptParts, receipt: StoredReceipt): Promise<Uint8Array> {
  const { pdfSignature } = receipt;
  const known = pdfSignature === null ? null : await parts.store.seals.signatureFile(pdfSignature);
  return known ?? (await makePdf(parts, receipt));
}

async function makePdf(parts: ReceiptParts, receipt: StoredReceipt): Promise<Uint8Array> {
  const { content } = parseReceiptJws(receipt.jws);
  const { creditCode } = content.issuer;
  const found = await findServiceSeal(parts.store.seals, creditCode, parts.clock.now());
  if (found === null) {
    throw new ServiceError(
      'SEAL_NOT_FOUND',
      `${creditCode} has no window service seal (窗口业务专用章) in force: take the receipt as JSON`,
    );
  }
  const seal = await parts.seals.openSeal(found.esId);
  const { codeSigner } = await parts.signersOf(creditCode);
  const { publicUrl } = parts;
  const code = await signReceiptCode(
    { content, jws: receipt.jws },
    { signer: codeSigner, publicUrl },
  );
  const page = await pageOf(parts, content, code);
  const laidOut = layoutReceipt({ ...page, seal: seal.picture });
  const { id, bytes } = await sealReceiptPdf(parts.seals, {
    ...{ seal, laidOut, content },
    file: Buffer.from(receiptFileOf(receipt), 'utf8'),
    requesterId: receipt.clerkId,
  });
  await parts.store.receipts.setPdf(receipt.id, receipt.state, id);
  return bytes;
}

async function pageOf(
  { store, publicUrl }: ReceiptParts,
  content: ReceiptContent,
  { text, codedLicences }: SignedReceiptCode,
): Promise<Omit<ReceiptPage, 'seal'>> {
  const licences = [];
  for (const licence of content.licences) {
    const { typeName, identifier, indication, fields, typeCode } = licence;
    licences.push({
      ...{ typeName, identifier, verdict: verdictThen(licence) },
      isInForce: indication === 'TOTAL-PASSED',
      fields: fieldTitles(await store.licenceTypes.find(typeCode), Object.keys(fields)),
    });
  }
  return {
    ...{ id: content.id, rows: rowsOf(content), licences, codedLicences },
    qrModules: createQrSymbol(text, MAX_RECEIPT_QR_BITS).modules,
    issuerName: content.issuer.name,
    date: chineseDate(content.at),
    verifyUrl: `${publicUrl}/v`,
  };
}

function rowsOf(content: ReceiptContent): readonly ReceiptRow[] {
  const { organisation, window, clerk, at, matter, purpose, legalBasis, caseId } = content;
  const row = (chinese: string, english: string, value: string | null): readonly ReceiptRow[] =>
    value === null || value === '' ? [] : [{ label: { 'zh-CN': chinese, en: english }, value }];
  const place = window === null ? '' : ` ${window.name}（${window.code}）`;
  return [
    ...row('核验单位', 'Office and window', organisation.name + place),
    ...row('核验人', 'Clerk', clerk.name),
    ...row('核验时间', 'Time (UTC+8)', shanghaiTime(at)),
    ...row('办理事项', 'Matter', matter === null ? null : `${matter.name}（${matter.code}）`),
    ...row('用途', 'Purpose', purpose),
    ...row('法定依据', 'Legal basis', legalBasis),
    ...row('办件编号', 'Case', caseId),
  ];
}
