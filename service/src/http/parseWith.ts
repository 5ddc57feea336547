import type { z } from 'zod';
import { ServiceError, type Fault } from '../errors.ts';

const MAX_FAULTS = 20;

/**
 * Parses what a client sent.
 *
 * @param where - names the part of the request, for the sentence.
 * @throws ServiceError `REQUEST_MALFORMED` with a fault a member; no fault quotes a value.
 */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ServiceError('REQUEST_MALFORMED', `${where} is not as described`, {
    faults: parsed.error.issues.flatMap(toFaults).slice(0, MAX_FAULTS),
  });
}

function toFaults(issue: z.core.$ZodIssue): readonly Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key.slice(0, 100)]),
      detail: 'is not known here',
    }));
  }
  return [{ pointer: pointerTo(issue.path), detail: issue.message }];
}

/** JSON pointer (RFC 6901 §3). */
function pointerTo(path: readonly PropertyKey[]): string {
  return path
    .map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
