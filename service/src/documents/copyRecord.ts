/** What an annotated copy (加注件) says of itself: the same in its metadata, on its page and to who verifies it. */
import { canonicalise, type DocumentFormat } from '@yinxin/chaincode/model';
import { z } from 'zod';

/** Name of the attached file and, in OFDs, of the member of `CustomDatas`. */
export const COPY_ATTACHMENT = 'annotated-copy.json';
export const COPY_DATUM = 'JZJ';
export const COPY_KIND = 'annotated-copy';

const MAX_LENGTH = 16 * 1024;

const name = z.string().min(1).max(200);
const named = z.strictObject({ code: z.string().min(1).max(64), name });

const copyRecord = z.strictObject({
  kind: z.literal(COPY_KIND),
  schemaVersion: z.literal(1),
  /** ULID: also the id of the act by which the ledger records its seal signature. */
  copyId: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/),
  /** Identifier of the licence. */
  licence: z.string().min(1).max(200),
  licenceName: name,
  /** The released file that the copy stands beside; `sha256` in lower-case hex. */
  original: z.strictObject({
    format: z.enum(['ofd', 'pdf'] satisfies DocumentFormat[]),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** Whose window made it, and whose service seal it bears. */
  madeBy: z.strictObject({ creditCode: z.string().length(18), name }),
  window: named.nullable(),
  madeAt: z.iso.datetime(),
  /** The last instant at which it may be relied on. */
  validUntil: z.iso.datetime(),
  purpose: z.string().min(1).max(500),
  matter: named.nullable(),
  receiptId: z.string().min(1).max(64).nullable(),
  /** Names of the fields that it shows; what else the licence says is masked. */
  fields: z.array(z.string().max(64)).max(200),
});

/** See the schema above; instants are RFC 3339. */
export type CopyRecord = Readonly<z.infer<typeof copyRecord>>;

/** A file that says it is an annotated copy; `record` null: what it says cannot be read. */
export interface ClaimedCopy {
  readonly record: CopyRecord | null;
}

/** The one encoding: canonical JSON. */
export function encodeCopyRecord(record: CopyRecord): string {
  return canonicalise(record);
}

/**
 * Reads what a file carries.
 *
 * @param text - attacker-controlled.
 * @returns null if it does not say that it is an annotated copy.
 */
export function readCopyRecord(text: string | null): ClaimedCopy | null {
  if (text === null || !text.includes(COPY_KIND)) return null;
  if (text.length > MAX_LENGTH) return { record: null };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // some other text
  }
  if ((value as { kind?: unknown } | null)?.kind !== COPY_KIND) return null;
  const parsed = copyRecord.safeParse(value);
  const isCanonical = parsed.success && encodeCopyRecord(parsed.data) === text;
  return { record: isCanonical ? parsed.data : null };
}
