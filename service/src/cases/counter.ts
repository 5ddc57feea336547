import { ServiceError } from '../errors.ts';
import { hasRoleIn, notAuthorised, type Principal } from '../access.ts';
import type { Store, Window } from '../store/store.ts';

/** Where a clerk serves. */
export interface Counter {
  /** Credit code. */
  readonly organisation: string;
  /** Code of the window. */
  readonly window: string;
}

/**
 * The counter of a clerk, from their account and nothing else.
 *
 * @throws ServiceError `NOT_AUTHORISED` if they have no window, or are no clerk where it stands; `WINDOW_CLOSED`.
 */
export async function counterOf(
  { store }: Readonly<{ store: Pick<Store, 'windows'> }>,
  principal: Principal,
): Promise<Counter> {
  const window =
    principal.windowCode === null ? null : await store.windows.find(principal.windowCode);
  if (window === null) throw notAuthorised('a clerk without a window has no counter');
  requireOpen(window);
  if (!hasRoleIn(principal, window.organisation, 'clerk')) {
    throw notAuthorised(`the role clerk in ${window.organisation} is needed`);
  }
  return { organisation: window.organisation, window: window.code };
}

/** @throws ServiceError `WINDOW_CLOSED`. */
export function requireOpen({ code, closedAt }: Window): void {
  if (closedAt !== undefined) throw new ServiceError('WINDOW_CLOSED', `window ${code} is closed`);
}
