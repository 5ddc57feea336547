import { shanghaiTime } from '../civilTime.ts';
import type { Language, Text } from '../language.ts';
import type { Indication, SubIndication, SubjectKind } from '../report.ts';

/** What a statement may name besides the verdict. */
export interface StatementFacts {
  readonly subject: SubjectKind;
  /** When the state that decided began, RFC 3339. */
  readonly since?: string | undefined;
  /** Identifier of the version in force. */
  readonly currentIdentifier?: string | undefined;
}

const PASSED: Readonly<Record<SubjectKind, Text>> = {
  licence: {
    'zh-CN': '证照有效：印章真实，签发机关可信，当前状态正常。',
    en: 'The licence is valid: genuine seal, trusted issuer, in force now.',
  },
  'seal-signature': {
    'zh-CN': '签章有效：文件未被改动，印章盖章时有效。',
    en: 'The seal signature is valid: the document is unchanged and the seal was valid when it signed.',
  },
  seal: { 'zh-CN': '印章有效。', en: 'The seal is valid.' },
  receipt: { 'zh-CN': '回执有效。', en: 'The receipt is valid.' },
  certificate: { 'zh-CN': '证书有效。', en: 'The certificate is valid.' },
  'time-stamp': { 'zh-CN': '时间戳有效。', en: 'The time-stamp is valid.' },
  credential: { 'zh-CN': '凭证有效。', en: 'The credential is valid.' },
  'annotated-copy': { 'zh-CN': '加注件有效。', en: 'The annotated copy is valid.' },
  export: { 'zh-CN': '审计导出成立。', en: 'The audit export holds.' },
  proof: {
    'zh-CN': '证据成立：所示操作确已记入账本。',
    en: 'The evidence holds: the acts shown are recorded on the ledger.',
  },
};

const REASONS: Readonly<Record<SubIndication, Text>> = {
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
  LICENCE_NOT_YET_VALID: { 'zh-CN': '证照尚未生效。', en: 'The licence is not yet in force.' },
  LICENCE_SUPERSEDED: {
    'zh-CN': '这是旧版本，请出示现行版本。',
    en: 'This is an older version; ask for the current one.',
  },
  LICENCE_UNKNOWN: {
    'zh-CN': '账本上查不到该证照，无法判定。',
    en: 'This ledger does not know the licence: cannot tell.',
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
  UNSIGNED_CONTENT: {
    'zh-CN': '签章之后被添加了内容，不能采信。',
    en: 'Content was added outside the signature. Do not accept it.',
  },
  NOT_SIGNED: {
    'zh-CN': '文件没有签章。',
    en: 'The document bears no seal signature.',
  },
  TEXT_MISMATCH: {
    'zh-CN': '文件上看到的内容与签发的原件不一致，二维码不能证明它。',
    en: 'What the page shows is not what was issued; its code does not vouch for it.',
  },
  CODE_MISMATCH: {
    'zh-CN': '文件上的二维码属于另一份证照。',
    en: 'The code on the page is that of another licence.',
  },
  METADATA_MISMATCH: {
    'zh-CN': '文件所附信息与看到的内容不一致。',
    en: 'What is attached to the file is not what the page shows.',
  },
  SEAL_PICTURE_COPIED: {
    'zh-CN': '文件上的印章只是图片，该印章没有签署此文件。',
    en: 'The seal on the page is only a picture: that seal did not sign this file.',
  },
  SEAL_EXPIRED_AT_SIGNING: {
    'zh-CN': '盖章时印章已过期。',
    en: 'The seal had expired when it signed.',
  },
  SEAL_NOT_YET_VALID_AT_SIGNING: {
    'zh-CN': '盖章时印章尚未生效。',
    en: 'The seal was not yet valid when it signed.',
  },
  SEAL_SUSPENDED_AT_SIGNING: {
    'zh-CN': '盖章时印章处于停用状态。',
    en: 'The seal was suspended when it signed.',
  },
  SEAL_REVOKED: {
    'zh-CN': '印章已被废止，签章无效。',
    en: 'The seal was revoked: the seal signature is not valid.',
  },
  SEAL_OUTSIDE_MANDATE: {
    'zh-CN': '用章超出授权范围。',
    en: 'The seal was used outside its mandate.',
  },
  SEAL_UNKNOWN: {
    'zh-CN': '账本上查不到该印章，无法判定。',
    en: 'This ledger does not know the seal: cannot tell.',
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
  SIGNER_NOT_IN_SEAL: {
    'zh-CN': '签章人不在印章允许的名单内。',
    en: 'The signer is not one the seal allows.',
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
  COPY_EXPIRED: {
    'zh-CN': '加注件已过用途期限。',
    en: 'The annotated copy is past its purpose or date.',
  },
  NOT_RECORDED: {
    'zh-CN': '账本上没有这份文件的记录，无法判定。',
    en: 'The ledger holds no record of this document: cannot tell.',
  },
  PROOF_FAILURE: { 'zh-CN': '证据不成立。', en: 'The evidence does not hold.' },
  NOT_ENDORSED: {
    'zh-CN': '证据没有足够多的机构共同背书，无法判定。',
    en: 'Not enough organisations endorsed the evidence: cannot tell.',
  },
};

/** What a statement says of a file that another city sealed. */
export interface ElsewhereFacts {
  readonly sealedBy: string;
  readonly entries: readonly Readonly<{ name: string; since: string }>[];
}

/** Integrity and recognition are all that can be told of it here. */
export function recognisedStatement(facts: ElsewhereFacts): Text {
  const { names, since } = recognisedBy(facts);
  return {
    'zh-CN': `文件未被改动，由“${facts.sealedBy}”签章；签章经“${names}”认证，本市自 ${since} 起互认。印章在其所属城市的当前状态未查询。`,
    en: `The document is unchanged and was sealed by ${facts.sealedBy}; ${names} vouches for it, recognised here since ${since} (UTC+8). The seal's status in its own city was not asked.`,
  };
}

/** A licence of another city: genuine, and nobody here knows whether it is in force. */
export function genuineElsewhere(facts: ElsewhereFacts): Text {
  const { names, since } = recognisedBy(facts);
  return {
    'zh-CN': `证照文件真实，由“${facts.sealedBy}”签章，经“${names}”认证（本市自 ${since} 起互认）；是否仍然有效，本市账本无法判定，请向签发地核验。`,
    en: `The licence file is genuine, sealed by ${facts.sealedBy}; ${names} vouches for it, recognised here since ${since} (UTC+8). Whether it is in force this ledger cannot tell: ask the city that issued it.`,
  };
}

function recognisedBy({ entries }: ElsewhereFacts): Readonly<{ names: string; since: string }> {
  const since =
    entries
      .map((entry) => entry.since)
      .sort()
      .at(-1) ?? '';
  const names = entries.map(({ name }) => name).join('、');
  return { names, since: shanghaiTime(new Date(since)) };
}

const UNKNOWN: Text = { 'zh-CN': '无法判定。', en: 'Cannot tell.' };

/** Said of a licence whose state began at another time than what is said. */
const NO_STATE: readonly SubIndication[] = ['LICENCE_EXPIRED', 'LICENCE_NOT_YET_VALID'];

/** One sentence a clerk can act on, in the caller's language. */
export function statementOf(
  verdict: Readonly<{ indication: Indication; subIndication: SubIndication | null }>,
  facts: StatementFacts,
  language: Language,
): string {
  if (verdict.indication === 'TOTAL-PASSED') return PASSED[facts.subject][language];
  const reason = (verdict.subIndication === null ? UNKNOWN : REASONS[verdict.subIndication])[
    language
  ];
  return reason + detailOf(verdict.subIndication, facts, language);
}

function detailOf(
  subIndication: SubIndication | null,
  facts: StatementFacts,
  language: Language,
): string {
  if (subIndication === 'LICENCE_SUPERSEDED' && facts.currentIdentifier !== undefined) {
    return language === 'en'
      ? ` Current: ${facts.currentIdentifier}`
      : `现行：${facts.currentIdentifier}`;
  }
  const isState =
    subIndication?.startsWith('LICENCE_') === true && !NO_STATE.includes(subIndication);
  if (isState && facts.since !== undefined) {
    const since = shanghaiTime(new Date(facts.since));
    return language === 'en' ? ` (since ${since}, UTC+8)` : `（自 ${since} 起）`;
  }
  return '';
}
