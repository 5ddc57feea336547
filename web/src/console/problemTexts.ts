/** What the console says of a problem, by its code. */
import type { Problem } from './api.ts';
import { currentLanguage } from './texts.ts';

type Code = Problem['code'];

/** Every code, so that a new one does not compile until it has its sentences. */
const SENTENCES: Readonly<Record<Code, readonly [chinese: string, english: string]>> = {
  REQUEST_MALFORMED: [
    '提交的内容有误，请核对后重试。',
    'Something in the request is not right. Please check it.',
  ],
  REQUEST_TOO_LARGE: ['提交的内容太大。', 'This is too large.'],
  RATE_LIMITED: ['请求过于频繁，请稍后再试。', 'Too many requests. Please try again later.'],
  NOT_FOUND: ['没有找到要查看的内容。', 'There is nothing here.'],
  METHOD_NOT_ALLOWED: ['这里不支持该操作。', 'That cannot be done here.'],
  NOT_AUTHENTICATED: ['请先登录。', 'Please sign in first.'],
  NOT_AUTHORISED: ['您没有做这件事的权限。', 'You may not do this.'],
  CREDENTIALS_WRONG: ['用户名或密码不对。', 'User name or password is wrong.'],
  IDEMPOTENCY_KEY_REUSED: [
    '同一个请求编号已用于其他内容，请重新提交。',
    'This request was sent before with other content. Please send it anew.',
  ],
  REQUEST_IN_PROGRESS: [
    '同样的请求正在处理，请稍候。',
    'The same request is under way. Please wait a moment.',
  ],
  ACCOUNT_ALREADY_EXISTS: ['这个用户名已被使用。', 'This user name is taken.'],
  ORGANISATION_NOT_FOUND: ['没有找到这个机构。', 'There is no such organisation.'],
  ORGANISATION_ALREADY_EXISTS: ['这个机构已经登记过。', 'This organisation is registered already.'],
  ACCOUNT_NOT_FOUND: ['没有找到这个账号。', 'There is no such account.'],
  WINDOW_NOT_FOUND: ['没有找到这个窗口。', 'There is no such window.'],
  WINDOW_ALREADY_EXISTS: ['这个窗口编号已被使用。', 'There is a window with this code already.'],
  WINDOW_CLOSED: ['这个窗口已关闭。', 'This window is closed.'],
  ORGANISATION_CLOSED: [
    '这个机构已停用，不能再办理新业务。',
    'This organisation is closed: nothing new begins in it.',
  ],
  ORGANISATION_TREE_CONFLICT: [
    '机构层级不允许这样调整。',
    'The tree of organisations does not allow this.',
  ],
  PASSWORD_CHANGE_REQUIRED: ['请先修改初始密码。', 'Please change your password first.'],
  LOCAL_SIGN_IN_OFF: ['请通过统一身份认证平台登录。', 'Please sign in by the identity provider.'],
  IDENTITY_ALREADY_BOUND: [
    '这个身份已绑定到另一个账号。',
    'This identity is bound to another account.',
  ],
  IDENTITY_UNKNOWN: [
    '这个身份在本系统没有账号，请联系安全管理员。',
    'No account here has this identity. Please ask the security administrator.',
  ],
  IDENTITY_REFUSED: [
    '统一身份认证没有通过，请重新登录。',
    'The identity provider did not vouch for you. Please sign in again.',
  ],
  IDENTITY_PROVIDER_UNAVAILABLE: [
    '统一身份认证平台暂时无法访问，请稍后再试。',
    'The identity provider is out of reach. Please try again later.',
  ],
  CREDIT_CODE_INVALID: [
    '统一社会信用代码有误，请逐位核对。',
    'The unified social credit code is wrong. Please compare each character.',
  ],
  HOLDER_CODE_INVALID: [
    '持证人的证件号码有误，请逐位核对。',
    'The holder’s code is wrong. Please compare each character.',
  ],
  TYPE_CODE_INVALID: [
    '证照类型代码有误，请逐位核对。',
    'The type code is wrong. Please compare each character.',
  ],
  LICENCE_TYPE_NOT_FOUND: ['没有找到这种证照类型。', 'There is no such licence type.'],
  LICENCE_TYPE_MALFORMED: ['证照类型的设置有误。', 'The licence type is not well formed.'],
  LICENCE_NOT_FOUND: ['没有找到这份证照。', 'There is no such licence.'],
  LICENCE_ALREADY_EXISTS: ['这份证照已经存在。', 'This licence exists already.'],
  LICENCE_STATE_CONFLICT: [
    '证照目前的状态不允许这样做，请刷新后查看。',
    'The licence’s present state does not allow this. Please look at it anew.',
  ],
  LICENCE_FIELDS_INVALID: [
    '证照内容有误，请核对标出的栏目。',
    'Some fields of the licence are wrong. Please check those marked.',
  ],
  LICENCE_PERIOD_INVALID: ['有效期有误。', 'The period of validity is wrong.'],
  LICENCE_SERIAL_INVALID: ['证照流水号有误。', 'The serial is wrong.'],
  LICENCE_NOT_IN_FORCE: ['证照目前不是有效状态。', 'The licence is not in force.'],
  COPY_PERIOD_OVER: ['已超过制作加注件的期限。', 'The time for annotated copies is over.'],
  RECEIPT_NOT_FOUND: ['没有找到这份回执。', 'There is no such receipt.'],
  APPROVER_IS_MAKER: [
    '经办和审核须是不同的人，请由另一位同事审核。',
    'A second person is needed: somebody else must approve.',
  ],
  CERTIFICATE_NOT_FOUND: ['没有找到这张数字证书。', 'There is no such certificate.'],
  CERTIFICATE_STATE_CONFLICT: [
    '数字证书目前的状态不允许这样做。',
    'The certificate’s present state does not allow this.',
  ],
  SEAL_NOT_FOUND: ['没有找到这枚印章。', 'There is no such seal.'],
  SEAL_ALREADY_EXISTS: ['这枚印章已经存在。', 'This seal exists already.'],
  SEAL_STATE_CONFLICT: [
    '印章目前的状态不允许这样做。',
    'The seal’s present state does not allow this.',
  ],
  SEAL_NOT_YET_VALID: ['印章还未生效。', 'The seal is not yet valid.'],
  SEAL_EXPIRED: ['印章已过期。', 'The seal has expired.'],
  SEAL_SUSPENDED: ['印章已暂停使用。', 'The seal is suspended.'],
  SEAL_REVOKED: ['印章已撤销。', 'The seal is revoked.'],
  SEAL_SUPERSEDED: ['这枚印章已被新印章替换。', 'Another seal has taken this one’s place.'],
  SEAL_OUTSIDE_MANDATE: [
    '超出了印章的授权范围（证照类型、日期或每日次数）。',
    'This is outside the seal’s mandate (licence types, days or uses a day).',
  ],
  SEAL_PERIOD_INVALID: ['印章有效期有误。', 'The seal’s period is wrong.'],
  SEAL_APPLICATION_NOT_FOUND: [
    '没有找到这份用章申请。',
    'There is no such application for a seal.',
  ],
  SEAL_APPLICATION_CONFLICT: ['这份刻章申请已经有了结果。', 'This application was decided before.'],
  SEALING_REQUEST_NOT_FOUND: [
    '没有找到这份待盖章文件。',
    'There is no such document waiting to be sealed.',
  ],
  SEALING_REQUEST_CONFLICT: ['这份待盖章文件已经有了结果。', 'This document was decided before.'],
  MANDATE_INVALID: ['印章的授权范围设置有误。', 'The mandate is not well formed.'],
  PERSONAL_SIGNATURE_NOT_FOUND: ['没有找到这份签名文件。', 'There is no such signed form.'],
  PKCS12_MALFORMED: ['这不是可用的 PKCS#12 文件。', 'This is not a PKCS#12 file that can be used.'],
  PKCS12_PASSWORD_WRONG: ['PKCS#12 文件的口令不对。', 'The password of the PKCS#12 file is wrong.'],
  GLYPH_MISSING: [
    '有的字证照字体里没有，无法印在证照上。',
    'The licence font lacks a character: it cannot be printed.',
  ],
  KEY_UNFIT: [
    '签名密钥目前不可用，没有签名。',
    'The signing key is unfit at present: nothing was signed.',
  ],
  KEY_NOT_FOUND: ['签名密钥不存在。', 'The signing key is missing.'],
  KEY_ALREADY_EXISTS: ['这个密钥已经导入过。', 'This key is here already.'],
  CERTIFICATE_MALFORMED: ['这不是可用的数字证书。', 'This is not a certificate that can be used.'],
  EFFECTIVE_TIME_INVALID: ['生效时间有误。', 'The time of effect is wrong.'],
  TRUST_ANCHOR_NOT_FOUND: ['信任列表里没有这个机构。', 'The trust list has no such entry.'],
  TRUST_ANCHOR_ALREADY_EXISTS: [
    '信任列表里已有这个机构。',
    'The trust list has this entry already.',
  ],
  TRUST_ANCHOR_UNFIT: ['这张证书不适合作为信任源。', 'This certificate is not fit to be trusted.'],
  TRUST_SCOPE_INVALID: ['信任范围设置有误。', 'The scope of trust is not well formed.'],
  TRUST_PROPOSAL_NOT_FOUND: ['没有找到这项提议。', 'There is no such proposal.'],
  TRUST_PROPOSAL_STATE_CONFLICT: ['这项提议已经有了结果。', 'This proposal was decided before.'],
  TRUST_EXPORT_MALFORMED: ['这不是可用的信任列表文件。', 'This is not a trust export.'],
  TRUST_EXPORT_NOT_GENUINE: [
    '信任列表文件的签名不对，不能使用。',
    'The trust export’s signature is wrong: it cannot be used.',
  ],
  TRUST_EXPORT_EXPIRED: ['信任列表文件已过期。', 'The trust export has expired.'],
  TSA_UNAVAILABLE: [
    '时间戳服务暂时无法访问，请稍后再试。',
    'The time-stamping authority is out of reach. Please try again later.',
  ],
  DOCUMENT_MALFORMED: [
    '这不是可识别的文件，或者文件已损坏。',
    'This file is of no known kind, or it is damaged.',
  ],
  DOCUMENT_NOT_FOUND: ['没有找到这份文件。', 'There is no such document.'],
  CODE_MALFORMED: ['这不是可识别的码。', 'This is no code that we know.'],
  GRANT_NOT_FOUND: ['没有找到这项授权。', 'There is no such grant.'],
  GRANT_STATE_CONFLICT: ['这项授权已经结束。', 'This grant has ended.'],
  GRANT_SCOPE_INVALID: ['授权范围设置有误。', 'The scope of the grant is not well formed.'],
  GRANT_PERIOD_INVALID: [
    '授权期限有误，最长一年。',
    'The period of the grant is wrong; a year at most.',
  ],
  GRANT_AGENT_INVALID: ['不能授权给这个人。', 'This person cannot be the agent.'],
  REPRESENTATION_INVALID: ['不能这样登记代表人。', 'This representation cannot be registered.'],
  CLIENT_NOT_FOUND: ['没有找到这个接入系统。', 'There is no such client.'],
  CLIENT_TERMS_INVALID: [
    '接入系统的授权设置有误。',
    'The terms of the client are not well formed.',
  ],
  SCOPE_NOT_GRANTED: ['这个系统没有该项调用权限。', 'This is outside the client’s scopes.'],
  PURPOSE_NOT_GRANTED: ['这个系统没有登记该用途。', 'This is no purpose of the client.'],
  TYPE_NOT_GRANTED: [
    '这个系统不能调用该类证照。',
    'This licence type is not the client’s to ask for.',
  ],
  FIELD_NOT_GRANTED: ['这个系统不能调用该项内容。', 'This field is not the client’s to ask for.'],
  GRANT_NEEDED: ['需要持证人授权。', 'The holder’s grant is needed.'],
  QUOTA_EXCEEDED: ['调用次数已用完，请稍后再试。', 'The quota is used up. Please try again later.'],
  IMPORT_NOT_FOUND: ['没有找到这次导入。', 'There is no such import.'],
  IMPORT_MALFORMED: [
    '导入文件有误，请核对表头和编码。',
    'The file cannot be imported. Please check its header and encoding.',
  ],
  PRESENTATION_NOT_FOUND: ['没有找到这次出示。', 'There is no such presentation.'],
  PRESENTATION_NOT_REDEEMABLE: [
    '这个码无效、已使用或已过期，请让对方重新出示。',
    'This code is wrong, used or too old. Please ask for a new one.',
  ],
  PRESENTATION_STATE_CONFLICT: ['这次出示已经结束。', 'This presentation has ended.'],
  SPOKEN_CODE_LOCKED: [
    '数字码输错次数太多，请改为扫描二维码。',
    'Too many wrong digits: please scan the QR code.',
  ],
  WINDOW_CODE_NOT_FOUND: [
    '窗口码无效或已过期，请重新扫描。',
    'The window’s code is wrong or too old. Please scan it again.',
  ],
  LEGAL_BASIS_INVALID: [
    '请填写依职能核验的法律依据。',
    'Please give the legal basis of the check.',
  ],
  MATTER_NOT_FOUND: ['没有找到这个事项。', 'There is no such matter.'],
  MATTER_MALFORMED: ['事项的设置有误。', 'The matter is not well formed.'],
  CASE_NOT_FOUND: ['没有找到这个办件。', 'There is no such case.'],
  CASE_STATE_CONFLICT: [
    '办件目前的状态不允许这样做，请刷新后查看。',
    'The case’s present state does not allow this. Please look at it anew.',
  ],
  CASE_MATERIALS_MISSING: [
    '还缺材料，暂不能受理。',
    'Materials are missing: it cannot be accepted yet.',
  ],
  CASE_ALREADY_RATED: ['这个办件已经评价过。', 'This case was rated before.'],
  MATTER_NOT_IN_CASE: ['这个办件里没有该事项。', 'This matter is not in the case.'],
  MATERIAL_NOT_FOUND: ['没有找到这份材料。', 'There is no such material.'],
  MATERIAL_NOT_IN_CASE: ['这个办件不需要该材料。', 'This case does not ask for this material.'],
  MATERIAL_UNFIT: [
    '签名表格没有通过查验，不能使用。',
    'The signed form did not pass: it cannot be used.',
  ],
  MATERIAL_REQUEST_NOT_FOUND: [
    '没有找到这项材料复用请求。',
    'There is no such proposal to use a material again.',
  ],
  MATERIAL_REQUEST_CONFLICT: [
    '这项材料复用请求已经有了结果。',
    'This proposal was decided before.',
  ],
  CALENDAR_INVALID: ['工作日历有误。', 'The calendar is not well formed.'],
  USAGE_RECORD_NOT_FOUND: ['没有找到这条使用记录。', 'There is no such usage record.'],
  OBJECTION_NOT_FOUND: ['没有找到这项异议。', 'There is no such objection.'],
  OBJECTION_ALREADY_EXISTS: ['这条记录已经提出过异议。', 'This record was objected to before.'],
  OBJECTION_STATE_CONFLICT: [
    '这项异议已经答复或撤回。',
    'This objection was answered or taken back.',
  ],
  RECALL_NOTICE_NOT_FOUND: ['没有找到这项召回通知。', 'There is no such recall notice.'],
  RECALL_NOTICE_CONFLICT: [
    '这项召回通知已经确认过。',
    'This recall notice was acknowledged before.',
  ],
  NOTICE_NOT_FOUND: ['没有找到这条通知。', 'There is no such notice.'],
  ERASURE_NOT_FOUND: ['没有找到这项删除申请。', 'There is no such wish to be erased.'],
  ERASURE_RETAINED: [
    '个人信息还在法定保存期内，暂不能删除。',
    'The personal data must still be kept: it cannot be erased yet.',
  ],
  ERASURE_STATE_CONFLICT: ['这项删除申请已经有了结果。', 'This wish was decided before.'],
  PROOF_NOT_READY: [
    '凭据正在生成，请几秒后再试。',
    'The proof is being made. Please try again in a few seconds.',
  ],
  ACT_REFUSED: ['账本拒绝了这个操作。', 'The ledger refused this act.'],
  LEDGER_CONFLICT: ['账本繁忙，请重试。', 'The ledger is busy. Please try again.'],
  LEDGER_UNAVAILABLE: [
    '账本暂时无法访问，没有做任何更改，请稍后再试。',
    'The ledger is out of reach; nothing was changed. Please try again later.',
  ],
  LEDGER_OUTCOME_UNKNOWN: [
    '结果还在确认中，请稍后查看，不要重复办理。',
    'The outcome is not known yet. Please look again shortly; do not do it twice.',
  ],
  LEDGER_DIVERGED: [
    '各机构的账本答复不一致，暂停办理，请联系运维人员。',
    'The organisations’ ledgers disagree: nothing is done. Please tell the operators.',
  ],
  LEDGER_CORRUPT: [
    '账本数据异常，请联系运维人员。',
    'Something is wrong with the ledger. Please tell the operators.',
  ],
  STORE_UNAVAILABLE: [
    '数据库暂时无法访问，请稍后再试。',
    'The store is out of reach. Please try again later.',
  ],
  CONFIGURATION_INVALID: [
    '服务配置有误，请联系运维人员。',
    'The service is set up wrongly. Please tell the operators.',
  ],
  EXPORT_TOO_LARGE: [
    '记录太多，请缩短时间或增加条件后再导出。',
    'Too many records: please narrow the period or the search.',
  ],
  INTERNAL: [
    '服务出了问题，请把请求编号告诉运维人员。',
    'Something went wrong. Please tell the operators the request id.',
  ],
  UNREACHABLE: [
    '没有收到服务的答复，请检查网络后重试。',
    'There was no answer from the service. Check the connection and try again.',
  ],
};

/** One sentence in the language in force. */
export function problemSentence(code: Code): string {
  const [chinese, english] = SENTENCES[code in SENTENCES ? code : 'INTERNAL']; // a newer service may know more
  return currentLanguage() === 'en' ? english : chinese;
}
