import type { ActReason } from '@yinxin/chaincode/model';
import { z } from 'zod';
import { requireInstant } from '../civilTime.ts';
import { moment, reason } from './shapes.ts';

/** What every life-cycle verb takes. */
export const lifecycleRequest = z.strictObject({
  reason,
  note: z
    .string()
    .max(1000)
    .optional()
    .meta({ description: 'For the caller’s own files; not kept' }),
  effectiveFrom: moment
    .optional()
    .meta({ description: 'When it takes effect in law; may reach back' }),
});

export function toLifecycle(
  body: z.output<typeof lifecycleRequest>,
): Readonly<{ reason: ActReason; effectiveFrom: Date | null }> {
  const { effectiveFrom } = body;
  return {
    reason: body.reason,
    effectiveFrom:
      effectiveFrom === undefined ? null : requireInstant(effectiveFrom, 'start', 'effectiveFrom'),
  };
}
