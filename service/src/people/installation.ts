import type { Principal } from '../access.ts';
import type { HeldRole } from '../store/people.ts';

/** Stands for an account's id in what an operator does on the machine itself, signed in as nobody. */
export const INSTALLATION = 'installation';

/** Whoever may open the data directory may act so: the keys lie there. No account can be given this name's id. */
export function installationAs(roles: readonly HeldRole[]): Principal {
  return {
    id: INSTALLATION,
    username: INSTALLATION,
    displayName: INSTALLATION,
    roles,
    windowCode: null,
    holderHash: null,
  };
}
