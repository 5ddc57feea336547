import type { Check, Indication, Report } from '../../web/src/report.ts';

export const IDENTIFIER =
  '1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U';

/** A report as the service gives it. */
export function buildReport(overrides: Partial<Report> = {}): Report {
  return {
    indication: 'TOTAL-PASSED',
    subIndication: null,
    statement: '证照有效：印章真实，签发机关可信，当前状态正常。',
    at: '2026-01-31T02:03:04.000Z',
    subject: { kind: 'licence', identifier: IDENTIFIER },
    checks: [buildCheck('code.signature'), buildCheck('licence.state')],
    ...overrides,
  };
}

/** One check of a report. */
export function buildCheck(name: string, indication: Indication = 'TOTAL-PASSED'): Check {
  return {
    name,
    indication,
    subIndication: indication === 'TOTAL-PASSED' ? null : 'LICENCE_REVOKED',
    clause: null,
    detail: 'issued since 2026-01-01T00:00:00.000Z',
    isNotice: false,
  };
}
