/** Licence PDFs of a test city. */
import { layoutLicence } from '../../service/src/documents/layout.ts';
import type { PdfContent } from '../../service/src/documents/pdf/pdfContent.ts';
import type { PdfSeal } from '../../service/src/documents/pdf/pdfSeal.ts';
import { signPdf } from '../../service/src/documents/pdf/signPdf.ts';
import type { Signer } from '../../service/src/keys/signer.ts';
import { createQrSymbol } from '../../service/src/qrcode/segments.ts';
import { drawSealPicture } from '../../service/src/sealing/sealPicture.ts';

const ISSUED_AT = new Date('2026-01-05T02:00:00Z');

const licence = layoutLicence({
  type: { name: '食品经营许可证', layout: {} },
  licence: {
    identifier: '1.2.156.3005.2.11100000000013338W011.11330402MB00000016.0000000001.001.X',
    serial: '0000000001',
    holder: { name: '嘉禾面馆（龘囍〇）', code: '92330402MA00000018' },
    fields: {
      经营场所: '南湖市秀水路 8 号',
      主体业态: '餐饮服务经营者',
      经营项目: '热食类食品制售',
    },
    issuer: { name: '南湖市市场监督管理局' },
    validFrom: new Date('2026-01-05T00:00:00+08:00'),
    validUntil: new Date('2031-01-05T00:00:00+08:00'),
    issuedOn: ISSUED_AT,
  },
  qrModules: createQrSymbol(`https://licences.example.cn/v#YX1.${'7'.repeat(400)}`).modules,
});

/** @returns a licence of one page with its metadata attached. */
export function buildPdfContent(overrides: Partial<PdfContent> = {}): PdfContent {
  return {
    pages: [licence.drawing],
    title: '食品经营许可证',
    identifier: '1.2.156.3005.2.11100000000013338W011.11330402MB00000016.0000000001.001.X',
    author: '南湖市市场监督管理局',
    createdAt: ISSUED_AT,
    attachment: {
      name: 'licence.json',
      mediaType: 'application/json',
      bytes: Buffer.from(JSON.stringify({ holder: '嘉禾面馆', serial: '0000000001' })),
    },
    ...overrides,
  };
}

const picture = drawSealPicture({ name: '南湖市市场监督管理局', bottomLine: '电子证照专用章' });

export function buildPdfSeal(signer: Signer, overrides: Partial<PdfSeal> = {}): PdfSeal {
  return {
    picture,
    placement: licence.sealPlacement,
    certificationPath: signer.certificationPath,
    signedAt: ISSUED_AT,
    signerName: '南湖市市场监督管理局',
    ...overrides,
  };
}

/** @returns a sealed licence. */
export async function sealedPdf(
  signer: Signer,
  content: Partial<PdfContent> = {},
  seal: Partial<PdfSeal> = {},
): Promise<Uint8Array> {
  const prepared = signPdf(buildPdfContent(content), buildPdfSeal(signer, seal));
  return prepared.complete(await signer.sign(prepared.toBeSigned));
}
