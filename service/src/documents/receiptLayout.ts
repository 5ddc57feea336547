/** The page of a receipt (免证明回执): one calm A4 page, Chinese with English beneath. */
import type { Text } from '../language.ts';
import { ServiceError } from '../errors.ts';
import type { Colour, Drawing, DrawingItem, SealPlacement } from './drawing.ts';
import { licenceFont, type LicenceFont } from './fonts.ts';
import { millimetres } from './glyphPath.ts';
import { breakLines } from './lineBreaking.ts';
import { stroked } from './shapes.ts';

/** One line of the receipt's head. */
export interface ReceiptRow {
  readonly label: Text;
  readonly value: string;
}

/** One licence as it stands on the page. */
export interface ReceiptPageLicence {
  readonly typeName: string;
  readonly identifier: string;
  readonly verdict: Text;
  readonly isInForce: boolean;
  /** Names of what was seen, as people call it. */
  readonly fields: readonly string[];
}

export interface ReceiptPage {
  readonly id: string;
  readonly rows: readonly ReceiptRow[];
  readonly licences: readonly ReceiptPageLicence[];
  readonly qrModules: readonly (readonly boolean[])[];
  /** Of {@link licences}, how many are in the code. */
  readonly codedLicences: number;
  /** Who signs, and the day, in words. */
  readonly issuerName: string;
  readonly date: string;
  readonly seal: Pick<Drawing, 'widthMm' | 'heightMm'>;
  /** Where one verifies it. */
  readonly verifyUrl: string;
}

const PAGE = { widthMm: 210, heightMm: 297 };
const MARGIN = 24;
const WIDTH = PAGE.widthMm - 2 * MARGIN;
const MODULE_MM = 0.4; // the least a printed code may have
const FOOT_TOP = 222;
const CODE_TOP = FOOT_TOP + 4;
const VALUE_X = MARGIN + 40;
const INK: Colour = '#1f1f1f';
const GREY: Colour = '#6b6b6b';
const THEME: Colour = '#1f4e5f';
const RULE: Colour = '#c9d6da';
const REFUSED: Colour = '#9c2b21';

const TITLE: Text = { 'zh-CN': '免证明回执', en: 'Receipt in place of submitted proof' };
const STATEMENT: Text = {
  'zh-CN':
    '下列电子证照已由窗口核验；结论为“有效”的，申请人无需提交相应纸质证明。本回执代替纸质证明归档，只载明核验时的结论与所见字段名称，不含字段内容，也不说明证照目前的状态。',
  en: 'The licences below were verified at the window; for those in force no paper was asked for. This receipt is filed in place of paper. It tells what was found then and the names of the fields seen, not their values, and nothing about now.',
};
const LICENCES: Text = { 'zh-CN': '核验的证照', en: 'Licences verified' };

/** @throws ServiceError `GLYPH_MISSING`; `REQUEST_MALFORMED` for texts that one page does not hold. */
export function layoutReceipt(page: ReceiptPage): {
  readonly drawing: Drawing;
  readonly sealPlacement: SealPlacement;
} {
  const font = licenceFont();
  const sheet = createSheet(font);
  drawHead(sheet, page);
  for (const row of page.rows) drawRow(sheet, row);
  drawLicences(sheet, page);
  const sealPlacement = drawFoot(sheet, page);
  font.requireGlyphs(sheet.items.flatMap((item) => (item.kind === 'text' ? item.text : [])));
  return { drawing: { ...PAGE, items: sheet.items }, sealPlacement };
}

interface Style {
  readonly sizeMm: number;
  readonly colour: Colour;
}

/** Draws downwards. */
interface Sheet {
  readonly font: LicenceFont;
  readonly items: DrawingItem[];
  /** Where the next line begins. */
  topMm: number;
  /** One line; the sheet stays where it is. */
  line(text: string, xMm: number, baselineMm: number, style: Style): void;
  /** A paragraph; the sheet moves below it. */
  paragraph(text: string, xMm: number, widthMm: number, style: Style): void;
}

function createSheet(font: LicenceFont): Sheet {
  const items: DrawingItem[] = [];
  return {
    ...{ font, items, topMm: 0 },
    line(text, xMm, baselineMm, style) {
      const x = Math.round(xMm * 100) / 100;
      const y = Math.round(baselineMm * 100) / 100;
      items.push({ kind: 'text', text, xMm: x, yMm: y, ...style });
    },
    paragraph(text, xMm, widthMm, style) {
      for (const line of breakLines(font, text, { sizeMm: style.sizeMm, widthMm })) {
        this.line(line, xMm, this.topMm + style.sizeMm, style);
        this.topMm += style.sizeMm * 1.5;
      }
    },
  };
}

function drawHead(sheet: Sheet, { id }: ReceiptPage): void {
  centred(sheet, TITLE['zh-CN'], 34, { sizeMm: 10, colour: THEME });
  centred(sheet, TITLE.en, 41.5, { sizeMm: 4, colour: THEME });
  centred(sheet, `回执编号 Receipt No. ${id}`, 48.5, { sizeMm: 3.1, colour: GREY });
  rule(sheet, 53, 0.4, THEME);
  sheet.topMm = 57;
  sheet.paragraph(STATEMENT['zh-CN'], MARGIN, WIDTH, { sizeMm: 3.6, colour: INK });
  sheet.topMm += 0.6;
  sheet.paragraph(STATEMENT.en, MARGIN, WIDTH, { sizeMm: 2.7, colour: GREY });
  sheet.topMm += 3;
}

function centred(sheet: Sheet, text: string, baselineMm: number, style: Style): void {
  sheet.line(text, (PAGE.widthMm - sheet.font.widthOf(text, style.sizeMm)) / 2, baselineMm, style);
}

function rule({ items }: Sheet, yMm: number, width: number, colour: Colour): void {
  const y = millimetres(yMm);
  const d = `M${millimetres(MARGIN)} ${y}L${millimetres(MARGIN + WIDTH)} ${y}`;
  items.push(stroked(d, colour, width));
}

/** Label in both languages to the left, value to the right. */
function drawRow(sheet: Sheet, { label, value }: ReceiptRow): void {
  const top = sheet.topMm;
  sheet.line(label['zh-CN'], MARGIN, top + 3.6, { sizeMm: 3.6, colour: THEME });
  sheet.line(label.en, MARGIN, top + 7.2, { sizeMm: 2.5, colour: GREY });
  sheet.topMm += 0.6;
  sheet.paragraph(value, VALUE_X, MARGIN + WIDTH - VALUE_X, { sizeMm: 3.6, colour: INK });
  sheet.topMm = Math.max(sheet.topMm, top + 8.6) + 1;
}

/** As many as the page holds; the others are counted. */
function drawLicences(sheet: Sheet, { licences }: ReceiptPage): void {
  rule(sheet, sheet.topMm, 0.2, RULE);
  sheet.topMm += 2;
  sheet.line(LICENCES['zh-CN'], MARGIN, sheet.topMm + 3.8, { sizeMm: 3.8, colour: THEME });
  sheet.line(LICENCES.en, VALUE_X, sheet.topMm + 3.8, { sizeMm: 2.7, colour: GREY });
  sheet.topMm += 7;
  for (const [place, licence] of licences.entries()) {
    const others = licences.length - place;
    const room = FOOT_TOP - (others > 1 ? 7 : 0) - sheet.topMm;
    const before = sheet.items.length;
    const top = sheet.topMm;
    drawLicence(sheet, licence, place + 1);
    if (sheet.topMm - top <= room) continue;
    sheet.items.splice(before);
    sheet.topMm = top;
    if (place === 0) throw new ServiceError('REQUEST_MALFORMED', 'the texts do not fit on a page');
    const more = `另有 ${others} 件，见所附文件 receipt.json  ${others} more in the attached file`;
    sheet.paragraph(more, MARGIN, WIDTH, { sizeMm: 3, colour: GREY });
    return;
  }
}

function drawLicence(
  sheet: Sheet,
  { typeName, identifier, verdict, isInForce, fields }: ReceiptPageLicence,
  number: number,
): void {
  const name = `${number}. ${typeName}`;
  const colour = isInForce ? INK : REFUSED;
  const said = `${verdict['zh-CN']}  ${verdict.en}`;
  const saidWidth = sheet.font.widthOf(said, 3);
  sheet.line(said, MARGIN + WIDTH - saidWidth, sheet.topMm + 3.6, { sizeMm: 3, colour });
  sheet.paragraph(name, MARGIN, WIDTH - saidWidth - 4, { sizeMm: 3.6, colour: INK });
  sheet.paragraph(identifier, MARGIN + 5, WIDTH - 5, { sizeMm: 2.6, colour: GREY });
  const seen = fields.length === 0 ? '无 none' : fields.join('、');
  sheet.paragraph(`所见字段 Fields seen：${seen}`, MARGIN + 5, WIDTH - 5, {
    ...{ sizeMm: 2.9, colour: INK },
  });
  sheet.topMm += 2;
}

/** The code to the left, whoever signs with the seal to the right, how to verify at the bottom. */
function drawFoot(sheet: Sheet, page: ReceiptPage): SealPlacement {
  const { qrModules, seal } = page;
  rule(sheet, FOOT_TOP, 0.4, THEME);
  const size = qrModules.length * MODULE_MM;
  sheet.items.push({
    ...{ kind: 'qr', xMm: MARGIN, yMm: CODE_TOP, moduleMm: MODULE_MM, modules: qrModules },
  });
  const caption = captionOf(page);
  const captionWidth = 52;
  sheet.topMm = CODE_TOP + size + 2.2;
  sheet.paragraph(caption, MARGIN, captionWidth, { sizeMm: 2.5, colour: GREY });
  const middle = MARGIN + WIDTH - 34;
  const issuerY = CODE_TOP + seal.heightMm / 2;
  const half = (text: string, sizeMm: number): number => sheet.font.widthOf(text, sizeMm) / 2;
  const { issuerName, date } = page;
  const sizeMm = Math.min(4.2, (4.2 * 34) / half(issuerName, 4.2));
  sheet.line(issuerName, middle - half(issuerName, sizeMm), issuerY - 1, { sizeMm, colour: INK });
  sheet.line(date, middle - half(date, 4), issuerY + 6, { sizeMm: 4, colour: INK });
  sheet.topMm = 278;
  const how = `核验：扫码，或在 ${page.verifyUrl} 上传本文件；离线：npx yinxin verify 文件 --trust roots.pem`;
  sheet.paragraph(how, MARGIN, WIDTH, { sizeMm: 2.6, colour: GREY });
  const english = `To verify: scan the code or upload this file at ${page.verifyUrl}; offline: npx yinxin verify FILE --trust roots.pem`;
  sheet.paragraph(english, MARGIN, WIDTH, { sizeMm: 2.4, colour: GREY });
  return {
    page: 1,
    xMm: round(middle - seal.widthMm / 2),
    yMm: CODE_TOP,
    widthMm: seal.widthMm,
    heightMm: seal.heightMm,
  };
}

function captionOf({ licences, codedLicences }: ReceiptPage): string {
  return codedLicences === licences.length
    ? '扫码验证 Scan to verify'
    : `扫码验证（码内载 ${codedLicences}/${licences.length} 件） Scan to verify (${codedLicences} of ${licences.length} licences)`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
