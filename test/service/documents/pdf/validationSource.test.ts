import { describe, expect, it } from '@jest/globals';

import {
  createValidationSource,
  type AskedCertificate,
} from '../../../../service/src/documents/pdf/validationSource.ts';
import { parseCertificate } from '../../../../service/src/pki/certificate.ts';
import { testCity } from '../../../support/testCa.ts';
import { testCrls } from '../../../support/pdfLevels.ts';

const AT = '2026-01-05T00:00:00Z';

describe('createValidationSource', () => {
  it('gives the path of each certificate and the lists of those who issued it, no others', async () => {
    const city = await testCity();
    const other = await testCity();
    const crls = await testCrls(city, AT);
    const foreignName = Buffer.from('no list at all');
    const asked: AskedCertificate[] = [];
    const source = createValidationSource({
      clock: { now: () => new Date(AT) },
      trust: () => ({
        ...city.trust,
        revocation: {
          crls: [...crls, foreignName],
          ocspResponses: [foreignName],
          demand: 'always',
        },
      }),
      gather: (certificates) => Promise.resolve(asked.push(...certificates)),
    });
    const [leaf] = city.documentSignerEs256.certificationPath;

    const data = await source([leaf!, other.documentSignerEs256.certificationPath[0]!]);

    expect(data.crls).toEqual(crls);
    expect(data.ocspResponses).toEqual([]);
    expect(data.certificates.map((der) => parseCertificate(der).isCa)).toEqual([
      false,
      true,
      true,
      false, // of a stranger: no path leads anywhere
    ]);
    expect(asked.map(({ anchor }) => anchor.fingerprint)).toEqual(
      asked.map(() => parseCertificate(data.certificates[2]!).fingerprint),
    );
    expect(asked).toHaveLength(2);
  });
});
