import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { licenceFont } from './fonts.ts';

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
  /** The document code's QR symbol without quiet zone; empty: `codeNote` stands in its place. */
  readonly qrModules: readonly (readonly boolean[])[];
  readonly codeNote?: string;
}

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
