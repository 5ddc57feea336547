import { describe, expect, it } from '@jest/globals';
import {
  secondsLeft,
  spansOf,
  usesPathOf,
} from '../../../../web/src/console/components/liveCode.ts';

describe('a live code', () => {
  it('knows its spans by the service’s clock alone', () => {
    const createdAt = '2026-11-22T10:00:00.000Z';
    const shownUntil = '2026-11-22T10:01:00.000Z';
    const expiresAt = '2026-11-22T10:02:00.000Z';

    expect(spansOf({ createdAt, shownUntil, expiresAt })).toEqual({ shown: 60, redeemable: 120 });
  });

  it.each([
    [0, 60],
    [1, 60],
    [999, 60],
    [1000, 59],
    [59_999, 1],
    [60_000, 0],
    [90_000, 0],
  ])('has after %d ms %d seconds left of 60', (elapsed, left) => {
    expect(secondsLeft(60, elapsed)).toBe(left);
  });

  it.each([
    ['R1', '/holder/uses/U1'],
    ['R2', '/holder/uses'],
    ['R3', '/holder/uses'],
    [null, '/holder/uses'],
  ])('leads, by receipt %s, to %s', (receipt, path) => {
    const uses = [
      { id: 'U0', receiptId: null },
      { id: 'U1', receiptId: 'R1' },
      { id: 'U2', receiptId: 'R2' },
      { id: 'U3', receiptId: 'R2' },
    ];

    expect(usesPathOf(receipt, uses)).toBe(path);
  });
});
