/** Other makers' files through the whole of `yinxin verify`: no ledger knows their seals, so none is asked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runYinxin } from '../../support/runYinxin.ts';
import { vectorTable } from '../../support/vectorTable.ts';
import { vectorsFolder } from '../../support/vectors.ts';

const seals = vectorsFolder('judge-seals');
const pdfs = vectorsFolder('judge-pdf');

/** What a README of a set says of its files. */
function toldBy(folder: string, ending: RegExp): readonly (readonly [string, boolean])[] {
  const rows = readFileSync(join(folder, 'README.md'), 'utf8').matchAll(
    /^\| `([^`]+)` \| (.*) \|$/gmu,
  );
  return [...rows].flatMap(([, file = '', word = '']) =>
    ending.test(file) ? [[file, /^(valid|maker signature valid)/u.test(word)] as const] : [],
  );
}

async function isPassed(file: string, ...options: readonly string[]): Promise<boolean> {
  const { exit, out } = await runYinxin(['verify', file, '--json', ...options]);
  const { indication } = JSON.parse(out) as { readonly indication: string };
  expect(exit === 0).toBe(indication === 'TOTAL-PASSED');
  return indication === 'TOTAL-PASSED';
}

const word = (isGood: boolean): 'accept' | 'reject' => (isGood ? 'accept' : 'reject');

(seals === null ? describe.skip : describe)('seals of others, by yinxin verify', () => {
  const table = vectorTable('judge-seals by the command');
  const trust = join(seals ?? '', 'pki/trust.pem');

  it.each(seals === null ? [] : toldBy(seals, /\.(ofd|esl)$/u))('%s', async (file, isGood) => {
    const at = ['--trust', trust, '--at', '2026-11-22T12:00:00Z'];

    const found = await isPassed(join(seals ?? '', file), ...at);

    table.judge({ name: file, expected: word(isGood), found: word(found) });
    expect(found).toBe(isGood);
  });
});

(pdfs === null ? describe.skip : describe)('PDFs of others, by yinxin verify', () => {
  const table = vectorTable('judge-pdf by the command');

  it.each(pdfs === null ? [] : toldBy(pdfs, /\.pdf$/u))('%s', async (file, isGood) => {
    const folder = pdfs ?? '';
    const brought = ['--trust', join(folder, 'root.pem'), '--crl', join(folder, 'root.crl')];

    const found = await isPassed(join(folder, file), ...brought);

    table.judge({ name: file, expected: word(isGood), found: word(found) });
    expect(found).toBe(isGood);
  });
});
