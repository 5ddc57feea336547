import { beforeAll, describe, expect, it } from '@jest/globals';

import { addSealTimeStamp } from '../../../../service/src/documents/ofd/addSealTimeStamp.ts';
import { parseSealSignature } from '../../../../service/src/sealing/sealSignature.ts';
import { unpack } from '../../../support/repack.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';
import {
  buildOfd,
  buildOfdContent,
  buildSeal,
  leafOf,
  PLACEMENT,
  SEALED_AT,
} from '../../../support/testSeal.ts';
import { sealOfd } from '../../../../service/src/documents/ofd/sealOfd.ts';

const VALUE = 'Doc_0/Signs/Sign_0/SignedValue.dat';
const TOKEN = Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x07);
const malformed = expect.objectContaining({ code: 'DOCUMENT_MALFORMED' });

let city: TestCity;
let ofd: Uint8Array;
beforeAll(async () => {
  city = await testCity();
  ofd = await buildOfd(city);
});

describe('a time stamp added later', () => {
  it('changes the signature value and nothing else', () => {
    const [before, after] = [unpack(ofd), unpack(addSealTimeStamp(ofd, 0, TOKEN))];
    const changed = [...before].filter(([name, bytes]) => Buffer.compare(bytes, after.get(name)!));

    expect(changed.map(([name]) => name)).toEqual([VALUE]);
    expect([...after.keys()]).toEqual([...before.keys()]);
    expect(parseSealSignature(after.get(VALUE)!).timeStampToken).toEqual(Buffer.from(TOKEN));
  });

  it('gives the bytes that sealing with it gives', async () => {
    const signer = city.documentSignerSm2;
    const prepared = sealOfd(buildOfdContent(city), {
      seal: await buildSeal(city),
      placements: [PLACEMENT],
      signerCertificate: leafOf(signer),
      signedAt: SEALED_AT,
    });
    const signature = await signer.sign(prepared.toBeSigned);

    expect(
      Buffer.compare(
        addSealTimeStamp(prepared.complete(signature), 0, TOKEN),
        prepared.complete(signature, TOKEN),
      ),
    ).toBe(0);
  });

  it('is refused where there is one already', () => {
    expect(() => addSealTimeStamp(addSealTimeStamp(ofd, 0, TOKEN), 0, TOKEN)).toThrow(malformed);
  });

  it('is refused for a signature that is not there', () => {
    expect(() => addSealTimeStamp(ofd, 1, TOKEN)).toThrow(malformed);
  });
});
