import { describe, expect, it } from '@jest/globals';
import { menuPathOf } from '../../../web/src/console/menuPath.ts';

const MENU = ['/holder', '/holder/show', '/holder/uses'];

describe('where one is in the menu', () => {
  it.each([
    ['/holder', '/holder'],
    ['/holder/licences/1.2.156', '/holder'],
    ['/holder/uses', '/holder/uses'],
    ['/holder/uses/01J', '/holder/uses'],
    ['/holder/shown', '/holder'],
    ['/holders', null],
  ])('is, on %s, at %s', (path, above) => {
    expect(menuPathOf(path, MENU)).toBe(above);
  });
});
