import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { encodeCbor, type CborValue } from '../../../service/src/credentials/cbor.ts';
import { encodeProtectedHeader, encodeSign1 } from '../../../service/src/credentials/cose.ts';
import { encodeDigits } from '../../../service/src/credentials/digits.ts';
import {
  parseDocumentCode,
  parseDocumentCodeBytes,
  prepareDocumentCode,
} from '../../../service/src/credentials/documentCode.ts';
import { buildCodeInput } from '../../support/documentCodes.ts';

const malformed = expect.objectContaining({ code: 'CODE_MALFORMED' });
const SIGNATURE = new Uint8Array(64).fill(1);
const VALID = prepareDocumentCode(buildCodeInput()).complete(SIGNATURE);
const DIGITS = VALID.text.slice(VALID.text.indexOf('YX1.') + 4);

const HEADER = encodeProtectedHeader(
  'ES256',
  new Map<number, CborValue>([
    [4, new Uint8Array(8)],
    [16, 61],
  ]),
);
const LICENCE = ['11100000000013338W032', '2430599', 1, new Uint8Array(16), '张*', null] as const;
const STATUS = new Map([
  [
    'status_list',
    new Map<string, CborValue>([
      ['idx', 1],
      ['uri', 'https://h/s/0'],
    ]),
  ],
]);
const CLAIMS: readonly (readonly [number, CborValue])[] = [
  [1, '11220000013544541J'],
  [6, 1_770_000_000],
  [65535, STATUS],
  [-70010, LICENCE],
];

/** A code whose claims are the valid ones but for these; `undefined` leaves a claim out. */
function codeWith(
  claims: readonly (readonly [number, CborValue | undefined])[],
  header = HEADER,
): Uint8Array {
  const all = new Map<number, CborValue>(CLAIMS);
  for (const [claim, value] of claims) {
    if (value === undefined) {
      all.delete(claim);
    } else {
      all.set(claim, value);
    }
  }
  return encodeSign1({ protectedBytes: header, payload: encodeCbor(all) }, SIGNATURE);
}

function licenceWith(index: number, value: CborValue): readonly CborValue[] {
  return LICENCE.map((member, place) => (place === index ? value : member));
}

describe('parseDocumentCode', () => {
  it.each([
    ['the address of any host', `https://elsewhere.example:8443/v#YX1.${DIGITS}`],
    ['an address without TLS', `http://127.0.0.1:8080/v#YX1.${DIGITS}`],
    ['the fragment', `#YX1.${DIGITS}`],
    ['the code alone', `YX1.${DIGITS}`],
    ['white space around it, as scanners add', ` YX1.${DIGITS}\r\n`],
  ])('accepts %s', (_, text) => {
    expect(parseDocumentCode(text).digest).toBe(VALID.digest);
  });

  it.each([
    ['nothing', ''],
    ['another kind of code', 'YXP.ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
    ['no digits', 'YX1.'],
    ['lower case', `yx1.${DIGITS}`],
    ['another path', `https://h/w#YX1.${DIGITS}`],
    ['an address without mark', `https://h/vYX1.${DIGITS}`],
    ['a query', `https://h/v?x=1#YX1.${DIGITS}`],
    ['another scheme', `javascript://h/v#YX1.${DIGITS}`],
    ['text behind it', `YX1.${DIGITS}x`],
    ['a digit less', `YX1.${DIGITS.slice(0, -1)}`],
    ['a group less', `YX1.${DIGITS.slice(17)}`],
    ['a very long text', `YX1.${'1'.repeat(100_000)}`],
    ['a very long host', `https://${'h'.repeat(1000)}/v#YX1.${DIGITS}`],
    ['digits that are no code', `YX1.${encodeDigits(Uint8Array.of(1, 2, 3))}`],
  ])('refuses %s', (_, text) => {
    expect(() => parseDocumentCode(text)).toThrow(malformed);
  });

  it('throws nothing but CODE_MALFORMED, whatever the text', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.stringMatching(/^(https:\/\/h\/v#)?YX1\.[0-9]{0,200}$/),
      fc
        .nat({ max: DIGITS.length - 1 })
        .chain((at) =>
          fc
            .nat({ max: 9 })
            .map((digit) => `YX1.${DIGITS.slice(0, at)}${digit}${DIGITS.slice(at + 1)}`),
        ),
    );
    fc.assert(fc.property(texts, expectCodeOrMalformed), { numRuns: 2000 });
  });
});

describe('parseDocumentCodeBytes', () => {
  it('reads the code that the faults below start from', () => {
    expect(parseDocumentCodeBytes(codeWith([])).subject.kind).toBe('licence');
  });

  it.each<[string, Uint8Array]>([
    ['no issuer', codeWith([[1, undefined]])],
    ['an issuer that is no credit code', codeWith([[1, '112200000135445411']])],
    ['no time of issue', codeWith([[6, undefined]])],
    ['a time of issue that is text', codeWith([[6, '2026']])],
    ['a time beyond the year 9999', codeWith([[6, 253_402_300_800]])],
    ['a negative time', codeWith([[6, -1]])],
    ['exp without a last day', codeWith([[4, 1_900_000_000]])],
    ['a last day without exp', codeWith([[-70010, licenceWith(5, 20_000)]])],
    ['no status', codeWith([[65535, undefined]])],
    ['a status of another kind', codeWith([[65535, new Map([['other', 1]])]])],
    ['a claim it does not know', codeWith([[2, 'subject']])],
    ['no subject', codeWith([[-70010, undefined]])],
    ['two subjects', codeWith([[-70011, ['e', 0, 'a', new Uint8Array(16), 'n']]])],
    ['five members', codeWith([[-70010, LICENCE.slice(0, 5)]])],
    ['a type code too short', codeWith([[-70010, licenceWith(0, '11100000000013338W03')]])],
    [
      'a type code of no possible body',
      codeWith([[-70010, licenceWith(0, '11100000000013338X032')]]),
    ],
    ['a serial with other characters', codeWith([[-70010, licenceWith(1, 'a-1')]])],
    ['a serial of 33 characters', codeWith([[-70010, licenceWith(1, '1'.repeat(33))]])],
    ['version 0', codeWith([[-70010, licenceWith(2, 0)]])],
    ['version 1000', codeWith([[-70010, licenceWith(2, 1000)]])],
    ['a digest of 32 bytes', codeWith([[-70010, licenceWith(3, new Uint8Array(32))]])],
    ['a name of 61 bytes', codeWith([[-70010, licenceWith(4, 'n'.repeat(61))]])],
    [
      'a status beside a seal signature',
      codeWith([
        [-70010, undefined],
        [-70011, ['E1', 0, '01JXA5T2Z8Q4N6M0K7H3B1C9DE', new Uint8Array(16), 'n']],
      ]),
    ],
    [
      'a format that is not known',
      codeWith([
        [65535, undefined],
        [-70010, undefined],
        [-70011, ['E1', 2, '01JXA5T2Z8Q4N6M0K7H3B1C9DE', new Uint8Array(16), 'n']],
      ]),
    ],
    ['a header without kid and typ', codeWith([], encodeProtectedHeader('ES256'))],
    [
      'a kid of 4 bytes',
      codeWith(
        [],
        encodeProtectedHeader(
          'ES256',
          new Map<number, CborValue>([
            [4, new Uint8Array(4)],
            [16, 61],
          ]),
        ),
      ),
    ],
    [
      'another typ',
      codeWith(
        [],
        encodeProtectedHeader(
          'ES256',
          new Map<number, CborValue>([
            [4, new Uint8Array(8)],
            [16, 60],
          ]),
        ),
      ),
    ],
    [
      'a further header parameter',
      codeWith(
        [],
        encodeProtectedHeader(
          'ES256',
          new Map<number, CborValue>([
            [4, new Uint8Array(8)],
            [16, 61],
            [5, 1],
          ]),
        ),
      ),
    ],
  ])('refuses %s', (_, bytes) => {
    expect(() => parseDocumentCodeBytes(bytes)).toThrow(malformed);
  });

  it.each([
    ['https://h/s/01', 0],
    ['https://h/s/', 0],
    ['https://h/t/1', 0],
    ['javascript:alert(1)/s/1', 0],
    ['https://h/s/1', 2 ** 17],
    ['https://h/s/1', -1],
  ])('refuses the status list %s, entry %d', (uri, idx) => {
    const reference = new Map([
      [
        'status_list',
        new Map<string, CborValue>([
          ['idx', idx],
          ['uri', uri],
        ]),
      ],
    ]);

    expect(() => parseDocumentCodeBytes(codeWith([[65535, reference]]))).toThrow(malformed);
  });

  it('throws nothing but CODE_MALFORMED, whichever byte is changed', () => {
    const changes = fc.record({
      at: fc.nat({ max: VALID.bytes.length - 1 }),
      byte: fc.nat({ max: 255 }),
    });
    fc.assert(
      fc.property(changes, ({ at, byte }) => {
        const bytes = VALID.bytes.with(at, byte);

        expectCodeOrMalformed(`YX1.${encodeDigits(bytes)}`);
      }),
      { numRuns: 2000 },
    );
  });
});

function expectCodeOrMalformed(text: string): void {
  try {
    parseDocumentCode(text);
  } catch (error) {
    expect(error).toMatchObject({ code: 'CODE_MALFORMED' });
  }
}
