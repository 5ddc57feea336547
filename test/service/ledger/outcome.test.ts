import { describe, expect, it } from '@jest/globals';
import type { CommittedOutcome } from '../../../service/src/ledger/ledger.ts';
import { placeOf, refusalOf, requireRecorded } from '../../../service/src/ledger/outcome.ts';

const RECORDED: CommittedOutcome = {
  id: '01M80TJWQHMZAA1HQ97HRSY9YC',
  outcome: 'recorded',
  position: { root: 'ab'.repeat(32), index: 3 },
  block: 7,
};
const REFUSED: CommittedOutcome = {
  id: '01M80TJWQHMZAA1HQ97HRSY9YC',
  outcome: 'refused',
  code: 'SEAL_REVOKED',
  message: 'seal 1 is revoked',
  block: null,
};

describe('outcomes of acts', () => {
  it('say where a recorded act stands', () => {
    expect(placeOf(RECORDED)).toEqual({ root: 'ab'.repeat(32), position: 3, block: 7 });
  });

  it('give a refused act no place', () => {
    expect(placeOf(REFUSED)).toBeNull();
  });

  it('let a recorded act pass', () => {
    expect(() => {
      requireRecorded(RECORDED);
    }).not.toThrow();
  });

  it('turn a refusal into the code that both sides have', () => {
    expect(() => {
      requireRecorded(REFUSED);
    }).toThrow(expect.objectContaining({ code: 'SEAL_REVOKED', message: 'seal 1 is revoked' }));
  });

  it('keep a code that only contracts have in the message', () => {
    expect(refusalOf('ACT_FROM_FUTURE', 'too early')).toMatchObject({
      code: 'ACT_REFUSED',
      message: 'ACT_FROM_FUTURE: too early',
    });
  });
});
