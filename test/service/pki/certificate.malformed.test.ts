import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ServiceError } from '../../../service/src/errors.ts';
import { parseCertificate, parseCertificates } from '../../../service/src/pki/certificate.ts';
import {
  encodeDer,
  encodeExplicit,
  encodeOctets,
  encodeOid,
  encodeSequence,
} from '../../../service/src/pki/derEncoding.ts';
import { readChildren, readDer, TAG } from '../../../service/src/pki/der.ts';
import { testCity } from '../../support/testCa.ts';

let der: Uint8Array;
beforeAll(async () => {
  const city = await testCity();
  der = Uint8Array.from(city.documentSignerSm2.certificationPath[0]!);
});

/** What came of it: the one code, or whether a certificate did. Anything else is thrown on. */
function outcomeOf(parse: () => unknown): 'read' | 'CERTIFICATE_MALFORMED' {
  try {
    parse();
    return 'read';
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'CERTIFICATE_MALFORMED') {
      return error.code;
    }
    throw error;
  }
}

/** The certificate with some members of its TBSCertificate exchanged. */
function withMembers(change: (members: Uint8Array[]) => Uint8Array[]): Uint8Array {
  const [tbs, algorithm, signature] = readChildren(readDer(der, TAG.sequence));
  const members = readChildren(tbs!).map(({ bytes }) => bytes);
  return encodeSequence(encodeSequence(...change(members)), algorithm!.bytes, signature!.bytes);
}

const withExtensions = (...extensions: Uint8Array[]): Uint8Array =>
  withMembers((members) => [
    ...members.slice(0, -1),
    encodeExplicit(3, encodeSequence(...extensions)),
  ]);
const extension = (oid: string, value: Uint8Array): Uint8Array =>
  encodeSequence(encodeOid(oid), encodeOctets(value));

describe('parseCertificate on hostile bytes', () => {
  it('reads the certificate unchanged', () => {
    expect(outcomeOf(() => parseCertificate(withMembers((members) => members)))).toBe('read');
  });

  it('gives nothing but CERTIFICATE_MALFORMED for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(outcomeOf(() => parseCertificate(bytes))).toBe('CERTIFICATE_MALFORMED');
      }),
    );
  });

  it('gives nothing else for any change of up to four bytes', () => {
    const change = fc.tuple(fc.nat(2000), fc.nat(255));

    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = Uint8Array.from(der);
        for (const [offset, value] of changes) {
          bytes[offset % bytes.length] = value;
        }
        expect(['read', 'CERTIFICATE_MALFORMED']).toContain(
          outcomeOf(() => parseCertificate(bytes)),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses it cut off at any byte, and with any byte behind', () => {
    for (let length = 0; length < der.length; length += 1) {
      expect(outcomeOf(() => parseCertificate(der.subarray(0, length)))).toBe(
        'CERTIFICATE_MALFORMED',
      );
    }
    expect(outcomeOf(() => parseCertificate(Uint8Array.from([...der, 0])))).toBe(
      'CERTIFICATE_MALFORMED',
    );
  });

  it('refuses deep nesting and large sizes without delay', () => {
    const deep = Array.from({ length: 1000 }).reduce<Uint8Array>(
      (inner) => encodeSequence(inner),
      new Uint8Array(),
    );

    expect(outcomeOf(() => parseCertificate(deep))).toBe('CERTIFICATE_MALFORMED');
    expect(outcomeOf(() => parseCertificate(new Uint8Array(10_000_000)))).toBe(
      'CERTIFICATE_MALFORMED',
    );
  });

  it.each([
    ['of version 1', (members: Uint8Array[]) => members.slice(1, -1)],
    [
      'of version 2',
      (members: Uint8Array[]) => [encodeExplicit(0, Uint8Array.of(2, 1, 1)), ...members.slice(1)],
    ],
    [
      'without extensions but with more behind',
      (members: Uint8Array[]) => [...members, encodeOctets(new Uint8Array())],
    ],
    ['with its extensions twice', (members: Uint8Array[]) => [...members, members.at(-1)!]],
    ['with an empty issuer', (members: Uint8Array[]) => members.with(3, encodeSequence())],
    [
      'with a long serial number',
      (members: Uint8Array[]) =>
        members.with(1, encodeDer(TAG.integer, new Uint8Array(22).fill(1))),
    ],
    [
      'that names two signature algorithms',
      (members: Uint8Array[]) => members.with(2, encodeSequence(encodeOid('1.2.840.10045.4.3.2'))),
    ],
    [
      'whose key is not on its curve',
      (members: Uint8Array[]) => members.with(6, members[6]!.with(90, members[6]![90]! ^ 1)),
    ],
  ])('refuses one %s', (_, change) => {
    expect(outcomeOf(() => parseCertificate(withMembers(change)))).toBe('CERTIFICATE_MALFORMED');
  });

  it.each([
    [
      'twice',
      [
        extension('2.5.29.15', Uint8Array.of(3, 2, 7, 0x80)),
        extension('2.5.29.15', Uint8Array.of(3, 2, 7, 0x80)),
      ],
    ],
    ['with the wrong type inside', [extension('2.5.29.15', Uint8Array.of(4, 1, 0))]],
    ['with bytes behind its value', [extension('2.5.29.19', Uint8Array.of(0x30, 0, 0))]],
    [
      'with a negative path length',
      [extension('2.5.29.19', Uint8Array.of(0x30, 6, 1, 1, 0xff, 2, 1, 0xff))],
    ],
    ['without a value', [encodeSequence(encodeOid('2.5.29.19'))]],
    [
      'with a flag that is neither true nor false',
      [
        encodeSequence(
          encodeOid('2.5.29.19'),
          Uint8Array.of(1, 1, 1),
          encodeOctets(encodeSequence()),
        ),
      ],
    ],
  ])('refuses an extension %s', (_, extensions) => {
    expect(outcomeOf(() => parseCertificate(withExtensions(...extensions)))).toBe(
      'CERTIFICATE_MALFORMED',
    );
  });
});

describe('parseCertificates on hostile text', () => {
  it('gives nothing but CERTIFICATE_MALFORMED', () => {
    const part = fc.oneof(
      fc.constantFrom('-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----', '\n', '='),
      fc.base64String(),
      fc.string(),
    );

    fc.assert(
      fc.property(fc.array(part), (parts) => {
        expect(['read', 'CERTIFICATE_MALFORMED']).toContain(
          outcomeOf(() => parseCertificates(parts.join(''))),
        );
      }),
    );
  });
});
