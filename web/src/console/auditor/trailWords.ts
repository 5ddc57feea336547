/** Words for changes in the administrative trail, which come by the service's own names. */
import { t } from './deskTexts.ts';

const ACTIONS = [
  ...(['client.add', 'client.putSecret', 'client.putTerms', 'client.disable'] as const),
  ...(['organisation.add', 'organisation.change'] as const),
  ...(['organisation.close', 'organisation.reopen'] as const),
  ...(['person.add', 'person.bindIdentity', 'person.changePassword', 'person.disable'] as const),
  ...(['person.enable', 'person.endSessions', 'person.resetPassword'] as const),
  ...(['person.setRoles', 'person.unbindIdentity'] as const),
  ...(['window.add', 'window.change', 'window.close', 'window.reopen'] as const),
];

export function trailWord(action: string): string {
  const known = ACTIONS.find((one) => one === action);
  return known === undefined ? action : t(`trail.actions.${known}`);
}

const MEMBERS = [
  ...([
    'roles',
    'windowCode',
    'disabledAt',
    'passwordUntil',
    'identityIssuer',
    'sessions',
  ] as const),
  ...(['name', 'parent', 'kind', 'level', 'closedAt', 'organisation'] as const),
  ...(['accountId', 'secretSince', 'formerUntil', 'version', 'terms'] as const),
];
const ROLES = [
  ...(['operator', 'securityAdmin', 'sealMaker', 'issuer', 'approver'] as const),
  ...(['clerk', 'holder', 'auditor', 'system'] as const),
];

/** What a member of what changed is called. */
export function memberWord(name: string): string {
  const known = MEMBERS.find((one) => one === name);
  return known === undefined ? name : t(`trail.members.${known}`);
}

/** A value as people read it; what has no such form stays JSON. Empty: there is none. */
export function valueWord(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  const roles = Array.isArray(value) ? value.map(roleWord) : [null];
  return roles.includes(null) ? JSON.stringify(value) : roles.join(t('trail.and'));
}

function roleWord(value: unknown): string | null {
  const { role, organisation } = (value ?? {}) as { role?: unknown; organisation?: unknown };
  const known = ROLES.find((one) => one === role);
  if (known === undefined) return null;
  const name = t(`trail.roles.${known}`);
  return typeof organisation === 'string' ? `${name} (${organisation})` : name;
}
