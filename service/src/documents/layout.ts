import type { Drawing, SealPlacement } from './drawing.ts';

/** How licences of one type look; part of the licence type (`PUT /licence-types/{typeCode}`). */
export interface LicenceLayout {
  /** Printed title; absent: the type's name. */
  readonly title?: string;
  readonly subtitle?: string;
  readonly orientation?: 'portrait' | 'landscape';
  /** Colour of borders and titles, `#rrggbb`. */
  readonly themeColour?: `#${string}`;
  /** Sentences above the fields; `{holderName}`, `{holderCode}`, `{issuerName}`, `{identifier}`, `{validFrom}`, `{validUntil}`, `{issuedOn}` and `{<field>}` are filled in. */
  readonly statement?: string;
  /** Rows in order; absent: holder, code and every field of the schema. */
  readonly rows?: readonly LayoutRow[];
  /** Small print at the foot. */
  readonly note?: string;
}

export interface LayoutRow {
  /** A field's name or `holderName`, `holderCode`, `validity`, `serial`. */
  readonly field: string;
  readonly label: string;
  /** Takes the whole width even if its value is short. */
  readonly wide?: boolean;
}

export interface LayoutInput {
  readonly type: { readonly name: string; readonly layout: LicenceLayout };
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
  readonly drawing: Drawing;
  readonly sealPlacement: SealPlacement;
}
