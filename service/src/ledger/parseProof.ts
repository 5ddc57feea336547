import { canonicalise } from '@yinxin/chaincode/model';
import { z } from 'zod';

import { ServiceError } from '../errors.ts';
import { MAX_ENDORSED_BATCHES } from './ledger.ts';
import { PROOF_TYPE } from './proofFormat.ts';
import type { LedgerProof, UsageSet } from './proofFormat.ts';

/** A licence's whole life fits in many times over. */
const MAX_PROOF_CHARACTERS = 4 * 1024 * 1024;
const MAX_ACTS = 1000;
const MAX_READS = Math.ceil(MAX_ACTS / MAX_ENDORSED_BATCHES);
const MAX_ENDORSERS = 16;
const MAX_TOKEN_BYTES = 32_768;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const path = z.array(hash).max(64);
const certificate = z.string().max(90_000).refine(isBase64);
const certificates = z.array(certificate).min(1).max(8);
const name = z.string().min(1).max(200);

const position = {
  batch: z.strictObject({
    schemaVersion: z.literal(1),
    root: hash,
    size: count,
    at: z.string().max(40),
    submitterMspId: z.string().max(200),
    kind: z.enum(['usage', 'recall']).optional(),
    licence: z.string().max(200).optional(),
  }),
  index: count,
  inclusion: path,
  logIndex: count,
  logInclusion: path,
};
const act = z.looseObject({
  act: name,
  id: name,
  at: z.iso.datetime({ precision: 3 }), // a real instant: periods are judged at it
  by: z.looseObject({ authority: name, keyId: hash }),
  body: z.record(z.string(), z.unknown()),
});
/** Base64 of at most so many bytes. */
const bytes = (most: number): z.ZodType<string> =>
  z
    .string()
    .max(4 * Math.ceil(most / 3))
    .refine(isBase64);
const endorsedRead = z.strictObject({
  channelHeader: bytes(4096),
  signatureHeader: bytes(32_768),
  proposal: bytes(65_536),
  response: bytes(262_144),
  endorsements: z
    .array(z.strictObject({ endorser: bytes(32_768), signature: bytes(128) }))
    .min(1)
    .max(MAX_ENDORSERS),
});
const usageMembers = {
  record: z.looseObject({ id: name }),
  salt: z.string().regex(/^[A-Za-z0-9+/]{21}[AQgw]==$/),
};
const envelope = {
  checkpoint: z.string().max(16_384),
  node: z.strictObject({ certificationPath: certificates }),
  timeStamp: bytes(MAX_TOKEN_BYTES).optional(),
};
/** Form of a {@link UsageSet}; nothing of it is verified. @param most - records. */
export function usageSetSchema(most: number): z.ZodType<UsageSet> {
  const { batch, index, inclusion, logIndex, logInclusion } = position;
  const reads = z
    .array(endorsedRead)
    .min(1)
    .max(Math.ceil(most / MAX_ENDORSED_BATCHES));
  const set = z.strictObject({
    ...envelope,
    endorsedReads: reads.optional(),
    batches: z.array(z.strictObject({ batch, logIndex, logInclusion })).max(most),
    records: z.array(z.strictObject({ ...usageMembers, batch: count, index, inclusion })).max(most),
  });
  return set as unknown as z.ZodType<UsageSet>; // members that may be absent, not undefined
}

const proof = z.strictObject({
  typ: z.literal(PROOF_TYPE),
  version: z.literal(1),
  subject: z.strictObject({ kind: z.enum(['licence', 'seal', 'usage']), identifier: name }),
  acts: z
    .array(
      z.strictObject({
        act: z.strictObject({ act, signature: z.string().regex(/^[A-Za-z0-9_-]{85}[AQgw]$/) }),
        certificationPath: certificates,
        ...position,
      }),
    )
    .max(MAX_ACTS),
  usage: z
    .strictObject({
      ...usageMembers,
      ...position,
    })
    .nullable(),
  ...envelope,
  endorsedReads: z.array(endorsedRead).min(1).max(MAX_READS).optional(),
});

/**
 * Parses a proof. Nothing in it is verified.
 *
 * @param text - JSON, attacker-controlled; at most 4 Mi characters.
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export function parseProof(text: string): LedgerProof {
  if (text.length > MAX_PROOF_CHARACTERS) throw malformed('is too long');
  let value: unknown;
  try {
    value = JSON.parse(text);
    canonicalise(value); // so that every part has canonical bytes: bounded depth, well-formed text
  } catch (cause) {
    throw malformed('is not JSON', cause);
  }
  const parsed = proof.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(`is malformed at /${issue?.path.join('/') ?? ''}`);
  }
  if ((parsed.data.subject.kind === 'usage') !== (parsed.data.usage !== null))
    throw malformed('has no record of its use');
  return value as LedgerProof; // the schema's own form; the bodies of acts are bound by their signatures
}

/** The one spelling of its bytes. */
function isBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text;
}

function malformed(what: string, cause?: unknown): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `the proof ${what}`, { cause });
}
