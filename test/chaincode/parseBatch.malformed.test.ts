import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { SignedAct } from '../../chaincode/src/act.js';
import { canonicalise } from '../../chaincode/src/canonicalJson.js';
import { encodeBatch, MAX_BATCH_CHARACTERS, parseBatch } from '../../chaincode/src/parseBatch.js';
import {
  buildLicence,
  buildSeal,
  cityFixture,
  digest,
  makeAuthority,
  registration,
} from './support/city.js';
import { APPROVER, nextId, signAct } from './support/contractFixture.js';
import { refusalOf } from './support/refusalOf.js';

const issuer = keylessAuthority();

/** Keys do not matter to the parser. */
function keylessAuthority(): Parameters<typeof signAct>[0] {
  const key = { keyId: digest(1), certificate: '', pem: '', sign: () => 'A'.repeat(86) };
  return { creditCode: '11430000006122244L', key };
}

function issue(): SignedAct<'licence.issue'> {
  return signAct(issuer, 'licence.issue', buildLicence(issuer), { approver: APPROVER });
}

/** The batch of one act with one member set to another value, by JSON pointer; `undefined` takes it away. */
function changed(pointer: string, value: unknown, act: SignedAct = issue()): string {
  const copy = JSON.parse(JSON.stringify(act)) as Record<string, unknown>;
  const names = pointer.split('/');
  const last = names.pop()!;
  let target = copy;
  for (const name of names) target = target[name] as Record<string, unknown>;
  if (value === undefined) Reflect.deleteProperty(target, last);
  else target[last] = value;
  return canonicalise([copy]);
}

describe('parseBatch', () => {
  it('takes what encodeBatch writes', () => {
    const acts = [issue(), issue()];

    const parsed = parseBatch(encodeBatch(acts), 'licence');

    expect(parsed.map(({ act, signature }) => ({ act, signature }))).toEqual(acts);
    expect(parsed.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(
      acts.map(({ act }) => canonicalise(act)),
    );
  });

  it('takes 500 acts and no more', () => {
    const acts = Array.from({ length: 500 }, issue);

    expect(parseBatch(encodeBatch(acts), 'licence')).toHaveLength(500);
    expect(refusalOf(() => parseBatch(encodeBatch([...acts, issue()]), 'licence'))).toBe(
      'ACTS_MALFORMED',
    );
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['no list', '{}'],
    ['null', 'null'],
    ['an empty list', '[]'],
    ['a list of null', '[null]'],
    ['a list of numbers', '[1]'],
    ['a list of lists', '[[]]'],
    ['an act that is null', '[{"act":null,"signature":""}]'],
    ['a prototype', '[{"__proto__":{"act":1}}]'],
    ['a nest', '['.repeat(100_000)],
    ['a closed nest', '['.repeat(5000) + ']'.repeat(5000)],
    ['a text too long', `[${' '.repeat(MAX_BATCH_CHARACTERS)}]`],
    ['white space', `${encodeBatch([issue()])} `],
    [
      'another order of members',
      JSON.stringify([{ signature: issue().signature, act: issue().act }]),
    ],
  ])('refuses %s', (_, text) => {
    expect(refusalOf(() => parseBatch(text, 'licence'))).toBe('ACTS_MALFORMED');
  });

  it('refuses acts of another contract, the whole batch', () => {
    const seal = signAct(issuer, 'seal.make', buildSeal(issuer));

    expect(refusalOf(() => parseBatch(encodeBatch([issue(), seal]), 'licence'))).toBe(
      'ACTS_MALFORMED',
    );
    expect(refusalOf(() => parseBatch(encodeBatch([seal]), 'seal'))).toBe('none');
  });

  it.each<[string, unknown]>([
    ['signature', 'A'.repeat(85)],
    ['signature', `${'A'.repeat(85)}B`],
    ['signature', undefined],
    ['extra', 1],
    ['act/act', 'licence.toString'],
    ['act/act', 'licence.'],
    ['act/schemaVersion', 2],
    ['act/schemaVersion', '1'],
    ['act/id', '81ARZ3NDEKTSV4RRFFQ69G5FAV'],
    ['act/id', '01arz3ndektsv4rrffq69g5fav'],
    ['act/at', '2026-01-31T02:03:04Z'],
    ['act/at', '2026-02-30T02:03:04.000Z'],
    ['act/at', '2026-13-01T02:03:04.000Z'],
    ['act/at', '2026-01-31T24:00:00.000Z'],
    ['act/at', 0],
    ['act/extra', 1],
    ['act/by/authority', 'x'],
    ['act/by/keyId', digest(1).toUpperCase().replace(/^0/, 'A')],
    ['act/by/maker', 'short'],
    ['act/by/approver', null],
    ['act/by/extra', 1],
    ['act/body', null],
    ['act/body/extra', 1],
    ['act/body/identifier', 'x\u0000'],
    ['act/body/identifier', undefined],
    ['act/body/documents', []],
    ['act/body/documents', {}],
    ['act/body/documents/0/format', 'doc'],
    ['act/body/documents/0/size', 0.5],
    ['act/body/documents/0/sha256', 'A'.repeat(64)],
    ['act/body/status/index', -1],
    ['act/body/validUntil', ''],
    ['act/body/validUntil', undefined],
    ['act/body/sealSignature/esId', '../x'],
    ['act/body/sealSignature/esId', `${'a'.repeat(64)}a`],
    ['act/body/sealSignature/signatureDigests', []],
  ])('refuses %s being %p', (pointer, value) => {
    expect(refusalOf(() => parseBatch(changed(pointer, value), 'licence'))).toBe('ACTS_MALFORMED');
  });

  it.each(['', 'a'.repeat(201), 'a\nb', '\u0000'])('refuses the name %j', async (name) => {
    const act = registration(issuer, await makeAuthority(1), []);

    expect(refusalOf(() => parseBatch(changed('act/body/name', name, act), 'authority'))).toBe(
      'ACTS_MALFORMED',
    );
  });

  it('refuses a lone surrogate', async () => {
    const act = registration(issuer, await makeAuthority(1), []);
    const text = changed('act/body/name', 'NAME', act).replace('NAME', '\\ud800');

    expect(refusalOf(() => parseBatch(text, 'authority'))).toBe('ACTS_MALFORMED');
  });

  it('throws nothing but ACTS_MALFORMED, whatever JSON it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(refusalOf(() => parseBatch(canonicalise(value), 'seal'))).toBe('ACTS_MALFORMED');
      }),
    );
  });

  it('refuses any member set to any other JSON of another type', () => {
    const pointers = [
      'act',
      'act/id',
      'act/at',
      'act/by',
      'act/body',
      'act/body/documents',
      'act/body/status',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...pointers),
        fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.constant({}), fc.constant([])),
        (pointer, value) => {
          expect(refusalOf(() => parseBatch(changed(pointer, value), 'licence'))).toBe(
            'ACTS_MALFORMED',
          );
        },
      ),
    );
  });
});

describe('a transaction function', () => {
  it('answers CODE: sentence for a batch that does not parse, and writes nothing', async () => {
    const city = await cityFixture();

    await expect(city.invoke('licence:record', '[]')).rejects.toThrow(/^ACTS_MALFORMED: /);
    await expect(
      city.invoke('seal:record', encodeBatch([{ ...issue(), signature: nextId() }])),
    ).rejects.toThrow(/^ACTS_MALFORMED: /);
  });
});
