import { beforeAll, describe, expect, it } from '@jest/globals';

import {
  parseDocumentCode,
  prepareDocumentCode,
  type DocumentCode,
  type DocumentCodeInput,
} from '../../../service/src/credentials/documentCode.ts';
import {
  verifyDocumentCode,
  type DocumentCodeQuestion,
} from '../../../service/src/credentials/documentCodeVerification.ts';
import { encodeSign1 } from '../../../service/src/credentials/cose.ts';
import { encodeDigits } from '../../../service/src/credentials/digits.ts';
import type { Signer } from '../../../service/src/keys/signer.ts';
import { parseCertificate, type Certificate } from '../../../service/src/pki/certificate.ts';
import { NO_TRUST_STORE } from '../../../service/src/pki/trustStore.ts';
import { conclude } from '../../../service/src/report.ts';
import { buildCodeInput, buildLicenceSubject } from '../../support/documentCodes.ts';
import { testCity, type TestCity } from '../../support/testCa.ts';

let city: TestCity;
let certificate: Certificate;

beforeAll(async () => {
  city = await testCity('2026-01-01T00:00:00Z');
  certificate = certificateOf(city.codeSigner);
});

function certificateOf(signer: Signer): Certificate {
  return parseCertificate(signer.certificationPath[0]!);
}

async function makeCode(
  overrides: Partial<DocumentCodeInput> = {},
  signer: Signer = city.codeSigner,
): Promise<DocumentCode> {
  const prepared = prepareDocumentCode(
    buildCodeInput({
      signer,
      issuer: city.authority.creditCode,
      issuedAt: new Date('2026-01-01T00:00:00Z'),
      ...overrides,
    }),
  );
  return parseDocumentCode(prepared.complete(await signer.sign(prepared.toBeSigned)).text);
}

function verdict(
  code: DocumentCode,
  overrides: Partial<DocumentCodeQuestion> = {},
): ReturnType<typeof conclude> & { readonly failing: string | undefined } {
  const { checks } = verifyDocumentCode(code, {
    findSigners: (keyIdentifier) =>
      certificate.fingerprint.startsWith(keyIdentifier) ? [certificate] : [],
    trust: city.trust,
    at: new Date('2026-06-01T00:00:00Z'),
    isIssueProven: false,
    ...overrides,
  });
  const conclusion = conclude(checks);
  const decisive = checks.find(({ indication }) => indication === conclusion.indication);
  return { ...conclusion, failing: conclusion.subIndication === null ? undefined : decisive?.name };
}

describe('verifyDocumentCode', () => {
  it('passes a genuine code', async () => {
    expect(verdict(await makeCode())).toEqual({
      indication: 'TOTAL-PASSED',
      subIndication: null,
      failing: undefined,
    });
  });

  it('names every check, in order, and the signer', async () => {
    const { checks, signer } = verifyDocumentCode(await makeCode(), {
      findSigners: () => [certificate],
      trust: city.trust,
      at: new Date('2026-06-01T00:00:00Z'),
      isIssueProven: true,
    });

    const own = checks.map(({ name }) => name).filter((name) => name.startsWith('code.'));
    expect(own).toEqual([
      'code.signer',
      'code.signature',
      'code.issuer',
      'code.issuedAt',
      'code.expiresAt',
      'code.signingTime',
    ]);
    expect(signer).toBe(certificate);
  });

  it('cannot tell about a code of an unknown signer', async () => {
    expect(verdict(await makeCode(), { findSigners: () => [] })).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'NO_CERTIFICATE_CHAIN_FOUND',
    });
  });

  it('cannot tell without trust', async () => {
    expect(verdict(await makeCode(), { trust: NO_TRUST_STORE }).indication).toBe('INDETERMINATE');
  });

  it('fails a changed claim', async () => {
    const code = await makeCode();
    const payload = Uint8Array.from(code.sign1.payload);
    payload.set(Buffer.from('9'), Buffer.from(payload).indexOf('2430599'));
    const forged = encodeSign1({ ...code.sign1, payload }, code.sign1.signature);

    expect(verdict(parseDocumentCode(`YX1.${encodeDigits(forged)}`))).toMatchObject({
      indication: 'TOTAL-FAILED',
      subIndication: 'SIG_CRYPTO_FAILURE',
      failing: 'code.signature',
    });
  });

  it('fails every changed bit of the signature value', async () => {
    const code = await makeCode();

    for (let bit = 0; bit < 512; bit += 37) {
      const signature = Uint8Array.from(code.sign1.signature);
      signature[bit >> 3] = signature[bit >> 3]! ^ (1 << (bit & 7));
      const changed = encodeSign1(code.sign1, signature);

      expect(verdict(parseDocumentCode(`YX1.${encodeDigits(changed)}`)).subIndication).toBe(
        'SIG_CRYPTO_FAILURE',
      );
    }
  });

  it("fails a code that names another algorithm than its signer's key has", async () => {
    const code = await makeCode({ signer: { algorithm: 'SM2', keyId: city.codeSigner.keyId } });

    expect(verdict(code)).toMatchObject({
      indication: 'TOTAL-FAILED',
      subIndication: 'CRYPTO_CONSTRAINTS_FAILURE',
    });
  });

  it('does not pass a code signed with a key for another purpose', async () => {
    const code = await makeCode({}, city.credentialSigner);

    const found = verdict(code, { findSigners: () => [certificateOf(city.credentialSigner)] });

    expect(found).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'CERTIFICATE_CONSTRAINTS_FAILURE',
    });
  });

  it('fails a code in the name of another authority', async () => {
    const code = await makeCode({ issuer: '11430000006122244L' });

    expect(verdict(code)).toMatchObject({
      subIndication: 'CERTIFICATE_CONSTRAINTS_FAILURE',
      failing: 'code.issuer',
    });
  });

  it('judges the path as of the time of issue', async () => {
    const code = await makeCode({ issuedAt: new Date('2020-01-01T00:00:00Z') });

    expect(verdict(code).indication).toBe('TOTAL-FAILED');
  });

  it('fails a code from the future, allowing a minute', async () => {
    const code = await makeCode({ issuedAt: new Date('2026-03-01T00:01:00Z') });

    expect(verdict(code, { at: new Date('2026-03-01T00:00:00Z') }).indication).toBe('TOTAL-PASSED');
    expect(verdict(code, { at: new Date('2026-02-28T23:59:59Z') })).toMatchObject({
      subIndication: 'NOT_YET_VALID',
      failing: 'code.issuedAt',
    });
  });

  it('is good through the whole last instant, and then expired', async () => {
    const validUntil = new Date('2026-06-30T15:59:59.999Z');
    const code = await makeCode({ subject: buildLicenceSubject({ validUntil }) });

    expect(verdict(code, { at: validUntil }).indication).toBe('TOTAL-PASSED');
    expect(verdict(code, { at: new Date('2026-06-30T16:00:00.000Z') })).toMatchObject({
      indication: 'TOTAL-FAILED',
      subIndication: 'LICENCE_EXPIRED',
    });
  });

  it("outlives its signer's certificate only where the ledger proves its time", async () => {
    const code = await makeCode({ subject: buildLicenceSubject({ validUntil: null }) });
    const at = new Date(certificate.notAfter.getTime() + 1);

    expect(verdict(code, { at, isIssueProven: false })).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'EXPIRED',
      failing: 'code.signingTime',
    });
    expect(verdict(code, { at, isIssueProven: true }).indication).toBe('TOTAL-PASSED');
  });
});
