import { describe, expect, it } from '@jest/globals';

import { formatAge, formatInstant } from '../../../web/src/i18n/instant.ts';

describe('formatInstant', () => {
  it('shows the wall clock of Shanghai, whatever the machine’s zone', () => {
    expect(formatInstant('2026-01-31T20:03:04.000Z', 'zh-CN')).toBe('2026年2月1日 04:03:04');
    expect(formatInstant('2026-01-31T16:03:04.000Z', 'en')).toMatch(/^1 February 2026.* 00:03:04$/);
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
