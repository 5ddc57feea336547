/** The receipt: what the window files in place of paper, signed. */
import { z } from 'zod';
import { parseJws, type JsonObject, type Jws } from './jws.ts';
import { ServiceError } from '../errors.ts';
import type { AuthorityName } from '../pki/cityPki.ts';

/** `typ` of the JWS: media type without `application/`. */
export const RECEIPT_TYPE = 'yinxin-receipt+jws';
/** Longest JWS that is looked at, characters: a hundred licences with their fields. */
export const MAX_RECEIPT_JWS_LENGTH = 512 * 1024;

/** Every receipt starts so: the header is canonical JSON. */
const HEADER_START = Buffer.from(`{"alg":"ES256","typ":"${RECEIPT_TYPE}"`, 'utf8')
  .toString('base64url')
  .slice(0, -1); // the last character depends on what follows

/** Whether a text looks like the JWS of a receipt, so that it should be read as one and no other kind. */
export function isReceiptJws(text: string): boolean {
  return text.startsWith(HEADER_START);
}

/** One licence in a receipt. */
export interface ReceiptContentLicence {
  readonly identifier: string;
  readonly typeCode: string;
  readonly typeName: string;
  readonly indication: string;
  readonly subIndication: string | null;
  /** SHA-256 over canonical JSON of `[salt, name, value]`, lower-case hex, by name. */
  readonly fields: Readonly<Record<string, string>>;
  readonly use: { readonly record: string; readonly leaf: string };
}

/** What a receipt says. Its signer's word: relied on only after its signature was verified. */
export interface ReceiptContent {
  readonly id: string;
  readonly issuer: AuthorityName;
  readonly at: Date;
  readonly organisation: AuthorityName;
  readonly window: { readonly code: string; readonly name: string } | null;
  /** `id`: keyed hash of the account. */
  readonly clerk: { readonly id: string; readonly name: string };
  readonly matter: { readonly code: string; readonly name: string } | null;
  readonly purpose: string;
  readonly legalBasis: string | null;
  readonly caseId: string | null;
  readonly licences: readonly ReceiptContentLicence[];
}

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const ulid = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/);
const text = z.string().max(2000);
const named = z.strictObject({ code: z.string().min(1).max(64), name: z.string().max(200) });
const organisation = z.strictObject({
  creditCode: z.string().length(18),
  name: z.string().min(1).max(200),
});

const payload = z.strictObject({
  schemaVersion: z.literal(1),
  id: ulid,
  issuer: organisation,
  at: z.iso.datetime(),
  organisation,
  window: named.nullable(),
  clerk: z.strictObject({ id: digest, name: text }),
  matter: named.nullable(),
  purpose: text,
  legalBasis: text.nullable(),
  caseId: z.string().max(64).nullable(),
  licences: z
    .array(
      z.strictObject({
        identifier: z.string().min(1).max(128),
        typeCode: z.string().max(64), // empty where only the ledger knows the licence
        typeName: z.string().max(200),
        indication: z.string().min(1).max(32),
        subIndication: z.string().max(64).nullable(),
        fields: z.record(z.string().min(1).max(64), digest),
        use: z.strictObject({ record: ulid, leaf: digest }),
      }),
    )
    .min(1)
    .max(100),
});

/** The JWS' payload. */
export function toReceiptPayload(content: ReceiptContent): JsonObject {
  const { licences, at, ...rest } = content;
  return {
    schemaVersion: 1,
    ...rest,
    issuer: { ...content.issuer },
    organisation: { ...content.organisation },
    at: at.toISOString(),
    licences: licences.map((licence) => ({ ...licence })),
  };
}

/** A receipt that was read, but not verified. */
export interface ReadReceipt {
  readonly text: string;
  readonly jws: Jws;
  readonly content: ReceiptContent;
}

/**
 * Reads the JWS of a receipt.
 *
 * @param text - attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED`, also for a signed object of another type.
 */
export function parseReceiptJws(text: string): ReadReceipt {
  const jws = parseJws(text, RECEIPT_TYPE, { maxLength: MAX_RECEIPT_JWS_LENGTH });
  const parsed = payload.safeParse(jws.payload);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(`/${issue?.path.join('/') ?? ''} is not as agreed`);
  }
  const { data } = parsed;
  const { id, issuer, at, organisation: asked, window, clerk, matter } = data;
  const { purpose, legalBasis, caseId, licences } = data;
  return {
    ...{ text, jws },
    content: {
      ...{ id, issuer, at: new Date(at), organisation: asked, window, clerk, matter },
      ...{ purpose, legalBasis, caseId, licences },
    },
  };
}

function malformed(reason: string): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `not a receipt: ${reason}`);
}
