import type { Clock } from '../clock.ts';
import { definitionOf } from '../matters/matterDefinition.ts';
import type { LicenceType, Store } from '../store/store.ts';
import { matchCity, type CityLists, type CityWaivers } from './cityWaivers.ts';

export interface SurveyParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'matters' | 'licenceTypes' | 'waivers'>;
}

export interface WaiverSurvey extends CityWaivers {
  readonly at: Date;
  /** Types whose licences were counted for this answer; of the others nothing had changed. */
  readonly recounted: number;
}

/** Answers for the whole city as of now. @throws ServiceError `STORE_UNAVAILABLE`. */
export type WaiverSurveyor = () => Promise<WaiverSurvey>;

const YEAR_MS = 365 * 86_400_000;
/** How long counted cases are good, in times of what counting them took: demand changes slowly. */
const CASES_HOLD = 200;
/** Definitions read without letting others have their turn. */
const READ_AT_ONCE = 100;

/**
 * Keeps what was found and looks again only at what changed since, in this process or another: licence types whose
 * licences did (the store says which), and the catalogue.
 */
export function waiverSurveyor({ clock, store }: SurveyParts): WaiverSurveyor {
  let catalogue: { readonly key: string; readonly lists: Catalogue } | null = null;
  let found: { readonly key: string; readonly city: CityWaivers } | null = null;

  const readCatalogue = async (): Promise<{ key: string; lists: Catalogue }> => {
    const key = `${await store.matters.revision()}/${await store.licenceTypes.revision()}`;
    catalogue = catalogue?.key === key ? catalogue : { key, lists: await gather(store) };
    return catalogue;
  };

  let cases: { readonly from: Date; readonly until: Date; readonly counts: CaseCounts } | null =
    null;
  const countCases = async (at: Date): Promise<CaseCounts> => {
    if (cases !== null && at >= cases.from && at < cases.until) return cases.counts;
    const counts = await store.waivers.casesByMatter(new Date(at.getTime() - YEAR_MS));
    const took = clock.now().getTime() - at.getTime();
    cases = { from: at, until: new Date(at.getTime() + took * CASES_HOLD), counts };
    return counts;
  };

  return async () => {
    const at = clock.now();
    const { key, lists } = await readCatalogue();
    const { types, recounted } = await store.waivers.countTypes(at);
    const opened = await countCases(at);
    const state = JSON.stringify([key, types, [...opened]]);
    if (found?.key !== state) {
      found = {
        key: state,
        city: matchCity({
          types: lists.types,
          counts: new Map(types.map((one) => [one.typeCode, one])),
          matters: lists.matters.map((one) => ({
            ...one,
            countedCases: opened.get(one.matter.code) ?? 0,
          })),
        }),
      };
    }
    return { ...found.city, at, recounted };
  };
}

type CaseCounts = ReadonlyMap<string, number>;

interface Catalogue {
  readonly matters: readonly Omit<CityLists['matters'][number], 'countedCases'>[];
  readonly types: ReadonlyMap<string, LicenceType>;
}

async function gather(store: SurveyParts['store']): Promise<Catalogue> {
  const types = await store.licenceTypes.list();
  const matters: Catalogue['matters'][number][] = [];
  for (const [place, matter] of (await store.matters.list()).entries()) {
    if (place % READ_AT_ONCE === READ_AT_ONCE - 1)
      await new Promise<void>((resolve) => setImmediate(resolve));
    matters.push({ matter, definition: definitionOf(matter) });
  }
  return { matters, types: new Map(types.map((type) => [type.typeCode, type])) };
}
