import type { Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { AdministeredState, Store, Window } from '../store/store.ts';
import { administer, type AdministrationParts } from './administer.ts';
import { requireOpen, requireReach } from './reach.ts';

export interface WindowParts extends AdministrationParts {
  readonly store: Pick<Store, 'administration' | 'windows'>;
}

/**
 * Adds a window.
 *
 * @throws ServiceError `WINDOW_ALREADY_EXISTS`, `ORGANISATION_NOT_FOUND`, `ORGANISATION_CLOSED`, `NOT_AUTHORISED`.
 */
export async function addWindow(
  parts: WindowParts,
  principal: Principal,
  window: Pick<Window, 'code' | 'name' | 'organisation'>,
): Promise<Window> {
  await administer(parts, principal, { action: 'window.add', window }, (scene) => {
    requireOpen(scene.organisations, window.organisation);
    requireReach(scene.reach, window.organisation);
  });
  return await findWindow(parts, window.code);
}

/** Renames a window or moves it. @throws ServiceError `WINDOW_NOT_FOUND`, and as {@link addWindow}. */
export async function changeWindow(
  parts: WindowParts,
  principal: Principal,
  code: string,
  change: Readonly<{ name?: string | undefined; organisation?: string | undefined }>,
): Promise<Window> {
  await administer(parts, principal, { action: 'window.change', code, ...change }, (scene) => {
    requireReach(scene.reach, requireWindow(scene.state, code).organisation);
    if (change.organisation === undefined) return;
    requireOpen(scene.organisations, change.organisation);
    requireReach(scene.reach, change.organisation);
  });
  return await findWindow(parts, code);
}

/**
 * Closes a window: whoever is assigned to it is at no window from the next request on.
 *
 * @throws ServiceError `WINDOW_NOT_FOUND`, `WINDOW_CLOSED`, `NOT_AUTHORISED`.
 */
export async function closeWindow(
  parts: WindowParts,
  principal: Principal,
  code: string,
): Promise<Window> {
  const change = { action: 'window.close', code, at: parts.clock.now() } as const;
  await administer(parts, principal, change, (scene) => {
    requireReach(scene.reach, requireOpenWindow(scene.state, code).organisation);
  });
  return await findWindow(parts, code);
}

/** Opens a closed window again. @throws ServiceError `WINDOW_NOT_FOUND`, `ORGANISATION_CLOSED`, `NOT_AUTHORISED`. */
export async function reopenWindow(
  parts: WindowParts,
  principal: Principal,
  code: string,
): Promise<Window> {
  await administer(parts, principal, { action: 'window.reopen', code }, (scene) => {
    const { organisation } = requireWindow(scene.state, code);
    requireReach(scene.reach, organisation);
    requireOpen(scene.organisations, organisation);
  });
  return await findWindow(parts, code);
}

/** @throws ServiceError `WINDOW_NOT_FOUND`. */
export async function findWindow(
  parts: { readonly store: Pick<Store, 'windows'> },
  code: string,
): Promise<Window> {
  const window = await parts.store.windows.find(code);
  if (window === null) throw new ServiceError('WINDOW_NOT_FOUND', `no window ${code}`);
  return window;
}

/** @throws ServiceError `WINDOW_NOT_FOUND`, `WINDOW_CLOSED`. */
export function requireOpenWindow(state: AdministeredState, code: string): Window {
  const window = requireWindow(state, code);
  if (window.closedAt !== undefined) {
    throw new ServiceError('WINDOW_CLOSED', `window ${code} is closed`);
  }
  return window;
}

function requireWindow(state: AdministeredState, code: string): Window {
  const window = state.window(code);
  if (window === null) throw new ServiceError('WINDOW_NOT_FOUND', `no window ${code}`);
  return window;
}
