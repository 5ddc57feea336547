import { describe, expect, it } from '@jest/globals';
import { formatIdentifier } from '@yinxin/chaincode/model';
import { readIdentifier } from '../../service/src/identifier.ts';
import { TEST_ORGANISATIONS, TEST_TYPES } from '../support/testService.ts';

const IDENTIFIER = formatIdentifier({
  ...{ typeCode: TEST_TYPES.dual, issuer: TEST_ORGANISATIONS.market.creditCode },
  ...{ serial: 'A1', version: 1 },
});

describe('readIdentifier', () => {
  it.each([IDENTIFIER, IDENTIFIER.toLowerCase(), `  ${IDENTIFIER}\n`])('reads %j', (text) => {
    expect(readIdentifier(text)).toMatchObject({ text: IDENTIFIER, serial: 'A1', version: 1 });
  });

  it.each([
    ...['', 'A1', IDENTIFIER.slice(0, -1), `${IDENTIFIER}0`, '9'.repeat(100_000)],
    IDENTIFIER.replace('.A1.', '.A2.'),
  ])('does not read what is none', (text) => {
    expect(() => readIdentifier(text)).toThrow(expect.objectContaining({ code: 'CODE_MALFORMED' }));
  });
});
