import type { Holder, Window } from '../store/people.ts';
import { DEMO_HOLDERS } from './demoHolders.ts';
import { demoLicences, type DemoLicence } from './demoLicences.ts';
import { DEMO_LICENCE_TYPES, type DemoLicenceType } from './demoLicenceTypes.ts';
import { DEMO_MATTERS, type DemoMatter } from './demoMatters.ts';
import {
  DEMO_ACCOUNTS,
  DEMO_ORGANISATIONS,
  DEMO_SEALS,
  DEMO_WINDOWS,
  type DemoAccount,
  type DemoOrganisation,
  type DemoSeal,
} from './demoOrganisations.ts';

/** A whole city to try the service with; every organisation, person and code in it is made up. */
export interface DemoCity {
  readonly organisations: readonly DemoOrganisation[];
  readonly windows: readonly Window[];
  readonly accounts: readonly DemoAccount[];
  readonly seals: readonly DemoSeal[];
  readonly types: readonly DemoLicenceType[];
  readonly holders: readonly Holder[];
  readonly matters: readonly DemoMatter[];
  readonly licences: readonly DemoLicence[];
}

/**
 * Describes Yunhan (云汉市), for whoever builds it in store and ledger.
 *
 * @param today - `yyyy-mm-dd`, Asia/Shanghai: the day its licences begin.
 */
export function demoCity(today: string): DemoCity {
  return {
    organisations: DEMO_ORGANISATIONS,
    windows: DEMO_WINDOWS,
    accounts: DEMO_ACCOUNTS,
    seals: DEMO_SEALS,
    types: DEMO_LICENCE_TYPES,
    holders: DEMO_HOLDERS,
    matters: DEMO_MATTERS,
    licences: demoLicences(today),
  };
}
