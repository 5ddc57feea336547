import { describe, expect, it } from '@jest/globals';
import { toLocal, toMoment } from '../../../../web/src/console/auditor/beijingTime.ts';
import { placeOf } from '../../../../web/src/console/auditor/evidencePlace.ts';
import { byDay, daysOf, licencesByType } from '../../../../web/src/console/auditor/figures.ts';
import { findAct, timeOfId, type Block } from '../../../../web/src/console/auditor/ledgerBlocks.ts';
import {
  lifeLine,
  splitAt,
  standingOf,
  stopsOf,
  type LicenceAudit,
} from '../../../../web/src/console/auditor/lifeLine.ts';
import {
  search,
  searchFor,
  toQuery,
  withoutTime,
} from '../../../../web/src/console/auditor/useSearch.ts';

const minute = (count: number): string => new Date(Date.UTC(2026, 5, 1, 2, count)).toISOString();

describe('times of a form', () => {
  it('are those of a clock in Beijing, there and back', () => {
    expect(toMoment('2026-06-01T10:00')).toBe('2026-06-01T10:00:00+08:00');
    expect(toLocal('2026-06-01T02:00:00.000Z')).toBe('2026-06-01T10:00:00');
    expect([toMoment(''), toLocal('nonsense')]).toEqual([undefined, '']);
  });
});

describe('a search', () => {
  it('asks for what is filled in, and takes over what an alarm points to', () => {
    searchFor({ clerk: ' c1 ', from: '2026-06-01', to: '2026-06-01', other: 'x' });

    expect(toQuery(search)).toEqual({
      ...{ clerk: 'c1', from: '2026-06-01T00:00:00+08:00', to: '2026-06-01T23:59:59+08:00' },
    });
    expect(placeOf({ list: 'objections' })).toBe('/audit/objections');
    expect(placeOf({ list: 'unheard of' })).toBe('/audit');
  });

  it.each([
    ['2026-06-01 10:00:00，甲查看了证照。', '甲查看了证照。'],
    ['2026-06-01 10:00:00 (UTC+8): A saw it.', 'A saw it.'],
    ['something else', 'something else'],
  ])('shows a statement without its time: %s', (statement, rest) => {
    expect(withoutTime(statement)).toBe(rest);
  });
});

describe('the life of a licence', () => {
  const change = (actId: string, recordedAt: string): object => ({ actId, recordedAt });
  const use = (id: string, at: string): object => ({ id, at });
  const audit = {
    timeline: [change('a1', minute(0)), change('a2', minute(5))],
    uses: [use('u3', minute(6)), use('u2', minute(2)), use('u1', minute(1))],
  } as unknown as LicenceAudit; // the members that are looked at

  it('has acts and uses in order, uses in a row as one, and is split where knowledge ended', () => {
    const line = lifeLine(audit, null);

    expect(line.map(({ id }) => id)).toEqual(['a1', 'u1', 'a2', 'u3']);
    expect(splitAt(line, minute(1)).map(({ id }) => id)).toEqual(['a1', 'u1', 'u2', 'a2', 'u3']);
  });

  it('stops at each moment once, and at none to come', () => {
    const stops = stopsOf([minute(5), null, minute(0), minute(5), minute(99)], new Date(minute(9)));

    expect(stops).toEqual([minute(0), minute(5)]);
  });

  it.each([
    ['issued', minute(5), { word: 'valid', why: null }],
    ['issued', minute(0), { word: 'invalid', why: 'early' }],
    ['issued', minute(9), { word: 'invalid', why: 'late' }],
    ['revoked', minute(5), { word: 'invalid', why: null }],
    [null, minute(5), { word: 'none', why: null }],
  ])('%s at %s', (state, at, standing) => {
    const versions = [{ identifier: 'L', validFrom: minute(1), validUntil: minute(8) }];
    const inForce = state === null ? null : { identifier: 'L', state };

    expect(standingOf({ at, inForce, versions } as unknown as LicenceAudit)).toEqual(standing);
  });
});

describe('figures', () => {
  it('have naught for days that are left out', () => {
    const days = daysOf({ from: '2026-05-31', to: '2026-06-02' });

    expect(days).toEqual(['2026-05-31', '2026-06-01', '2026-06-02']);
    expect(byDay(days, [{ day: '2026-06-01', uses: 3 }], ({ uses }) => uses)).toEqual([0, 3, 0]);
  });

  it('have a series a state', () => {
    const one = { typeCode: 'T', state: 'revoked', licences: 2 };
    const words = { type: (code: string) => `type ${code}`, state: (state: string) => state };

    expect(licencesByType([one], words)).toEqual({
      categories: ['type T'],
      series: [{ name: 'revoked', paint: 'failed', values: [2] }],
    });
  });
});

describe('an act in the ledger', () => {
  const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const idAt = (time: number): string => {
    let text = '';
    for (let rest = time; text.length < 10; rest = Math.floor(rest / 32))
      text = ALPHABET.charAt(rest % 32) + text;
    return `${text}0123456789ABCDEF`;
  };
  const blocks = Array.from({ length: 500 }, (_, number) => {
    const act = {
      id: idAt(Date.parse(minute(number))),
      act: 'licence.issue',
      by: { authority: 'A' },
      body: {},
    };
    const transactions = [{ acts: [{ act, signature: '' }], outcomes: [{ outcome: 'recorded' }] }];
    return { number, at: minute(number), transactions };
  }) as unknown as readonly Block[]; // the members that are looked at

  it('is found by the time in its id with few blocks read, or not', async () => {
    let reads = 0;
    const read = (number: number): Promise<Block | null> => {
      reads += 1;
      return Promise.resolve(blocks[number] ?? null);
    };
    const id = idAt(Date.parse(minute(321)));

    expect(timeOfId(id)).toBe(Date.parse(minute(321)));
    expect((await findAct(id, blocks.length, read))?.number).toBe(321);
    expect(reads).toBeLessThan(15);
    expect(await findAct(idAt(Date.parse(minute(321)) + 1), blocks.length, read)).toBeNull();
    expect(await findAct('no id', blocks.length, read)).toBeNull();
  });
});
