import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  parseJws,
  prepareJws,
  signJws,
  verifyJws,
  type JsonObject,
} from '../../../service/src/credentials/jws.ts';
import { NO_TRUST_STORE } from '../../../service/src/pki/trustStore.ts';
import { conclude } from '../../../service/src/report.ts';
import { testCity, type TestCity } from '../../support/testCa.ts';

const TYPE = 'yinxin-test+jws';
const AT = new Date('2026-02-01T00:00:00Z');
const malformed = expect.objectContaining({ code: 'DOCUMENT_MALFORMED' });

let city: TestCity;
let text: string;

beforeAll(async () => {
  city = await testCity('2026-01-01T00:00:00Z');
  text = await signJws(TYPE, { b: 1, a: '证' }, city.act);
});

function indicationOf(jws: string, overrides: object = {}): string {
  const question = { trust: city.trust, at: AT, purpose: 'act' as const, ...overrides };
  return conclude(verifyJws(parseJws(jws, TYPE), question)).indication;
}

function rewrite(part: number, change: (json: JsonObject) => unknown): string {
  const parts = text.split('.');
  const json = JSON.parse(Buffer.from(parts[part]!, 'base64url').toString()) as JsonObject;
  const changed = change(json);
  const changedText = typeof changed === 'string' ? changed : JSON.stringify(changed);
  return parts.with(part, Buffer.from(changedText).toString('base64url')).join('.');
}

describe('signJws', () => {
  it('signs canonical JSON, certificates in the header', () => {
    const [header = '', payload = ''] = text.split('.');

    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      alg: 'ES256',
      typ: TYPE,
      x5c: city.act.certificationPath.map((der) => Buffer.from(der).toString('base64')),
    });
    expect(Buffer.from(payload, 'base64url').toString()).toBe('{"a":"证","b":1}');
  });

  it('refuses a key of another algorithm', () => {
    expect(() => prepareJws(TYPE, {}, city.documentSignerSm2)).toThrow(
      expect.objectContaining({ code: 'KEY_UNFIT' }),
    );
  });
});

describe('verifyJws', () => {
  it('passes what was signed', () => {
    expect(indicationOf(text)).toBe('TOTAL-PASSED');
    expect(parseJws(text, TYPE).payload).toEqual({ a: '证', b: 1 });
  });

  it('fails a changed payload', () => {
    expect(indicationOf(rewrite(1, () => '{"a":"证","b":2}'))).toBe('TOTAL-FAILED');
  });

  it('does not pass a key of another purpose', () => {
    expect(indicationOf(text, { purpose: 'node' })).toBe('INDETERMINATE');
  });

  it('cannot tell without trust', () => {
    expect(indicationOf(text, { trust: NO_TRUST_STORE })).toBe('INDETERMINATE');
  });

  it('does not pass before the certificate begins', () => {
    expect(indicationOf(text, { at: new Date('2020-01-01T00:00:00Z') })).toBe('TOTAL-FAILED');
  });

  it('fails an SM2 certificate in the header', () => {
    const x5c = city.documentSignerSm2.certificationPath.map((der) =>
      Buffer.from(der).toString('base64'),
    );

    expect(indicationOf(rewrite(0, (header) => ({ ...header, x5c })))).toBe('TOTAL-FAILED');
  });
});

describe('parseJws', () => {
  it.each<[string, () => string]>([
    ['nothing', () => ''],
    ['two parts', () => text.split('.').slice(0, 2).join('.')],
    ['four parts', () => `${text}.`],
    ['padding', () => `${text}==`],
    ['a short signature', () => text.slice(0, -4)],
    ['no algorithm', () => rewrite(0, (header) => ({ ...header, alg: 'none' }))],
    ['another type', () => rewrite(0, (header) => ({ ...header, typ: 'JWT' }))],
    [
      'a critical parameter',
      () => rewrite(0, ({ alg, typ, x5c }) => ({ alg, crit: ['b64'], typ, x5c })),
    ],
    ['no certificates', () => rewrite(0, (header) => ({ ...header, x5c: [] }))],
    [
      'nine certificates',
      () => rewrite(0, (header) => ({ ...header, x5c: Array(9).fill('AA==') })),
    ],
    ['a certificate that is none', () => rewrite(0, (header) => ({ ...header, x5c: ['AA=='] }))],
    ['a certificate that is no text', () => rewrite(0, (header) => ({ ...header, x5c: [1] }))],
    ['members in another order', () => rewrite(1, () => '{"b":1,"a":"证"}')],
    ['a member twice', () => rewrite(1, () => '{"a":"证","a":"证","b":1}')],
    ['white space', () => rewrite(1, () => '{"a": "证","b":1}')],
    ['a payload that is a list', () => rewrite(1, () => '[]')],
    ['a payload that is null', () => rewrite(1, () => 'null')],
    ['a payload nested too deep', () => rewrite(1, () => '['.repeat(5000))],
  ])('refuses %s', (_, make) => {
    expect(() => parseJws(make(), TYPE)).toThrow(malformed);
  });

  it('refuses a text longer than it was told', () => {
    expect(() => parseJws(text, TYPE, { maxLength: 100 })).toThrow(malformed);
  });

  it('throws nothing but DOCUMENT_MALFORMED, whatever the text', () => {
    const changes = fc.record({
      at: fc.nat({ max: 4000 }),
      character: fc.stringMatching(/^[A-Za-z0-9_.~-]$/),
    });
    fc.assert(
      fc.property(changes, fc.string(), ({ at, character }, other) => {
        const place = at % text.length;
        for (const each of [text.slice(0, place) + character + text.slice(place + 1), other]) {
          try {
            parseJws(each, TYPE);
          } catch (error) {
            expect(error).toMatchObject({ code: 'DOCUMENT_MALFORMED' });
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
