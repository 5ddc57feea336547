import { describe, expect, it } from '@jest/globals';
import {
  A4,
  documentKind,
  firstPlace,
  onPage,
  placeFaults,
  placeWords,
  refusedPlace,
  usableSeals,
} from '../../../../web/src/console/department/sealing.ts';
import {
  dateIn,
  daysLeft,
  mandateWords,
  type Seal,
} from '../../../../web/src/console/department/seals.ts';

const OPEN = {
  ...{ licenceTypes: null, usesPerDay: null, requiresSecondPerson: false, allowsDocuments: true },
  ...{ validFrom: null, validUntil: null },
};

describe('the place of a seal', () => {
  it('is right on a page as it is offered', () => {
    expect(placeFaults(firstPlace(), A4)).toEqual({});
  });

  it.each([
    ['point', { page: 'outside' }],
    ['keyword', { keyword: 'absent' }],
    ['straddle', { edge: 'fewPages' }],
  ] as const)('says beside the field what a document does not have: %s', (kind, faults) => {
    expect(refusedPlace({ ...firstPlace(), kind })).toEqual(faults);
  });

  it('is told in words to the second person', () => {
    const none = { page: null, x: null, y: null, keyword: null, occurrence: null };
    const place = { ...none, straddle: null, straddleOffset: null };

    expect(placeWords({ place: null })).toEqual([]);
    expect(placeWords({ place: { ...place, page: 2, x: 30, y: 40.5 } })).toEqual([
      expect.stringMatching(/2.*30.*40\.5/),
    ]);
    expect(placeWords({ place: { ...place, keyword: '盖章处', straddle: 'left' } })).toEqual([
      expect.stringContaining('盖章处'),
      expect.any(String),
    ]);
  });

  it('must lie on the page, and be numbers', () => {
    const place = { ...firstPlace(), page: '0', x: '170', y: 'far' };

    expect(placeFaults(place, A4)).toEqual({ page: 'number', x: 'outside', y: 'number' });
    expect(placeFaults({ ...firstPlace(), x: '170' }, null)).toEqual({}); // nobody knows the page
    expect(placeFaults({ ...firstPlace(), x: '' }, A4)).toEqual({ x: 'need' });
  });

  it('needs a keyword, and no point then', () => {
    const place = { ...firstPlace(), kind: 'keyword', x: '', occurrence: '2' } as const;

    expect(placeFaults(place, A4)).toEqual({ keyword: 'need' });
    expect(placeFaults({ ...place, keyword: '此页' }, A4)).toEqual({});
  });

  it('on page edges needs nothing, or a length', () => {
    const place = { ...firstPlace(), kind: 'straddle' } as const;

    expect(placeFaults(place, A4)).toEqual({});
    expect(placeFaults({ ...place, offset: '-1' }, A4)).toEqual({ offset: 'number' });
  });

  it('is kept on the page, to the tenth of a millimetre', () => {
    expect(onPage(-3, 400, A4)).toEqual({ x: '0', y: '255' });
    expect(onPage(10.26, 20.04, A4)).toEqual({ x: '10.3', y: '20' });
  });
});

describe('documents', () => {
  it.each([
    ['%PDF-1.7\n', 'pdf'],
    ['PK\u0003\u0004', 'ofd'],
    ['hello', null],
    ['', null],
  ])('%j: %s', async (head, kind) => {
    expect(await documentKind(new Blob([head]))).toBe(kind);
  });
});

describe('seals', () => {
  const NOW = Date.parse('2026-11-23T00:00:00Z');
  const seal = (one: Partial<Seal>): Seal =>
    ({
      ...{ esId: '1', holder: { creditCode: 'C', name: '' }, state: 'valid', mandate: OPEN },
      ...{ validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z', ...one },
    }) as Seal; // what is asked about it

  it('that can seal documents now are those in force, of one’s own, whose mandate allows it', () => {
    const good = seal({});
    const others = [
      seal({ state: 'suspended' }),
      seal({ holder: { creditCode: 'D', name: '' } }),
      seal({ mandate: { ...OPEN, allowsDocuments: false } }),
      seal({ validUntil: '2026-11-22T00:00:00Z' }),
      seal({ validFrom: '2026-11-24T00:00:00Z' }),
    ];

    expect(usableSeals([...others, good], new Set(['C']), NOW)).toEqual([good]);
  });

  it('say when they end soon', () => {
    expect(daysLeft(seal({ validUntil: '2026-11-25T00:00:00Z' }), NOW)).toBe(2);
    expect(daysLeft(seal({ validUntil: '2026-11-20T00:00:00Z' }), NOW)).toBe(-3);
    expect(daysLeft(seal({}), NOW - 86_400_000 * 60)).toBeNull();
  });

  it('have mandates in words', () => {
    const names = new Map([['T1', '食品经营许可证']]);
    const words = mandateWords({ ...OPEN, licenceTypes: ['T1', 'T2'], usesPerDay: 7 }, names);

    expect(words[0]).toContain('食品经营许可证');
    expect(words[0]).toContain('T2');
    expect(words.some((word) => word.includes('7'))).toBe(true);
    expect(mandateWords({ ...OPEN, validUntil: '2026-12-31T00:00:00Z' }, names)).toHaveLength(5);
  });

  it('get dates of whole years, leap days, too', () => {
    expect(dateIn(5, NOW)).toBe('2031-11-23');
    expect(dateIn(1, Date.parse('2028-02-29T04:00:00Z'))).toBe('2029-02-28');
  });
});
