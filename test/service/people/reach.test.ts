import { describe, expect, it } from '@jest/globals';
import type { Principal } from '../../../service/src/access.ts';
import {
  reachOf,
  requireOpen,
  requireReach,
  requireTree,
} from '../../../service/src/people/reach.ts';
import type { Organisation, OrganisationLevel } from '../../../service/src/store/people.ts';

const AT = new Date('2026-03-01T00:00:00Z');

/** `county>town>village`: each below the one before. Another chain's codes may be named again. */
function tree(...chains: readonly string[]): readonly Organisation[] {
  const found = new Map<string, Organisation>();
  for (const chain of chains) {
    const codes = chain.split('>');
    codes.forEach((creditCode, index) => {
      const parent = codes[index - 1] ?? null;
      found.set(creditCode, { creditCode, name: creditCode, parent, kind: 'x', createdAt: AT });
    });
  }
  return [...found.values()];
}

const withLevels = (
  organisations: readonly Organisation[],
  levels: Readonly<Record<string, OrganisationLevel>>,
): readonly Organisation[] =>
  organisations.map((one) => {
    const level = levels[one.creditCode];
    return level === undefined ? one : { ...one, level };
  });

const administrator = (organisation: string): Principal => ({
  ...{ id: 'a', username: 'a', displayName: 'a', windowCode: null, holderHash: null },
  roles: [{ role: 'securityAdmin', organisation }],
});

const CITY = tree('city>county>town>village', 'city>county2', 'stray');

describe('reachOf', () => {
  it.each([
    ['city', ['city', 'county', 'county2', 'stray', 'town', 'village'], true],
    ['county', ['county', 'town', 'village'], false],
    ['village', ['village'], false],
    ['stray', ['stray'], false],
  ])('of an administrator in %s', (organisation, reached, isWhole) => {
    const reach = reachOf(administrator(organisation), CITY, 'city');

    expect([...reach.organisations].sort()).toEqual(reached);
    expect(reach.isWhole).toBe(isWhole);
  });

  it('is nothing for other roles', () => {
    const clerk = {
      ...administrator('x'),
      roles: [{ role: 'clerk', organisation: 'city' }] as const,
    };

    expect(reachOf(clerk, CITY, 'city').organisations.size).toBe(0);
  });
});

describe('requireReach', () => {
  const reach = reachOf(administrator('county'), CITY, 'city');

  it.each(['county2', 'city', 'unknown', null])('refuses %s to the county', (organisation) => {
    expect(() => {
      requireReach(reach, organisation);
    }).toThrow(expect.objectContaining({ code: 'NOT_AUTHORISED' }));
  });
});

describe('requireTree', () => {
  const check = (organisations: readonly Organisation[]): string => {
    try {
      requireTree(organisations);
      return 'fine';
    } catch (error) {
      return (error as { readonly code: string }).code;
    }
  };

  it('takes levels that go down, or stay, with others between them', () => {
    const levels = { city: 'prefecture', county: 'county', village: 'village' } as const;

    expect(check(withLevels(CITY, levels))).toBe('fine');
    expect(check(withLevels(CITY, { city: 'county', town: 'county' }))).toBe('fine');
  });

  it.each([
    ['a county below a township', { county: 'township', town: 'county' } as const],
    [
      'a county below a village, with others between',
      { city: 'village', village: 'county' } as const,
    ],
  ])('refuses %s', (_, levels) => {
    expect(check(withLevels(CITY, levels))).toBe('ORGANISATION_TREE_CONFLICT');
  });

  it('refuses a circle, however long', () => {
    const circle = CITY.map((one) =>
      one.creditCode === 'county' ? { ...one, parent: 'village' } : one,
    );

    expect(check(circle)).toBe('ORGANISATION_TREE_CONFLICT');
    const own = tree('own').map((one) => ({ ...one, parent: 'own' }));
    expect(check(own)).toBe('ORGANISATION_TREE_CONFLICT');
  });
});

describe('requireOpen', () => {
  it('tells a closed organisation from one that is not there', () => {
    const closed = CITY.map((one) => (one.creditCode === 'town' ? { ...one, closedAt: AT } : one));

    expect(requireOpen(closed, 'county').creditCode).toBe('county');
    expect(() => requireOpen(closed, 'town')).toThrow(
      expect.objectContaining({ code: 'ORGANISATION_CLOSED' }),
    );
    expect(() => requireOpen(closed, 'none')).toThrow(
      expect.objectContaining({ code: 'ORGANISATION_NOT_FOUND' }),
    );
  });
});
