import { describe, expect, it } from '@jest/globals';
import { backgroundJobs } from '../../../service/src/composition/backgroundJobs.ts';
import { ServiceError } from '../../../service/src/errors.ts';
import {
  jobRegister,
  type JobRegister,
  type JobRun,
} from '../../../service/src/health/jobRegister.ts';
import { watchTimeStamper } from '../../../service/src/health/watchTimeStamper.ts';
import { testClock } from '../../support/testClock.ts';

const clock = testClock('2026-11-24T02:00:00Z');

/** A register that keeps what it said after each round. */
function notedRegister(seen: JobRun[]): JobRegister {
  const register = jobRegister(clock);
  return {
    ...register,
    add(name, intervalMs) {
      const { succeeded, failed } = register.add(name, intervalMs);
      return {
        succeeded() {
          succeeded();
          seen.push(...register.list());
        },
        failed(error) {
          failed(error);
          seen.push(...register.list());
        },
      };
    },
  };
}

describe('jobs', () => {
  it('are known by their last round, by code only', async () => {
    const told: unknown[] = [];
    const seen: JobRun[] = [];
    const jobs = backgroundJobs(notedRegister(seen), (error) => told.push(error));
    let round = 0;
    jobs.every('often', 1, async (own) => {
      round += 1;
      await Promise.resolve();
      if (round === 1) throw new Error('C:\\secret');
      if (round === 2) own.fail(new ServiceError('LEDGER_UNAVAILABLE', 'out of reach'));
    });
    while (seen.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    await jobs.stop();

    expect(seen.slice(0, 3)).toMatchObject([
      { lastError: 'INTERNAL', lastOutcome: 'failed', failuresInRow: 1 },
      { lastError: 'LEDGER_UNAVAILABLE', lastOutcome: 'failed', failuresInRow: 2 },
      { lastError: null, lastOutcome: 'ok', failuresInRow: 0 },
    ]);
    expect(told).toHaveLength(1);
  });

  it('note how stamping went', async () => {
    const broken = { stamp: () => Promise.reject(new ServiceError('TSA_UNAVAILABLE', 'away')) };
    const { timeStamper, health } = watchTimeStamper(broken, { clock, source: 'external' });

    const stamping = timeStamper?.stamp(new Uint8Array(), 'SM2');

    await expect(stamping).rejects.toMatchObject({ code: 'TSA_UNAVAILABLE' });
    expect(health()).toMatchObject({ lastOutcome: 'failed', lastError: 'TSA_UNAVAILABLE' });
  });
});
