import { describe, expect, it } from '@jest/globals';

import { INDICATIONS } from '../../web/src/report.ts';
import { viewVerdict } from '../../web/src/verdict.ts';
import type { Progress } from '../../web/src/verification.ts';
import { buildReport } from './support.ts';

function problem(status: number): Progress {
  const words = { code: 'CODE_MALFORMED', title: '', detail: '', retryAfterSeconds: null };
  return { kind: 'problem', problem: { status, ...words } };
}

describe('viewVerdict', () => {
  it('shows nothing before anything was asked', () => {
    expect(viewVerdict({ kind: 'idle' })).toBeNull();
  });

  it('is green for a passed report alone', () => {
    const reports = INDICATIONS.map((indication) => ({
      kind: 'report' as const,
      report: buildReport({ indication }),
    }));
    const others: readonly Progress[] = [
      { kind: 'checking' },
      { kind: 'expired' },
      { kind: 'unreachable' },
      problem(422),
      problem(500),
    ];

    expect(reports.map((progress) => viewVerdict(progress)?.tone)).toEqual([
      'passed',
      'failed',
      'unknown',
    ]);
    expect(others.map((progress) => viewVerdict(progress)?.tone)).toEqual([
      'quiet',
      'stale',
      'unknown',
      'unknown',
      'unknown',
    ]);
  });

  it.each([
    [422, 'notRecognised', false],
    [413, 'notRecognised', false],
    [429, 'busy', true],
    [503, 'problem', true],
  ])('knows what to say and whether to offer a retry after a %i', (status, sentence, canRetry) => {
    expect(viewVerdict(problem(status))).toMatchObject({ word: 'unknown', sentence, canRetry });
  });

  it('offers a retry when the report says to try later', () => {
    const report = buildReport({ indication: 'INDETERMINATE', subIndication: 'TRY_LATER' });

    expect(viewVerdict({ kind: 'report', report })?.canRetry).toBe(true);
  });

  describe('without network', () => {
    const offline = {
      ...{ issuedAt: '2026-06-01T00:00:00.000Z', expiresAt: '2026-06-08T00:00:00.000Z' },
      ...{ ageSeconds: 60, haveRootsChanged: false },
    };

    it('says of what moment "valid" is said, and can be asked again', () => {
      const passed = viewVerdict({ kind: 'report', report: buildReport(), offline });
      expect(passed).toMatchObject({ tone: 'passed', sentence: 'offlinePassed', canRetry: true });

      const report = buildReport({ indication: 'TOTAL-FAILED', subIndication: 'LICENCE_REVOKED' });
      const failed = viewVerdict({ kind: 'report', report, offline });
      expect(failed).toMatchObject({ tone: 'failed', sentence: null, canRetry: true });
    });

    it('says that the roots have changed', () => {
      const report = buildReport({ indication: 'INDETERMINATE', subIndication: 'NO_TRUST' });
      const changed = { ...offline, haveRootsChanged: true };
      const view = viewVerdict({ kind: 'report', report, offline: changed });
      expect(view).toMatchObject({ tone: 'unknown', sentence: 'rootsChanged' });
    });

    it('says what can be asked here at all', () => {
      const view = viewVerdict({ kind: 'unreachable', isOfflineForCodesOnly: true });
      expect(view).toMatchObject({ tone: 'unknown', sentence: 'onlyCodes' });
    });
  });
});
