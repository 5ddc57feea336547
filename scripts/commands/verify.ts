import { requireInstant } from '../../service/src/civilTime.ts';
import { verifyOffline } from '../../service/src/offline/verifyOffline.ts';
import { verificationTime } from '../../service/src/verification/parts.ts';
import { optionText, optionTexts, outJson, type Command } from '../command.ts';
import { readCertificates, readEvidence } from '../files.ts';
import { exitOf, renderReport } from '../renderReport.ts';

/** `yinxin verify`: a verdict offline. */
export const verifyCommand: Command = {
  name: 'verify',
  usage: 'FILE|CODE [--trust PEM] [--intermediates PEM] [--certificates PEM] [--at TIME]',
  summary: {
    'zh-CN':
      '离线核验：OFD、PDF、印章 (.esl)、二维码文本、证照标识、凭证 (SD-JWT)、账本证据、证书链',
    en: 'Verify offline: OFD, PDF, seal (.esl), code, identifier, credential (SD-JWT), ledger proof, certificates',
  },
  help: {
    'zh-CN': [
      '--trust PEM          信任的根证书；不给则无法判定（退出码 3）。可重复',
      '--intermediates PEM  根之下的 CA 证书，文件本身未附带时需要。可重复',
      '--certificates PEM   二维码签名者的证书。可重复',
      '--at TIME            核验时点：RFC 3339 时刻或日期；默认现在',
      '',
      '离线没有状态：真实的证照、印章为“无法判定”（TRY_LATER）；只有账本证据可以成立。',
      '退出码：0 成立，1 无效，2 用法错误或无法识别，3 无法判定。',
    ].join('\n'),
    en: [
      '--trust PEM          roots you trust; without them nothing can be told (exit 3). May be repeated',
      '--intermediates PEM  CA certificates below the roots, where the evidence lacks them. May be repeated',
      '--certificates PEM   certificates of code signers. May be repeated',
      '--at TIME            the moment asked about: an RFC 3339 instant or a date; now by default',
      '',
      'Offline there is no status: a genuine licence or seal is INDETERMINATE (TRY_LATER); only a proof can pass.',
      'Exit: 0 passed, 1 failed, 2 usage or nothing known, 3 cannot tell.',
    ].join('\n'),
  },
  options: {
    trust: { type: 'string', multiple: true },
    intermediates: { type: 'string', multiple: true },
    certificates: { type: 'string', multiple: true },
    at: { type: 'string' },
  },
  operands: 1,
  async run(call) {
    const [subject = ''] = call.operands;
    const anchors = await readCertificates(optionTexts(call, 'trust'));
    const intermediates = await readCertificates(optionTexts(call, 'intermediates'));
    const codeSigners = await readCertificates(optionTexts(call, 'certificates'));
    const at = optionText(call, 'at');
    const time = verificationTime(call.io.clock, {
      at: at === null ? undefined : requireInstant(at, 'end', 'at'),
    });
    const evidence = await readEvidence(subject);
    const question = { trust: { anchors, intermediates }, codeSigners };
    const report = verifyOffline(evidence, question, { time, language: call.language });
    if (call.isJson) outJson(call.io, report);
    else call.io.out(renderReport(report, call.language));
    return exitOf(report);
  },
};
