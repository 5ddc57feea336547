import type { RoomPage } from './room.ts';
import { ROOMS } from './rooms.ts';
import { hasRole } from './session.ts';

/** Where one signs in. */
export const SIGN_IN = '/sign-in';

/** The pages that the menu offers to whoever is signed in, room by room. */
export function menuOf(): readonly {
  readonly title: RoomPage['title'];
  readonly pages: readonly RoomPage[];
}[] {
  return ROOMS.map(({ title, pages }) => ({
    title,
    pages: pages.filter(({ isInMenu, roles }) => isInMenu && hasRole(...roles)),
  })).filter(({ pages }) => pages.length > 0);
}
