import type { Fault } from './errors.ts';
import { isLoopback } from './identityConfig.ts';

/** Where notices to holders go. */
export interface NoticeConfig {
  /** Address of the city's message gateway. */
  readonly webhook: string;
  /** File with the secret that signs them. */
  readonly secretFile: string;
}

/** Settings as they are in the environment. */
export interface NoticeValues {
  readonly YINXIN_NOTICE_WEBHOOK?: string | undefined;
  readonly YINXIN_NOTICE_SECRET_FILE?: string | undefined;
}

/** @returns what contradicts itself: there is no notice without a secret, and none goes over an open line. */
export function noticeFaults(values: NoticeValues): readonly Fault[] {
  const { YINXIN_NOTICE_WEBHOOK: webhook, YINXIN_NOTICE_SECRET_FILE: secretFile } = values;
  if (webhook === undefined) {
    if (secretFile === undefined) return [];
    const detail = 'is given, but YINXIN_NOTICE_WEBHOOK is not';
    return [{ pointer: 'YINXIN_NOTICE_SECRET_FILE', detail }];
  }
  const url = new URL(webhook);
  const faults: Fault[] = [];
  if (secretFile === undefined)
    faults.push({ pointer: 'YINXIN_NOTICE_SECRET_FILE', detail: 'is missing' });
  if (url.protocol !== 'https:' && !isLoopback(url))
    faults.push({ pointer: 'YINXIN_NOTICE_WEBHOOK', detail: 'must begin with https:' });
  if (url.username !== '' || url.password !== '')
    faults.push({ pointer: 'YINXIN_NOTICE_WEBHOOK', detail: 'must not carry credentials' });
  return faults;
}

/** @returns null: notices are for inboxes only. Ask {@link noticeFaults} first. */
export function toNoticeConfig(values: NoticeValues): NoticeConfig | null {
  const { YINXIN_NOTICE_WEBHOOK: webhook, YINXIN_NOTICE_SECRET_FILE: secretFile } = values;
  return webhook === undefined || secretFile === undefined ? null : { webhook, secretFile };
}
