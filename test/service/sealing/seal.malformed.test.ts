import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ServiceError } from '../../../service/src/errors.ts';
import {
  encodeBits,
  encodeBoolean,
  encodeOctets,
  encodeOid,
  encodeSequence,
  encodeText,
  encodeUnsigned,
} from '../../../service/src/pki/derEncoding.ts';
import { readChildren, readDer, TAG } from '../../../service/src/pki/der.ts';
import { parseSeal } from '../../../service/src/sealing/seal.ts';
import { parseSealSignature } from '../../../service/src/sealing/sealSignature.ts';
import { testCity, type TestCity } from '../../support/testCa.ts';
import { buildSeal } from '../../support/testSeal.ts';

const malformed = expect.objectContaining({ code: 'DOCUMENT_MALFORMED' });

let city: TestCity;
let seal: Uint8Array;
beforeAll(async () => {
  city = await testCity();
  seal = await buildSeal(city);
});

function membersOf(bytes: Uint8Array): Uint8Array[] {
  return readChildren(readDer(bytes, TAG.sequence)).map((member) => member.bytes);
}

/** The seal with one member of its information replaced. */
function withInfo(index: number, ...replacement: readonly Uint8Array[]): Uint8Array {
  const [info, ...rest] = membersOf(seal);
  const members = membersOf(info!);
  members.splice(index, 1, ...replacement);
  return encodeSequence(encodeSequence(...members), ...rest);
}

describe('parseSeal', () => {
  it('reads the seal that the faults below are made of', () => {
    expect(parseSeal(withInfo(1, membersOf(membersOf(seal)[0]!)[1]!)).esId).toBe('33040200000017');
  });

  it.each<[string, () => Uint8Array]>([
    ['nothing', () => new Uint8Array()],
    ['bytes behind it', () => Buffer.concat([seal, Buffer.of(0)])],
    ['three members', () => encodeSequence(...membersOf(seal).slice(0, 3))],
    [
      'a header of another kind',
      () =>
        withInfo(
          0,
          encodeSequence(encodeText('ES'), encodeUnsigned(Uint8Array.of(4)), encodeText('V')),
        ),
    ],
    ['an esId of another type', () => withInfo(1, encodeText('1'))],
    [
      'a member too many',
      () => withInfo(3, membersOf(membersOf(seal)[0]!)[3]!, encodeSequence(), encodeSequence()),
    ],
    [
      'a critical extension',
      () =>
        withInfo(
          3,
          membersOf(membersOf(seal)[0]!)[3]!,
          encodeSequence(
            encodeSequence(encodeOid('1.2.3'), encodeBoolean(true), encodeOctets(Uint8Array.of(1))),
          ),
        ),
    ],
    [
      'five members and version 4',
      () => encodeSequence(...membersOf(seal), encodeBits(Uint8Array.of(1))),
    ],
    [
      'an indefinite length',
      () => Buffer.concat([Buffer.of(0x30, 0x80), ...membersOf(seal), Buffer.of(0, 0)]),
    ],
  ])('refuses %s', (_, build) => {
    expect(() => parseSeal(build())).toThrow(malformed);
  });

  it('reads past an extension that is not critical', () => {
    const picture = membersOf(membersOf(seal)[0]!)[3]!;
    const extension = encodeSequence(
      encodeOid('1.2.156.10197.6.7.2.2.1'),
      encodeBoolean(false),
      encodeOctets(Buffer.from('2.1')),
    );

    expect(parseSeal(withInfo(3, picture, encodeSequence(extension))).version).toBe(4);
  });
});

describe('parseSeal and parseSealSignature', () => {
  it.each([
    ['parseSeal', parseSeal],
    ['parseSealSignature', parseSealSignature],
  ])('%s throws nothing but DOCUMENT_MALFORMED, whatever it is given', (_, parse) => {
    const mutated = fc
      .array(fc.tuple(fc.nat(seal.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
      .map((changes) => {
        const bytes = new Uint8Array(seal);
        for (const [offset, value] of changes) bytes[offset] = value;
        return bytes;
      });

    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (bytes) => {
        try {
          parse(bytes);
        } catch (error) {
          return error instanceof ServiceError && error.code === 'DOCUMENT_MALFORMED';
        }
        return true;
      }),
      { numRuns: 2000 },
    );
  });
});
