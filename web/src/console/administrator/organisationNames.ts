/** What kinds, levels and duties of organisations are called. */
import type { Level } from './organisationTree.ts';
import { t } from './texts.ts';

export const KINDS = [
  'government',
  'department',
  'serviceHall',
  'village',
  'enterprise',
  'auditor',
  'sealAuthority',
  'operator',
] as const;
type Kind = (typeof KINDS)[number];

export const AUTHORITY_ROLES = ['issuer', 'sealMaker', 'registrar', 'operator', 'auditor'] as const;
export type AuthorityRole = (typeof AUTHORITY_ROLES)[number];

/** Another kind than those we know is called what it was registered as. */
export function kindName(kind: string): string {
  return KINDS.includes(kind as Kind) ? t(`kinds.${kind as Kind}`) : kind; // looked up just before
}

export function levelName(level: Level): string {
  return t(`levels.${level}`);
}
