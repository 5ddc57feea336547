import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { encodeExtension } from '../../../../service/src/pki/certificateEncoding.ts';
import { readChildren, readDer, TAG } from '../../../../service/src/pki/der.ts';
import {
  encodeDer,
  encodeExplicit,
  encodeSequence,
} from '../../../../service/src/pki/derEncoding.ts';
import { validateCertificationPath } from '../../../../service/src/pki/certificationPath.ts';
import { readCrl } from '../../../../service/src/pki/revocation/crl.ts';
import { entriesOf } from '../../../../service/src/pki/revocation/crlEntries.ts';
import { conclude } from '../../../../service/src/report.ts';
import { buildCa, buildCertificate } from '../../../support/certificates.ts';
import { buildCrl } from '../../../support/crls.ts';
import { mutate, mutations } from '../../../support/mutations.ts';

/** More in the long run. */
const FUZZ_RUNS = Number(process.env['TEST_FUZZ_RUNS'] ?? '400');

const ca = buildCa(null, 'ca');
const leaf = buildCertificate(ca);
const lines = [
  { certificate: leaf.certificate, revokedAt: '2026-02-01T00:00:00Z', reason: 1 },
  {
    certificate: { serialNumber: '12' },
    revokedAt: '2026-02-01T00:00:00Z',
    issuer: ca.certificate.subjectDer,
  },
];
const der = Uint8Array.from(
  buildCrl(ca, { lines, scope: { isIndirect: true, names: [{ uri: 'http://ca.example/' }] } }),
);

/** The list with some members of its TBSCertList exchanged. */
function withMembers(change: (members: Uint8Array[]) => readonly Uint8Array[]): Uint8Array {
  const [tbs, algorithm, signature] = readChildren(readDer(der, TAG.sequence));
  const members = readChildren(tbs!).map(({ bytes }) => bytes);
  return encodeSequence(encodeSequence(...change(members)), algorithm!.bytes, signature!.bytes);
}

const withExtension = (oid: string, value: Uint8Array): Uint8Array =>
  withMembers((members) => [
    ...members.slice(0, -1),
    encodeExplicit(0, encodeSequence(encodeExtension(oid, true, value))),
  ]);
const withScope = (...members: readonly Uint8Array[]): Uint8Array =>
  withExtension('2.5.29.28', encodeSequence(...members));
const isSet = Uint8Array.of(0xff);

describe('readCrl on hostile bytes', () => {
  it('reads the list unchanged', () => {
    expect(readCrl(withMembers((members) => members))).not.toBeNull();
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['something behind it', Uint8Array.from([...der, 0])],
    ['a certificate', ca.certificate.der],
    ['more than 16 MB', encodeDer(TAG.sequence, new Uint8Array(16_000_000))],
    [
      'no issuer',
      withMembers(([version, algorithm, , ...rest]) => [
        version!,
        algorithm!,
        encodeSequence(),
        ...rest,
      ]),
    ],
    [
      'another algorithm inside',
      withMembers(([version, , ...rest]) => [
        version!,
        encodeSequence(encodeDer(TAG.oid, Uint8Array.of(0x2a))),
        ...rest,
      ]),
    ],
    [
      'version 3',
      withMembers(([, ...rest]) => [encodeDer(TAG.integer, Uint8Array.of(2)), ...rest]),
    ],
    ['extensions in version 1', withMembers(([, ...rest]) => rest)],
    ['no time', withMembers((members) => [...members.slice(0, 3), ...members.slice(5)])],
    [
      'three times',
      withMembers((members) => [...members.slice(0, 4), members[4]!, ...members.slice(4)]),
    ],
    [
      'an extension twice',
      withMembers((members) => {
        const once = encodeExtension('2.5.29.20', false, encodeDer(TAG.integer, Uint8Array.of(1)));
        return [...members.slice(0, -1), encodeExplicit(0, encodeSequence(once, once))];
      }),
    ],
    ['a negative number', withExtension('2.5.29.20', encodeDer(TAG.integer, Uint8Array.of(0x80)))],
    [
      'a number of 22 octets',
      withExtension('2.5.29.20', encodeDer(TAG.integer, new Uint8Array(22).fill(1))),
    ],
    ['an empty scope', withScope()],
    ['a scope for two kinds', withScope(encodeDer(0x81, isSet), encodeDer(0x82, isSet))],
    ['a scope out of order', withScope(encodeDer(0x84, isSet), encodeDer(0x81, isSet))],
    ['a scope with a member to spare', withScope(encodeDer(0x86, isSet))],
    [
      'a scope with a flag that is neither true nor false',
      withScope(encodeDer(0x81, Uint8Array.of(1))),
    ],
  ])('gives null for %s', (_, bytes) => {
    expect(readCrl(bytes)).toBeNull();
  });

  it.each([
    ['a line that is no sequence', encodeSequence(encodeDer(TAG.null))],
    [
      'a line without a time',
      encodeSequence(encodeSequence(encodeDer(TAG.integer, Uint8Array.of(1)))),
    ],
    ['a line that is cut off', encodeDer(TAG.sequence, Uint8Array.of(0x30, 0x20, 0x02))],
  ])('has no lines to give for %s', (_, list) => {
    const crl = readCrl(
      withMembers((members) => [...members.slice(0, 5), list, ...members.slice(6)]),
    );

    expect(crl).not.toBeNull();
    expect(entriesOf(crl!)).toBeNull();
  });

  it.each([
    ['clears', buildCrl(ca), 'TOTAL-PASSED'],
    ['condemns', buildCrl(ca, { lines: lines.slice(0, 1) }), 'TOTAL-FAILED'],
  ])('says nothing once a list that %s was changed', (_, list, verdict) => {
    const judge = (bytes: Uint8Array): string =>
      conclude(
        validateCertificationPath({
          leaf: leaf.certificate,
          intermediates: [],
          anchors: [ca.certificate],
          at: new Date('2026-06-01T00:00:00Z'),
          revocation: { crls: [bytes], ocspResponses: [], demand: 'always' },
        }).checks,
      ).indication;

    expect(judge(list)).toBe(verdict);
    fc.assert(
      fc.property(mutations, (changes) => {
        const bytes = mutate(list, changes);
        fc.pre(Buffer.compare(bytes, list) !== 0);

        expect(judge(bytes)).toBe('INDETERMINATE');
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  it('never throws for a line, whatever is in it', () => {
    fc.assert(
      fc.property(mutations, (changes) => {
        const crl = readCrl(
          withMembers((members) => [
            ...members.slice(0, 5),
            encodeDer(TAG.sequence, mutate(readDer(members[5]!, TAG.sequence).content, changes)),
            ...members.slice(6),
          ]),
        );

        expect(crl).not.toBeNull();
        expect(() => entriesOf(crl!)).not.toThrow();
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});
