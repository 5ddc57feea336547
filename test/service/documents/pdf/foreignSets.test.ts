/** PDFs that other people's software signed, damaged or changed, judged as their makers expect it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { verifyPdf } from '../../../../service/src/documents/pdf/verifyPdf.ts';
import { ServiceError } from '../../../../service/src/errors.ts';
import { readCertificates } from '../../../../service/src/pki/cms/cmsVerification.ts';
import {
  NO_TRUST_STORE,
  parseTrustStore,
  type TrustStore,
} from '../../../../service/src/pki/trustStore.ts';
import { conclude } from '../../../../service/src/report.ts';
import { vectorsFolder } from '../../../support/vectors.ts';

/** Sub-indication of the whole file; `null`: it passes. */
type Expected = string | null;
interface Outcome {
  readonly set: string;
  readonly file: string;
  readonly expected: Expected;
  readonly isInScope: boolean;
  readonly verdict: Expected;
}

const outcomes: Outcome[] = [];

function judge(pdf: Uint8Array, trust: TrustStore, at: Date): Expected {
  try {
    const { documentChecks, signatures } = verifyPdf(pdf, { trust, at });
    const checks = [...documentChecks, ...signatures.flatMap((one) => one.checks)];
    const { indication, subIndication } = conclude(checks);
    return indication === 'TOTAL-PASSED' ? null : subIndication;
  } catch (error) {
    if (error instanceof ServiceError) return error.code;
    throw error;
  }
}

const judgeSet = vectorsFolder('judge-pdf');

(judgeSet === null ? describe.skip : describe)('PDFs that pyHanko signed for us', () => {
  const folder = judgeSet ?? '';
  const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
  const AT = new Date('2026-11-22T12:00:00Z');
  /** With the set's list at hand. */
  const EXPECTED: Readonly<Record<string, Expected>> = {
    'good-b.pdf': null,
    'good-t.pdf': null,
    'good-lt.pdf': null,
    'good-two.pdf': null,
    'good-certified.pdf': null,
    'bad-content.pdf': 'HASH_FAILURE',
    'bad-tail.pdf': 'UNSIGNED_CONTENT',
    'bad-update.pdf': 'UNSIGNED_CONTENT',
    'bad-revoked.pdf': 'REVOKED',
    'bad-expired.pdf': 'EXPIRED',
    'bad-untrusted.pdf': 'NO_CERTIFICATE_CHAIN_FOUND',
    'unsigned.pdf': 'NOT_SIGNED',
  };
  const files = judgeSet === null ? [] : readdirSync(folder).filter((one) => one in EXPECTED);

  function trustWith(crls: readonly Uint8Array[]): TrustStore {
    const revocation = { crls, ocspResponses: [], demand: 'always' } as const;
    return { ...parseTrustStore(Buffer.from(read('root.pem')).toString()), revocation };
  }

  it.each(files)('%s', (file) => {
    const expected = EXPECTED[file] ?? null;
    const verdict = judge(read(file), trustWith([read('root.crl')]), AT);
    outcomes.push({ set: 'judge-pdf', file, expected, isInScope: true, verdict });

    expect(verdict).toBe(expected);
  });

  it('pass without a list where they bring their own, and only there', () => {
    expect(judge(read('good-lt.pdf'), trustWith([]), AT)).toBeNull();
    expect(judge(read('good-b.pdf'), trustWith([]), AT)).toBe('TRY_LATER');
  });

  it('hand out the lists that they carry', () => {
    const { validationData } = verifyPdf(read('good-lt.pdf'), { trust: NO_TRUST_STORE, at: AT });

    expect(validationData.crls).toEqual([Buffer.from(read('root.crl'))]);
  });
});

const pyhankoSet = vectorsFolder('pyhanko-pdf');

(pyhankoSet === null ? describe.skip : describe)('the test data of pyHanko', () => {
  const folder = pyhankoSet ?? '';
  const UNSIGNED = 'UNSIGNED_CONTENT';
  const FORMAT = 'FORMAT_FAILURE';
  const WEAK = 'CRYPTO_CONSTRAINTS_FAILURE';
  const EXPECTED: Readonly<Record<string, Expected>> = {
    'certified-with-indirect-refs-in-dir.pdf': null,
    'coverage-anomalies__one-byterange.pdf': FORMAT,
    'coverage-anomalies__tail-uncovered.pdf': UNSIGNED,
    'ed448-disallowed-hash.pdf': WEAK,
    'form-update-ap-indirect-sneaky-trailer.pdf': UNSIGNED,
    'form-update-no-override-appearance-stream-ap-indirect.pdf': null,
    'form-update-override-appearance-stream-ap-indirect-sneaky.pdf': UNSIGNED,
    'form-update-override-appearance-stream-sneaky.pdf': UNSIGNED,
    'pades-lta-dss-indirect-arrs-test-2.pdf': null,
    'pades-with-old-style-signing-cert-attr-issser.pdf': null,
    'pdf-sig-with-econtent.pdf': FORMAT,
    'sig-no-signed-attrs.pdf': 'CERTIFICATE_CONSTRAINTS_FAILURE',
  };
  /** Right by their makers, beyond what we declare: never passed, and never wrong either. */
  const OUT_OF_SCOPE: Readonly<Record<string, Expected>> = {
    'minimal-signed-twice-both-created.pdf': 'NO_CERTIFICATE_CHAIN_FOUND', // X.509 v1
    'minimal-signed-twice-second-created.pdf': 'NO_CERTIFICATE_CHAIN_FOUND',
  };
  const ALL = { ...EXPECTED, ...OUT_OF_SCOPE };
  const files = pyhankoSet === null ? [] : readdirSync(folder).filter((one) => one in ALL);

  it.each(files)('%s', (file) => {
    const pdf = new Uint8Array(readFileSync(join(folder, file)));
    const expected = ALL[file] ?? null;
    const verdict = judgeByOwnRoots(pdf);
    outcomes.push({ set: 'pyhanko-pdf', file, expected, isInScope: file in EXPECTED, verdict });

    expect(verdict).toBe(expected);
  });

  it('outlives its certificates where time-stamps and lists are in it', () => {
    const pdf = new Uint8Array(
      readFileSync(join(folder, 'pades-lta-dss-indirect-arrs-test-2.pdf')),
    );
    const revocation = { crls: [], ocspResponses: [], demand: 'always' } as const;

    expect(judgeByOwnRoots(pdf, { at: new Date('2026-11-22T12:00:00Z'), revocation })).toBeNull();
  });

  /** Roots are those in the file; the time is the last that a signature claims, or else the end of its certificate. */
  function judgeByOwnRoots(
    pdf: Uint8Array,
    asked: Pick<TrustStore, 'revocation'> & { readonly at?: Date } = {},
  ): Expected {
    try {
      const { signatures, validationData } = verifyPdf(pdf, {
        trust: NO_TRUST_STORE,
        at: new Date(),
      });
      const ders = [
        ...signatures.flatMap((one) => one.certificates),
        ...validationData.certificates,
      ];
      const anchors = readCertificates(ders).filter(
        ({ isCa, subject, issuer }) => isCa && subject.comparisonKey === issuer.comparisonKey,
      );
      const signers = readCertificates(signatures.flatMap((one) => one.signerCertificate ?? []));
      const ends = signers.map(({ notAfter }) => notAfter.getTime());
      const times = signatures.map(({ signingTime }) => signingTime?.getTime() ?? 0);
      const { at = new Date(Math.min(Math.max(...times, 0), ...ends)), ...revocation } = asked;
      return judge(pdf, { anchors, intermediates: [], ...revocation }, at);
    } catch (error) {
      if (error instanceof ServiceError) return error.code;
      throw error;
    }
  }
});

afterAll(() => {
  if (outcomes.length > 0) process.stdout.write(tableOf(outcomes));
});

function tableOf(all: readonly Outcome[]): string {
  const rows = [...new Set(all.map(({ set }) => set))].map((set) => {
    const own = all.filter((one) => one.set === set);
    const right = own.filter(
      ({ isInScope, verdict, expected }) => isInScope && verdict === expected,
    );
    const wrongAccepts = own.filter(
      ({ verdict, expected }) => verdict === null && expected !== null,
    );
    const outOfScope = own.filter(({ isInScope }) => !isInScope);
    return [
      set.padEnd(12),
      right.length,
      wrongAccepts.length,
      outOfScope.length,
      outOfScope.map(({ file }) => file).join(' '),
    ].join('\t');
  });
  return `${['PDF set     \tright\twrong accepts\tout of scope', ...rows].join('\n')}\n`;
}
