import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';
import type { VerificationParts } from '../verification/parts.ts';

/** What the use cases of cases work with. */
export interface CaseParts {
  readonly clock: Clock;
  readonly store: Store;
  /** Judges signed forms that are handed in. */
  readonly verification: VerificationParts;
}
