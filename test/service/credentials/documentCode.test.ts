import { describe, expect, it } from '@jest/globals';
import { decode } from 'cbor2';
import fc from 'fast-check';

import {
  assertHostFits,
  isDocumentCodeText,
  parseDocumentCode,
  prepareDocumentCode,
  type DocumentCodeInput,
  type EncodedDocumentCode,
} from '../../../service/src/credentials/documentCode.ts';
import { qrToPng } from '../../../service/src/qrcode/image.ts';
import { createQrSymbol, qrBits } from '../../../service/src/qrcode/segments.ts';
import {
  buildCodeInput,
  buildLicenceSubject,
  buildSealSignatureSubject,
} from '../../support/documentCodes.ts';
import { readQr } from '../../support/readQr.ts';

const SIGNATURE = new Uint8Array(64).fill(0xa5);

function encode(overrides: Partial<DocumentCodeInput> = {}): EncodedDocumentCode {
  return prepareDocumentCode(buildCodeInput(overrides)).complete(SIGNATURE);
}

const capitals = Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ');

const licences = fc.record({
  serial: fc.string({ unit: fc.constantFrom(...capitals), minLength: 1, maxLength: 32 }),
  version: fc.integer({ min: 1, max: 999 }),
  holder: fc.record({
    name: fc.string({ unit: 'grapheme', maxLength: 60 }),
    kind: fc.constantFrom('person' as const, 'organisation' as const),
  }),
  validUntil: fc.option(
    fc.date({ min: new Date(0), max: new Date('9999-12-30'), noInvalidDate: true }),
  ),
  status: fc.record({
    list: fc.nat({ max: 9999 }),
    index: fc.nat({ max: 2 ** 17 - 1 }),
  }),
});

/** The longest a licence's code can be: every member at its limit. */
function worstCase(host: string): DocumentCodeInput {
  return buildCodeInput({
    signer: { algorithm: 'SM2', keyId: 'ff'.repeat(32) },
    publicUrl: `https://${host}`,
    issuedAt: new Date('9999-01-01T00:00:00Z'),
    subject: buildLicenceSubject({
      serial: 'Z'.repeat(32),
      version: 999,
      holder: { name: '局'.repeat(30), kind: 'organisation' },
      validUntil: new Date('9999-12-30T15:59:59.999Z'),
      status: { list: 9999, index: 2 ** 17 - 1 },
    }),
  });
}

describe('prepareDocumentCode', () => {
  it('holds the claims in the form of the contract', () => {
    const message = decode<{ contents: unknown[] }>(encode().bytes, { preferMap: true });
    const [header, unprotectedHeader, payload, signature] = message.contents;

    expect(decode(header as Uint8Array, { preferMap: true })).toEqual(
      new Map<number, unknown>([
        [1, -7],
        [4, Uint8Array.from(Buffer.from('0123456789abcdef', 'hex'))],
        [16, 61],
      ]),
    );
    expect(unprotectedHeader).toEqual(new Map());
    expect(decode(payload as Uint8Array, { preferMap: true })).toEqual(
      new Map<number, unknown>([
        [1, '11220000013544541J'],
        [4, Date.parse('2030-12-31T16:00:00Z') / 1000],
        [6, Date.parse('2026-03-01T02:03:04Z') / 1000],
        [
          65535,
          new Map([
            [
              'status_list',
              new Map<string, unknown>([
                ['idx', 7],
                ['uri', 'https://licences.example.cn/s/0'],
              ]),
            ],
          ]),
        ],
        [
          -70010,
          [
            '11100000000013338W032',
            '2430599',
            1,
            Uint8Array.from(Buffer.from('00112233445566778899aabbccddeeff', 'hex')),
            '张*',
            Date.parse('2030-12-31') / 86_400_000,
          ],
        ],
      ]),
    );
    expect(signature).toEqual(SIGNATURE);
  });

  it('writes the text behind the public address', () => {
    expect(encode().text).toMatch(/^https:\/\/licences\.example\.cn\/v#YX1\.[0-9]{500,700}$/);
  });

  it('is inverted by parseDocumentCode', () => {
    fc.assert(
      fc.property(licences, (overrides) => {
        const subject = buildLicenceSubject(overrides);
        const { serial, version, contentDigest } = subject;

        const code = encode({ subject });
        const parsed = parseDocumentCode(code.text);

        expect(parsed).toMatchObject({ bytes: code.bytes, digest: code.digest });
        expect(parsed.claims).toMatchObject({
          issuer: '11220000013544541J',
          status: { ...overrides.status },
          subject: { kind: 'licence', serial, version, contentDigest },
        });
      }),
    );
  });

  it('names the licence and its last day', () => {
    const { subject, claims, keyIdentifier } = parseDocumentCode(encode().text);

    expect(subject).toEqual({
      kind: 'licence',
      identifier: '1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F',
    });
    expect(claims.expiresAt).toEqual(new Date('2030-12-31T16:00:00.000Z'));
    expect(claims.subject).toMatchObject({ holderName: '张*', validUntilDay: 22279 });
    expect(keyIdentifier).toBe('0123456789abcdef');
  });

  it('has neither exp nor last day for a licence without end', () => {
    const { claims } = parseDocumentCode(
      encode({ subject: buildLicenceSubject({ validUntil: null }) }).text,
    );

    expect(claims).toMatchObject({ expiresAt: null, subject: { validUntilDay: null } });
  });

  it('names the act of a seal signature', () => {
    const { subject, claims } = parseDocumentCode(
      encode({ subject: buildSealSignatureSubject() }).text,
    );

    expect(subject).toEqual({ kind: 'seal-signature', identifier: '01JXA5T2Z8Q4N6M0K7H3B1C9DE' });
    expect(claims).toMatchObject({
      status: null,
      expiresAt: null,
      subject: {
        esId: '11010100000001',
        format: 'pdf',
        contentDigest: 'ffeeddccbbaa99887766554433221100',
        holderName: '某某市行政审批局',
      },
    });
  });
});

describe('the printed symbol', () => {
  it('is at most version 15 for a host of 30 characters and the longest licence', async () => {
    const { text } = prepareDocumentCode(worstCase('h'.repeat(30))).complete(SIGNATURE);

    const symbol = createQrSymbol(text);

    expect(qrBits(text)).toBeLessThanOrEqual(3320);
    expect(symbol.version).toBe(15);
    await expect(readQr(qrToPng(symbol, 3))).resolves.toEqual([text]);
  });

  it('is at most version 15 for the longest seal signature', () => {
    const { text } = prepareDocumentCode({
      ...worstCase('h'.repeat(30)),
      subject: buildSealSignatureSubject({
        esId: 'E'.repeat(64),
        holder: { name: '局'.repeat(30), kind: 'organisation' },
      }),
    }).complete(SIGNATURE);

    expect(createQrSymbol(text).version).toBeLessThanOrEqual(15);
  });
});

describe('assertHostFits', () => {
  it.each([
    'https://licences.example.cn',
    'http://127.0.0.1:8080',
    `https://${'h'.repeat(30)}`,
    'http://[::1]:8080',
  ])('accepts %s', (url) => {
    expect(() => {
      assertHostFits(url);
    }).not.toThrow();
  });

  it.each([
    `https://${'h'.repeat(31)}`,
    `https://${'h'.repeat(26)}:8080`,
    'https://host/path',
    'https://host/',
    'ftp://host',
    'https://user@host',
    '印.cn',
    '',
  ])('refuses %s', (url) => {
    expect(() => {
      assertHostFits(url);
    }).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }));
  });
});

describe('isDocumentCodeText', () => {
  it.each([
    ['https://h/v#YX1.1', true],
    ['YX1.', true],
    [' #YX1.9', true],
    ['YXP.ABC', false],
    ['12345678', false],
  ])('of %s is %s', (text, expected) => {
    expect(isDocumentCodeText(text)).toBe(expected);
  });
});
