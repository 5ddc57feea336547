import type { Asker, Call, CityFacts, DisclosureCity } from './city.ts';

export interface Recipe {
  /** May prepare with the hands of others; where the asker is not let in, it need not. */
  readonly call: (city: DisclosureCity, asker: Asker) => Promise<Call> | Call;
  /** The answer is a picture: it counts as showing the first holder's licence. */
  readonly isPicture?: true;
  /** What is done stands in a trail that the holder reads, too. */
  readonly act?: 'licence' | 'case';
}

/** Recipes by method and path. */
export type Recipes = Readonly<Record<string, Recipe>>;

export const get = (
  pathOf: (facts: CityFacts, asker: Asker) => string,
  more: Pick<Recipe, 'isPicture'> = {},
): Recipe => ({
  call: ({ facts }, asker) => ({ path: pathOf(facts, asker) }),
  ...more,
});

export const plain = (path: string): Recipe => get(() => path);
