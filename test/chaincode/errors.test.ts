import { describe, expect, it } from '@jest/globals';

import {
  CONTRACT_ERROR_CODES,
  ContractError,
  parseContractError,
} from '../../chaincode/src/errors.js';

describe('parseContractError', () => {
  it.each(CONTRACT_ERROR_CODES)('reads %s back from its message', (code) => {
    const error = new ContractError(code, 'a sentence: with a colon');

    expect(parseContractError(error.message)).toEqual({
      code,
      message: 'a sentence: with a colon',
    });
  });

  it('finds the code behind the prefix of a peer', () => {
    const text = '10 ABORTED: chaincode response 500, SEAL_REVOKED: seal 1 is revoked\nsince';

    expect(parseContractError(text)).toEqual({
      code: 'SEAL_REVOKED',
      message: 'seal 1 is revoked\nsince',
    });
  });

  it.each(['', 'x is not a function', 'UNKNOWN_CODE: x', 'XSEAL_REVOKED: x', 'SEAL_REVOKED'])(
    'finds none in %j',
    (text) => {
      expect(parseContractError(text)).toBeNull();
    },
  );
});
