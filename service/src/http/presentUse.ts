import { z } from 'zod';
import type { UsePage, VisibleUse } from '../usage/findUses.ts';
import { instant, sha256 } from './shapes.ts';

export const usageRecordShape = z
  .strictObject({
    id: z.string(),
    at: instant,
    kind: z.enum(['verification', 'presentation', 'disclosure', 'copy', 'lookup']),
    outcome: z.enum(['answered', 'refused']),
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
    anchor: z.strictObject({
      state: z.enum(['pending', 'anchored']),
      root: sha256.nullable(),
      position: z.int().min(0).nullable(),
    }),
  })
  .meta({ id: 'UsageRecord' });

export function presentUse(visible: VisibleUse): z.input<typeof usageRecordShape> {
  const { use, clerkName, showsPurpose } = visible;
  const { anchor } = use;
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
    clerk: clerkName,
    matter: use.matter,
    purpose: showsPurpose ? use.purpose : null,
    indication: use.indication,
    anchor:
      anchor === null
        ? { state: 'pending', root: null, position: null }
        : { state: 'anchored', root: anchor.root, position: anchor.position },
  };
}

export function presentUses({ items, nextCursor }: UsePage): {
  readonly items: readonly z.input<typeof usageRecordShape>[];
  readonly nextCursor: string | null;
} {
  return { items: items.map(presentUse), nextCursor };
}
