import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { runClosedLoop } from '../../../scripts/bench/closedLoop.ts';

const order = { callers: 4, warmUpSeconds: 0.1, seconds: 0.3, processorTimes: () => ({}) };

describe('a closed loop', () => {
  it('keeps every caller busy and counts what the window holds', async () => {
    let underWay = 0;
    let most = 0;
    let calls = 0;

    const { summary } = await runClosedLoop(order, async () => {
      calls += 1;
      underWay += 1;
      most = Math.max(most, underWay);
      await sleep(10);
      underWay -= 1;
    });

    expect(most).toBe(4);
    expect(underWay).toBe(0);
    expect(summary.errors).toBe(0);
    expect(summary.requests).toBeGreaterThanOrEqual(4);
    expect(summary.requests).toBeLessThan(calls); // the warm-up is not in it
    expect(summary.p50Ms).toBeGreaterThanOrEqual(9);
  });

  it('tells errors and goes on', async () => {
    let calls = 0;

    const { summary } = await runClosedLoop(order, async () => {
      calls += 1;
      await sleep(5);
      if (calls % 2 === 0) throw new Error('refused');
    });

    expect(summary.errors).toBeGreaterThan(0);
    expect(summary.requests).toBeGreaterThan(0);
    expect(summary.firstError).toBe('Error: refused');
  });

  it('ends when there is nothing left to call', async () => {
    let left = 10;

    const { summary } = await runClosedLoop({ ...order, seconds: 60, warmUpSeconds: 0 }, () =>
      left-- > 0 ? sleep(20) : null,
    );

    expect(summary.seconds).toBeLessThan(10);
    expect(summary.requests).toBeLessThanOrEqual(10);
  });

  it('waits for slow answers, so that a slow machine is measured at all', async () => {
    const { summary } = await runClosedLoop({ ...order, warmUpSeconds: 0, seconds: 0.05 }, () =>
      sleep(100),
    );

    expect(summary.requests).toBeGreaterThanOrEqual(4);
    expect(summary.seconds).toBeLessThan(0.5);
  });

  it('gives the processor time of the window, part by part', async () => {
    let time = 100;

    const { processorTimes } = await runClosedLoop(
      { ...order, processorTimes: () => ({ peer: (time += 7), client: 5 }) },
      () => sleep(10),
    );

    expect(processorTimes).toStrictEqual({ peer: 7, client: 0 });
  });
});
