/** Roles of an account between the API and the form. */
import type { Shapes } from '../api.ts';
import type { GivenRole } from './separation.ts';

/** Kinds of holders' codes (GB/T 36903-2018). */
export const CODE_TYPES = ['111', '001', '999'] as const;
export type CodeType = (typeof CODE_TYPES)[number];

type HeldRole = Shapes['Person']['roles'][number];

export function toGivenRoles(roles: readonly HeldRole[]): readonly GivenRole[] {
  return roles.map(({ role, organisation }) => ({ role, organisation: organisation ?? '' }));
}

export function toHeldRoles(roles: readonly GivenRole[]): HeldRole[] {
  return roles.map(({ role, organisation }) => ({
    role,
    organisation: role === 'holder' ? null : organisation,
  }));
}
