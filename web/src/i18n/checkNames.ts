import type { Language } from './language.ts';

/** What each check of a report means in plain words. A name that is not here is shown as it is. */
export const CHECK_NAMES: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  'bundle.period': {
    'zh-CN': '离线数据在有效期内',
    en: 'The offline data is in its period',
  },
  'bundle.signature': {
    'zh-CN': '离线数据由本市签名',
    en: 'The offline data is signed by the city',
  },
  'certificationPath.authorities': {
    'zh-CN': '各级证书机构有权签发证书',
    en: 'Every certificate issuer may issue certificates',
  },
  'certificationPath.criticalExtensions': {
    'zh-CN': '证书的关键限制均已遵守',
    en: 'All critical limits of the certificates are kept',
  },
  'certificationPath.nameConstraints': {
    'zh-CN': '证书名称在上级机构许可范围内',
    en: 'The certificates bear only names their issuers may certify',
  },
  'certificationPath.pathLength': {
    'zh-CN': '证书链长度合规',
    en: 'The chain of certificates is not too long',
  },
  'certificationPath.periods': {
    'zh-CN': '链上证书均在有效期内',
    en: 'All certificates of the chain are in their period',
  },
  'certificationPath.policies': {
    'zh-CN': '证书策略合规',
    en: 'The policies of the certificates are kept',
  },
  'certificationPath.purpose': {
    'zh-CN': '证书用途相符',
    en: 'The certificate may be used for this',
  },
  'certificationPath.revocation': {
    'zh-CN': '链上证书未被吊销',
    en: 'No certificate of the chain was revoked',
  },
  'certificationPath.scope': {
    'zh-CN': '在该信任根的认可范围内',
    en: 'This is within what the root is trusted for',
  },
  'certificationPath.signatures': {
    'zh-CN': '证书链签名正确',
    en: 'The chain of certificates is correctly signed',
  },
  'certificationPath.trustAnchor': {
    'zh-CN': '证书链通向可信根',
    en: 'The chain of certificates leads to a trusted root',
  },
  'code.expiresAt': { 'zh-CN': '证照码未过期', en: 'The code has not expired' },
  'code.issuedAt': { 'zh-CN': '证照码签发时间合理', en: 'The code was made at a plausible time' },
  'code.issuer': {
    'zh-CN': '证照码由所称机构签发',
    en: 'The code is from the authority it names',
  },
  'code.recorded': { 'zh-CN': '证照码与账本记录一致', en: 'The code is the one on the ledger' },
  'code.signature': { 'zh-CN': '证照码签名正确', en: "The code's signature is right" },
  'code.signer': { 'zh-CN': '证照码签名人可信', en: "The code's signer is trusted" },
  'code.signingTime': {
    'zh-CN': '签发证照码时证书有效',
    en: 'The certificate was valid when the code was made',
  },
  'credential.disclosures': { 'zh-CN': '披露字段真实', en: 'The disclosed fields are genuine' },
  'credential.expiresAt': { 'zh-CN': '凭证未过期', en: 'The credential has not expired' },
  'credential.issuedAt': {
    'zh-CN': '凭证签发时间合理',
    en: 'The credential was made at a plausible time',
  },
  'credential.issuer': {
    'zh-CN': '凭证由所称机构签发',
    en: 'The credential is from the authority it names',
  },
  'document.checksums': { 'zh-CN': '文件各部分未改动', en: 'All parts of the file are unchanged' },
  'document.coverage': { 'zh-CN': '签章覆盖全部内容', en: 'The seal covers the whole content' },
  'document.ownForm': {
    'zh-CN': '文件格式与签发时一致',
    en: 'The file has the form it was issued in',
  },
  'document.package': { 'zh-CN': '文件包完整可读', en: 'The file is whole and readable' },
  'document.references': {
    'zh-CN': '文件内部引用正确',
    en: "The file's internal references are right",
  },
  'document.sealFile': { 'zh-CN': '文件内附印章正确', en: 'The seal in the file is right' },
  'document.signed': { 'zh-CN': '文件带有签章', en: 'The file bears a seal' },
  'file.digest': { 'zh-CN': '文件与签发原件一致', en: 'The file is the one that was issued' },
  'jws.signature': { 'zh-CN': '凭证签名正确', en: "The credential's signature is right" },
  'licence.known': { 'zh-CN': '账本上有此证照', en: 'The licence is on the ledger' },
  'licence.state': { 'zh-CN': '证照状态正常', en: 'The licence is in force' },
  'licence.validFrom': { 'zh-CN': '证照已生效', en: 'The licence has begun' },
  'licence.validUntil': { 'zh-CN': '证照在有效期内', en: 'The licence has not expired' },
  'licence.version': { 'zh-CN': '是现行版本', en: 'It is the current version' },
  'pdf.byteRange': { 'zh-CN': '签名覆盖范围正确', en: 'The signature covers the right bytes' },
  'pdf.format': { 'zh-CN': 'PDF 结构正确', en: 'The PDF is well formed' },
  'pdf.keyUsage': { 'zh-CN': '签名证书用途相符', en: "The signer's certificate may sign" },
  'pdf.laterContent': { 'zh-CN': '签名后没有添加内容', en: 'Nothing was added after signing' },
  'pdf.messageDigest': { 'zh-CN': '签名后内容未改动', en: 'The signed content is unchanged' },
  'pdf.ownForm': { 'zh-CN': '文件格式与签发时一致', en: 'The file has the form it was issued in' },
  'pdf.signatureValue': { 'zh-CN': '签名值正确', en: 'The signature value is right' },
  'pdf.signed': { 'zh-CN': '文件带有签名', en: 'The file bears a signature' },
  'pdf.signerCertificate': { 'zh-CN': '带有签名证书', en: "The signer's certificate is there" },
  'pdf.signingCertificate': {
    'zh-CN': '签名绑定所用证书',
    en: 'The signature names its certificate',
  },
  'pdf.timeStampImprint': {
    'zh-CN': '时间戳对应此签名',
    en: 'The time-stamp is for this signature',
  },
  'proof.actSignature': { 'zh-CN': '操作签名正确', en: "The act's signature is right" },
  'proof.authorityPath': { 'zh-CN': '操作机构可信', en: 'The acting authority is trusted' },
  'proof.batchInclusion': { 'zh-CN': '操作在批次之中', en: 'The act is in its batch' },
  'proof.checkpointSignature': {
    'zh-CN': '检查点签名正确',
    en: "The checkpoint's signature is right",
  },
  'proof.endorsedBatches': {
    'zh-CN': '共同背书的是所示批次',
    en: 'The endorsed values are the batches shown',
  },
  'proof.endorsedLedger': {
    'zh-CN': '背书来自本账本',
    en: 'The endorsements are from this ledger',
  },
  'proof.endorsementFormat': { 'zh-CN': '背书结构正确', en: 'The endorsements are well formed' },
  'proof.endorsementSignature': {
    'zh-CN': '背书签名正确',
    en: "The endorsements' signatures are right",
  },
  'proof.endorserPath': { 'zh-CN': '背书机构可信', en: 'The endorsing organisations are trusted' },
  'proof.format': { 'zh-CN': '证据格式正确', en: 'The evidence is well formed' },
  'proof.logInclusion': { 'zh-CN': '批次在账本之中', en: 'The batch is in the ledger' },
  'proof.nodePath': { 'zh-CN': '账本节点可信', en: 'The ledger node is trusted' },
  'proof.organisations': { 'zh-CN': '由足够多的机构共同背书', en: 'Enough organisations endorsed' },
  'proof.proposalHash': {
    'zh-CN': '背书对应此次读取',
    en: 'The endorsements are for this very read',
  },
  'proof.trust': { 'zh-CN': '已提供信任根', en: 'Trusted roots were given' },
  'seal.createDate': {
    'zh-CN': '制章日期与证书有效期不一致',
    en: 'The seal’s date of making is odd',
  },
  'seal.dialect': {
    'zh-CN': '印章写法与标准略有出入',
    en: 'The seal is written somewhat otherwise than the standard',
  },
  'seal.format': { 'zh-CN': '印章结构正确', en: 'The seal is well formed' },
  'seal.makerCertificate.now': {
    'zh-CN': '制章机构证书此后已失效',
    en: 'The maker’s certificate has ended since',
  },
  'seal.makerCertificate': {
    'zh-CN': '制章机构证书可信',
    en: "The seal maker's certificate is trusted",
  },
  'seal.makerCertificate.format': {
    'zh-CN': '制章机构证书格式正确',
    en: "The seal maker's certificate is well formed",
  },
  'seal.makerSignature': { 'zh-CN': '制章机构签名正确', en: "The seal maker's signature is right" },
  'seal.period': {
    'zh-CN': '盖章时印章在有效期内',
    en: 'The seal was in its period when it signed',
  },
  'seal.scope': { 'zh-CN': '该类印章在互认范围内', en: 'Seals of this kind are recognised' },
  'seal.state': { 'zh-CN': '盖章时印章可用', en: 'The seal could be used when it signed' },
  'sealSignature.recorded': {
    'zh-CN': '账本上有此签章',
    en: 'The seal signature is on the ledger',
  },
  'signature.dialect': {
    'zh-CN': '签章写法与标准略有出入',
    en: 'The seal signature is written somewhat otherwise than the standard',
  },
  'signature.documentDigest': {
    'zh-CN': '签章后内容未改动',
    en: 'The content is unchanged since it was sealed',
  },
  'signature.format': { 'zh-CN': '签章结构正确', en: 'The seal signature is well formed' },
  'signature.signerCertificate': {
    'zh-CN': '签章人证书可信',
    en: "The signer's certificate is trusted",
  },
  'signature.signerCertificate.format': {
    'zh-CN': '签章人证书格式正确',
    en: "The signer's certificate is well formed",
  },
  'signature.signerInSeal': {
    'zh-CN': '签章人在印章名单内',
    en: "The signer is on the seal's list",
  },
  'signature.time': { 'zh-CN': '签章时间合理', en: 'The time of sealing is plausible' },
  'signature.timeStamp': {
    'zh-CN': '时间戳对应本签章',
    en: 'The time-stamp is over this seal signature',
  },
  'signature.timeStampOrder': {
    'zh-CN': '时间戳不早于签章时间',
    en: 'The time-stamp is not older than the seal signature claims',
  },
  'signature.type': { 'zh-CN': '签章类型相符', en: 'The seal signature is listed as one' },
  'signature.value': { 'zh-CN': '签章值正确', en: 'The seal signature value is right' },
  'receipt.at': { 'zh-CN': '回执出具时间合理', en: 'The receipt was made at a plausible time' },
  'receipt.issuer': {
    'zh-CN': '回执由所称机构出具',
    en: 'The receipt is from the authority it names',
  },
  'receipt.proof': { 'zh-CN': '回执的账本证据', en: "The ledger's proofs in the receipt" },
  'receipt.signingTime': {
    'zh-CN': '出具回执时证书有效',
    en: 'The certificate was valid when the receipt was made',
  },
  'receipt.timeStamp': { 'zh-CN': '回执的时间戳', en: "The receipt's time-stamp" },
  'receipt.use': { 'zh-CN': '回执与用证记录一致', en: 'The receipt says what the use records say' },
  'status.age': { 'zh-CN': '状态是最新的', en: 'The status is fresh' },
  'status.reserved': { 'zh-CN': '状态值有定义', en: 'The status has a defined value' },
  'statusList.period': { 'zh-CN': '状态清单在有效期内', en: 'The status list is in its period' },
  'statusList.uri': { 'zh-CN': '状态清单来源正确', en: 'The status list is the right one' },
  'trust.anchors': { 'zh-CN': '本机存有信任根', en: 'Roots are kept on this device' },
  'trust.roots': { 'zh-CN': '信任根没有变过', en: 'The roots have not changed' },
};
