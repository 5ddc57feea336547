/** What the console says of a problem, by its code. */
import type { Problem } from './api.ts';
import { currentLanguage, type Language } from './texts.ts';

type Code = Problem['code'];

const OTHER: Readonly<Record<Language, string>> = {
  'zh-CN': '操作没有完成。',
  en: 'That did not work.',
};

const SENTENCES: Readonly<Partial<Record<Code, Readonly<Record<Language, string>>>>> = {
  UNREACHABLE: {
    'zh-CN': '没有收到服务的答复，请检查网络后重试。',
    en: 'There was no answer from the service. Check the connection and try again.',
  },
  NOT_AUTHORISED: { 'zh-CN': '您没有做这件事的权限。', en: 'You may not do this.' },
  CREDENTIALS_WRONG: {
    'zh-CN': '用户名或密码不对。',
    en: 'User name or password is wrong.',
  },
  RATE_LIMITED: {
    'zh-CN': '请求过于频繁，请稍后再试。',
    en: 'Too many requests. Please try again later.',
  },
};

/** One sentence in the language in force. */
export function problemSentence(code: Code): string {
  return (SENTENCES[code] ?? OTHER)[currentLanguage()];
}
