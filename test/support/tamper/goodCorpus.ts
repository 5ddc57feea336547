/** Genuine documents: our own, and at test time those of others. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import {
  parseDocumentCode,
  prepareDocumentCode,
} from '../../../service/src/credentials/documentCode.ts';
import { verifyDocumentCode } from '../../../service/src/credentials/documentCodeVerification.ts';
import { sealForeignOfd } from '../../../service/src/documents/ofd/sealForeignOfd.ts';
import { verifyOfd } from '../../../service/src/documents/ofd/verifyOfd.ts';
import { writeOfd } from '../../../service/src/documents/ofd/writeOfd.ts';
import { addLongTermData } from '../../../service/src/documents/pdf/longTermData.ts';
import { signPdf } from '../../../service/src/documents/pdf/signPdf.ts';
import type { SealPlacement } from '../../../service/src/documents/drawing.ts';
import { signForeignPdf } from '../../../service/src/documents/pdf/signForeignPdf.ts';
import { verifyPdf } from '../../../service/src/documents/pdf/verifyPdf.ts';
import { toDerSignature } from '../../../service/src/keys/signatureValue.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import { createTimeStampingAuthority } from '../../../service/src/pki/timeStamp/timeStampingAuthority.ts';
import { verifyTimeStamp } from '../../../service/src/pki/timeStamp/verifyTimeStamp.ts';
import { parseTrustStore, type TrustStore } from '../../../service/src/pki/trustStore.ts';
import { parseSeal } from '../../../service/src/sealing/seal.ts';
import { verifySeal } from '../../../service/src/sealing/verifySeal.ts';
import { sealOfd } from '../../../service/src/documents/ofd/sealOfd.ts';
import type { Check } from '../../../service/src/report.ts';
import {
  buildCodeInput,
  buildLicenceSubject,
  buildSealSignatureSubject,
} from '../documentCodes.ts';
import { buildForeignSeal } from '../foreignSeal.ts';
import { plainPdf } from '../pdfRevisions.ts';
import { testTimeStamper, testValidationSource } from '../pdfLevels.ts';
import { buildPdfContent, buildPdfSeal, sealedPdf } from '../pdfSamples.ts';
import { testCity, type TestCity } from '../testCa.ts';
import { buildOfdContent, buildSeal, leafOf, PLACEMENT, SEALED_AT } from '../testSeal.ts';
import { vectorsFolder } from '../vectors.ts';
import type { Genuine } from './tampered.ts';

const AT = new Date('2026-11-22T12:00:00Z');

const ofd = (name: string, bytes: Uint8Array, trust: TrustStore, isOwn = false): Genuine => ({
  ...{ name, kind: 'ofd', bytes, isOwn },
  judge(changed) {
    const question = { trust, at: AT, requireOwnForm: isOwn };
    const { documentChecks, seals } = verifyOfd(changed, question);
    return [...documentChecks, ...seals.flatMap(({ checks }): readonly Check[] => checks)];
  },
});

const pdf = (name: string, bytes: Uint8Array, trust: TrustStore, isOwn = false): Genuine => ({
  ...{ name, kind: 'pdf', bytes, isOwn },
  judge(changed) {
    const question = { trust, at: AT, requireOwnForm: isOwn };
    const { documentChecks, signatures } = verifyPdf(changed, question);
    return [...documentChecks, ...signatures.flatMap(({ checks }): readonly Check[] => checks)];
  },
});

const seal = (name: string, bytes: Uint8Array, trust: TrustStore): Genuine => ({
  ...{ name, kind: 'seal', bytes, isOwn: false },
  judge: (changed) => verifySeal(parseSeal(changed), trust, AT),
});

const token = (
  name: string,
  [bytes, stamped]: readonly [Uint8Array, Uint8Array],
  trust: TrustStore,
): Genuine => ({
  ...{ name, kind: 'token', bytes, isOwn: false },
  judge: (changed) =>
    verifyTimeStamp({ name: 'token', token: changed, stamped: [stamped], trust, at: AT }).checks,
});

const code = (name: string, text: string, city: TestCity): Genuine => ({
  ...{ name, kind: 'code', bytes: Buffer.from(text, 'latin1'), isOwn: true },
  judge(changed) {
    const signer = parseCertificate(city.codeSigner.certificationPath[0]!);
    const { checks } = verifyDocumentCode(
      parseDocumentCode(Buffer.from(changed).toString('latin1')),
      {
        findSigners: (id) => (signer.fingerprint.startsWith(id) ? [signer] : []),
        ...{ trust: city.trust, at: AT, isIssueProven: false },
      },
    );
    return checks;
  },
});

/** What the mechanisms need besides the documents. */
export interface GoodCorpus {
  readonly city: TestCity;
  readonly genuine: readonly Genuine[];
}

export async function goodCorpus(): Promise<GoodCorpus> {
  const city = await testCity();
  return { city, genuine: [...(await ownDocuments(city)), ...foreignDocuments()] };
}

async function ownDocuments(city: TestCity): Promise<Genuine[]> {
  const { trust } = city;
  const stamper = createTimeStampingAuthority({
    signers: city.pki.timeStampers,
    clock: { now: () => SEALED_AT },
  });
  const signer = city.documentSignerSm2;
  const esl = await buildSeal(city);
  const own = sealOfd(buildOfdContent(city), {
    seal: esl,
    placements: [PLACEMENT],
    signerCertificate: leafOf(signer),
    signedAt: SEALED_AT,
  });
  const other = sealOfd(buildOfdContent(city, { title: '另一份许可证' }), {
    seal: esl,
    placements: [PLACEMENT],
    signerCertificate: leafOf(signer),
    signedAt: SEALED_AT,
  });
  const value = await signer.sign(other.toBeSigned);
  const stamp = await stamper.stamp(toDerSignature(value), 'SM2');
  const put = async (bytes: Uint8Array): Promise<Uint8Array> => {
    const prepared = sealForeignOfd(bytes, {
      ...{ seal: esl, placements: [PLACEMENT], signerCertificate: leafOf(signer), qr: null },
      ...{ signedAt: SEALED_AT, certificates: signer.certificationPath.slice(1) },
    });
    return prepared.complete(await signer.sign(prepared.toBeSigned));
  };
  const once = await put(writeOfd(buildOfdContent(city, { attachments: [], metadata: [] })));
  const data = Buffer.from('stamped');
  return [
    ofd('licence.ofd', own.complete(await signer.sign(own.toBeSigned)), trust, true),
    ofd('licence with stamp.ofd', other.complete(value, stamp), trust, true),
    ofd('one seal.ofd', once, trust),
    ofd('two seals.ofd', await put(once), trust),
    ...(await ownPdfs(city)),
    ...(await ownCodes(city)),
    seal('our seal.esl', esl, trust),
    seal('version 1.esl', await buildForeignSeal(city, 1), trust),
    seal('version 5.esl', await buildForeignSeal(city, 5), trust),
    token('our SM2 token', [await stamper.stamp(data, 'SM2'), data], trust),
    token('our ES256 token', [await stamper.stamp(data, 'ES256'), data], trust),
  ];
}

async function ownPdfs(city: TestCity): Promise<Genuine[]> {
  const signer = city.documentSignerEs256;
  const put = async (
    bytes: Uint8Array,
    further: readonly SealPlacement[] = [],
  ): Promise<Uint8Array> => {
    const placement = { page: 1, xMm: 20, yMm: 20, widthMm: 40, heightMm: 40 };
    const seal = { ...buildPdfSeal(signer, { placement }), further, qr: null };
    const prepared = signForeignPdf(bytes, seal);
    return prepared.complete(await signer.sign(prepared.toBeSigned));
  };
  const stamper = testTimeStamper(city, '2026-01-05T02:00:07Z');
  const stamped = signPdf(
    buildPdfContent({ title: '另一份许可证' }),
    buildPdfSeal(signer, { timeStampReserveBytes: 8192 }),
  );
  const value = await signer.sign(stamped.toBeSigned);
  const token = await stamper.stamp(stamped.signatureValueOf(value), 'ES256');
  const withTime = stamped.complete(value, token);
  const licence = await sealedPdf(signer);
  const half = { xMm: 0, yMm: 0, widthMm: 20, heightMm: 40 };
  const strip = { page: 1, xMm: 185, yMm: 90, widthMm: 40, heightMm: 40, clip: half };
  return [
    pdf('licence.pdf', licence, city.trust, true),
    pdf('licence with stamp.pdf', withTime, city.trust, true),
    pdf(
      'licence for long.pdf',
      await addLongTermData(withTime, testValidationSource(city, '2026-01-06T00:00:00Z')),
      city.trust,
    ),
    pdf('sealed by us.pdf', await put(plainPdf()), city.trust),
    pdf('two seals.pdf', await put(licence), city.trust),
    pdf('over an edge.pdf', await put(licence, [strip]), city.trust),
  ];
}

async function ownCodes(city: TestCity): Promise<Genuine[]> {
  const subjects = {
    'code of a licence': buildLicenceSubject(),
    'code of another licence': buildLicenceSubject({ serial: '2430600' }),
    'code of a seal signature': buildSealSignatureSubject(),
  };
  return await Promise.all(
    Object.entries(subjects).map(async ([name, subject]) => {
      const signer = city.codeSigner;
      const issuer = city.authority.creditCode;
      const prepared = prepareDocumentCode(buildCodeInput({ signer, issuer, subject }));
      return code(name, prepared.complete(await signer.sign(prepared.toBeSigned)).text, city);
    }),
  );
}

/** Read in place; nothing where `TEST_VECTORS` is unset. */
function foreignDocuments(): Genuine[] {
  const seals = vectorsFolder('judge-seals');
  const pdfs = vectorsFolder('judge-pdf');
  return [
    ...(seals === null ? [] : foreignSeals(seals)),
    ...(pdfs === null ? [] : foreignPdfs(pdfs)),
  ];
}

function foreignSeals(folder: string): Genuine[] {
  const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
  const trust = parseTrustStore(readFileSync(join(folder, 'pki', 'trust.pem'), 'utf8'));
  const files = readdirSync(folder);
  return [
    ...files
      .filter((file) => /^good.*\.ofd$/u.test(file))
      .map((file) => ofd(file, read(file), trust)),
    ...files
      .filter((file) => /^seal.*\.esl$/u.test(file) && !file.includes('forged'))
      .map((file) => seal(file, read(file), trust)),
    token('token-sm2.tst', [read('token-sm2.tst'), read('token-sm2.data')], trust),
  ];
}

function foreignPdfs(folder: string): Genuine[] {
  const trust = parseTrustStore(readFileSync(join(folder, 'root.pem'), 'utf8'));
  return readdirSync(folder)
    .filter((file) => /^good.*\.pdf$/u.test(file))
    .map((file) => pdf(file, new Uint8Array(readFileSync(join(folder, file))), trust));
}
