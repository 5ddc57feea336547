import type { Text } from '../language.ts';
import type { RedemptionRefusal } from '../store/store.ts';

/** Why a code opened nothing, for the holder whose code it was. */
const REASONS: Readonly<Record<RedemptionRefusal, Text>> = {
  CODE_UNKNOWN: { 'zh-CN': '没有这样的码', en: 'there is no such code' },
  CODE_EXPIRED: { 'zh-CN': '该码已过期', en: 'the code had run out' },
  CODE_USED: { 'zh-CN': '该码已使用过', en: 'the code had been used' },
  CODE_WITHDRAWN: { 'zh-CN': '该码已撤回', en: 'the code had been withdrawn' },
  OTHER_WINDOW: { 'zh-CN': '该码限另一窗口使用', en: 'the code was for another window' },
  OTHER_MATTER: { 'zh-CN': '该码限另一事项使用', en: 'the code was for another matter' },
  WINDOW_NOT_CONFIRMED: {
    'zh-CN': '数字码尚未经本人确认窗口',
    en: 'the window had not been confirmed for its digits',
  },
  GRANT_NOT_IN_FORCE: { 'zh-CN': '授权已不在有效期内', en: 'the grant was no longer in force' },
  PRESENTER_DISABLED: {
    'zh-CN': '亮证人账户已停用',
    en: 'the account of whoever showed it was disabled',
  },
  CLERK_NOT_AT_WINDOW: {
    'zh-CN': '经办人已不在该窗口任职',
    en: 'whoever redeemed it was no longer a clerk at the window',
  },
  SPOKEN_CODE_LOCKED: {
    'zh-CN': '数字码输错次数过多，已锁定',
    en: 'too many wrong digits had been typed',
  },
};

/** @returns null for what is no reason of ours. */
export function refusalReason(reason: string | null): Text | null {
  return reason !== null && Object.hasOwn(REASONS, reason)
    ? REASONS[reason as RedemptionRefusal] // an own member, as just asked
    : null;
}
