import { describe, expect, it } from '@jest/globals';
import { memberWord, valueWord } from '../../../../web/src/console/auditor/trailWords.ts';

describe('what changed in the administrative trail', () => {
  it('is said in words where there are any', () => {
    const roles = [
      { role: 'clerk', organisation: '12429000DEM000073E' },
      { role: 'holder', organisation: null },
    ];

    expect(memberWord('windowCode')).toMatch(/^(窗口|Window)$/);
    expect(valueWord(roles)).toMatch(
      /^(窗口人员|Clerk) \(12429000DEM000073E\)(、|, )(持证人|Holder)$/,
    );
    expect(valueWord('W01')).toBe('W01');
    expect(valueWord(null)).toBe('');
  });

  it('stays as it is where there are none', () => {
    expect(memberWord('novel')).toBe('novel');
    expect(valueWord({ scopes: [] })).toBe('{"scopes":[]}');
    expect(valueWord([{ role: 'novel' }])).toBe('[{"role":"novel"}]');
    expect(valueWord(3)).toBe('3');
  });
});
