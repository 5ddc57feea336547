import { describe, expect, it } from '@jest/globals';
import {
  FAMILIES,
  familyOf,
  fitsSearch,
  isEnded,
  isPast,
} from '../../../../web/src/console/holder/wallet.ts';

const NOW = new Date('2026-11-22T00:00:00Z');
const LATER = '2027-01-01T00:00:00Z';
const BEFORE = '2026-01-01T00:00:00Z';

describe('a wallet', () => {
  it.each([
    ['issued', LATER, false],
    ['issued', null, false],
    ['issued', BEFORE, true],
    ['suspended', LATER, false],
    ['revoked', LATER, true],
    ['superseded', null, true],
  ] as const)('knows whether a card has ended: %s until %s', (state, validUntil, hasEnded) => {
    expect(isEnded({ state, validUntil }, NOW)).toBe(hasEnded);
  });

  it('tells a period that is over from an end by an act', () => {
    expect(isPast({ state: 'issued', validUntil: BEFORE }, NOW)).toBe(true);
    expect(isPast({ state: 'revoked', validUntil: BEFORE }, NOW)).toBe(false);
  });

  it('gives each type one of its colours', () => {
    const family = familyOf('11429000DEM0000491001');

    expect(family).toBe(familyOf('11429000DEM0000491001'));
    expect(family).toBeGreaterThanOrEqual(1);
    expect(family).toBeLessThanOrEqual(FAMILIES);
  });

  it('finds a card by words of its name, its issuer and what it says', () => {
    const card = {
      typeName: '食品经营许可证',
      identifier: '1.2.156.3005.2.A.B.2026000001.001.B',
      issuer: { creditCode: 'B', name: '云汉市市场监督管理局' },
      fields: { premises: '滨江大道188号', items: ['热食类食品制售'] },
    };

    expect(fitsSearch(card, '')).toBe(true);
    expect(fitsSearch(card, '云汉 热食')).toBe(true);
    expect(fitsSearch(card, '2026000001.001.b')).toBe(true);
    expect(fitsSearch(card, '云汉 广告')).toBe(false);
  });
});
