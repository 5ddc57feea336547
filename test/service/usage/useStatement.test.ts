import { describe, expect, it } from '@jest/globals';
import type { UsageKind } from '../../../service/src/store/store.ts';
import { useStatement, type UseNames } from '../../../service/src/usage/useStatement.ts';

const USE: Parameters<typeof useStatement>[0] = {
  at: new Date('2026-03-01T01:02:03.000Z'),
  ...{ kind: 'presentation', outcome: 'answered', reason: null, channel: 'window' },
  ...{ purpose: '办理食品经营许可变更', indication: 'TOTAL-PASSED' },
};
const NAMES: UseNames = {
  ...{
    licenceType: '食品经营许可证',
    clerk: '乐晓窗',
    window: '1号窗口',
    matter: '食品经营许可变更',
  },
  fields: ['经营场所', '主体业态'],
};
const NOBODY: UseNames = { licenceType: null, clerk: null, window: null, matter: null, fields: [] };

describe('a use in plain words', () => {
  it('says who saw what of which licence, when, for what', () => {
    expect(useStatement(USE, NAMES, {}, 'holder')).toEqual({
      'zh-CN':
        '2026-03-01 09:02:03，1号窗口 乐晓窗扫取亮证码，查看了食品经营许可证。事项：食品经营许可变更。' +
        '用途：办理食品经营许可变更。看到：经营场所、主体业态。结论：有效。',
      en:
        '2026-03-01 09:02:03 (UTC+8): 1号窗口 乐晓窗 redeemed your code and saw 食品经营许可证. ' +
        'Matter: 食品经营许可变更. Purpose: 办理食品经营许可变更. Seen: 经营场所, 主体业态. Verdict: valid.',
    });
  });

  it('is in English what has a name in English', () => {
    const inEnglish = { licenceType: 'Food Business Licence', fields: ['Premises', 'Kind'] };
    const { 'zh-CN': zh, en } = useStatement(USE, { ...NAMES, inEnglish }, {}, 'holder');

    expect(zh).toBe(useStatement(USE, NAMES, {}, 'holder')['zh-CN']);
    expect(en).toContain('saw Food Business Licence. Matter: 食品经营许可变更.');
    expect(en).toContain('Seen: Premises, Kind.');
  });

  it('names the legal basis of a use by function', () => {
    const { 'zh-CN': zh, en } = useStatement(
      { ...USE, kind: 'disclosure' },
      NAMES,
      {
        legalBasis: '《行政许可法》第六十一条',
      },
      'holder',
    );

    expect(zh).toContain('依职能核查，依据：《行政许可法》第六十一条。');
    expect(en).toContain('By function, on the basis of: 《行政许可法》第六十一条.');
  });

  it('says of a refused use that nothing was given', () => {
    const use = { ...USE, outcome: 'refused', indication: null } as const;
    const { 'zh-CN': zh, en } = useStatement(use, NAMES, {}, 'holder');

    expect(zh).toContain('食品经营许可证（被拒绝，未提供任何内容）。');
    expect(en).toContain('食品经营许可证 (refused: nothing was given).');
    expect(zh + en).not.toMatch(/结论|Verdict/);
  });

  it('says why a code opened nothing', () => {
    const refused = { ...USE, outcome: 'refused', reason: 'CODE_USED', indication: null } as const;
    const { 'zh-CN': zh, en } = useStatement(refused, NAMES, {}, 'holder');

    expect(zh).toContain(
      '乐晓窗尝试用亮证码查看食品经营许可证（被拒绝，未提供任何内容；该码已使用过）。',
    );
    expect(en).toContain(
      'tried to see, by a code of yours, 食品经营许可证 (refused: nothing was given; the code had been used).',
    );
  });

  it('says what was done with a grant', () => {
    const use = { ...USE, kind: 'lookup', reason: 'GRANT_READ', purpose: null } as const;
    const { 'zh-CN': zh, en } = useStatement(use, { ...NOBODY, clerk: '沈砚秋' }, {}, 'holder');

    expect(zh).toContain('沈砚秋依授权查看了证照清单。');
    expect(en).toContain('沈砚秋 listed your licences under a grant.');
  });

  it.each([
    ['public', '有人（未登录）', 'Somebody who had not signed in'],
    ['console', '工作人员', 'A member of staff'],
  ])('without names says who it was as far as channel %s tells', (channel, zh, en) => {
    const use = { ...USE, kind: 'verification', channel, purpose: null } as const;

    expect(useStatement(use, NOBODY, {}, 'holder')).toEqual({
      'zh-CN': `2026-03-01 09:02:03，${zh}核验了一件证照。结论：有效。`,
      en: `2026-03-01 09:02:03 (UTC+8): ${en} verified a licence. Verdict: valid.`,
    });
  });

  it.each<[UsageKind, string]>([
    ['copy', 'got a copy or file of'],
    ['lookup', 'asked whether you hold'],
  ])('has a verb for a %s', (kind, verb) => {
    expect(useStatement({ ...USE, kind }, NAMES, {}, 'holder').en).toContain(verb);
  });

  it.each([
    ['case', '在您的办件中查询了有哪些证照可代替材料'],
    ['materials', '查看了您以前提交的哪些材料可以再次使用（仅名称）'],
    ['material', '取得了您提交的材料'],
    ['signed-form', '取得了您签署的表单'],
  ])('speaks of no licence where a %s was seen', (kind, words) => {
    const use = { ...USE, kind: 'lookup', subject: { kind } } as const;

    expect(useStatement(use, NAMES, {}, 'holder')['zh-CN']).toContain(`1号窗口 乐晓窗${words}。`);
  });

  it.each([
    [null, 'presentation', undefined, 'redeemed the holder’s code and saw 食品经营许可证.'],
    [null, 'lookup', 'case-file', 'looked at a case.'],
    [null, 'disclosure', undefined, 'saw 食品经营许可证.'],
    ['GRANT_READ', 'lookup', undefined, 'listed the holder’s licences under a grant.'],
  ] as const)('tells others of the holder (%s, %s, %s)', (reason, kind, subject, words) => {
    const use = { ...USE, reason, kind, subject: { kind: subject ?? 'licence' } };

    expect(useStatement(use, NAMES, {}, 'others').en).toContain(words);
  });

  it('says “you” to nobody but the holder', () => {
    const kinds: readonly UsageKind[] = ['presentation', 'lookup', 'copy'];
    const subjects = ['licence', 'case', 'uses', 'uses-export', 'case-file', 'material'];
    const said = kinds.flatMap((kind) =>
      subjects.map((subject) => {
        const use = { ...USE, kind, subject: { kind: subject } };
        return Object.values(useStatement(use, NAMES, {}, 'others')).join(' ');
      }),
    );

    expect(said.join(' ')).not.toMatch(/\byours?\b|\byou\b|您/);
  });
});
