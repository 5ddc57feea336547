import { z } from 'zod';
import type { MadePresentation, PreviewedLicence } from '../presentations/present.ts';
import type { WindowQuestion } from '../presentations/windowCodes.ts';
import type { Presentation } from '../store/store.ts';
import { creditCode, instant, report } from './shapes.ts';

const fieldValues = z.record(z.string(), z.unknown());
const expiry = {
  expiresAt: instant,
  expiresInSeconds: z.number().min(0).meta({
    description: 'By the service’s clock: a phone need not know the time',
  }),
};
const shownLicence = z.strictObject({
  identifier: z.string(),
  typeCode: z.string(),
  fields: z.array(z.string()).nullable().meta({ description: 'Null: those that the matter needs' }),
  grant: z.string().nullable().meta({ description: 'Id of the grant by which it is shown' }),
});

const presentationMembers = {
  id: z.string(),
  state: z.enum(['live', 'redeemed', 'withdrawn', 'expired']),
  licences: z.array(shownLicence),
  window: z.string().nullable(),
  matter: z.string().nullable(),
  hasSpokenCode: z.boolean(),
  createdAt: instant,
  ...expiry,
  redeemed: z.strictObject({ at: instant, window: z.string(), receiptId: z.string() }).nullable(),
};

export const presentationShape = z.strictObject(presentationMembers).meta({ id: 'Presentation' });

export const madePresentationShape = z
  .strictObject({
    ...presentationMembers,
    qr: z.string().meta({ description: 'Text of the QR code' }),
    spokenCode: z.string().nullable().meta({
      description:
        'Digits that can be said; null: the window has too many live ones, the QR code works. Without a window they work once it is confirmed',
    }),
    shownUntil: instant,
  })
  .meta({ id: 'MadePresentation' });

export const previewShape = z.strictObject({
  licences: z.array(
    z.strictObject({
      identifier: z.string(),
      typeCode: z.string(),
      grant: z.string().nullable(),
      report,
      fields: fieldValues.nullable().meta({
        description: 'Names and values; null: those that the matter needs, which is not named yet',
      }),
    }),
  ),
});

/** By identifier. */
export const answerShape = z
  .strictObject({
    reports: z.record(z.string(), report),
    fields: z.record(z.string(), fieldValues),
    credentials: z.record(z.string(), z.string()),
    receiptId: z.string(),
    receipt: z.string().meta({ description: 'JWS' }),
  })
  .meta({ id: 'RedemptionAnswer' });

export const windowQuestionShape = z.strictObject({
  window: z.strictObject({ code: z.string(), name: z.string() }),
  organisation: z.strictObject({ creditCode, name: z.string() }),
  matter: z.strictObject({ code: z.string(), name: z.string() }),
  purpose: z.string(),
  needs: z.array(
    z.strictObject({
      typeCode: z.string(),
      typeName: z.string(),
      fields: z.array(z.string()),
      licences: z.array(z.string()).meta({ description: 'Identifiers of one’s own that would do' }),
    }),
  ),
  ...expiry,
});

export function presentPresentation(
  presentation: Presentation,
  now: Date,
): z.input<typeof presentationShape> {
  const { redeemed } = presentation;
  return {
    id: presentation.id,
    state: stateOf(presentation, now),
    licences: presentation.licences.map(({ identifier, typeCode, fields, grant }) => ({
      ...{ identifier, typeCode, grant },
      fields: fields === null ? null : [...fields],
    })),
    window: presentation.window,
    matter: presentation.matter,
    hasSpokenCode: presentation.hasSpokenCode,
    createdAt: presentation.createdAt.toISOString(),
    ...presentExpiry(presentation.expiresAt, now),
    redeemed:
      redeemed === null
        ? null
        : {
            at: redeemed.at.toISOString(),
            window: redeemed.window,
            receiptId: redeemed.receiptId,
          },
  };
}

export function presentMade(
  { presentation, qr, spokenCode, shownUntil }: MadePresentation,
  now: Date,
): z.input<typeof madePresentationShape> {
  return {
    ...presentPresentation(presentation, now),
    ...{ qr, spokenCode, shownUntil: shownUntil.toISOString() },
  };
}

export function presentPreview(
  licences: readonly PreviewedLicence[],
): Readonly<{ licences: readonly PreviewedLicence[] }> {
  return { licences };
}

export function presentQuestion(
  { needs, expiresAt, ...question }: WindowQuestion,
  now: Date,
): z.input<typeof windowQuestionShape> {
  return {
    ...question,
    needs: needs.map(({ fields, licences, ...type }) => ({
      ...type,
      ...{ fields: [...fields], licences: [...licences] },
    })),
    ...presentExpiry(expiresAt, now),
  };
}

function presentExpiry(
  expiresAt: Date,
  now: Date,
): { readonly expiresAt: string; readonly expiresInSeconds: number } {
  const left = Math.floor((expiresAt.getTime() - now.getTime()) / 1000);
  return { expiresAt: expiresAt.toISOString(), expiresInSeconds: Math.max(0, left) };
}

function stateOf(
  { redeemed, withdrawnAt, expiresAt }: Presentation,
  now: Date,
): 'live' | 'redeemed' | 'withdrawn' | 'expired' {
  if (redeemed !== null) return 'redeemed';
  if (withdrawnAt !== null) return 'withdrawn';
  return now < expiresAt ? 'live' : 'expired';
}
