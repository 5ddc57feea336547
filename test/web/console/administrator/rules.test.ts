import { describe, expect, it } from '@jest/globals';
import {
  daysBetween,
  tellingDays,
  withDays,
  withoutDay,
  yearsOf,
} from '../../../../web/src/console/administrator/calendarDays.ts';
import {
  EMPTY_TERMS,
  faultOfTerms,
  toTerms,
  toTermsDraft,
} from '../../../../web/src/console/administrator/clientTerms.ts';
import { writeFaultTable } from '../../../../web/src/console/administrator/faultTable.ts';
import { findingsOf, type Health } from '../../../../web/src/console/administrator/health.ts';
import {
  stepByKey,
  visibleRows,
  type Organisation,
} from '../../../../web/src/console/administrator/organisationTree.ts';
import { judgeRoles, makePassword } from '../../../../web/src/console/administrator/separation.ts';
import { checkCreditCode } from '../../../../web/src/console/components/creditCode.ts';

const organisation = (creditCode: string, parent: string | null): Organisation => ({
  ...{ creditCode, parent, name: `name of ${creditCode}`, kind: 'department', level: null },
  ...{ createdAt: '2026-01-01T00:00:00Z', closedAt: null },
});
const TREE = [organisation('A', null), organisation('B', 'A'), organisation('C', 'B')];

describe('credit codes while they are typed', () => {
  it.each([
    ['', { state: 'empty' }],
    ['11429000dem0000', { state: 'typing', missing: 3 }],
    ['1142900O', { state: 'foreign', character: 'O' }],
    ['11429000DEM0000491', { state: 'right' }],
    ['11429000DEM0000492', { state: 'check', expected: '1' }],
    ['11429000DEM00004911', { state: 'long' }],
  ])('judges %j', (typed, feedback) => {
    expect(checkCreditCode(typed)).toEqual(feedback);
  });
});

describe('the tree of organisations', () => {
  it('shows what stands in open ones, and finds with all that is above', () => {
    const shown = (open: readonly string[], words = ''): readonly string[] =>
      visibleRows(TREE, new Set(open), words).map((row) => row.organisation.creditCode);

    expect(shown([])).toEqual(['A']);
    expect(shown(['A'])).toEqual(['A', 'B']);
    expect(shown([], 'name of c')).toEqual(['A', 'B', 'C']);
    expect(shown(['A'], 'nothing')).toEqual([]);
  });

  it('is walked by keys', () => {
    const rows = visibleRows(TREE, new Set(['A']));

    expect(stepByKey(rows, 0, 'ArrowDown')).toEqual({ focus: 1 });
    expect(stepByKey(rows, 0, 'ArrowRight')).toEqual({ focus: 1 });
    expect(stepByKey(rows, 0, 'ArrowLeft')).toEqual({ close: 'A' });
    expect(stepByKey(rows, 1, 'ArrowRight')).toEqual({ open: 'B' });
    expect(stepByKey(rows, 1, 'ArrowLeft')).toEqual({ focus: 0 });
    expect(stepByKey(rows, 1, 'End')).toEqual({ focus: 1 });
    expect(stepByKey(rows, 1, 'x')).toBeNull();
  });
});

describe('roles of one person', () => {
  const options = { windowCode: '', isSecurityAdmin: true };

  it('keeps the three administrators apart', () => {
    const roles = [
      { role: 'operator', organisation: 'A' },
      { role: 'auditor', organisation: 'B' },
    ] as const;

    expect(judgeRoles(roles, options).faults).toEqual([
      { kind: 'notTogether', roles: ['operator', 'auditor'] },
    ]);
    expect(judgeRoles([roles[0]], { ...options, isSecurityAdmin: false }).faults).toEqual([
      { kind: 'onlySecurityAdmin' },
    ]);
  });

  it('says what is lacking or twice, and what should be known', () => {
    const clerk = { role: 'clerk', organisation: 'A' } as const;

    expect(judgeRoles([], options).faults).toEqual([{ kind: 'none' }]);
    expect(judgeRoles([clerk, clerk], options).faults).toEqual([{ kind: 'twice' }]);
    expect(judgeRoles([{ ...clerk, organisation: '' }], options).faults).toEqual([
      { kind: 'organisationMissing' },
    ]);
    expect(judgeRoles([clerk], options)).toEqual({ faults: [], hints: ['clerkWithoutWindow'] });
  });

  it('makes passwords of letters that do not look alike', () => {
    expect(makePassword()).toMatch(/^(?:[a-km-zA-HJ-NP-Z2-9]{4}-){3}[a-km-zA-HJ-NP-Z2-9]{4}$/);
    expect(makePassword()).not.toBe(makePassword());
  });
});

const NOW = Date.parse('2026-06-01T00:00:00Z');
const WELL: Health = {
  ...{ ready: true, reasons: [], version: '1', startedAt: '2026-05-01T00:00:00Z' },
  ledger: { mode: 'embedded', isUp: true, height: 1, headAt: null, organisations: [] },
  store: { kind: 'sqlite', bytes: 1 },
  ...{ jobs: [], expiring: [] },
  timeStamping: { source: 'built-in', lastOutcome: 'ok', lastAt: null, lastError: null },
};

describe('findings of health', () => {
  const job = (failuresInRow: number): Health['jobs'][number] => ({
    ...{ name: 'anchorUses', lastRunAt: null, nextRunAt: '2026-06-01T00:00:01Z', failuresInRow },
    ...{ lastOutcome: 'failed', lastError: 'LEDGER_UNAVAILABLE' },
  });
  const seal = (notAfter: string): Health['expiring'][number] => ({
    ...{ kind: 'seal', id: '1', name: 'a seal', notAfter },
  });

  it('has none where all is well', () => {
    expect(findingsOf(WELL, NOW)).toEqual([]);
  });

  it('tells what is urgent first', () => {
    const ill: Health = {
      ...WELL,
      ...{ ready: false, reasons: ['starting'] },
      ledger: { ...WELL.ledger, isUp: false },
      jobs: [job(1), job(3)],
      expiring: [seal('2026-06-05T00:00:00Z'), seal('2026-05-30T00:00:00Z')],
    };

    expect(findingsOf(ill, NOW).map(({ kind }) => kind)).toEqual([
      ...['ledgerDown', 'jobFailing', 'expired'],
      ...['starting', 'jobFailed', 'expiring'],
    ]);
  });
});

describe('the calendar', () => {
  it('takes ranges, and no day is both off and made up', () => {
    const week = daysBetween('2026-10-01', '2026-10-07') ?? [];
    const off = withDays({ holidays: [], workingDays: ['2026-10-01'] }, 'holidays', week);

    expect(off).toEqual({ holidays: week, workingDays: [] });
    expect(withoutDay(off, 'holidays', '2026-10-01').holidays).toHaveLength(6);
    expect(daysBetween('2026-10-07', '2026-10-01')).toBeNull();
    expect(daysBetween('', '2026-10-01')).toBeNull();
    expect(yearsOf(off, 2025)).toEqual(['2025', '2026']);
  });

  it('takes of a range only the days that say something', () => {
    const week = daysBetween('2027-02-05', '2027-02-11') ?? []; // from a Friday to a Thursday

    expect(tellingDays('holidays', week)).not.toContain('2027-02-06');
    expect(tellingDays('holidays', week)).toHaveLength(5);
    expect(tellingDays('workingDays', week)).toEqual(['2027-02-06', '2027-02-07']);
  });
});

describe('terms of other systems', () => {
  it('come back from the form as they were', () => {
    const terms = toTerms({
      ...EMPTY_TERMS,
      purposes: [{ code: 'loan', name: '贷款', legalBasis: '', matters: 'M1\nM2' }],
    });

    expect(terms.purposes[0]).toMatchObject({ legalBasis: null, matters: ['M1', 'M2'] });
    expect(toTerms(toTermsDraft(terms))).toEqual(terms);
    expect(faultOfTerms(EMPTY_TERMS)).toBe('needPurpose');
    expect(faultOfTerms({ ...EMPTY_TERMS, scopes: [] })).toBe('needScope');
    expect(faultOfTerms(toTermsDraft(terms))).toBeNull();
  });
});

describe('faults as a table', () => {
  it('quotes cells and tells no formula', () => {
    const table = writeFaultTable([{ row: 2, pointer: '/name', detail: '=1+1, "x"' }]);

    expect(table).toBe('\uFEFFrow,where,fault\r\n2,/name,"\'=1+1, ""x"""\r\n');
  });
});
