import { requireInstant } from '../../service/src/civilTime.ts';
import { verifyOffline } from '../../service/src/offline/verifyOffline.ts';
import { verificationTime } from '../../service/src/verification/parts.ts';
import type { EndorsementTrust } from '../../service/src/ledger/proofTrust.ts';
import {
  optionText,
  optionTexts,
  outJson,
  UsageError,
  type Call,
  type Command,
} from '../command.ts';
import {
  readCertificates,
  readTrust,
  readEvidence,
  readRevocation,
  readTrustBundle,
} from '../files.ts';
import { exitOf, renderReport } from '../renderReport.ts';

/** `yinxin verify`: a verdict offline. */
export const verifyCommand: Command = {
  name: 'verify',
  usage:
    'FILE|CODE [--trust PEM] [--intermediates PEM] [--certificates PEM] [--crl FILE] [--bundle FILE] [--at TIME] [--require-endorsements N] [--ledger NAME]',
  summary: {
    'zh-CN':
      '离线核验：OFD、PDF、印章 (.esl)、二维码文本、证照标识、凭证 (SD-JWT)、免证明回执、账本证据、审计导出、时间戳、证书链',
    en: 'Verify offline: OFD, PDF, seal (.esl), code, identifier, credential (SD-JWT), receipt, ledger proof, audit export, time-stamp, certificates',
  },
  help: {
    'zh-CN': [
      '--trust PEM          信任的根证书；不给则无法判定（退出码 3）。可重复',
      '--intermediates PEM  根之下的 CA 证书，文件本身未附带时需要。可重复',
      '--certificates PEM   二维码签名者的证书。可重复',
      '--crl FILE           证书吊销列表 (PEM 或 DER，一个文件可含多个)；给出后，链上每张证书的吊销状态都须可知。可重复',
      '--bundle FILE        离线信任包（GET /api/v1/trust-bundle），由所给信任根之下的签发城市签名；过期即不采信',
      '--at TIME            核验时点：RFC 3339 时刻或日期；默认现在',
      '--require-endorsements N  账本证据须由至少 N 个机构共同背书 (1–16)，其根证书也由 --trust 给出；',
      '                     不给时：有背书则须两个机构，没有背书则以账本节点的签名为准',
      '--ledger NAME        背书所在的 Fabric 通道/链码；默认 yinxin/yinxin',
      '',
      '离线没有状态：真实的证照、印章为“无法判定”（TRY_LATER）；可以成立的只有账本证据、免证明回执、审计导出、给出吊销列表的证书链和时间戳，',
      '以及给出信任包的证照（以制作信任包时的状态为准）。',
      '退出码：0 成立，1 无效，2 用法错误或无法识别，3 无法判定。',
    ].join('\n'),
    en: [
      '--trust PEM          roots you trust; without them nothing can be told (exit 3). May be repeated',
      '--intermediates PEM  CA certificates below the roots, where the evidence lacks them. May be repeated',
      '--certificates PEM   certificates of code signers. May be repeated',
      '--crl FILE           revocation lists (PEM or DER, one or several a file); with them, the status of every',
      '                     certificate of a chain must be known. May be repeated',
      '--bundle FILE        a trust bundle (GET /api/v1/trust-bundle), signed below the given roots: code signers,',
      '                     lists, states of licences, recognised CAs; past its expiry nothing in it counts',
      '--at TIME            the moment asked about: an RFC 3339 instant or a date; now by default',
      '--require-endorsements N  a ledger proof must be endorsed by N organisations (1 to 16) whose roots --trust gives;',
      '                     without it: two where there are endorsements, and else the word of the ledger node',
      '--ledger NAME        Fabric channel/chaincode of the endorsements; yinxin/yinxin by default',
      '',
      'Offline there is no status: a genuine licence or seal is INDETERMINATE (TRY_LATER); only a proof, a receipt',
      'or an audit export can pass, a chain of certificates or a time-stamp whose revocation lists are given, and a licence',
      'with a bundle, which tells the state as it was when the bundle was made.',
      'Exit: 0 passed, 1 failed, 2 usage or nothing known, 3 cannot tell.',
    ].join('\n'),
  },
  options: {
    trust: { type: 'string', multiple: true },
    intermediates: { type: 'string', multiple: true },
    certificates: { type: 'string', multiple: true },
    crl: { type: 'string', multiple: true },
    bundle: { type: 'string' },
    at: { type: 'string' },
    'require-endorsements': { type: 'string' },
    ledger: { type: 'string' },
  },
  operands: 1,
  async run(call) {
    const [subject = ''] = call.operands;
    const { anchors, endorsementAnchors } = await readTrust(optionTexts(call, 'trust'));
    const intermediates = await readCertificates(optionTexts(call, 'intermediates'));
    const codeSigners = await readCertificates(optionTexts(call, 'certificates'));
    const revocation = await readRevocation(optionTexts(call, 'crl'));
    const at = optionText(call, 'at');
    const time = verificationTime(call.io.clock, {
      at: at === null ? undefined : requireInstant(at, 'end', 'at'),
    });
    const evidence = await readEvidence(subject);
    const endorsement = { ...endorsementOf(call), furtherAnchors: endorsementAnchors };
    const bundle = optionText(call, 'bundle');
    const question = {
      ...{ trust: { anchors, intermediates, revocation }, codeSigners, endorsement },
      ...(bundle === null ? {} : { bundle: await readTrustBundle(bundle) }),
    };
    const report = verifyOffline(evidence, question, { time, language: call.language });
    if (call.isJson) outJson(call.io, report);
    else call.io.out(renderReport(report, call.language));
    return exitOf(report);
  },
};

/** @throws UsageError. */
function endorsementOf(call: Call): EndorsementTrust {
  const least = optionText(call, 'require-endorsements');
  const ledger = optionText(call, 'ledger');
  if (least !== null && !/^(?:[1-9]|1[0-6])$/.test(least)) {
    throw new UsageError('--require-endorsements takes a number from 1 to 16');
  }
  const names = /^([a-z][a-z0-9.-]*)\/([A-Za-z0-9][A-Za-z0-9_-]*)$/.exec(ledger ?? 'yinxin/yinxin');
  if (names === null) throw new UsageError('--ledger takes CHANNEL/CHAINCODE');
  const [, channel = '', chaincode = ''] = names;
  return { channel, chaincode, ...(least === null ? {} : { organisations: Number(least) }) };
}
