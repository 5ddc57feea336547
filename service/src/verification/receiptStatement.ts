import { shanghaiTime } from '../civilTime.ts';
import type { Text } from '../language.ts';

/** What a sentence about a receipt needs of it. */
export interface ReceiptFacts {
  readonly at: Date;
  readonly issuer: Readonly<{ name?: string; creditCode: string }>;
  readonly licences: readonly ReceiptLicenceFacts[];
  /** Licences that are in the receipt and not named here. */
  readonly furtherLicences?: number;
}

export interface ReceiptLicenceFacts {
  readonly identifier: string;
  readonly typeName?: string;
  readonly indication: string;
  readonly subIndication: string | null;
}

/** A statement stays one that a clerk reads. */
const MAX_NAMED = 4;

const IN_FORCE: Text = { 'zh-CN': '有效', en: 'was in force' };
const REFUSED: Text = { 'zh-CN': '未通过核验', en: 'did not pass' };
const UNKNOWN: Text = { 'zh-CN': '无法判定', en: 'could not be judged' };
const STATES: Readonly<Record<string, Text>> = {
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

/** What the verdict on a licence was when the receipt was made: `in force`, or why not. */
export function verdictThen({
  indication,
  subIndication,
}: Pick<ReceiptLicenceFacts, 'indication' | 'subIndication'>): Text {
  if (indication === 'TOTAL-PASSED') return IN_FORCE;
  const state = STATES[subIndication ?? ''] ?? (indication === 'TOTAL-FAILED' ? REFUSED : UNKNOWN);
  return {
    'zh-CN': state['zh-CN'] + NO_EXEMPTION['zh-CN'],
    en: state.en + NO_EXEMPTION.en,
  };
}

/** Says what a genuine receipt says: the verdict then, nothing about now. */
export function receiptStatement(receipt: ReceiptFacts): Text {
  const { issuer, at, licences } = receipt;
  const time = shanghaiTime(at);
  const by = issuer.name ?? issuer.creditCode;
  const named = licences.slice(0, MAX_NAMED);
  const others = licences.length - named.length + (receipt.furtherLicences ?? 0);
  const chinese = named.map(
    (one) => `${typeOf(one, ['“', '”'])}${one.identifier} ${verdictThen(one)['zh-CN']}`,
  );
  const english = named.map(
    (one) => `${typeOf(one, ['', ' '])}licence ${one.identifier} ${verdictThen(one).en}`,
  );
  return {
    'zh-CN': `回执真实，由${by}出具：${time} 核验时，${chinese.join('；')}${others === 0 ? '' : `；另有 ${others} 件`}。回执不说明证照目前的状态。`,
    en: `Genuine receipt of ${by}: at ${time} (UTC+8) ${english.join('; ')}${others === 0 ? '' : `; and ${others} more`}. It says nothing about now.`,
  };
}

function typeOf(
  { typeName }: ReceiptLicenceFacts,
  [open, close]: readonly [string, string],
): string {
  return typeName === undefined || typeName === '' ? '' : `${open}${typeName}${close}`;
}
