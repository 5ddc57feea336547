import type { CaseOutcome, CaseState } from '../caseProgress.ts';
import type { Language } from './language.ts';

export interface CaseTexts {
  readonly title: string;
  readonly lead: string;
  readonly label: string;
  readonly submit: string;
  readonly noCode: string;
  readonly waiting: string;
  readonly unknown: string;
  readonly busy: string;
  readonly unreachable: string;
  readonly state: string;
  readonly promised: string;
  readonly steps: string;
  readonly privacy: string;
  readonly states: Readonly<Record<CaseState, string>>;
  readonly outcomes: Readonly<Record<CaseOutcome, string>>;
}

/** Texts of the progress page. */
export const CASE_TEXTS: Readonly<Record<Language, CaseTexts>> = {
  'zh-CN': {
    title: '办件进度查询',
    lead: '输入窗口告知的查询码，查看办件办到哪一步。',
    label: '查询码（16位）',
    submit: '查询',
    noCode: '查询码应为16位字母和数字。',
    waiting: '正在查询……',
    unknown: '没有查到这个办件，请核对查询码。',
    busy: '查询的人太多，请稍后再试。',
    unreachable: '暂时无法查询，请稍后再试。',
    state: '当前状态',
    promised: '承诺办结日',
    steps: '办理过程',
    privacy: '本页不显示任何个人信息。',
    states: {
      opened: '已收件',
      materialsPending: '待补齐材料',
      accepted: '已受理',
      inReview: '审查中',
      suspended: '补正中（暂停计时）',
      decided: '已办结',
      closed: '已归档',
      withdrawn: '已撤回',
    },
    outcomes: { approved: '准予', refused: '不予', declined: '不予受理' },
  },
  en: {
    title: 'Progress of a case',
    lead: 'Type the query code that the window gave you to see how far your case is.',
    label: 'Query code (16 characters)',
    submit: 'Look up',
    noCode: 'A query code has 16 letters and digits.',
    waiting: 'Looking it up …',
    unknown: 'There is no such case. Please check the query code.',
    busy: 'Too many people are asking. Please try again later.',
    unreachable: 'It cannot be looked up now. Please try again later.',
    state: 'State',
    promised: 'Promised by',
    steps: 'What happened',
    privacy: 'This page shows no personal data.',
    states: {
      opened: 'Received',
      materialsPending: 'Waiting for materials',
      accepted: 'Accepted',
      inReview: 'In review',
      suspended: 'Waiting for a supplement (the time stands still)',
      decided: 'Decided',
      closed: 'Closed',
      withdrawn: 'Withdrawn',
    },
    outcomes: { approved: 'Approved', refused: 'Refused', declined: 'Not accepted' },
  },
};
