/** Seals, seal signatures and OFDs of others, judged as their makers say: a table for each set. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { verifyOfd } from '../../service/src/documents/ofd/verifyOfd.ts';
import { verifyTimeStamp } from '../../service/src/pki/timeStamp/verifyTimeStamp.ts';
import {
  NO_TRUST_STORE,
  parseTrustStore,
  type TrustStore,
} from '../../service/src/pki/trustStore.ts';
import { conclude, type Check } from '../../service/src/report.ts';
import { parseSeal } from '../../service/src/sealing/seal.ts';
import { parseSealSignature } from '../../service/src/sealing/sealSignature.ts';
import { verifySeal } from '../../service/src/sealing/verifySeal.ts';
import { verifySealSignature } from '../../service/src/sealing/verifySealSignature.ts';
import { vectorsFolder } from '../support/vectors.ts';

const AT = new Date('2026-11-22T12:00:00Z');
/** When ofdrw's own seals were in force. */
const THEN = new Date('2021-01-01T00:00:00Z');

/** One file: what must come of it, and what it is. */
interface Vector {
  readonly file: string;
  /** `PASSED` or the sub-indication; `null`: out of scope, whatever comes but a pass. */
  readonly expected: string | null;
  readonly judge: (bytes: Uint8Array) => string;
}

const rows: string[] = [];
afterAll(() => {
  process.stdout.write(`${rows.join('\n')}\n`);
});

const word = (checks: readonly Check[]): string => conclude(checks).subIndication ?? 'PASSED';

function judgeOfd(trust: TrustStore): Vector['judge'] {
  return (bytes) => {
    const { documentChecks, seals } = verifyOfd(bytes, { trust, at: AT });
    return word([...documentChecks, ...seals.flatMap(({ checks }) => checks)]);
  };
}

/** Runs a set. @returns what differs: `file: found, not expected`. */
function run(set: string, folder: string, vectors: readonly Vector[]): readonly string[] {
  const judged = vectors.map((vector) => ({
    ...vector,
    found: vector.judge(new Uint8Array(readFileSync(join(folder, vector.file)))),
  }));
  const wrong = judged.filter(({ expected, found }) => expected !== null && expected !== found);
  const accepted = judged.filter(
    ({ expected, found }) => expected !== 'PASSED' && found === 'PASSED',
  );
  const outOfScope = judged.filter(({ expected }) => expected === null);
  const right = judged.length - wrong.length - outOfScope.length;
  rows.push(
    `${set}: ${judged.length} files, ${right} right, ${accepted.length} wrong accepts, ${outOfScope.length} out of scope`,
  );
  return [...new Set([...wrong, ...accepted])].map(
    ({ file, found, expected }) => `${file}: ${found}, not ${expected ?? 'refused'}`,
  );
}

const SEALED_FAULTS: Readonly<Record<string, string>> = {
  references: 'HASH_FAILURE',
  'references|sealFile': 'HASH_FAILURE',
  signatureValue: 'SIG_CRYPTO_FAILURE',
  'unprotected file': 'UNSIGNED_CONTENT',
  sealSignature: 'SIG_CRYPTO_FAILURE',
  signerInSealList: 'SIGNER_NOT_IN_SEAL',
  sealWindow: 'SEAL_EXPIRED_AT_SIGNING',
  trustMaker: 'NO_CERTIFICATE_CHAIN_FOUND',
};

interface Listed {
  readonly file: string;
  readonly verdict: string;
  readonly failingCheck: string;
}

const sealed = vectorsFolder('judge-seals');
const ofdrw = vectorsFolder('ofdrw');

(sealed === null ? describe.skip : describe)('judge-seals', () => {
  it('judges each file as its makers list it', () => {
    const folder = sealed ?? '';
    const trust = parseTrustStore(readFileSync(join(folder, 'pki', 'trust.pem'), 'utf8'));
    const listed = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Listed[];
    const ofds = listed.map(({ file, verdict, failingCheck }): Vector => {
      const fault = verdict === 'unsigned' ? 'NOT_SIGNED' : (SEALED_FAULTS[failingCheck] ?? null);
      return { file, expected: verdict === 'valid' ? 'PASSED' : fault, judge: judgeOfd(trust) };
    });
    const seals = readdirSync(folder)
      .filter((file) => file.endsWith('.esl'))
      .map((file): Vector => ({
        file,
        expected: file.includes('forged') ? 'SIG_CRYPTO_FAILURE' : 'PASSED',
        judge: (bytes) => word(verifySeal(parseSeal(bytes), trust, AT)),
      }));
    const stamped = [new Uint8Array(readFileSync(join(folder, 'token-sm2.data')))];
    const token: Vector = {
      file: 'token-sm2.tst',
      expected: 'PASSED',
      judge: (bytes) =>
        word(verifyTimeStamp({ name: 'token', token: bytes, stamped, trust, at: AT }).checks),
    };

    expect(run('judge-seals', folder, [...ofds, ...seals, token])).toEqual([]);
  });
});

/** The values are right; nobody has the roots of these test certificates. */
function isSigned(checks: readonly Check[], ...names: readonly string[]): string {
  const wrong = checks.find(
    ({ name, indication }) => names.includes(name) && indication !== 'TOTAL-PASSED',
  );
  return wrong?.subIndication ?? 'PASSED';
}

(ofdrw === null ? describe.skip : describe)('ofdrw', () => {
  it('is judged as listed', () => {
    const folder = ofdrw ?? '';
    const judge = judgeOfd(NO_TRUST_STORE);
    const ofds = readdirSync(folder)
      .filter((file) => file.endsWith('.ofd'))
      .map((file): Vector => {
        if (file.includes('DigitalSign')) return { file, expected: null, judge };
        const isExpired = file.includes('SESV4SignDoc');
        return { file, expected: isExpired ? 'SEAL_EXPIRED_AT_SIGNING' : 'NOT_SIGNED', judge };
      });
    const seals = ['UserV1.esl', 'UserV4.esl'].map((file): Vector => ({
      file,
      expected: 'PASSED',
      judge: (bytes) => {
        const checks = verifySeal(parseSeal(bytes), NO_TRUST_STORE, THEN);
        return isSigned(checks, 'seal.makerSignature', 'seal.period');
      },
    }));
    const value: Vector = {
      file: 'SignedValueV4.dat',
      expected: 'PASSED',
      judge: (bytes) => {
        const signature = parseSealSignature(bytes);
        const { documentDigest } = signature;
        const question = { signature, documentDigest, trust: NO_TRUST_STORE, at: AT };
        return isSigned(verifySealSignature(question), 'signature.value', 'seal.makerSignature');
      },
    };

    expect(run('ofdrw', folder, [...ofds, ...seals, value])).toEqual([]);
  });
});
