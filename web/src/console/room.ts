import type { Language } from '../i18n/language.ts';
import type { Role } from './session.ts';

/** A page of a room; it is in the menu of whoever holds one of the roles. */
export interface RoomPage {
  readonly path: string;
  readonly title: Readonly<Record<Language, string>>;
  /** Who may open it; empty: anybody, also without a session. */
  readonly roles: readonly Role[];
  /** Whether the menu shows it; a page about one thing isn't shown. */
  readonly isInMenu: boolean;
  /** Takes the whole screen: no menu around it. */
  readonly isBare?: true;
  readonly component: () => Promise<unknown>;
}

export interface Room {
  readonly title: Readonly<Record<Language, string>>;
  readonly pages: readonly RoomPage[];
}
