/** The sentence of a verdict, in the service's own words. */
import type { Language } from './language.ts';
import type { Check } from '../report.ts';
import type { Conclusion } from '../offline/check.ts';

type Text = Readonly<Record<Language, string>>;

const PASSED: Readonly<Partial<Record<string, Text>>> = {
  licence: {
    'zh-CN': '证照有效：印章真实，签发机关可信，当前状态正常。',
    en: 'The licence is valid: genuine seal, trusted issuer, in force now.',
  },
  receipt: { 'zh-CN': '回执有效。', en: 'The receipt is valid.' },
};

/** Said when all that can be checked here is right and only the status is missing. */
const GENUINE: Readonly<Partial<Record<string, Text>>> = {
  licence: {
    'zh-CN': '真实，未被改动；但离线无法判定目前是否仍然有效，请联网核验。',
    en: 'Genuine and unchanged; whether it is still in force cannot be told offline. Verify it online.',
  },
  'seal-signature': {
    'zh-CN': '印章与签章真实，未被改动；但离线无法判定印章状态，请联网核验。',
    en: 'Genuine and unchanged; whether the seal was in force cannot be told offline. Verify it online.',
  },
};

const REASONS: Readonly<Partial<Record<string, Text>>> = {
  LICENCE_REVOKED: {
    'zh-CN': '证照已被吊销，不能使用。',
    en: 'The licence has been revoked. Do not accept it.',
  },
  LICENCE_WITHDRAWN: {
    'zh-CN': '证照已被撤销，不能使用。',
    en: 'The licence has been withdrawn. Do not accept it.',
  },
  LICENCE_CANCELLED: {
    'zh-CN': '证照已被注销，不能使用。',
    en: 'The licence has been cancelled. Do not accept it.',
  },
  LICENCE_SUSPENDED: {
    'zh-CN': '证照暂扣中，目前不能使用。',
    en: 'The licence is suspended. Do not accept it for now.',
  },
  LICENCE_LAPSED: {
    'zh-CN': '证照已失效，不能使用。',
    en: 'The licence has lapsed. Do not accept it.',
  },
  LICENCE_TRANSFERRED: {
    'zh-CN': '证照已迁出，请向迁入地核验。',
    en: 'The licence was transferred out; ask the place it went to.',
  },
  LICENCE_EXPIRED: {
    'zh-CN': '证照已过有效期。',
    en: 'The licence is past its period of validity.',
  },
  LICENCE_SUPERSEDED: {
    'zh-CN': '这是旧版本，请出示现行版本。',
    en: 'This is an older version; ask for the current one.',
  },
  HASH_FAILURE: {
    'zh-CN': '内容已被改动，不是原件。',
    en: 'The content was changed: not the original.',
  },
  SIG_CRYPTO_FAILURE: {
    'zh-CN': '签名不正确，疑似伪造。',
    en: 'The signature is wrong: probably forged.',
  },
  FORMAT_FAILURE: {
    'zh-CN': '格式不符合要求，无法判定。',
    en: 'The format is not as required: cannot tell.',
  },
  REVOKED: { 'zh-CN': '签名证书已被吊销。', en: "The signer's certificate was revoked." },
  EXPIRED: {
    'zh-CN': '签名时证书已过期。',
    en: 'The certificate had expired at the time of signing.',
  },
  NOT_YET_VALID: {
    'zh-CN': '签名时证书尚未生效。',
    en: 'The certificate was not yet valid at the time of signing.',
  },
  CERTIFICATE_CONSTRAINTS_FAILURE: {
    'zh-CN': '证书用途不符，无法采信。',
    en: 'The certificate may not be used for this.',
  },
  CRYPTO_CONSTRAINTS_FAILURE: {
    'zh-CN': '使用了不被接受的密码算法。',
    en: 'An algorithm was used that is not accepted.',
  },
  NO_CERTIFICATE_CHAIN_FOUND: {
    'zh-CN': '找不到可信的签发机构，无法判定。',
    en: 'No path to a trusted authority was found: cannot tell.',
  },
  TRY_LATER: {
    'zh-CN': '暂时查不到最新状态，无法判定，请稍后再试。',
    en: 'The current status is out of reach: cannot tell, try again later.',
  },
  NO_TRUST: {
    'zh-CN': '没有提供信任根，无法判定。',
    en: 'No trusted roots were given: cannot tell.',
  },
  BUNDLE_EXPIRED: {
    'zh-CN': '离线信任包已过期，无法判定。',
    en: 'The trust bundle has expired: cannot tell.',
  },
};

const UNKNOWN: Text = { 'zh-CN': '无法判定。', en: 'Cannot tell.' };

/** One sentence that somebody can act on. */
export function statementOf(
  { indication, subIndication }: Conclusion,
  { subject, checks }: Readonly<{ subject: string; checks: readonly Check[] }>,
  language: Language,
): string {
  const reason = REASONS[subIndication ?? ''] ?? UNKNOWN;
  if (indication === 'TOTAL-PASSED') return (PASSED[subject] ?? UNKNOWN)[language];
  const open = checks.filter((check) => check.indication !== 'TOTAL-PASSED');
  const isOnlyStatus = open.every((check) => check.subIndication === 'TRY_LATER');
  return ((isOnlyStatus ? GENUINE[subject] : undefined) ?? reason)[language];
}
