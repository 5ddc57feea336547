import { describe, expect, it } from '@jest/globals';

import { readReport } from '../../web/src/report.ts';
import { buildCheck, buildReport } from './support.ts';

describe('readReport', () => {
  it('reads a whole report', () => {
    expect(readReport({ ...buildReport(), knownAt: 'more members' })).toEqual(buildReport());
  });

  it.each(Object.keys(buildReport()))('refuses one without %s', (member) => {
    expect(readReport({ ...buildReport(), [member]: undefined })).toBeNull();
  });

  it.each([
    ['text', 'TOTAL-PASSED'],
    ['null', null],
    ['a list', [buildReport()]],
    ['an unknown indication', { ...buildReport(), indication: 'PASSED' }],
    ['no instant', { ...buildReport(), at: 'today' }],
    ['a half check', { ...buildReport(), checks: [{ name: 'licence.state' }] }],
    ['passed without checks', { ...buildReport(), checks: [] }],
    [
      'passed with a failed check',
      { ...buildReport(), checks: [buildCheck('licence.state', 'TOTAL-FAILED')] },
    ],
    [
      'passed with a check that could not run',
      { ...buildReport(), checks: [buildCheck('status.age', 'INDETERMINATE')] },
    ],
  ])('refuses %s', (_, body) => {
    expect(readReport(body)).toBeNull();
  });
});
