import { ServiceError } from '../errors.ts';
import type { Colour, Drawing, DrawingItem, SealPlacement } from './drawing.ts';
import { licenceFont, type LicenceFont } from './fonts.ts';
import { drawBody, INK } from './licenceBody.ts';
import { drawFoot, FOOT_HEIGHT_MM } from './licenceFoot.ts';
import { frameOf, type PageSize } from './licenceFrame.ts';
import type { LayoutInput } from './licenceLayout.ts';
import { chineseDate, fillSentence, printedRows } from './licenceText.ts';

export { licenceLayoutSchema, parseLayout } from './licenceLayout.ts';
export type { LayoutInput, LayoutRow, LicenceLayout } from './licenceLayout.ts';

export interface LaidOutLicence {
  /** The one page. */
  readonly drawing: Drawing;
  readonly sealPlacement: SealPlacement;
}

interface PageForm extends PageSize {
  readonly marginMm: number;
  readonly titleMm: number;
  readonly titleBaselineMm: number;
}

const FORMS: Readonly<Record<'portrait' | 'landscape', PageForm>> = {
  portrait: { widthMm: 210, heightMm: 297, marginMm: 24, titleMm: 13, titleBaselineMm: 47 },
  landscape: { widthMm: 297, heightMm: 210, marginMm: 28, titleMm: 12, titleBaselineMm: 36 },
};
const DEFAULT_THEME: Colour = '#8a1c1c';

/**
 * Sets a licence on one A4 page. Long values wrap, full pages get smaller type; nothing leaves the page.
 *
 * @throws ServiceError `LICENCE_FIELDS_INVALID` if the values do not fit at the smallest size, `GLYPH_MISSING`.
 */
export function layoutLicence(input: LayoutInput): LaidOutLicence {
  const { layout, name } = input.type;
  const font = licenceFont();
  const form = FORMS[layout.orientation ?? 'portrait'];
  const theme = (layout.themeColour ?? DEFAULT_THEME) as Colour; // the schema's pattern
  const head = drawHead(font, { input, title: layout.title ?? name, form, theme });
  const foot = drawFoot(
    font,
    {
      issuerName: input.licence.issuer.name,
      issuedOn: chineseDate(input.licence.issuedOn),
      identifier: input.licence.identifier,
      note: fillSentence(layout.note ?? '', input),
      qrModules: input.qrModules,
      codeNote: input.codeNote ?? '',
    },
    form,
    form.marginMm,
  );
  const body = drawBody(
    font,
    { statement: fillSentence(layout.statement ?? '', input), rows: printedRows(input), theme },
    {
      xMm: form.marginMm,
      yMm: head.bottomMm,
      widthMm: form.widthMm - 2 * form.marginMm,
      heightMm: form.heightMm - FOOT_HEIGHT_MM - head.bottomMm,
    },
  );
  if (body === null)
    throw new ServiceError('LICENCE_FIELDS_INVALID', 'the fields do not fit on the page');
  const items = [...frameOf(form, theme), ...head.items, ...body, ...foot.items];
  font.requireGlyphs(items.flatMap((item) => (item.kind === 'text' ? item.text : [])));
  return {
    drawing: { widthMm: form.widthMm, heightMm: form.heightMm, items },
    sealPlacement: foot.sealPlacement,
  };
}

interface HeadText {
  readonly input: LayoutInput;
  readonly title: string;
  readonly form: PageForm;
  readonly theme: Colour;
}

/** Title, subtitle and serial; long ones get smaller. */
function drawHead(
  font: LicenceFont,
  { input, title, form, theme }: HeadText,
): { readonly items: readonly DrawingItem[]; readonly bottomMm: number } {
  const items: DrawingItem[] = [];
  const room = form.widthMm - 2 * form.marginMm;
  const place = (text: string, line: HeadLine): void => {
    const sizeMm = Math.min(line.sizeMm, (line.sizeMm * room) / font.widthOf(text, line.sizeMm));
    const spare = room - font.widthOf(text, sizeMm);
    const xMm = form.marginMm + (line.isCentred ? spare / 2 : spare);
    items.push({ kind: 'text', text, xMm, yMm: line.yMm, sizeMm, colour: line.colour });
  };
  let yMm = form.titleBaselineMm;
  place(title, { sizeMm: form.titleMm, yMm, colour: theme, isCentred: true });
  if (input.type.layout.subtitle !== undefined) {
    yMm += 9.5;
    place(fillSentence(input.type.layout.subtitle, input), {
      sizeMm: 4.6,
      yMm,
      colour: theme,
      isCentred: true,
    });
  }
  yMm += 10;
  place(`证照编号 ${input.licence.serial}`, { sizeMm: 3.8, yMm, colour: INK, isCentred: false });
  return { items, bottomMm: yMm + 5 };
}

interface HeadLine {
  readonly sizeMm: number;
  readonly yMm: number;
  readonly colour: Colour;
  readonly isCentred: boolean;
}
