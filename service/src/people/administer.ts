import type { Principal } from '../access.ts';
import type { Clock } from '../clock.ts';
import type {
  AdministeredState,
  AdministrativeChange,
  Organisation,
  Store,
} from '../store/store.ts';
import { reachOf, type Reach } from './reach.ts';

/** What administration works with. */
export interface AdministrationParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'administration'>;
  /** Of the installation: names who runs the service. */
  readonly trustParts: { readonly operator: { readonly creditCode: string } };
}

/** What a rule looks at: the state in the transaction of the change, and what whoever makes it may reach. */
export interface Scene {
  readonly state: AdministeredState;
  readonly organisations: readonly Organisation[];
  readonly reach: Reach;
}

/** Makes a change if its rules hold when it is written; the trail gets its entry in the same commit. */
export async function administer(
  { clock, store, trustParts }: AdministrationParts,
  principal: Principal,
  change: AdministrativeChange,
  rules: (scene: Scene) => void,
): Promise<void> {
  await store.administration.change(change, {
    actor: principal.id,
    at: clock.now(),
    check(state) {
      const organisations = state.organisations();
      const reach = reachOf(principal, organisations, trustParts.operator.creditCode);
      rules({ state, organisations, reach });
    },
  });
}
