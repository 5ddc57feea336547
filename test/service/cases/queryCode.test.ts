import { describe, expect, it } from '@jest/globals';
import {
  drawQueryCode,
  groupQueryCode,
  readQueryCode,
} from '../../../service/src/cases/queryCode.ts';

describe('query codes', () => {
  it('are read back as they are read aloud', () => {
    const code = drawQueryCode();

    expect(groupQueryCode(code)).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(readQueryCode(groupQueryCode(code))).toBe(code);
  });

  it.each([
    ['in small letters', 'abcd-efgh-jkmn-pqrs', 'ABCDEFGHJKMNPQRS'],
    ['with spaces', ' ABCD EFGH JKMN PQRS ', 'ABCDEFGHJKMNPQRS'],
    ['in full width, with a long dash', 'ＡＢＣＤ—EFGH—JKMN—PQRS', 'ABCDEFGHJKMNPQRS'],
    ['with letters that stand for digits', 'OIL0-1111-2222-3333', '0110111122223333'],
  ])('are taken %s', (_, text, code) => {
    expect(readQueryCode(text)).toBe(code);
  });

  it.each([
    '',
    'ABCD',
    'ABCD-EFGH-JKMN-PQR',
    'ABCD-EFGH-JKMN-PQRSU',
    'ABCD-EFGH-JKMN-PQR!',
    'x'.repeat(100),
  ])('are not %j', (text) => {
    expect(readQueryCode(text)).toBeNull();
  });

  it('are all different', () => {
    const codes = Array.from({ length: 1000 }, drawQueryCode);

    expect(new Set(codes).size).toBe(1000);
  });
});
