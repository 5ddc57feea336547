/** An auditor's export: usage records with the evidence that the ledger holds them, and a signed manifest. */
import { canonicalise, ContractError, rootOf } from '@yinxin/chaincode/model';
import { z } from 'zod';
import { parseJws, type JsonObject, type Jws } from './jws.ts';
import { ServiceError } from '../errors.ts';
import { usageSetSchema } from '../ledger/parseProof.ts';
import type { UsageSet } from '../ledger/proofFormat.ts';
import { usageLeafHash } from '../ledger/verifyProof.ts';
import type { AuthorityName } from '../pki/cityPki.ts';

/** `type` of the file. */
export const AUDIT_EXPORT_TYPE = 'yinxin-audit-export';
/** `typ` of the manifest: media type without `application/`. */
export const AUDIT_MANIFEST_TYPE = 'yinxin-audit-export+jws';
/** Most records in one file. */
export const MAX_EXPORT_RECORDS = 2000;
const MAX_FILE_LENGTH = 16 * 1024 * 1024;

/** What was asked for; a filter that is absent was not. */
export interface ExportScope {
  /** First and last instant, inside. */
  readonly from: Date;
  readonly to: Date;
  readonly licence?: string | undefined;
  /** Account id. */
  readonly clerk?: string | undefined;
  readonly matter?: string | undefined;
  readonly window?: string | undefined;
}

/** What the operator says of the file. */
export interface AuditManifest {
  /** ULID. */
  readonly id: string;
  readonly issuer: AuthorityName;
  readonly at: Date;
  readonly scope: ExportScope;
  readonly records: number;
  /** Of the scope, too, but not anchored yet: they are not in the file. */
  readonly pending: number;
  /** RFC 6962 root over the records' leaf hashes in the file's order, lower-case hex. */
  readonly root: string;
  /** The checkpoint in the file, whole. */
  readonly checkpoint: string;
}

/** An export that was read, but not verified. */
export interface AuditExport {
  readonly jws: Jws;
  readonly manifest: AuditManifest;
  readonly set: UsageSet;
}

const filter = z.string().min(1).max(200).optional();
const count = z.int().min(0);
const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/),
  issuer: z.strictObject({ creditCode: z.string().length(18), name: z.string().min(1).max(200) }),
  at: z.iso.datetime(),
  scope: z.strictObject({
    ...{ from: z.iso.datetime(), to: z.iso.datetime() },
    ...{ licence: filter, clerk: filter, matter: filter, window: filter },
  }),
  ...{ records: count, pending: count },
  root: z.string().regex(/^[0-9a-f]{64}$/),
  checkpoint: z.string().max(16_384),
});
const fileSchema = z.strictObject({
  type: z.literal(AUDIT_EXPORT_TYPE),
  version: z.literal(1),
  manifest: z.string(),
  evidence: usageSetSchema(MAX_EXPORT_RECORDS),
});

/** The manifest's payload. */
export function toManifestPayload(manifest: AuditManifest): JsonObject {
  const { at, issuer, scope, ...rest } = manifest;
  const { from, to, ...filters } = scope;
  const named = Object.entries(filters).filter(([, value]) => value !== undefined);
  return {
    schemaVersion: 1,
    ...{ ...rest, issuer: { ...issuer }, at: at.toISOString() },
    scope: {
      ...{ from: from.toISOString(), to: to.toISOString() },
      ...(Object.fromEntries(named) as Record<string, string>), // undefined ones are out
    },
  };
}

/** The file. */
export function toExportFile(manifest: string, evidence: UsageSet): object {
  return { type: AUDIT_EXPORT_TYPE, version: 1, manifest, evidence };
}

/** RFC 6962 root over the records of a set, lower-case hex. */
export function exportRoot({ records }: Pick<UsageSet, 'records'>): string {
  return Buffer.from(rootOf(records.map(usageLeafHash))).toString('hex');
}

/** Whether a text looks like an export, so that it should be read as one and no other kind. */
export function isExportText(text: string): boolean {
  return text.startsWith('{') && /"type"\s*:\s*"yinxin-audit-export"/.test(text);
}

/**
 * Reads an export.
 *
 * @param text - attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export function parseAuditExport(text: string): AuditExport {
  const file = check(fileSchema, readJson(text));
  const jws = parseJws(file.manifest, AUDIT_MANIFEST_TYPE);
  const read = check(manifestSchema, jws.payload);
  const { id, issuer, at, scope, records, pending, root, checkpoint } = read;
  return {
    jws,
    manifest: {
      ...{ id, issuer, records, pending, root, checkpoint, at: new Date(at) },
      scope: { ...scope, from: new Date(scope.from), to: new Date(scope.to) },
    },
    set: file.evidence,
  };
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw malformed(`/${issue?.path.join('/') ?? ''} is not as agreed`);
}

function readJson(text: string): unknown {
  if (text.length > MAX_FILE_LENGTH) throw malformed('it is too long');
  try {
    const value: unknown = JSON.parse(text);
    canonicalise(value); // bounded depth, well-formed text
    return value;
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof ContractError) {
      throw malformed('it is not JSON');
    }
    throw cause;
  }
}

function malformed(reason: string): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `not an export: ${reason}`);
}
