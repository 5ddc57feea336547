/** What a notice that is about no use says, in plain words. */
import { shanghaiTime } from '../civilTime.ts';
import type { Text } from '../language.ts';
import type { Notice, NoticeEvent } from '../store/store.ts';

const ENDINGS: Readonly<Record<Exclude<NoticeEvent, 'use'>, Text>> = {
  issue: { 'zh-CN': '已签发', en: 'was issued' },
  change: { 'zh-CN': '已变更', en: 'was changed: a new version is in force' },
  renew: { 'zh-CN': '已延续', en: 'was renewed: a new version is in force' },
  transferIn: { 'zh-CN': '已转入', en: 'was taken over by another issuer' },
  suspended: { 'zh-CN': '已暂停使用', en: 'was suspended' },
  reinstated: { 'zh-CN': '已恢复使用', en: 'is in force again' },
  withdrawn: { 'zh-CN': '已被撤销', en: 'was withdrawn' },
  cancelled: { 'zh-CN': '已注销', en: 'was cancelled' },
  lapsed: { 'zh-CN': '已失效', en: 'lapsed' },
  transferred: { 'zh-CN': '已转出', en: 'was transferred out' },
  revoked: { 'zh-CN': '已被吊销', en: 'was revoked' },
  upheld: { 'zh-CN': '已答复：成立', en: 'was answered: it is upheld' },
  rejected: { 'zh-CN': '已答复：不成立', en: 'was answered: it is rejected' },
  refused: { 'zh-CN': '未获批准', en: 'was refused' },
};
const SUBJECTS: Readonly<Record<'licence' | 'objection' | 'erasure', Text>> = {
  licence: { 'zh-CN': '证照', en: 'licence' },
  objection: { 'zh-CN': '异议', en: 'objection to a use of your licence' },
  erasure: { 'zh-CN': '删除个人数据的申请', en: 'wish to have your personal data erased' },
};

/** @param licenceType - name of the type; null: not known, or the notice is about no licence. */
export function noticeStatement(
  { kind, event, createdAt }: Pick<Notice, 'kind' | 'event' | 'createdAt'>,
  licenceType: string | null,
): Text {
  if (event === 'use') return sayOfUse(createdAt);
  const subject = kind === 'objection' || kind === 'erasure' ? kind : 'licence';
  const name = licenceType === null ? SUBJECTS[subject] : { 'zh-CN': licenceType, en: licenceType };
  const time = shanghaiTime(createdAt);
  return {
    'zh-CN': `${time}，您的${name['zh-CN']}${ENDINGS[event]['zh-CN']}。`,
    en: `${time} (UTC+8): your ${name.en} ${ENDINGS[event].en}.`,
  };
}

/** Of a use whose record cannot be read. */
function sayOfUse(at: Date): Text {
  const time = shanghaiTime(at);
  return {
    'zh-CN': `${time}，您的证照被使用。`,
    en: `${time} (UTC+8): a licence of yours was used.`,
  };
}
