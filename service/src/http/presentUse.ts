import { z } from 'zod';
import type { Principal } from '../access.ts';
import type { Language } from '../language.ts';
import { USAGE_KINDS, USAGE_OUTCOMES } from '../store/usageRecords.ts';
import type { UsePage, VisibleUse } from '../usage/findUses.ts';
import { useStatement } from '../usage/useStatement.ts';
import { instant, sha256 } from './shapes.ts';

export const usageRecordShape = z
  .strictObject({
    id: z.string(),
    at: instant,
    kind: z.enum(USAGE_KINDS),
    outcome: z.enum(USAGE_OUTCOMES),
    reason: z.string().nullable(),
    subject: z.strictObject({ kind: z.string(), identifier: z.string() }),
    licence: z.string().nullable(),
    esId: z.string().nullable(),
    channel: z.string(),
    window: z.string().nullable(),
    clerk: z.string().nullable().meta({ description: 'Display name of the person who asked' }),
    matter: z.string().nullable(),
    purpose: z.string().nullable(),
    indication: z.string().nullable(),
    fields: z.array(z.string()).meta({ description: 'Names of the fields that were disclosed' }),
    legalBasis: z.string().nullable().meta({ description: 'Of a use by function' }),
    caseId: z.string().nullable(),
    receiptId: z.string().nullable(),
    statement: z.string().meta({ description: 'The use in plain words, in the caller’s language' }),
    anchor: z.strictObject({
      state: z.enum(['pending', 'anchored']),
      root: sha256.nullable(),
      position: z.int().min(0).nullable(),
    }),
  })
  .meta({ id: 'UsageRecord' });

/** Who reads, and how. */
export interface UseReader {
  readonly principal: Pick<Principal, 'holderHash'>;
  readonly language: Language;
}

export function presentUse(
  visible: VisibleUse,
  { principal, language }: UseReader,
): z.input<typeof usageRecordShape> {
  const { use, names, details, showsPurpose } = visible;
  const { anchor } = use;
  const purpose = showsPurpose ? use.purpose : null;
  const isOwn = use.holderHash !== null && use.holderHash === principal.holderHash;
  const audience = isOwn ? 'holder' : 'others';
  return {
    id: use.id,
    at: use.at.toISOString(),
    kind: use.kind,
    outcome: use.outcome,
    reason: use.reason,
    subject: { kind: use.subject.kind, identifier: use.subject.identifier },
    licence: use.licence,
    esId: use.esId,
    channel: use.channel,
    window: use.window,
    clerk: names.clerk,
    matter: use.matter,
    purpose,
    indication: use.indication,
    fields: [...(details.fields ?? [])],
    legalBasis: details.legalBasis ?? null,
    caseId: details.caseId ?? null,
    receiptId: details.receipt ?? null,
    statement: useStatement({ ...use, purpose }, names, details, audience)[language],
    anchor:
      anchor === null
        ? { state: 'pending', root: null, position: null }
        : { state: 'anchored', root: anchor.root, position: anchor.position },
  };
}

export function presentUses(
  { items, nextCursor }: UsePage,
  reader: UseReader,
): {
  readonly items: readonly z.input<typeof usageRecordShape>[];
  readonly nextCursor: string | null;
} {
  return { items: items.map((item) => presentUse(item, reader)), nextCursor };
}
