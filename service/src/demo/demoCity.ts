import type { Holder, Window } from '../store/people.ts';
import { DEMO_HOLDERS } from './demoHolders.ts';
import { demoLicences, type DemoLicence } from './demoLicences.ts';
import { DEMO_FURTHER_TYPES } from './demoFurtherTypes.ts';
import { DEMO_LICENCE_TYPES } from './demoLicenceTypes.ts';
import type { DemoMatter } from './demoMatterDraft.ts';
import { DEMO_MATTERS } from './demoMatters.ts';
import {
  DEMO_ACCOUNTS,
  DEMO_ORGANISATIONS,
  DEMO_SEALS,
  DEMO_WINDOWS,
  type DemoAccount,
  type DemoOrganisation,
  type DemoSeal,
} from './demoOrganisations.ts';
import type { DemoLicenceType } from './demoTypeDraft.ts';

/** A whole city to try the service with; every organisation, person and code in it is made up. */
export interface DemoCity {
  readonly organisations: readonly DemoOrganisation[];
  readonly windows: readonly Window[];
  readonly accounts: readonly DemoAccount[];
  readonly seals: readonly DemoSeal[];
  /** Of each, some are issued when the city begins. */
  readonly types: readonly DemoLicenceType[];
  /** In the catalogue, too. */
  readonly furtherTypes: readonly DemoLicenceType[];
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
    furtherTypes: DEMO_FURTHER_TYPES,
    holders: DEMO_HOLDERS,
    matters: DEMO_MATTERS,
    licences: demoLicences(today),
  };
}
