/** Genuine documents after somebody laid hands on them: none may pass, and each fault has its name. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { codeMechanisms } from '../support/tamper/codeMechanisms.ts';
import { goodCorpus, type GoodCorpus } from '../support/tamper/goodCorpus.ts';
import { ofdMechanisms } from '../support/tamper/ofdMechanisms.ts';
import { pdfMechanisms } from '../support/tamper/pdfMechanisms.ts';
import { sealMechanisms } from '../support/tamper/sealMechanisms.ts';
import { outcomeOf, tamper, type Tampered } from '../support/tamper/tampered.ts';
import { leafOf } from '../support/testSeal.ts';
import { zipMechanisms } from '../support/tamper/zipMechanisms.ts';

const MIN_MECHANISMS = 12;
const MIN_CASES = 10;

let corpus: GoodCorpus;
let tampered: readonly Tampered[];
const rows: string[] = [];

beforeAll(async () => {
  corpus = await goodCorpus();
  const { city, genuine } = corpus;
  const strangers = [city.node, city.documentSignerEs256, city.act, city.codeSigner].map(leafOf);
  tampered = tamper(genuine, [
    ...ofdMechanisms(strangers, genuine),
    ...zipMechanisms(),
    ...sealMechanisms(strangers, genuine),
    ...pdfMechanisms(strangers, genuine),
    ...codeMechanisms(genuine),
  ]);
});
afterAll(() => {
  process.stdout.write(`${rows.join('\n')}\n`);
});

it('passes every genuine document', () => {
  const outcomes = corpus.genuine.map((one) => [one.name, outcomeOf(one, one.bytes)]);

  expect(outcomes).toEqual(corpus.genuine.map(({ name }) => [name, 'PASSED']));
  rows.push(`${outcomes.length} genuine documents: all passed`);
});

it('has at least twelve mechanisms with ten cases each', () => {
  const counts = new Map<string, number>();
  for (const { mechanism } of tampered) counts.set(mechanism, (counts.get(mechanism) ?? 0) + 1);

  expect(counts.size).toBeGreaterThanOrEqual(MIN_MECHANISMS);
  expect([...counts].filter(([, count]) => count < MIN_CASES)).toEqual([]);
});

it('passes nothing that was tampered with, and names each fault', () => {
  const judged = tampered.map((one) => ({ ...one, outcome: outcomeOf(one.of, one.bytes) }));
  const describe = ({ mechanism, of, name, outcome }: (typeof judged)[number]): string =>
    `${mechanism} | ${of.name} | ${name} | ${outcome}`;
  for (const mechanism of new Set(judged.map((one) => one.mechanism))) {
    const cases = judged.filter((one) => one.mechanism === mechanism);
    const outcomes = new Map<string, number>();
    for (const { outcome } of cases) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const found = [...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', ');
    rows.push(
      `${mechanism}: ${cases.length} cases, ${outcomes.get('PASSED') ?? 0} passed (${found})`,
    );
  }

  expect(judged.filter(({ outcome }) => outcome === 'PASSED').map(describe)).toEqual([]);
  expect(
    judged.filter(({ outcome, expected }) => !expected.includes(outcome)).map(describe),
  ).toEqual([]);
});
