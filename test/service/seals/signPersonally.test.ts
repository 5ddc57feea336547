import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256Hex } from '../../../service/src/documents/digest.ts';
import { verifyOfd } from '../../../service/src/documents/ofd/verifyOfd.ts';
import { writeOfd } from '../../../service/src/documents/ofd/writeOfd.ts';
import { verifyPdf } from '../../../service/src/documents/pdf/verifyPdf.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import { conclude } from '../../../service/src/report.ts';
import {
  readSignedForm,
  signPersonally,
  type PersonalSignatureRequest,
  type SignedForm,
} from '../../../service/src/seals/signPersonally.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import {
  TEST_ORGANISATIONS,
  testService,
  type TestPersonName,
  type TestService,
} from '../../support/testService.ts';
import { worldSnapshot } from '../../support/worldSnapshot.ts';

let city: TestService;
let pdf: Uint8Array;
beforeAll(async () => {
  city = await testService();
  pdf = await foreignPdf();
});
afterAll(async () => {
  await city.remove();
});

const ofd = (): Uint8Array =>
  writeOfd({
    pages: [{ widthMm: 210, heightMm: 297, items: [] }],
    ...{ title: '', author: '', createdAt: new Date(), metadata: [], attachments: [] },
  });

const sign = (
  overrides: Partial<PersonalSignatureRequest> = {},
  by: TestPersonName = 'holder',
): Promise<SignedForm> =>
  signPersonally(city.service.seals, city.people[by], {
    ...{ bytes: pdf, page: 1, xMm: 30, yMm: 40, appearance: { method: 'typed', name: by } },
    ...overrides,
  });

const question = (): Parameters<typeof verifyPdf>[1] => ({
  ...{ trust: city.service.trust.own, at: city.service.clock.now() },
});

describe('signPersonally', () => {
  it('signs a PDF by a key of the person and keeps it', async () => {
    const { signature, bytes, timeStamp } = await sign();

    const [result] = verifyPdf(bytes, question()).signatures;
    const { subject, fingerprint } = parseCertificate(result!.signerCertificate!);
    expect(conclude(result!.checks).indication).toBe('TOTAL-PASSED');
    expect(subject).toMatchObject({ commonName: 'holder', organisation: null });
    expect(timeStamp).toBe('stamped');
    expect(signature).toMatchObject({
      ...{ accountId: city.people.holder.id, method: 'typed', format: 'pdf', keyId: fingerprint },
      ...{ size: bytes.length, signatureDigest: result!.signatureDigest },
      digests: { sha256: sha256Hex(bytes) },
    });
  });

  it('signs an OFD by a seal of the person’s own', async () => {
    const appearance = {
      method: 'strokes',
      strokes: [
        [
          [0, 10],
          [20, 12],
          [40, 8],
        ],
      ],
    } as const;

    const { signature, bytes } = await sign({ bytes: ofd(), appearance });

    const { seals } = verifyOfd(bytes, question());
    expect(seals).toHaveLength(1);
    expect(conclude(seals[0]!.checks).indication).toBe('TOTAL-PASSED');
    expect(signature).toMatchObject({ format: 'ofd', method: 'strokes' });
  });

  it('makes another key for each signature, and lets staff sign as staff', async () => {
    const [one, other] = [await sign({}, 'maker'), await sign({}, 'maker')];

    const [result] = verifyPdf(one.bytes, question()).signatures;
    expect(one.signature.keyId).not.toBe(other.signature.keyId);
    expect(parseCertificate(result!.signerCertificate!).subject.organisation).toBe(
      TEST_ORGANISATIONS.market.name,
    );
  });

  it.each<[string, string, Partial<PersonalSignatureRequest>]>([
    ['another one’s name', 'REQUEST_MALFORMED', { appearance: { method: 'typed', name: 'maker' } }],
    ['a page that is not there', 'REQUEST_MALFORMED', { page: 2 }],
    ['what is no document', 'DOCUMENT_MALFORMED', { bytes: Buffer.from('hello') }],
  ])('refuses %s and writes nothing', async (_, code, overrides) => {
    const before = await worldSnapshot(city);

    await expect(sign(overrides)).rejects.toMatchObject({ code });

    expect(await worldSnapshot(city)).toEqual(before);
  });

  it('refuses a system', async () => {
    const { holder } = city.people;
    const roles = [{ role: 'system', organisation: TEST_ORGANISATIONS.hall.creditCode }] as const;
    const system = { ...holder, roles, holderHash: null };
    const appearance = { method: 'typed', name: 'holder' } as const;
    const request = { bytes: pdf, page: 1, xMm: 30, yMm: 40, appearance };

    await expect(signPersonally(city.service.seals, system, request)).rejects.toMatchObject({
      code: 'NOT_AUTHORISED',
    });
  });
});

describe('readSignedForm', () => {
  it('gives the form to its signer and to nobody else', async () => {
    const { signature, bytes } = await sign();
    const read = (by: TestPersonName): ReturnType<typeof readSignedForm> =>
      readSignedForm(city.service, city.people[by], signature.id);

    const found = await read('holder');

    expect(sha256Hex(found.bytes)).toBe(sha256Hex(bytes));
    expect(found.signature).toEqual(signature);
    await expect(read('auditor')).rejects.toMatchObject({ code: 'PERSONAL_SIGNATURE_NOT_FOUND' });
  });
});
