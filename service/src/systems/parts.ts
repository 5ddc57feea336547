import type { Clock } from '../clock.ts';
import type { LicenceParts } from '../licences/parts.ts';
import type { AdministrationParts } from '../people/administer.ts';
import type { Store } from '../store/store.ts';
import type { VerificationParts } from '../verification/parts.ts';

/** What registering clients works with. */
export interface ClientParts extends AdministrationParts {
  readonly clock: Clock;
  readonly store: Pick<
    Store,
    'accounts' | 'administration' | 'licenceTypes' | 'matters' | 'organisations' | 'systems'
  >;
}

/** What the calls of clients work with. */
export interface SystemParts {
  readonly clock: Clock;
  readonly store: Store;
  readonly licences: LicenceParts;
  readonly verification: VerificationParts;
}
