import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isCitizenId, isCreditCode } from '@yinxin/chaincode/model';
import { demoCitizenId, demoCreditCode } from '../../../../service/src/demo/demoCodes.ts';
import { requireHolderCode } from '../../../../service/src/holderCode.ts';
import {
  checkHolderCode,
  otherCodeType,
  tidyCode,
  type CodeType,
} from '../../../../web/src/console/department/holderCode.ts';

const CITIZEN = demoCitizenId({ division: '420106', birthDay: '19880412', sex: '女' });
const CREDIT = demoCreditCode('enterprise', 101);

function isTakenByService(codeType: CodeType, code: string): boolean {
  try {
    requireHolderCode({ code, codeType }, 'holder');
    return true;
  } catch {
    return false;
  }
}

const nearlyRight = fc.oneof(
  fc.stringMatching(/^[1-9]\d{16}[0-9X]$/),
  fc.stringMatching(/^[1-9]\d{5}19[5-9]\d(0[1-9]|1[0-2])[0-3]\d{4}[0-9X]$/),
  fc.stringMatching(/^[0-9A-Z]{18}$/),
  fc
    .tuple(fc.constantFrom(CITIZEN, CREDIT), fc.nat(17), fc.stringMatching(/^[0-9A-Z]$/))
    .map(([code, at, character]) => code.slice(0, at) + character + code.slice(at + 1)),
  fc.stringMatching(/^[0-9A-Za-z-]{1,70}$/),
);

describe('checkHolderCode', () => {
  it('calls right what the service takes, and nothing else', () => {
    fc.assert(
      fc.property(fc.constantFrom('001', '111', '999'), nearlyRight, (codeType, text) => {
        const { code, state } = checkHolderCode(codeType, text);
        expect(state === 'right').toBe(isTakenByService(codeType, code));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([['111', CITIZEN] as const, ['001', CREDIT] as const])(
    'finds nothing wrong at any moment while a right code of type %s is typed',
    (codeType, code) => {
      const states = Array.from(code, (_, index) =>
        checkHolderCode(codeType, code.slice(0, index)),
      );

      expect(new Set(states.map(({ fault }) => fault))).toEqual(new Set([null]));
      expect(states.map(({ missing }) => missing)).toEqual(
        Array.from(code, (_, index) => 18 - index),
      );
      expect(checkHolderCode(codeType, code).state).toBe('right');
    },
  );

  it.each([
    ['111', '420106198813', 'date'],
    ['111', '42010619880231', 'date'],
    ['111', '0', 'beginning'],
    ['111', '42O', 'character'],
    ['111', '42X', 'character'],
    ['111', `${CITIZEN}1`, 'tooLong'],
    ['001', '9142I', 'character'],
    ['001', `${CREDIT}1`, 'tooLong'],
    ['999', 'A B!', 'character'],
  ] as const)('says of type %s %s at once: %s', (codeType, typed, fault) => {
    expect(checkHolderCode(codeType, typed)).toMatchObject({ state: 'wrong', fault });
  });

  it('finds every single wrong digit and every swap of neighbours in a citizen id number', () => {
    const swapped = Array.from({ length: 17 }, (_, at) =>
      [CITIZEN.slice(0, at), CITIZEN[at + 1], CITIZEN[at], CITIZEN.slice(at + 2)].join(''),
    ).filter((code) => code !== CITIZEN);

    expect(swapped.filter((code) => isCitizenId(code))).toEqual([]);
    expect(swapped.map((code) => checkHolderCode('111', code).state)).not.toContain('right');
  });

  it('tells who a citizen id number says it is', () => {
    const { person } = checkHolderCode('111', CITIZEN);

    expect(person).toEqual({ birthDay: '1988-04-12', sex: 'female' });
  });
});

describe('tidyCode', () => {
  it('takes what input methods and tables leave behind', () => {
    const typed = ` ${CREDIT.toLowerCase().slice(0, 6)} ${CREDIT.slice(6)}\u200b`;

    expect(tidyCode(typed)).toBe(CREDIT);
    expect(tidyCode('４２０')).toBe('420');
  });
});

describe('otherCodeType', () => {
  it('notices a code of the other type', () => {
    expect(otherCodeType('001', CITIZEN)).toBe(isCreditCode(CITIZEN) ? null : '111');
    expect(otherCodeType('111', CREDIT)).toBe('001');
    expect(otherCodeType('999', CREDIT)).toBe('001');
    expect(otherCodeType('001', CREDIT)).toBe(null);
    expect(otherCodeType('001', '42')).toBe(null);
  });
});
