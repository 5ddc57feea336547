import { describe, expect, it } from '@jest/globals';

import { dayOf, formatAge, formatDay, formatInstant } from '../../../web/src/i18n/instant.ts';

describe('formatInstant', () => {
  it('shows the wall clock of Shanghai, whatever the machine’s zone', () => {
    expect(formatInstant('2026-01-31T20:03:04.000Z', 'zh-CN')).toBe('2026年2月1日 04:03:04');
    expect(formatInstant('2026-01-31T16:03:04.000Z', 'en')).toMatch(/^1 February 2026.* 00:03:04$/);
  });
});

describe('days', () => {
  it.each([
    ['2026-03-31T16:00:00.000Z', '2026-04-01', '2026年4月1日', '1 April 2026'],
    ['2026-03-31T15:59:59.999Z', '2026-03-31', '2026年3月31日', '31 March 2026'],
  ])('%s is %s in Shanghai', (instant, day, chinese, english) => {
    expect([dayOf(instant), dayOf(new Date(instant))]).toEqual([day, day]);
    expect(formatDay(instant, 'zh-CN')).toBe(chinese);
    expect(formatDay(instant, 'en')).toBe(english);
  });
});

describe('formatAge', () => {
  it.each([
    [5, '5秒钟前', '5 seconds ago'],
    [119, '1分钟前', '1 minute ago'],
    [7200, '2小时前', '2 hours ago'],
    [200_000, '2天前', '2 days ago'],
  ])('says %i seconds in its largest whole unit', (seconds, chinese, english) => {
    expect(formatAge(seconds, 'zh-CN')).toBe(chinese);
    expect(formatAge(seconds, 'en')).toBe(english);
  });
});
