import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { verifyOfd } from '../../../../service/src/documents/ofd/verifyOfd.ts';
import { parseTrustStore } from '../../../../service/src/pki/trustStore.ts';
import { conclude } from '../../../../service/src/report.ts';
import { parseSeal } from '../../../../service/src/sealing/seal.ts';
import { verifySeal } from '../../../../service/src/sealing/verifySeal.ts';
import { vectorsFolder } from '../../../support/vectors.ts';

const sealed = vectorsFolder('judge-seals');
const ofdrw = vectorsFolder('ofdrw');

/** What each fault must be called; a file without an entry must pass. */
const FAULTS: Readonly<Record<string, string>> = {
  'bad-content.ofd': 'TOTAL-FAILED HASH_FAILURE',
  'bad-signature-value.ofd': 'TOTAL-FAILED SIG_CRYPTO_FAILURE',
  'bad-sealfile.ofd': 'TOTAL-FAILED HASH_FAILURE',
  'bad-extra-file.ofd': 'TOTAL-FAILED UNSIGNED_CONTENT',
  'bad-seal-forged.ofd': 'TOTAL-FAILED SIG_CRYPTO_FAILURE',
  'bad-wrong-key.ofd': 'TOTAL-FAILED SIG_CRYPTO_FAILURE',
  'bad-signer-not-listed.ofd': 'TOTAL-FAILED SIGNER_NOT_IN_SEAL',
  'bad-seal-expired.ofd': 'TOTAL-FAILED SEAL_EXPIRED_AT_SIGNING',
  'bad-maker-untrusted.ofd': 'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND',
  'bad-empty-userid.ofd': 'TOTAL-FAILED SIG_CRYPTO_FAILURE',
  'unsigned.ofd': 'TOTAL-FAILED NOT_SIGNED',
};

interface Outcome {
  readonly set: string;
  readonly isRight: boolean;
  readonly found: string;
}

const outcomes: Outcome[] = [];

/** Nothing of ofdrw's own can pass, for its roots are nobody's: a passed file is a wrong accept. */
afterAll(() => {
  if (outcomes.length === 0) return;
  const rows = ['judge-seals', 'ofdrw'].map((set) => {
    const own = outcomes.filter((one) => one.set === set);
    const isOutOfScope = ({ found }: Outcome): boolean => found === 'INDETERMINATE FORMAT_FAILURE';
    const right = own.filter((one) => one.isRight && !isOutOfScope(one));
    const wrongAccepts = own.filter(({ isRight, found }) => !isRight && found === 'TOTAL-PASSED');
    const outOfScope = own.filter(isOutOfScope);
    return [set.padEnd(12), right.length, wrongAccepts.length, outOfScope.length].join('\t');
  });
  process.stdout.write(
    `${['OFD set     \tright\twrong accepts\tout of scope', ...rows].join('\n')}\n`,
  );
});

/** Rows of the table of expected results that name an OFD. */
function toldBy(readme: string): readonly { readonly file: string; readonly word: string }[] {
  return [...readme.matchAll(/^\| `([^`]+\.ofd)` \| ([^|]*?) \|$/gmu)].map(([, file, word]) => ({
    file: file ?? '',
    word: (word ?? '').slice(0, 60),
  }));
}

interface Expected {
  readonly file: string;
  readonly verdict: string;
}

function verdict(folder: string, file: string, roots: string): string {
  const { documentChecks, seals } = verifyOfd(readFileSync(join(folder, file)), {
    trust: parseTrustStore(roots),
    at: new Date('2026-11-22T12:00:00Z'),
  });
  const { indication, subIndication } = conclude([
    ...documentChecks,
    ...seals.flatMap((seal) => seal.checks),
  ]);
  return subIndication === null ? indication : `${indication} ${subIndication}`;
}

(sealed === null ? describe.skip : describe)('OFDs that ofdrw sealed', () => {
  const folder = sealed ?? '';
  const roots = sealed === null ? '' : readFileSync(join(folder, 'pki', 'trust.pem'), 'utf8');
  const expected =
    sealed === null
      ? []
      : (JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected[]);

  it.each(expected.length === 0 ? [{ file: '', verdict: '' }] : expected)(
    '$file is $verdict',
    ({ file, verdict: word }) => {
      const found = verdict(folder, file, roots);

      outcomes.push({
        set: 'judge-seals',
        isRight: (found === 'TOTAL-PASSED') === (word === 'valid'),
        found,
      });
      expect(found === 'TOTAL-PASSED').toBe(word === 'valid');
      if (word === 'valid' || FAULTS[file] !== undefined)
        expect(found).toBe(FAULTS[file] ?? 'TOTAL-PASSED');
    },
  );

  it.each([
    ['seal-v4.esl', null],
    ['seal-v4-p256.esl', null],
    ['seal-v4-digestlist.esl', null],
    ['seal-v4-forged.esl', 'SIG_CRYPTO_FAILURE'],
  ])('%s is judged', (file, subIndication) => {
    const checks = verifySeal(
      parseSeal(readFileSync(join(folder, file))),
      parseTrustStore(roots),
      new Date('2026-11-22T12:00:00Z'),
    );

    expect(conclude(checks).subIndication).toBe(subIndication);
  });
});

(ofdrw === null ? describe.skip : describe)('OFDs and seals of ofdrw', () => {
  const folder = ofdrw ?? '';
  const told = ofdrw === null ? [] : toldBy(readFileSync(join(folder, 'README.md'), 'utf8'));

  it.each(told.length === 0 ? [{ file: '', word: '' }] : told)(
    '$file is $word',
    ({ file, word }) => {
      const found = verdict(folder, file, '');
      const isUnsigned = word.startsWith('unsigned');

      outcomes.push({
        set: 'ofdrw',
        isRight: (found === 'TOTAL-FAILED NOT_SIGNED') === isUnsigned,
        found,
      });
      expect(found).not.toBe('TOTAL-PASSED');
      expect(found === 'TOTAL-FAILED NOT_SIGNED').toBe(isUnsigned);
    },
  );

  it('finds the seal expired that signed too late', () => {
    expect(verdict(folder, 'ofdrw-reader__SESV4SignDoc.ofd', '')).toBe(
      'TOTAL-FAILED SEAL_EXPIRED_AT_SIGNING',
    );
  });

  it('cannot tell of a signature without seal', () => {
    expect(verdict(folder, 'ofdrw-sign__DigitalSign.ofd', '')).toBe('INDETERMINATE FORMAT_FAILURE');
  });

  it.each([
    ['UserV1.esl', 1],
    ['UserV4.esl', 4],
  ])('%s is signed by its maker', (file, version) => {
    const seal = parseSeal(readFileSync(join(folder, file)));
    const checks = verifySeal(
      seal,
      { anchors: [], intermediates: [] },
      new Date('2021-01-01T00:00:00Z'),
    );

    expect(seal.version).toBe(version);
    expect(checks.find((check) => check.name === 'seal.makerSignature')?.indication).toBe(
      'TOTAL-PASSED',
    );
    expect(checks.find((check) => check.name === 'seal.period')?.indication).toBe('TOTAL-PASSED');
  });
});
