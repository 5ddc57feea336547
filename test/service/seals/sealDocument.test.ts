import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statePlaces } from '@yinxin/chaincode/model';
import { certificateOf } from '../../../service/src/certificates/publishCrls.ts';
import { sha256Hex } from '../../../service/src/documents/digest.ts';
import { verifyPdf } from '../../../service/src/documents/pdf/verifyPdf.ts';
import { writeOfd } from '../../../service/src/documents/ofd/writeOfd.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import { readCrl } from '../../../service/src/pki/revocation/crl.ts';
import { conclude } from '../../../service/src/report.ts';
import { actOnSeal, setMandate } from '../../../service/src/seals/actOnSeal.ts';
import { OPEN_MANDATE } from '../../../service/src/seals/makeSeal.ts';
import {
  sealDocument,
  type SealDocumentRequest,
  type SealedDocument,
  type SealingManner,
} from '../../../service/src/seals/sealDocument.ts';
import { addSealedType } from '../../support/evidence.ts';
import { faultyRecorder } from '../../support/faultyRecorder.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { testService, type TestPersonName, type TestService } from '../../support/testService.ts';
import { worldSnapshot } from '../../support/worldSnapshot.ts';

let city: TestService;
let pdf: Uint8Array;
let suffix = 600;
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

const seal = (
  overrides: Partial<SealDocumentRequest> = {},
  by: TestPersonName = 'maker',
  parts = city.service.seals,
): Promise<SealedDocument> =>
  sealDocument(parts, city.people[by], {
    ...{ bytes: pdf, esId: city.esId, page: 1, xMm: 30, yMm: 40 },
    ...overrides,
  });

const newSeal = async (): Promise<string> => {
  suffix += 1;
  return (await addSealedType(city, String(suffix))).sealEsId;
};

describe('sealDocument', () => {
  it.each(['pdf', 'ofd'] as const)('seals a %s and records it', async (format) => {
    const { signature, bytes } = await seal(format === 'ofd' ? { bytes: ofd() } : {});

    const { ledger, store } = city.service;
    const place = statePlaces.sealedDocument(city.esId, sha256Hex(bytes));
    const { values } = await ledger.readStates([place]);
    expect(values[0]).toMatchObject({ actId: signature.id, document: { format } });
    expect(signature.document.sha256).toBe(sha256Hex(bytes));
    expect(Buffer.from((await store.seals.signatureFile(signature.id))!)).toEqual(
      Buffer.from(bytes),
    );
  });

  it('gives a PDF at level LT all that a verifier needs who can ask nobody', async () => {
    const manner: SealingManner = {
      ...{ at: { kind: 'point', page: 1, xMm: 30, yMm: 40 }, straddle: null },
      ...{ level: 'LT', isClosing: false },
    };
    const { trust, clock, seals } = city.service;
    const order = { bytes: pdf, esId: city.esId, manner };
    const asking = { crls: [], ocspResponses: [], demand: 'always' } as const;

    const { bytes } = await sealDocument(seals, city.people.maker, order);

    const question = { trust: { ...trust.own, revocation: asking }, at: clock.now() };
    const { signatures } = verifyPdf(bytes, question);
    expect(conclude(signatures[0]!.checks)).toEqual({
      indication: 'TOTAL-PASSED',
      subIndication: null,
    });
    await expect(
      sealDocument(seals, city.people.maker, { ...order, bytes: ofd() }),
    ).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' });
  });

  it('proves a certificate by a list that is no older, though others were made since', async () => {
    const { seals, clock } = city.service;
    const person = { displayName: '王五', pseudonym: 'a'.repeat(64), organisation: null };
    const early = await seals.personalSigner(person, 'ES256');
    await setTimeout(1100); // lists tell the second
    const late = await seals.personalSigner(person, 'ES256');

    const proofs = await seals.validationSource(late.certificationPath);

    const [, issuer = new Uint8Array()] = late.certificationPath;
    const [{ subject }, { notBefore }] = [parseCertificate(issuer), certificateOf(late)];
    const lists = proofs.crls.flatMap((der) => readCrl(der) ?? []);
    const own = lists.filter((one) => one.issuer.comparisonKey === subject.comparisonKey);
    expect(own).toHaveLength(1);
    expect(own[0]!.thisUpdate >= notBefore).toBe(true);
    expect(notBefore > certificateOf(early).notBefore && notBefore <= clock.now()).toBe(true);
  });

  it.each<[string, Partial<SealDocumentRequest>, string]>([
    ['what is no document', { bytes: Buffer.from('hello') }, 'DOCUMENT_MALFORMED'],
    ['half a PDF', { bytes: Buffer.from('%PDF-1.7\n1 0 obj\n') }, 'DOCUMENT_MALFORMED'],
    ['half an OFD', { bytes: Buffer.from('PK\u0003\u0004') }, 'DOCUMENT_MALFORMED'],
    ['a page that is not there', { page: 2 }, 'REQUEST_MALFORMED'],
    ['page 0', { page: 0 }, 'REQUEST_MALFORMED'],
    ['an unknown seal', { esId: '1' }, 'SEAL_NOT_FOUND'],
  ])('refuses %s and writes nothing', async (_, overrides, code) => {
    const before = await worldSnapshot(city);

    await expect(seal(overrides)).rejects.toMatchObject({ code });

    expect(await worldSnapshot(city)).toEqual(before);
  });

  it.each<TestPersonName>(['outsider', 'checker', 'sealMaker', 'auditor', 'clerk'])(
    'refuses %s',
    async (by) => {
      const before = await worldSnapshot(city);

      await expect(seal({}, by)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });

      expect(await worldSnapshot(city)).toEqual(before);
    },
  );

  it.each([
    ['for licences only', { allowsDocuments: false }],
    ['with a second person only', { requiresSecondPerson: true }],
    ['at another time', { validUntil: '2026-01-01T00:00:00.000Z' }],
  ])('signs and writes nothing when the seal may be used %s', async (_, limit) => {
    const esId = await newSeal();
    const { seals } = city.service;
    const mandate = { ...OPEN_MANDATE, ...limit };
    await setMandate(seals, city.people.sealMaker, esId, mandate);
    const before = await worldSnapshot(city);

    await expect(seal({ esId })).rejects.toMatchObject({ code: 'SEAL_OUTSIDE_MANDATE' });

    expect(await worldSnapshot(city)).toEqual(before);
  });

  it.each([
    ['suspend', 'SEAL_SUSPENDED'],
    ['revoke', 'SEAL_REVOKED'],
  ] as const)('writes nothing after a %s', async (name, code) => {
    const esId = await newSeal();
    const request = { name, reason: 'other', effectiveFrom: null } as const;
    await actOnSeal(city.service.seals, city.people.sealMaker, esId, request);
    const before = await worldSnapshot(city);

    await expect(seal({ esId })).rejects.toMatchObject({ code });

    expect(await worldSnapshot(city)).toEqual(before);
  });

  it('leaves nothing when the ledger refuses', async () => {
    const { seals } = city.service;
    const before = await worldSnapshot(city);

    const parts = { ...seals, recorder: faultyRecorder(seals.recorder, 'refuses') };

    await expect(seal({}, 'maker', parts)).rejects.toMatchObject({ code: 'SEAL_SUSPENDED' });
    expect(await worldSnapshot(city)).toEqual(before);
  });
});
