/** Readers of DER from strangers. `TEST_FUZZ_RUNS` and `TEST_FUZZ_SEED` say how many cases, and which. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { parseCertificate, type Certificate } from '../../service/src/pki/certificate.ts';
import { validateCertificationPath } from '../../service/src/pki/certificationPath.ts';
import { parseCms } from '../../service/src/pki/cms/cmsParsing.ts';
import { judgeCms } from '../../service/src/pki/cms/judgeCms.ts';
import { readChildren, readDer, type DerElement } from '../../service/src/pki/der.ts';
import { readCrlFile } from '../../service/src/pki/revocation/crlFile.ts';
import { readOcspStatus } from '../../service/src/pki/revocation/ocspStatus.ts';
import { parseOcspRequest } from '../../service/src/pki/revocation/ocspRequest.ts';
import { readTimeStampRequest } from '../../service/src/pki/timeStamp/timeStampRequest.ts';
import { readTimeStampResponse } from '../../service/src/pki/timeStamp/timeStampResponse.ts';
import { verifyTimeStamp } from '../../service/src/pki/timeStamp/verifyTimeStamp.ts';
import { conclude } from '../../service/src/report.ts';
import { parseSeal } from '../../service/src/sealing/seal.ts';
import { parseSealSignature } from '../../service/src/sealing/sealSignature.ts';
import type { SignedStructure } from '../../service/src/sealing/sealCertificate.ts';
import { verifySeal } from '../../service/src/sealing/verifySeal.ts';
import { verifySealSignature } from '../../service/src/sealing/verifySealSignature.ts';
import { mutateBytes } from '../support/fuzz/byteMutation.ts';
import { mutateDer } from '../support/fuzz/derMutation.ts';
import { derSamples, type DerSamples } from '../support/fuzz/derSamples.ts';
import {
  fuzz,
  FUZZ_TIMEOUT,
  MAX_CASE_MS,
  MAX_GROWTH_BYTES,
  type FuzzTarget,
} from '../support/fuzz/fuzz.ts';

const AT = new Date('2026-11-22T00:00:00Z');
const MALFORMED = ['CERTIFICATE_MALFORMED'];
const PASSED = 'TOTAL-PASSED';

let samples: DerSamples;
const rows: string[] = [];
beforeAll(async () => {
  samples = await derSamples();
});
afterAll(() => {
  process.stdout.write(`${rows.join('\n')}\n`);
});

function walk(element: DerElement, depth = 0): number {
  if ((element.tag & 0x20) === 0 || depth > 60) return 1;
  return readChildren(element).reduce((sum, child) => sum + walk(child, depth + 1), 1);
}

function judgePath(leaf: Certificate): void {
  const { trust } = samples.city;
  validateCertificationPath({ ...trust, leaf, at: AT, purpose: 'documentSigner' });
  // and as somebody's intermediate or anchor, where names and constraints of it count
  const { intermediates, anchors } = trust;
  const [other] = samples.certificates;
  validateCertificationPath({
    leaf: parseCertificate(other!),
    at: AT,
    intermediates: [...intermediates, leaf],
    anchors: [...anchors, leaf],
  });
}

/** A seal may lose its stamp unseen, and a stamp holds bytes that nothing binds; what was signed must be the same. */
function isKnown(one: SignedStructure, genuine: readonly SignedStructure[]): boolean {
  return genuine.some(({ signedBytes }) => Buffer.compare(signedBytes, one.signedBytes) === 0);
}

const targets: Readonly<Record<string, () => FuzzTarget>> = {
  DER: () => ({
    name: 'DER',
    samples: samples.certificates,
    read: (bytes) => walk(readDer(bytes, bytes[0] ?? 0)),
    refusals: MALFORMED,
  }),
  certificate: () => ({
    name: 'certificate',
    samples: samples.certificates,
    read: (bytes) => {
      judgePath(parseCertificate(bytes));
    },
    refusals: MALFORMED,
  }),
  CRL: () => ({
    name: 'CRL',
    samples: samples.crls,
    read: (bytes) => {
      const [leaf] = samples.certificates;
      const revocation = { crls: readCrlFile(bytes), ocspResponses: [], demand: 'always' } as const;
      validateCertificationPath({
        ...samples.city.trust,
        leaf: parseCertificate(leaf!),
        at: AT,
        revocation,
      });
    },
    refusals: MALFORMED,
  }),
  OCSP: () => ({
    name: 'OCSP response',
    samples: samples.ocspResponses,
    read: (response) => {
      const { certificate, issuer } = samples;
      readOcspStatus({ certificate, issuer, response });
    },
    refusals: [],
  }),
  OCSPRequest: () => ({
    name: 'OCSP request',
    samples: samples.ocspRequests,
    read: parseOcspRequest,
    refusals: MALFORMED,
  }),
  CMS: () => ({
    name: 'CMS',
    samples: samples.cms,
    read: (bytes) => {
      const cms = parseCms(bytes);
      judgeCms({
        ...{ cms, content: [cms.content ?? new Uint8Array()], certificates: [] },
        ...{ trust: samples.city.trust, at: AT, purpose: null, isCertificateNamed: true },
      });
    },
    refusals: MALFORMED,
  }),
  token: () => ({
    name: 'time-stamp token',
    samples: samples.tokens,
    read: (token) => {
      const { trust } = samples.city;
      verifyTimeStamp({ name: 'token', token, stamped: [samples.stamped], trust, at: AT });
    },
    refusals: [],
  }),
  timeStampRequest: () => ({
    name: 'time-stamp request',
    samples: samples.timeStampRequests,
    read: (bytes) => {
      readTimeStampRequest(bytes, []);
    },
    refusals: [],
  }),
  timeStampResponse: () => ({
    name: 'time-stamp response',
    samples: samples.timeStampResponses,
    read: readTimeStampResponse,
    refusals: MALFORMED,
  }),
  seal: () => ({
    name: 'seal',
    samples: samples.seals,
    read: (bytes) => {
      const seal = parseSeal(bytes);
      const isPassed = conclude(verifySeal(seal, samples.city.trust, AT)).indication === PASSED;
      return isPassed && !isKnown(seal, samples.seals.map(parseSeal));
    },
    refusals: ['DOCUMENT_MALFORMED'],
  }),
  sealSignature: () => ({
    name: 'seal signature',
    samples: samples.sealSignatures,
    read: (bytes) => {
      const signature = parseSealSignature(bytes);
      const { trust } = samples.city;
      const documentDigest = samples.documentDigest;
      const checks = verifySealSignature({ signature, documentDigest, trust, at: AT });
      return (
        conclude(checks).indication === PASSED &&
        !isKnown(signature, samples.sealSignatures.map(parseSealSignature))
      );
    },
    refusals: ['DOCUMENT_MALFORMED'],
  }),
};

describe.each(Object.keys(targets))('%s', (name) => {
  it.each([
    ['bytes', mutateBytes],
    ['structure', mutateDer],
  ] as const)(
    'is read or refused, changed by %s',
    (wayName, way) => {
      const { row, slowestMs, grownBytes } = fuzz(targets[name]!(), wayName, way);
      rows.push(row);

      expect(slowestMs).toBeLessThan(MAX_CASE_MS);
      expect(grownBytes).toBeLessThan(MAX_GROWTH_BYTES);
    },
    FUZZ_TIMEOUT,
  );
});
