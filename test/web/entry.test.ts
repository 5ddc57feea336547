import { describe, expect, it } from '@jest/globals';

import { readEntry, readFragment } from '../../web/src/entry.ts';
import { describeEntry, findCode, toSubject } from '../../web/src/entryFeedback.ts';

const IDENTIFIER = '1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U';

describe('readEntry', () => {
  it.each([
    ['a web address', 'https://licences.example.cn/v#YX1.0123456789'],
    ['text around the address', '请查验 https://licences.example.cn/v#YX1.0123456789'],
    ['a fragment', '#YX1.0123456789'],
    ['a bare code', ' YX1.01234\n56789 '],
    ['a small mark', 'yx1.0123456789'],
  ])('takes the code out of %s', (_, text) => {
    expect(readEntry(text)).toEqual({ kind: 'code', code: 'YX1.0123456789' });
  });

  it('takes the code out of a receipt’s address', () => {
    const entry = readEntry('https://licences.example.cn/v#yxr.0123');
    expect(entry).toEqual({ kind: 'code', code: 'YXR.0123' });
  });

  it('keeps what does not belong to a code, for the service to refuse', () => {
    expect(readEntry('YX1.12x')).toEqual({ kind: 'code', code: 'YX1.12x' });
  });

  it.each([
    ['presentation', 'YXP.ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
    ['foreign', 'https://example.cn/shop?id=1'],
    ['empty', ' \n'],
    ['identifier', IDENTIFIER],
  ])('recognises %s', (kind, text) => {
    expect(readEntry(text).kind).toBe(kind);
  });
});

describe('readFragment', () => {
  it('reads a code', () => {
    expect(readFragment('#YX1.0123')).toBe('YX1.0123');
    expect(readFragment('#YXR.0123')).toBe('YXR.0123');
  });

  it.each(['', '#', '#main', '#1.2.156', '#x#YX1.1', '#YXP.A'])('finds no code in "%s"', (hash) => {
    expect(readFragment(hash)).toBeNull();
  });
});

describe('describeEntry', () => {
  it('calls what is not complete unfinished while it is typed, and wrong when it is submitted', () => {
    const entry = readEntry(IDENTIFIER.slice(0, -1));

    expect(describeEntry(entry, false)).toEqual({ tone: 'neutral', sentence: 'typing.check' });
    expect(describeEntry(entry, true)).toEqual({ tone: 'wrong', sentence: 'typing.check' });
  });

  it.each([
    ['', false, 'hint'],
    ['', true, 'empty'],
    ['YX1.1', false, 'code'],
    ['YXP.A', false, 'presentation'],
    ['http://a.cn', false, 'foreign'],
    [IDENTIFIER, false, 'right'],
    ['9.9', false, 'fault.root'],
  ])('says of "%s"', (text, wasSubmitted, sentence) => {
    expect(describeEntry(readEntry(text), wasSubmitted).sentence).toBe(sentence);
  });
});

describe('toSubject', () => {
  it('asks about nothing that is not complete or not for this page', () => {
    const entries = ['', 'YXP.A', 'http://a.cn', IDENTIFIER.slice(0, -1), `${IDENTIFIER}1`];

    expect(entries.map((text) => toSubject(readEntry(text)))).toEqual(entries.map(() => null));
  });
});

describe('findCode', () => {
  it('takes the first text that can be verified', () => {
    expect(findCode(['http://a.cn', IDENTIFIER, 'YX1.1'])).toEqual({
      kind: 'identifier',
      identifier: IDENTIFIER,
    });
    expect(findCode(['http://a.cn'])).toBeNull();
  });
});
