/** What a genuine receipt says: the verdict then, nothing about now; in the service's own words. */
import type { ReceiptLicence } from '../offline/receiptCode.ts';
import type { Language } from './language.ts';

type Text = Readonly<Record<Language, string>>;

export interface ReceiptFacts {
  readonly at: Date;
  /** Name of who issued it, else the credit code. */
  readonly by: string;
  readonly licences: readonly ReceiptLicence[];
  /** Licences that are in the receipt and not named here. */
  readonly furtherLicences: number;
}

/** A statement stays one that somebody reads. */
const MAX_NAMED = 4;
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

const IN_FORCE: Text = { 'zh-CN': '有效', en: 'was in force' };
const REFUSED: Text = { 'zh-CN': '未通过核验', en: 'did not pass' };
const UNKNOWN: Text = { 'zh-CN': '无法判定', en: 'could not be judged' };
const STATES: Readonly<Partial<Record<string, Text>>> = {
  LICENCE_REVOKED: { 'zh-CN': '已被吊销', en: 'was REVOKED' },
  LICENCE_WITHDRAWN: { 'zh-CN': '已被撤销', en: 'was WITHDRAWN' },
  LICENCE_CANCELLED: { 'zh-CN': '已被注销', en: 'was CANCELLED' },
  LICENCE_SUSPENDED: { 'zh-CN': '暂扣中', en: 'was SUSPENDED' },
  LICENCE_LAPSED: { 'zh-CN': '已失效', en: 'had LAPSED' },
  LICENCE_TRANSFERRED: { 'zh-CN': '已迁出', en: 'was TRANSFERRED' },
  LICENCE_EXPIRED: { 'zh-CN': '已过有效期', en: 'had EXPIRED' },
  LICENCE_NOT_YET_VALID: { 'zh-CN': '尚未生效', en: 'was NOT YET VALID' },
  LICENCE_SUPERSEDED: { 'zh-CN': '已有新版本', en: 'was SUPERSEDED' },
};
const NO_EXEMPTION: Text = { 'zh-CN': '（不予免交）', en: ' (no exemption)' };

export function receiptStatement(facts: ReceiptFacts, language: Language): string {
  const { at, by, licences, furtherLicences } = facts;
  const time = new Date(at.getTime() + SHANGHAI_OFFSET_MS)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ');
  const named = licences.slice(0, MAX_NAMED);
  const others = licences.length - named.length + furtherLicences;
  if (language === 'en') {
    const told = named.map(
      (one) =>
        `${one.typeName}${one.typeName === '' ? '' : ' '}licence ${one.identifier} ${then(one, 'en')}`,
    );
    const more = others === 0 ? '' : `; and ${others} more`;
    return `Genuine receipt of ${by}: at ${time} (UTC+8) ${told.join('; ')}${more}. It says nothing about now.`;
  }
  const told = named.map(
    (one) =>
      `${one.typeName === '' ? '' : `“${one.typeName}”`}${one.identifier} ${then(one, 'zh-CN')}`,
  );
  const more = others === 0 ? '' : `；另有 ${others} 件`;
  return `回执真实，由${by}出具：${time} 核验时，${told.join('；')}${more}。回执不说明证照目前的状态。`;
}

function then({ indication, subIndication }: ReceiptLicence, language: Language): string {
  if (indication === 'TOTAL-PASSED') return IN_FORCE[language];
  const state = STATES[subIndication ?? ''] ?? (indication === 'TOTAL-FAILED' ? REFUSED : UNKNOWN);
  return state[language] + NO_EXEMPTION[language];
}
