import { beforeAll, describe, expect, it } from '@jest/globals';
import { verifyPdf } from '../../../service/src/documents/pdf/verifyPdf.ts';
import { writeOfd } from '../../../service/src/documents/ofd/writeOfd.ts';
import { ServiceError } from '../../../service/src/errors.ts';
import type { PdfSigner } from '../../../service/src/keys/signer.ts';
import type { TimeStamper } from '../../../service/src/pki/timeStamp/timeStamper.ts';
import { createTimeStampingAuthority } from '../../../service/src/pki/timeStamp/timeStampingAuthority.ts';
import { conclude } from '../../../service/src/report.ts';
import { sealLocally, type LocalSealing } from '../../../service/src/seals/sealLocally.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { testCity, type TestCity } from '../../support/testCa.ts';
import { testClock } from '../../support/testClock.ts';

const clock = testClock('2026-06-01T08:00:00Z');
const AT_POINT = { at: { kind: 'point', page: 1, xMm: 30, yMm: 40 }, straddle: null } as const;
let city: TestCity;
let order: LocalSealing;
beforeAll(async () => {
  city = await testCity();
  order = {
    ...{ bytes: await foreignPdf(2), place: AT_POINT, clock, timeStamper: null },
    signer: city.documentSignerEs256 as PdfSigner, // it is by ES256
    textFinder: { find: () => Promise.resolve([]) },
  };
});

const verify = (bytes: Uint8Array): ReturnType<typeof verifyPdf> =>
  verifyPdf(bytes, { trust: city.trust, at: clock.now() });

describe('sealLocally', () => {
  it('seals a PDF with the key of the certificate alone', async () => {
    const { bytes, timeStamp } = await sealLocally(order);

    const { signatures } = verify(bytes);
    expect(timeStamp).toBe('none');
    expect(signatures).toHaveLength(1);
    expect(conclude(signatures[0]!.checks).indication).toBe('TOTAL-PASSED');
    expect(signatures[0]).toMatchObject({ signingTime: clock.now(), timeStampToken: null });
  });

  it('seals over the edges of the pages', async () => {
    const place = { at: null, straddle: { edge: 'right', offsetMm: null } } as const;

    const { bytes } = await sealLocally({ ...order, place });

    expect(conclude(verify(bytes).signatures[0]!.checks).indication).toBe('TOTAL-PASSED');
  });

  it('takes a time-stamp where an authority is in reach, and goes on where none is', async () => {
    const authority = createTimeStampingAuthority({ signers: city.pki.timeStampers, clock });
    const nobody: TimeStamper = {
      stamp: () => Promise.reject(new ServiceError('TSA_UNAVAILABLE', 'out of reach')),
    };

    const stamped = await sealLocally({ ...order, timeStamper: authority });
    const pending = await sealLocally({ ...order, timeStamper: nobody });

    expect([stamped.timeStamp, pending.timeStamp]).toEqual(['stamped', 'pending']);
    expect(verify(stamped.bytes).signatures[0]!.provenAt).toEqual(clock.now());
    expect(verify(pending.bytes).signatures[0]!.timeStampToken).toBeNull();
  });

  it.each<[string, string, () => Partial<LocalSealing>]>([
    ['what is no document', 'DOCUMENT_MALFORMED', () => ({ bytes: Buffer.from('hello') })],
    ['an OFD', 'REQUEST_MALFORMED', () => ({ bytes: ofd() })],
    ['no place', 'REQUEST_MALFORMED', () => ({ place: { at: null, straddle: null } })],
    ['a page that is not there', 'REQUEST_MALFORMED', () => ({ place: at(3) })],
  ])('refuses %s and signs nothing', async (_, code, overrides) => {
    let uses = 0;
    const sign = (): Promise<Uint8Array> => {
      uses += 1;
      return Promise.resolve(new Uint8Array(64));
    };
    const signer = { ...order.signer, sign };

    await expect(sealLocally({ ...order, signer, ...overrides() })).rejects.toMatchObject({ code });

    expect(uses).toBe(0);
  });
});

const at = (page: number): LocalSealing['place'] => ({
  ...{ at: { ...AT_POINT.at, page }, straddle: null },
});

const ofd = (): Uint8Array =>
  writeOfd({
    pages: [{ widthMm: 210, heightMm: 297, items: [] }],
    ...{ title: '', author: '', createdAt: clock.now(), metadata: [], attachments: [] },
  });
