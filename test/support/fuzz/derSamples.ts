/** Genuine DER of each kind, of a city made in the run and, where `TEST_VECTORS` is set, of others. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { toDerSignature } from '../../../service/src/keys/signatureValue.ts';
import {
  parseCertificate,
  parseCertificates,
  type Certificate,
} from '../../../service/src/pki/certificate.ts';
import {
  encodeSequence,
  encodeExplicit,
  encodeBits,
} from '../../../service/src/pki/derEncoding.ts';
import { readChildren, readDer, TAG } from '../../../service/src/pki/der.ts';
import {
  encodeOcspCertificateId,
  readOcspCertificateId,
} from '../../../service/src/pki/revocation/ocspCertificateId.ts';
import { issueOcspResponse } from '../../../service/src/pki/revocation/ocspEncoding.ts';
import { encodeOcspRequest } from '../../../service/src/pki/revocation/ocspRequest.ts';
import { encodeImprint } from '../../../service/src/pki/timeStamp/timeStampInfo.ts';
import { encodeTimeStampRequest } from '../../../service/src/pki/timeStamp/timeStampRequest.ts';
import { createTimeStampingAuthority } from '../../../service/src/pki/timeStamp/timeStampingAuthority.ts';
import { prepareSealSignature } from '../../../service/src/sealing/sealSignature.ts';
import { buildForeignSeal, buildForeignSignature } from '../foreignSeal.ts';
import { sealedPdf } from '../pdfSamples.ts';
import { testCrls } from '../pdfLevels.ts';
import { signatureOf } from '../tamper/pdfSignatureMechanisms.ts';
import { testCity, type TestCity } from '../testCa.ts';
import { buildSeal, leafOf, SEALED_AT } from '../testSeal.ts';
import { vectorsFolder } from '../vectors.ts';

export interface DerSamples {
  readonly city: TestCity;
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly ocspResponses: readonly Uint8Array[];
  readonly ocspRequests: readonly Uint8Array[];
  readonly cms: readonly Uint8Array[];
  readonly stamped: Uint8Array;
  readonly tokens: readonly Uint8Array[];
  readonly timeStampRequests: readonly Uint8Array[];
  readonly timeStampResponses: readonly Uint8Array[];
  readonly documentDigest: Uint8Array;
  readonly seals: readonly Uint8Array[];
  readonly sealSignatures: readonly Uint8Array[];
}

const DIGEST = new Uint8Array(32).fill(9);
const DATA = Buffer.from('stamped');

/** Files of a set of vectors; none where there is no such set. */
function foreign(set: string, folder: string, ending: RegExp): Uint8Array[] {
  const root = vectorsFolder(set);
  if (root === null) return [];
  return readdirSync(join(root, folder))
    .filter((file) => ending.test(file))
    .map((file) => new Uint8Array(readFileSync(join(root, folder, file))));
}

export async function derSamples(): Promise<DerSamples> {
  const city = await testCity();
  const stamper = createTimeStampingAuthority({
    signers: city.pki.timeStampers,
    clock: { now: () => SEALED_AT },
  });
  const imprint = encodeImprint('sm3', DIGEST);
  const request = encodeTimeStampRequest(imprint, Uint8Array.of(1, 2, 3));
  const tokens = [await stamper.stamp(DATA, 'SM2'), await stamper.stamp(DATA, 'ES256')];
  return {
    city,
    ...(await certificatesOf(city)),
    ...(await ocspOf(city)),
    ...(await sealsOf(city, (value) => stamper.stamp(value, 'SM2'))),
    cms: [signatureOf(await sealedPdf(city.documentSignerEs256)).cms, ...tokens],
    stamped: DATA,
    tokens,
    timeStampRequests: [request],
    timeStampResponses: [await stamper.respond(request)],
    documentDigest: DIGEST,
  };
}

async function certificatesOf(city: TestCity): Promise<Pick<DerSamples, 'certificates' | 'crls'>> {
  const own = [...city.documentSignerSm2.certificationPath, ...city.timeStamper.certificationPath];
  const roots = parseCertificates(city.rootsPem).map(({ der }) => der);
  return {
    certificates: [
      ...own,
      ...roots,
      ...foreign('pkits', 'certs', /Constraints.*CACert|Polic.*CACert|ValidCert/u),
    ],
    crls: [
      ...(await testCrls(city, '2026-11-21T00:00:00Z', [
        { serialNumber: 'aabb', revokedAt: SEALED_AT, reason: 'keyCompromise' },
      ])),
      ...foreign('pkits', 'crls', /delta|indirect|only/iu),
    ],
  };
}

async function ocspOf(
  city: TestCity,
): Promise<Pick<DerSamples, 'certificate' | 'issuer' | 'ocspResponses' | 'ocspRequests'>> {
  const path = city.documentSignerEs256.certificationPath.map((der) => parseCertificate(der));
  const [certificate, issuer] = [path[0]!, path[1]!];
  const issuers = await city.pki.issuers();
  const ca = issuers.find(
    ({ certificationPath: [der] }) => Buffer.compare(der!, issuer.der) === 0,
  )!;
  const id = encodeOcspCertificateId(certificate, issuer);
  const answer = {
    id: readOcspCertificateId(readDer(id, TAG.sequence)),
    status: 'good',
  } as const;
  const times = { producedAt: SEALED_AT, thisUpdate: SEALED_AT, nextUpdate: SEALED_AT };
  const content = { ...times, answers: [answer], archiveCutoff: SEALED_AT };
  const revoked = { revokedAt: SEALED_AT, reason: 'keyCompromise' } as const;
  return {
    certificate,
    issuer,
    ocspResponses: [
      await issueOcspResponse({ ...content, nonce: Uint8Array.of(1, 2) }, ca),
      await issueOcspResponse(
        { ...content, answers: [{ ...answer, status: revoked }], nonce: null },
        ca,
      ),
    ],
    ocspRequests: [encodeOcspRequest(certificate, issuer, Uint8Array.of(1, 2, 3))],
  };
}

async function sealsOf(
  city: TestCity,
  stamp: (value: Uint8Array) => Promise<Uint8Array>,
): Promise<Pick<DerSamples, 'seals' | 'sealSignatures'>> {
  const own = await buildSeal(city);
  const [first, fifth] = [await buildForeignSeal(city, 1), await buildForeignSeal(city, 5)];
  const [info] = readChildren(readDer(fifth, TAG.sequence));
  const value = toDerSignature(await city.sealMaker.sign(info!.bytes));
  const members = readChildren(readDer(fifth, TAG.sequence)).map(({ bytes }) => bytes);
  const timeStamp = encodeExplicit(0, encodeBits(await stamp(value)));
  const stamped = encodeSequence(...members.slice(0, 3), encodeBits(value), timeStamp);
  const signer = city.documentSignerSm2;
  const prepared = prepareSealSignature({
    ...{ seal: own, documentDigest: DIGEST, propertyInfo: '/Signature.xml' },
    ...{ signedAt: SEALED_AT, signerCertificate: leafOf(signer) },
  });
  const signature = await signer.sign(prepared.toBeSigned);
  return {
    seals: [own, first, fifth, stamped],
    sealSignatures: [
      prepared.complete(signature),
      prepared.complete(signature, await stamp(toDerSignature(signature))),
      await buildForeignSignature(city, { version: 1, bytes: first }, DIGEST),
      await buildForeignSignature(city, { version: 5, bytes: fifth }, DIGEST),
    ],
  };
}
