import {
  listCertificates,
  type CertificateEntry,
} from '../../service/src/certificates/listCertificates.ts';
import {
  OUR_REASONS,
  revokeCertificate,
} from '../../service/src/certificates/revokeCertificate.ts';
import type { Language, Text } from '../../service/src/language.ts';
import {
  EXIT,
  optionText,
  outJson,
  requiredText,
  UsageError,
  type Call,
  type Command,
} from '../command.ts';
import { DATA_DIR, DATA_DIR_HELP, principalNamed, withService } from '../localService.ts';

/** `yinxin ca list`: certificates of this city's own authorities. */
export const caListCommand: Command = {
  name: 'ca list',
  usage: '[--data-dir DIR]',
  summary: {
    'zh-CN': '列出本市 CA 签发的证书及状态（须先停止服务）',
    en: 'List the certificates of this city’s own CAs and their states (the service must be stopped)',
  },
  help: DATA_DIR_HELP,
  options: { ...DATA_DIR },
  operands: 0,
  async run(call) {
    const entries = await withService(call, ({ certificates }) =>
      listCertificates(certificates.parts),
    );
    if (call.isJson) outJson(call.io, entries);
    else for (const entry of entries) call.io.out(`${lineOf(entry, call.language)}\n`);
    return EXIT.done;
  },
};

/** `yinxin ca revoke`: revokes a certificate for good. */
export const caRevokeCommand: Command = {
  name: 'ca revoke',
  usage: 'FINGERPRINT --as USERNAME [--reason REASON] [--data-dir DIR]',
  summary: {
    'zh-CN': '永久吊销一张证书，并在需要处换发新密钥（须先停止服务）',
    en: 'Revoke a certificate for good and replace its key where it is needed (the service must be stopped)',
  },
  help: {
    'zh-CN': [
      '--as USERNAME        安全管理员',
      `--reason REASON      ${OUR_REASONS.join(', ')}（默认 unspecified）`,
      DATA_DIR_HELP['zh-CN'],
    ].join('\n'),
    en: [
      '--as USERNAME        a security administrator',
      `--reason REASON      ${OUR_REASONS.join(', ')} (unspecified by default)`,
      DATA_DIR_HELP.en,
    ].join('\n'),
  },
  options: { ...DATA_DIR, as: { type: 'string' }, reason: { type: 'string' } },
  operands: 1,
  async run(call) {
    const [fingerprint = ''] = call.operands;
    const wanted = optionText(call, 'reason') ?? 'unspecified';
    const reason = OUR_REASONS.find((one) => one === wanted);
    if (reason === undefined) throw new UsageError(`--reason is one of ${OUR_REASONS.join(', ')}`);
    const username = requiredText(call, 'as');
    const entry = await withService(call, async (service) =>
      revokeCertificate(service.certificates.parts, await principalNamed(service, username), {
        ...{ fingerprint, reason },
      }),
    );
    tell(call, entry);
    return EXIT.done;
  },
};

/** `yinxin ca publish`: new revocation lists of every CA. */
export const caPublishCommand: Command = {
  name: 'ca publish',
  usage: '[--data-dir DIR]',
  summary: {
    'zh-CN': '立即为每个 CA 发布新的吊销列表（须先停止服务；运行中的服务会按时自行发布）',
    en: 'Publish a new revocation list of every CA now (the service must be stopped; a running one publishes in time)',
  },
  help: DATA_DIR_HELP,
  options: { ...DATA_DIR },
  operands: 0,
  async run(call) {
    const lists = await withService(call, async ({ certificates, store }) => {
      await certificates.parts.crls.publishAll();
      return await store.revocations.crls();
    });
    const facts = lists.map(({ issuerKeyId, number, thisUpdate, nextUpdate }) => ({
      ...{ issuerKeyId, number },
      ...{ thisUpdate: thisUpdate.toISOString(), nextUpdate: nextUpdate.toISOString() },
    }));
    if (call.isJson) outJson(call.io, facts);
    else {
      for (const { issuerKeyId, number, nextUpdate } of facts) {
        call.io.out(`${issuerKeyId}  ${number}  → ${nextUpdate}\n`);
      }
    }
    return EXIT.done;
  },
};

function tell(call: Call, entry: CertificateEntry): void {
  if (call.isJson) outJson(call.io, entry);
  else call.io.out(`${lineOf(entry, call.language)}\n`);
}

const STATES = {
  notYetValid: { 'zh-CN': '未生效', en: 'not yet valid' },
  valid: { 'zh-CN': '有效', en: 'valid' },
  expired: { 'zh-CN': '已过期', en: 'expired' },
  revoked: { 'zh-CN': '已吊销', en: 'revoked' },
  issuerRevoked: { 'zh-CN': '签发者已吊销', en: 'issuer revoked' },
} as const satisfies Record<CertificateEntry['state'], Text>;

function lineOf(entry: CertificateEntry, language: Language): string {
  const { fingerprint, state, purpose, algorithm, subject, notAfter } = entry;
  return `${fingerprint}  ${STATES[state][language]}  ${purpose} ${algorithm}  → ${notAfter.toISOString().slice(0, 10)}  ${subject}`;
}
