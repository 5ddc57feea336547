import { describe, expect, it } from '@jest/globals';

import { formatInstant } from '../../../web/src/i18n/instant.ts';

describe('formatInstant', () => {
  it('shows the wall clock of Shanghai, whatever the machine’s zone', () => {
    expect(formatInstant('2026-01-31T20:03:04.000Z', 'zh-CN')).toBe('2026年2月1日 04:03:04');
    expect(formatInstant('2026-01-31T16:03:04.000Z', 'en')).toMatch(/^1 February 2026.* 00:03:04$/);
  });
});
