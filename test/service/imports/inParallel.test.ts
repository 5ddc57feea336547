import { describe, expect, it } from '@jest/globals';
import { inParallel } from '../../../service/src/imports/inParallel.ts';

async function* upTo(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n += 1) yield await Promise.resolve(n);
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

describe('inParallel', () => {
  it('works on every item, at most so many at once', async () => {
    const seen: number[] = [];
    let atOnce = 0;
    let most = 0;

    await inParallel(
      upTo(50),
      async (n) => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await pause();
        atOnce -= 1;
        seen.push(n);
      },
      { width: 7, isStopped: () => false },
    );

    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(most).toBe(7);
  });

  it('begins nothing after an error and waits for what was begun', async () => {
    const ended: number[] = [];
    const work = async (n: number): Promise<void> => {
      await pause();
      if (n === 1) throw new Error('row 1');
      await pause();
      ended.push(n);
    };

    const running = inParallel(upTo(50), work, { width: 4, isStopped: () => false });

    await expect(running).rejects.toThrow('row 1');
    expect(ended.sort()).toEqual([0, 2, 3]);
  });

  it('stops between items', async () => {
    let done = 0;

    await inParallel(upTo(50), () => Promise.resolve(void (done += 1)), {
      width: 2,
      isStopped: () => done >= 10,
    });

    expect(done).toBeGreaterThanOrEqual(10);
    expect(done).toBeLessThan(14);
  });

  it('passes on what the source throws', async () => {
    // eslint-disable-next-line require-yield -- a source that fails at once
    const broken = async function* (): AsyncGenerator<number> {
      await Promise.reject(new Error('source'));
    };

    await expect(
      inParallel(broken(), () => Promise.resolve(), { width: 3, isStopped: () => false }),
    ).rejects.toThrow('source');
  });
});
