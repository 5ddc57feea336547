import { describe, expect, it } from '@jest/globals';
import {
  countMaterials,
  inOrder,
  keepReasons,
  lacking,
  nextMove,
  stepsOf,
  type Case,
  type CaseMaterial,
} from '../../../../web/src/console/window/caseSteps.ts';

type Sub = Case['subCases'][number];

const material = (
  code: string,
  state: CaseMaterial['state'],
  rest: Partial<CaseMaterial> = {},
): CaseMaterial => ({
  ...{ code, name: code, required: true, source: 'applicant', askedBy: ['m'], state },
  ...{ reason: null, statement: '', by: null, submissions: [] },
  ...rest,
});

function caseOf(
  state: Sub['state'],
  materials: readonly CaseMaterial[],
  department: string | null = 'D',
): Case {
  const sub = { matter: { code: 'm', name: 'M', version: 1 }, department, state } as Sub; // what steps look at
  return { id: '1', state, subCases: [sub], materials } as unknown as Case;
}

const actions = (found: Case, departments: readonly string[] = []): readonly string[] =>
  stepsOf(found, departments).map(({ action }) => action);

describe('steps', () => {
  it.each([
    ['opened', ['accept', 'request-materials', 'decline']],
    ['materialsPending', ['accept', 'decline']],
    ['accepted', ['suspend']],
    ['inReview', ['suspend']],
    ['suspended', ['resume']],
    ['decided', ['close']],
    ['closed', []],
    ['withdrawn', []],
  ] as const)('of a case that is %s', (state, expected) => {
    expect(actions(caseOf(state, []))).toEqual(expected);
  });

  it('are the department’s where it decides, and the counter’s where none is in charge', () => {
    expect(actions(caseOf('accepted', []), ['D'])).toEqual(['suspend', 'review']);
    expect(actions(caseOf('inReview', [], null))).toEqual(['suspend', 'approve', 'refuse']);
  });

  it('hold acceptance back until every required material is there', () => {
    const open = caseOf('opened', [material('a', 'needed')]);
    const whole = caseOf('opened', [material('a', 'needed', { required: false })]);

    expect(stepsOf(open, [])[0]).toMatchObject({ action: 'accept', isHeldBack: true });
    expect(stepsOf(whole, [])[0]).toMatchObject({ action: 'accept', isHeldBack: false });
  });

  it('are taken with all matters that are open: one that lacks a material holds them back', () => {
    const one = caseOf('opened', [
      material('a', 'submitted'),
      material('b', 'needed', { askedBy: ['n'] }),
    ]);
    const other = { matter: { code: 'n', name: 'N', version: 1 }, department: null } as Sub;
    const withState = (state: Sub['state']): Case => ({
      ...one,
      subCases: [...one.subCases, { ...other, state }],
    });

    expect(stepsOf(withState('opened'), [])[0]).toMatchObject({ isHeldBack: true });
    expect(stepsOf(withState('closed'), [])[0]).toMatchObject({ isHeldBack: false });
  });
});

describe('the next move', () => {
  it.each([
    ['present', 'opened', [material('a', 'waivable'), material('b', 'needed')]],
    ['handIn', 'materialsPending', [material('a', 'waived'), material('b', 'needed')]],
    ['accept', 'opened', [material('a', 'waived'), material('b', 'submitted')]],
    ['handOver', 'accepted', []],
  ] as const)('is %s', (move, state, materials) => {
    expect(nextMove(caseOf(state, materials), [])).toBe(move);
  });
});

describe('materials', () => {
  const list = [material('a', 'waived'), material('b', 'needed'), material('c', 'waivable')];

  it('are counted, and what is lacking stands first', () => {
    expect(countMaterials(list)).toMatchObject({ waived: 1, needed: 1, waivable: 1, submitted: 0 });
    expect(lacking(list).map(({ code }) => code)).toEqual(['b', 'c']);
    expect(inOrder(list).map(({ code }) => code)).toEqual(['b', 'c', 'a']);
  });

  it('keep what was told of licences until the case is looked at anew', () => {
    const before = caseOf('opened', [material('c', 'waivable', { reason: 'licence' })]);
    const now = caseOf('accepted', [material('c', 'needed')]);

    expect(keepReasons(before, now).materials[0]?.state).toBe('waivable');
    expect(keepReasons(before, { ...now, id: '2' }).materials[0]?.state).toBe('needed');
    expect(keepReasons(null, now)).toBe(now);
  });
});
