import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  hideMembers,
  parseDisclosure,
  reveal,
} from '../../../service/src/credentials/disclosures.ts';
import type { JsonObject, JsonValue } from '../../../service/src/credentials/jws.ts';
import { issueElsewhere, presentationFrame, readSdJwtVectors } from '../../support/sdJwtVectors.ts';
import { vectorTable } from '../../support/vectorTable.ts';
import { vectorsFolder } from '../../support/vectors.ts';

const malformed = expect.objectContaining({ code: 'DOCUMENT_MALFORMED' });

function disclosureOf(json: unknown): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url');
}

const names = fc.string({ minLength: 1 }).filter((name) => name !== '_sd' && name !== '...');

describe('hideMembers', () => {
  it('puts nothing but sorted digests in place of members', () => {
    const { object, disclosures } = hideMembers({ name: '张三', age: 7 });

    expect(object).toEqual({ _sd: disclosures.map(({ digest }) => digest).sort() });
  });

  it('salts each member with 128 fresh bits', () => {
    const digests = [1, 2].flatMap(() =>
      hideMembers({ a: 1, b: 1 }).disclosures.map(({ digest }) => digest),
    );

    expect(new Set(digests).size).toBe(4);
  });

  it('is inverted by reveal', () => {
    const objects = fc.dictionary(names, fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>);
    fc.assert(
      fc.property(objects, (members) => {
        const plain = JSON.parse(JSON.stringify(members)) as JsonObject;
        fc.pre(!JSON.stringify(plain).includes('"_sd') && !JSON.stringify(plain).includes('"..."'));
        const { object, disclosures } = hideMembers(plain);

        const found = reveal(
          { object },
          disclosures.map(({ text }) => parseDisclosure(text)),
        );

        expect(found).toEqual({ payload: { object: plain }, isConsistent: true });
      }),
    );
  });
});

describe('parseDisclosure', () => {
  it('reads the example of RFC 9901 §4.2.1', () => {
    const disclosure = parseDisclosure(
      'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0',
    );

    expect(disclosure).toMatchObject({
      name: 'family_name',
      value: 'Möbius',
      digest: 'X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0', // §4.2.3
    });
  });

  it.each([
    ['nothing', ''],
    ['padding', `${disclosureOf(['salt', 'name', 1])}=`],
    ['no JSON', Buffer.from('[').toString('base64url')],
    ['invalid UTF-8', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]).toString('base64url')],
    ['an object', disclosureOf({ salt: 1 })],
    ['one member', disclosureOf(['salt'])],
    ['four members', disclosureOf(['salt', 'name', 1, 2])],
    ['a salt that is no text', disclosureOf([1, 'name', 1])],
    ['a name that is no text', disclosureOf(['salt', 1, 1])],
    ['the name _sd', disclosureOf(['salt', '_sd', []])],
    ['the name ...', disclosureOf(['salt', '...', 'x'])],
  ])('refuses %s', (_, text) => {
    expect(() => parseDisclosure(text)).toThrow(malformed);
  });
});

describe('reveal', () => {
  const { object, disclosures } = hideMembers({ name: '张三' });
  const [disclosure] = disclosures;
  const digest = disclosure!.digest;

  it('leaves out what is not disclosed', () => {
    expect(reveal({ open: 1, ...object }, [])).toEqual({
      payload: { open: 1 },
      isConsistent: true,
    });
  });

  it('is not consistent where a disclosure has no digest', () => {
    expect(reveal({ open: 1 }, disclosures)).toEqual({ payload: { open: 1 }, isConsistent: false });
  });

  it('is not consistent where a disclosure stands twice', () => {
    expect(reveal(object, [disclosure!, disclosure!]).isConsistent).toBe(false);
  });

  it('is not consistent where a digest stands twice', () => {
    expect(reveal({ a: object, b: object }, disclosures).isConsistent).toBe(false);
  });

  it('keeps a member called __proto__ a plain member', () => {
    const hidden = hideMembers(JSON.parse('{"__proto__":{"isAdmin":true}}') as JsonObject);

    const { payload } = reveal(hidden.object, hidden.disclosures);

    expect(Object.hasOwn(payload, '__proto__')).toBe(true);
    expect((payload as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it.each<[string, JsonObject]>([
    ['digests that are no list', { _sd: digest }],
    ['a digest that is no text', { _sd: [1] }],
    ['a name that stands there already', { ...object, name: 'x' }],
    ['a member disclosed as an element', { list: [{ '...': digest }] }],
    ['a placeholder outside an array', { '...': digest }],
    ['a placeholder with another member', { list: [{ '...': digest, more: 1 }] }],
    ['another digest algorithm', { ...object, _sd_alg: 'sha-512' }],
    ['a digest algorithm below the top', { below: { _sd_alg: 'sha-256' } }],
    ['deep nesting', { deep: JSON.parse('['.repeat(20) + ']'.repeat(20)) as JsonValue }],
  ])('refuses %s', (_, payload) => {
    expect(() => reveal(payload, disclosures)).toThrow(malformed);
  });
});

const folder = vectorsFolder('sd-jwt');

(folder === null ? describe.skip : describe)(
  'vectors of the SD-JWT reference implementation',
  () => {
    const vectors = folder === null ? [] : readSdJwtVectors(folder);
    const table = vectorTable('sd-jwt');

    it('reveal every claim when everything is disclosed', async () => {
      for (const vector of vectors) {
        const { payload, disclosures } = await issueElsewhere(vector, true);

        const found = reveal(payload, disclosures.map(parseDisclosure));

        expect([vector.name, found.payload]).toEqual([vector.name, vector.userClaims]);
        expect(found.isConsistent).toBe(true);
      }
      expect(vectors.length).toBeGreaterThan(10);
    });

    it('reveal what the verifier must end up with', async () => {
      const judged = vectors.filter(({ expected }) => expected !== null);
      for (const vector of judged) {
        const shown = presentationFrame(vector.shown);
        const { payload, disclosures } = await issueElsewhere(vector, shown);

        const found = reveal(payload, disclosures.map(parseDisclosure));

        expect([vector.name, found.payload]).toEqual([vector.name, vector.expected]);
        table.judge({ name: vector.name, expected: 'accept', found: 'accept' });
      }
      expect(judged.length).toBeGreaterThan(5);
    });
  },
);
