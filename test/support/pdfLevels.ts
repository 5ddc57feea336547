/** What a test city needs to bring its PDFs to PAdES-BASELINE-T and -LT. */
import type { ValidationSource } from '../../service/src/documents/pdf/longTermData.ts';
import { parseCertificate, parseCertificates } from '../../service/src/pki/certificate.ts';
import { issueCrl, type CrlEntry } from '../../service/src/pki/revocation/crlEncoding.ts';
import type { TimeStamper } from '../../service/src/pki/timeStamp/timeStamper.ts';
import { createTimeStampingAuthority } from '../../service/src/pki/timeStamp/timeStampingAuthority.ts';
import type { TestCity } from './testCa.ts';

/** @param at - RFC 3339 instant that its clock shows. */
export function testTimeStamper(city: TestCity, at: string): TimeStamper {
  const clock = { now: () => new Date(at) };
  return createTimeStampingAuthority({ signers: city.pki.timeStampers, clock });
}

/**
 * The lists of the city's CAs above its P-256 keys, which alone sign PDFs.
 *
 * @param at - RFC 3339 instant of issue; the lists are good for a week.
 */
export async function testCrls(
  city: TestCity,
  at: string,
  entries: readonly CrlEntry[] = [],
): Promise<readonly Uint8Array[]> {
  const thisUpdate = new Date(at);
  const nextUpdate = new Date(thisUpdate.getTime() + 7 * 86_400_000);
  const issuers = await city.pki.issuers();
  return await Promise.all(
    issuers
      .filter(({ algorithm }) => algorithm === 'ES256')
      .map(async (issuer) => {
        const certificate = parseCertificate(issuer.certificationPath[0]!);
        const content = {
          issuer: certificate.subjectDer,
          issuerKeyId: Buffer.from(certificate.subjectKeyId!, 'hex'),
          algorithm: issuer.algorithm,
          ...{ number: 1, thisUpdate, nextUpdate, expiredSince: thisUpdate, entries },
        };
        return await issueCrl(content, (tbs) => issuer.sign(tbs));
      }),
  );
}

/** Gives the city's P-256 lists and root for whatever certificates. */
export function testValidationSource(city: TestCity, at: string): ValidationSource {
  return async () => ({
    certificates: parseCertificates(city.rootsPem)
      .filter(({ publicKey }) => publicKey.algorithm === 'ES256')
      .map(({ der }) => der),
    crls: await testCrls(city, at),
    ocspResponses: [],
  });
}
