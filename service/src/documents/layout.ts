import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import type { Colour, Drawing, DrawingItem, SealPlacement } from './drawing.ts';
import { licenceFont, type LicenceFont } from './fonts.ts';
import { drawBody, INK } from './licenceBody.ts';
import { drawFoot, FOOT_HEIGHT_MM } from './licenceFoot.ts';
import { frameOf, type PageSize } from './licenceFrame.ts';
import { chineseDate, fillSentence, printedRows } from './licenceText.ts';

/**
 * How licences of one type look; part of the licence type. In sentences, `{holderName}`, `{holderCode}`,
 * `{issuerName}`, `{identifier}`, `{serial}`, `{validFrom}`, `{validUntil}`, `{validity}`, `{issuedOn}` and the
 * name of any field in braces are filled in.
 */
export const licenceLayoutSchema = z.strictObject({
  /** Printed title; absent: the type's name. */
  title: z.string().min(1).max(40).optional(),
  subtitle: z.string().min(1).max(60).optional(),
  orientation: z.enum(['portrait', 'landscape']).optional(),
  /** Colour of borders, title and labels. */
  themeColour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/)
    .optional(),
  /** A sentence above the rows. */
  statement: z.string().min(1).max(600).optional(),
  /** Absent: holder, code, every field of the schema, period. */
  rows: z
    .array(
      z.strictObject({
        /** A field, or one of the names above. */
        field: z.string().regex(/^[^\s{}]{1,64}$/u),
        label: z.string().min(1).max(24),
        /** Takes a whole line even if its value is short. */
        wide: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(30)
    .optional(),
  /** Small print at the foot. */
  note: z.string().min(1).max(120).optional(),
});

/** See {@link licenceLayoutSchema}. */
export type LicenceLayout = Readonly<z.infer<typeof licenceLayoutSchema>>;
export type LayoutRow = Readonly<NonNullable<LicenceLayout['rows']>[number]>;

export interface LayoutInput {
  readonly type: {
    readonly name: string;
    readonly layout: LicenceLayout;
    /** JSON Schema of the fields: its titles are the labels where the layout names no rows. */
    readonly fields?: Readonly<Record<string, unknown>>;
  };
  readonly licence: {
    readonly identifier: string;
    readonly serial: string;
    /** `code` as it shall be printed (masked or whole). */
    readonly holder: { readonly name: string; readonly code: string };
    readonly fields: Readonly<Record<string, unknown>>;
    readonly issuer: { readonly name: string };
    readonly validFrom: Date;
    /** Null: without end (长期). */
    readonly validUntil: Date | null;
    readonly issuedOn: Date;
  };
  /** The document code's QR symbol without quiet zone. */
  readonly qrModules: readonly (readonly boolean[])[];
}

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
 * Checks a layout from outside.
 *
 * @param value - attacker-controlled.
 * @throws ServiceError `LICENCE_TYPE_MALFORMED` with a fault a member, `GLYPH_MISSING`.
 */
export function parseLayout(value: unknown): LicenceLayout {
  const parsed = licenceLayoutSchema.safeParse(value);
  if (!parsed.success) {
    const faults = parsed.error.issues.slice(0, 50).map((issue) => ({
      pointer: ['', 'layout', ...issue.path.map(String)].join('/'),
      detail: issue.message,
    }));
    throw new ServiceError('LICENCE_TYPE_MALFORMED', 'the layout is not well formed', { faults });
  }
  const { title, subtitle, statement, note, rows } = parsed.data;
  const texts = [title, subtitle, statement, note, ...(rows ?? []).map((row) => row.label)];
  licenceFont().requireGlyphs(texts.filter((text) => text !== undefined));
  return parsed.data;
}

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
