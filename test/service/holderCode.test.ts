import { describe, expect, it } from '@jest/globals';
import { ServiceError } from '../../service/src/errors.ts';
import { requireHolderCode } from '../../service/src/holderCode.ts';
import { TEST_COMPANY, TEST_PERSON } from '../support/testService.ts';

describe('requireHolderCode', () => {
  it.each([TEST_PERSON, TEST_COMPANY, { code: 'E12345678', codeType: '999' }])(
    'takes codes of type $codeType',
    (holder) => {
      expect(() => {
        requireHolderCode(holder, 'holder');
      }).not.toThrow();
    },
  );

  it.each([
    { code: TEST_PERSON.code, codeType: '001' },
    { code: TEST_COMPANY.code, codeType: '111' },
    { code: '33040219900307998A', codeType: '111' },
    { code: 'E 1', codeType: '999' },
    { code: 'E1', codeType: '414' },
  ])('refuses others, of type $codeType, without quoting them', ({ code, codeType }) => {
    const refused = ((): unknown => {
      try {
        requireHolderCode({ code, codeType }, 'agent');
        return null;
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(ServiceError);
    expect(refused).toMatchObject({
      code: 'HOLDER_CODE_INVALID',
      faults: [{ pointer: '/agent/code' }],
    });
    expect((refused as Error).message).not.toContain(code);
  });
});
