import { describe, expect, it } from '@jest/globals';

import type { Answer, Subject, VerificationRequest } from '../../web/src/api.ts';
import {
  createVerification,
  VERDICT_LIFETIME_MS,
  type Verification,
} from '../../web/src/verification.ts';
import { buildReport } from './support.ts';

interface Asked extends VerificationRequest {
  answer(answer: Answer): void;
}

interface Fixture {
  readonly verification: Verification;
  /** Requests in order; each is answered by hand. */
  readonly asked: Asked[];
  readonly clock: { time: number };
}

function fixture(): Fixture {
  const asked: Asked[] = [];
  const clock = { time: 0 };
  const verification = createVerification(
    (request) =>
      new Promise((resolve) => {
        asked.push({ ...request, answer: resolve });
      }),
    () => clock.time,
  );
  return { asked, clock, verification };
}

const FIRST: Subject = { kind: 'code', code: 'YX1.1' };
const SECOND: Subject = { kind: 'code', code: 'YX1.2' };
const VALID: Answer = { kind: 'report', report: buildReport() };
const REVOKED: Answer = {
  kind: 'report',
  report: buildReport({ indication: 'TOTAL-FAILED', subIndication: 'LICENCE_REVOKED' }),
};

describe('createVerification', () => {
  it('shows the answer', async () => {
    const { verification, asked } = fixture();

    const done = verification.start(FIRST, 'en');
    asked[0]!.answer(VALID);
    await done;

    expect(verification.progress.value).toBe(VALID);
    expect(asked[0]).toMatchObject({ subject: FIRST, language: 'en' });
  });

  it('forgets the old verdict as soon as a new verification starts', async () => {
    const { verification, asked } = fixture();
    const done = verification.start(FIRST, 'en');
    asked[0]!.answer(VALID);
    await done;

    void verification.start(SECOND, 'en');

    expect(verification.progress.value).toEqual({ kind: 'checking' });
  });

  it('drops a late answer to an earlier question, before and after the newer one', async () => {
    const { verification, asked } = fixture();
    const first = verification.start(FIRST, 'en');
    const second = verification.start(SECOND, 'en');
    const third = verification.start(SECOND, 'en');

    asked[0]!.answer(VALID);
    await first;
    expect(verification.progress.value).toEqual({ kind: 'checking' });
    asked[2]!.answer(REVOKED);
    await third;
    asked[1]!.answer(VALID);
    await second;

    expect(verification.progress.value).toBe(REVOKED);
  });

  it('tells the earlier request that nobody waits for it', () => {
    const { verification, asked } = fixture();

    void verification.start(FIRST, 'en');
    void verification.start(SECOND, 'en');

    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });

  it('drops an answer that comes after everything was cleared', async () => {
    const { verification, asked } = fixture();
    const done = verification.start(FIRST, 'en');

    verification.clear();
    asked[0]!.answer(VALID);
    await done;

    expect(verification.progress.value).toEqual({ kind: 'idle' });
  });

  it('repeats the last question in another language', () => {
    const { verification, asked } = fixture();
    void verification.start(FIRST, 'zh-CN');

    void verification.repeat('en');

    expect(asked[1]).toMatchObject({ subject: FIRST, language: 'en' });
  });

  it('repeats nothing when nothing was asked or all was cleared', () => {
    const { verification, asked } = fixture();

    void verification.repeat('en');
    void verification.start(FIRST, 'en');
    verification.clear();
    void verification.repeat('en');

    expect(asked).toHaveLength(1);
  });

  it.each([
    ['keeps a verdict within its lifetime', VERDICT_LIFETIME_MS - 1, 'report'],
    ['withdraws a verdict after its lifetime', VERDICT_LIFETIME_MS, 'expired'],
  ])('%s', async (_, age, kind) => {
    const made = fixture();
    const done = made.verification.start(FIRST, 'en');
    made.asked[0]!.answer(VALID);
    await done;

    made.clock.time += age;
    made.verification.expire();

    expect(made.verification.progress.value.kind).toBe(kind);
  });
});
