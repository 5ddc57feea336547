/** What a use was, in plain words. */
import { shanghaiTime } from '../civilTime.ts';
import type { Language, Text } from '../language.ts';
import type { UsageKind, UsageRecord } from '../store/store.ts';
import type { UseDetails } from './recordUse.ts';
import { refusalReason } from './refusalReasons.ts';

/** Names for what a record names by codes; null: not for these eyes, or there is none. */
export interface UseNames {
  /** Type of the licence. */
  readonly licenceType: string | null;
  readonly clerk: string | null;
  readonly window: string | null;
  readonly matter: string | null;
  /** Titles of the fields that were shown. */
  readonly fields: readonly string[];
  /** What of these has a name in English. */
  readonly inEnglish?: Partial<Pick<UseNames, 'licenceType' | 'matter' | 'fields'>>;
}

/** Whose licence it was, or anybody else who may read of it: what is told them names no “you”. */
export type UseAudience = 'holder' | 'others';

/** Words for the holder. */
interface Words extends Text {
  /** Absent: the same. */
  readonly others?: Text;
}

type Use = Pick<
  UsageRecord,
  'at' | 'kind' | 'outcome' | 'reason' | 'channel' | 'purpose' | 'indication'
> & {
  /** Absent: a licence. */
  readonly subject?: Pick<UsageRecord['subject'], 'kind'>;
};

const ACTIONS: Readonly<Record<UsageKind, Words>> = {
  verification: { 'zh-CN': '核验了', en: 'verified' },
  presentation: {
    'zh-CN': '扫取亮证码，查看了',
    en: 'redeemed your code and saw',
    others: { 'zh-CN': '扫取亮证码，查看了', en: 'redeemed the holder’s code and saw' },
  },
  disclosure: { 'zh-CN': '查看了', en: 'saw' },
  copy: { 'zh-CN': '取得了加注件或文件：', en: 'got a copy or file of' },
  lookup: {
    'zh-CN': '查询了是否持有',
    en: 'asked whether you hold',
    others: { 'zh-CN': '查询了是否持有', en: 'asked whether somebody holds' },
  },
};

/** Records about grants themselves; what was done by one stands among the other uses. */
const GRANT_ACTIONS: Readonly<Record<string, Words>> = {
  GRANT_MADE: {
    'zh-CN': '办理了代为持用您证照的授权',
    en: 'made a grant to act with your licences',
    others: {
      'zh-CN': '办理了代为持用持证人证照的授权',
      en: 'made a grant to act with the holder’s licences',
    },
  },
  GRANT_WITHDRAWN: { 'zh-CN': '终止了一项授权', en: 'ended a grant' },
  GRANT_RENOUNCED: { 'zh-CN': '作为被授权人放弃了授权', en: 'renounced a grant as its agent' },
  GRANT_READ: {
    'zh-CN': '依授权查看了证照清单',
    en: 'listed your licences under a grant',
    others: { 'zh-CN': '依授权查看了证照清单', en: 'listed the holder’s licences under a grant' },
  },
  GRANT_SEARCHED: {
    'zh-CN': '查询了谁可以代您办事',
    en: 'asked who may act for you',
    others: { 'zh-CN': '查询了谁可以代持证人办事', en: 'asked who may act for the holder' },
  },
};

/** Uses of what is no licence, by the kind of their subject. */
const SUBJECT_ACTIONS: Readonly<Record<string, Words>> = {
  case: {
    'zh-CN': '在您的办件中查询了有哪些证照可代替材料',
    en: 'asked which of your licences could stand in for materials of a case of yours',
    others: {
      'zh-CN': '在办件中查询了有哪些证照可代替材料',
      en: 'asked which of the holder’s licences could stand in for materials of a case',
    },
  },
  uses: {
    'zh-CN': '检索了您证照的使用记录',
    en: 'searched the records of your licences’ uses',
    others: {
      'zh-CN': '按持证人检索了其证照的使用记录',
      en: 'searched the records of a holder’s licences’ uses',
    },
  },
  'uses-export': {
    'zh-CN': '导出了您证照的使用记录作为证据',
    en: 'exported the records of your licences’ uses as evidence',
    others: {
      'zh-CN': '导出了持证人证照的使用记录作为证据',
      en: 'exported the records of a holder’s licences’ uses as evidence',
    },
  },
  'case-file': {
    'zh-CN': '查看了您的办件',
    en: 'looked at a case of yours',
    others: { 'zh-CN': '查看了办件', en: 'looked at a case' },
  },
  materials: {
    'zh-CN': '查看了您以前提交的哪些材料可以再次使用（仅名称）',
    en: 'asked which of your earlier materials could be used again (names only)',
    others: {
      'zh-CN': '查看了申请人以前提交的哪些材料可以再次使用（仅名称）',
      en: 'asked which of the applicant’s earlier materials could be used again (names only)',
    },
  },
  material: {
    'zh-CN': '取得了您提交的材料',
    en: 'got a material that you handed in',
    others: {
      'zh-CN': '取得了申请人提交的材料',
      en: 'got a material that the applicant handed in',
    },
  },
  'signed-form': {
    'zh-CN': '取得了您签署的表单',
    en: 'got a form that you signed',
    others: { 'zh-CN': '取得了申请人签署的表单', en: 'got a form that the applicant signed' },
  },
};

/** Channels of staff and auditors at their desks. */
const DESKS: readonly string[] = ['console', 'audit'];
const LOOKED: Words = {
  'zh-CN': '查看了您的证照：',
  en: 'looked at your licence',
  others: { 'zh-CN': '查看了证照：', en: 'looked at' },
};
const TRIED_CODE: Words = {
  'zh-CN': '尝试用亮证码查看',
  en: 'tried to see, by a code of yours,',
  others: { 'zh-CN': '尝试用亮证码查看', en: 'tried to see, by a code of the holder’s,' },
};
const REFUSED: Text = { 'zh-CN': '被拒绝，未提供任何内容', en: 'refused: nothing was given' };
const MATTER: Text = { 'zh-CN': '事项', en: 'Matter' };
const PURPOSE: Text = { 'zh-CN': '用途', en: 'Purpose' };
const BASIS: Text = { 'zh-CN': '依职能核查，依据', en: 'By function, on the basis of' };
const SEEN: Text = { 'zh-CN': '看到', en: 'Seen' };
const VERDICT: Text = { 'zh-CN': '结论', en: 'Verdict' };
const VERDICTS: Readonly<Record<string, Text>> = {
  'TOTAL-PASSED': { 'zh-CN': '有效', en: 'valid' },
  'TOTAL-FAILED': { 'zh-CN': '无效', en: 'not valid' },
  INDETERMINATE: { 'zh-CN': '无法判定', en: 'nothing could be told' },
};
const SOMEBODY: Text = { 'zh-CN': '有人（未登录）', en: 'Somebody who had not signed in' };
const STAFF: Text = { 'zh-CN': '工作人员', en: 'A member of staff' };
const A_LICENCE: Text = { 'zh-CN': '一件证照', en: 'a licence' };

/** Says who did what with which licence, when, for what, and what they saw. */
export function useStatement(
  use: Use,
  names: UseNames,
  details: UseDetails,
  audience: UseAudience,
): Text {
  const action = actionOf(use, names, audience);
  return {
    'zh-CN': [deed(use, names, action, 'zh-CN'), ...facts(use, names, details, 'zh-CN')].join(''),
    en: [
      deed(use, names, action, 'en'),
      ...facts(use, { ...names, ...names.inEnglish }, details, 'en'),
    ].join(' '),
  };
}

function deed(use: Use, { window, clerk }: UseNames, did: Text, language: Language): string {
  const who = [window, clerk].filter((name) => name !== null).join(' ');
  const nobody = use.channel === 'public' ? SOMEBODY : STAFF;
  const subject = who === '' ? nobody[language] : who;
  const outcome = use.outcome === 'refused' ? refusalOf(use, language) : '';
  const action = did[language];
  return language === 'en'
    ? `${shanghaiTime(use.at)} (UTC+8): ${subject} ${action}${outcome}.`
    : `${shanghaiTime(use.at)}，${subject}${action}${outcome}。`;
}

function refusalOf({ reason }: Use, language: Language): string {
  const why = refusalReason(reason)?.[language];
  const said = [REFUSED[language], ...(why === undefined ? [] : [why])];
  return language === 'en' ? ` (${said.join('; ')})` : `（${said.join('；')}）`;
}

function actionOf(use: Use, { licenceType, inEnglish }: UseNames, audience: UseAudience): Text {
  const special = specialOf(use);
  const words = special ?? verbOf(use);
  const said = audience === 'holder' ? words : (words.others ?? words);
  if (special !== null) return said;
  return {
    'zh-CN': `${said['zh-CN']}${licenceType ?? A_LICENCE['zh-CN']}`,
    en: `${said.en} ${inEnglish?.licenceType ?? licenceType ?? A_LICENCE.en}`,
  };
}

/** null: what was done to a licence is for the kind of use to say. */
function specialOf({ reason, subject }: Use): Words | null {
  return GRANT_ACTIONS[reason ?? ''] ?? SUBJECT_ACTIONS[subject?.kind ?? ''] ?? null;
}

function verbOf({ kind, outcome, channel }: Use): Words {
  if (kind === 'presentation' && outcome === 'refused') return TRIED_CODE;
  if (kind === 'lookup' && DESKS.includes(channel)) return LOOKED;
  return ACTIONS[kind];
}

function facts(
  { purpose, indication }: Use,
  { matter, fields }: UseNames,
  { legalBasis }: UseDetails,
  language: Language,
): readonly string[] {
  const isEnglish = language === 'en';
  const said: readonly (readonly [label: Text, value: string | undefined | null])[] = [
    [MATTER, matter],
    [PURPOSE, purpose],
    [BASIS, legalBasis],
    [SEEN, fields.length === 0 ? null : fields.join(isEnglish ? ', ' : '、')],
    [VERDICT, VERDICTS[indication ?? '']?.[language]],
  ];
  return said.flatMap(([label, value]) => {
    if (value === undefined || value === null) return [];
    return isEnglish ? `${label.en}: ${value}.` : `${label['zh-CN']}：${value}。`;
  });
}
