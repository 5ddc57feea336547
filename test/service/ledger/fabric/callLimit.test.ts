import { setImmediate } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';
import { CallLimit } from '../../../../service/src/ledger/fabric/callLimit.ts';

const LIMITS = { maxCalls: 2, maxWaiting: 2, maxWaitMs: 1_000 };

/** Calls that end when the test says so. */
function heldCalls(): {
  call: () => Promise<number>;
  underWay: () => number;
  endOne: () => Promise<void>;
} {
  const ends: ((value: number) => void)[] = [];
  return {
    call: () => new Promise((resolve) => ends.push(resolve)),
    underWay: () => ends.length,
    endOne: async () => {
      ends.shift()?.(1);
      await setImmediate();
    },
  };
}

describe('the limit of calls', () => {
  it('lets so many begin and the others wait in line', async () => {
    const limit = new CallLimit(LIMITS);
    const held = heldCalls();

    const all = Array.from({ length: 4 }, () => limit.run('evaluate', held.call));
    await setImmediate();
    expect(held.underWay()).toBe(2);
    await held.endOne();
    expect(held.underWay()).toBe(2);
    for (let count = 0; count < 3; count += 1) await held.endOne();

    await expect(Promise.all(all)).resolves.toHaveLength(4);
  });

  it('refuses whoever would make the line too long, at once', async () => {
    const limit = new CallLimit(LIMITS);
    const held = heldCalls();

    const all = Array.from({ length: 4 }, () => limit.run('evaluate', held.call));
    await expect(limit.run('submit', held.call)).rejects.toMatchObject({
      stage: 'submit',
      grpcCode: 8,
    });
    for (let count = 0; count < 4; count += 1) await held.endOne();

    await expect(Promise.all(all)).resolves.toHaveLength(4);
  });

  it('refuses whoever waits too long, and the place goes to the next', async () => {
    const limit = new CallLimit({ ...LIMITS, maxCalls: 1, maxWaitMs: 20 });
    const held = heldCalls();

    const first = limit.run('evaluate', held.call);
    await expect(limit.run('evaluate', held.call)).rejects.toMatchObject({ grpcCode: 8 });
    const third = limit.run('evaluate', held.call);
    await held.endOne();
    await held.endOne();

    await expect(Promise.all([first, third])).resolves.toEqual([1, 1]);
  });

  it('gives a place back after a failure', async () => {
    const limit = new CallLimit({ ...LIMITS, maxCalls: 1 });

    await expect(limit.run('evaluate', () => Promise.reject(new Error('no')))).rejects.toThrow();

    await expect(limit.run('evaluate', () => Promise.resolve(7))).resolves.toBe(7);
  });
});
