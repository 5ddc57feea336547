import { describe, expect, it } from '@jest/globals';
import { nextStep } from '../../../web/src/console/sessionWatch.ts';

describe('nextStep', () => {
  it.each([
    ['waits while there is time', 1700, 5, 'wait'],
    ['waits for somebody who is away', 200, 120, 'wait'],
    ['goes on for somebody who types', 200, 5, 'extend'],
    ['warns in the last minute', 60, 5, 'warn'],
    ['ends with the session', 0, 5, 'end'],
    ['ends after the machine slept', -3000, 5, 'end'],
  ] as const)('%s', (_, left, idle, step) => {
    expect(nextStep({ left, idle })).toBe(step);
  });
});
