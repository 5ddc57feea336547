import { describe, expect, it } from '@jest/globals';

import { readRevocationInfo } from '../../../../service/src/pki/cms/revocationInfo.ts';
import { TAG, readDer, type DerElement } from '../../../../service/src/pki/der.ts';
import {
  encodeDer,
  encodeExplicit,
  encodeOid,
  encodeSequence,
} from '../../../../service/src/pki/derEncoding.ts';

const LIST = encodeSequence(encodeDer(TAG.null));
const RESPONSE = encodeSequence(encodeDer(TAG.null), encodeDer(TAG.null));
const element = (der: Uint8Array): DerElement => readDer(der, der[0]!);
const plain = (bytes: readonly Uint8Array[]): readonly string[] =>
  bytes.map((one) => Buffer.from(one).toString('hex'));

describe('readRevocationInfo', () => {
  it('reads lists and OCSP responses of a SignedData', () => {
    const other = (format: string): Uint8Array => encodeExplicit(1, encodeOid(format), RESPONSE);
    const choices = element(
      encodeDer(0xa1, LIST, other('1.3.6.1.5.5.7.16.2'), other('1.3.6.1.5.5.7.16.4')),
    );

    const { crls, ocspResponses } = readRevocationInfo(choices, null);

    expect(plain(crls)).toEqual(plain([LIST]));
    expect(plain(ocspResponses)).toEqual(plain([RESPONSE]));
  });

  it('reads the signed attribute that older programs write', () => {
    const archival = element(
      encodeSequence(
        encodeExplicit(0, encodeSequence(LIST, LIST)),
        encodeExplicit(1, encodeSequence(RESPONSE)),
        encodeExplicit(2, encodeSequence(LIST)),
      ),
    );

    const { crls, ocspResponses } = readRevocationInfo(null, archival);

    expect(plain(crls)).toEqual(plain([LIST, LIST]));
    expect(plain(ocspResponses)).toEqual(plain([RESPONSE]));
  });

  it('takes nothing from what cannot be read, or is not there', () => {
    const nothing = { crls: [], ocspResponses: [] };
    const broken = element(encodeDer(0xa1, Uint8Array.of(0x30, 0x05)));

    expect(readRevocationInfo(broken, element(encodeDer(TAG.null)))).toEqual(nothing);
    expect(readRevocationInfo(null, null)).toEqual(nothing);
  });
});
