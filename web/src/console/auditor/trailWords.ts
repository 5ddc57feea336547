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
