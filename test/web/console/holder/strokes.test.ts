import { describe, expect, it } from '@jest/globals';
import {
  extend,
  hasRoom,
  strokePath,
  type Stroke,
} from '../../../../web/src/console/holder/strokes.ts';

describe('handwriting', () => {
  it('leaves out points that add nothing', () => {
    const stroke = [
      [0, 0],
      [0.5, 0.5],
      [10, 0],
    ].reduce<Stroke>((before, [x = 0, y = 0]) => extend(before, [x, y]), []);

    expect(stroke).toEqual([
      [0, 0],
      [10, 0],
    ]);
  });

  it('is drawn as lines, and as a dot where the pen did not move', () => {
    expect(
      strokePath([
        [1, 2],
        [3, 4],
      ]),
    ).toBe('M1 2L3 4');
    expect(strokePath([[1, 2]])).toBe('M1 2h0.1');
    expect(strokePath([])).toBe('');
  });

  it('stays within what the service takes', () => {
    const long = Array.from({ length: 2500 }, (_, place) => [place, 0] as const);

    expect(hasRoom([])).toBe(true);
    expect(hasRoom([long])).toBe(false);
  });
});
