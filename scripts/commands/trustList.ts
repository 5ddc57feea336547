import type { Service } from '../../service/src/composition/openService.ts';
import { exportTrust, importTrust } from '../../service/src/trust/exchange.ts';
import { EXIT, outJson, requiredText, type Call, type Command } from '../command.ts';
import { readInput } from '../files.ts';
import { DATA_DIR, DATA_DIR_HELP, principalNamed, withService } from '../localService.ts';

/** `yinxin trust list`: CAs of other cities that this city recognises. */
export const trustListCommand: Command = {
  name: 'trust list',
  usage: '[--data-dir DIR]',
  summary: {
    'zh-CN': '互认名单：本市认可的外地 CA（须先停止服务）',
    en: 'List the CAs of other cities on the trust list (the service must be stopped)',
  },
  help: DATA_DIR_HELP,
  options: { ...DATA_DIR },
  operands: 0,
  async run(call) {
    const { entries } = await withService(call, ({ trustParts }) =>
      Promise.resolve(trustParts.trustList.list),
    );
    if (call.isJson) outJson(call.io, entries);
    else for (const entry of entries) call.io.out(lineOf(entry));
    return EXIT.done;
  },
};

/** `yinxin trust export`: this city's own CAs for another city. */
export const trustExportCommand: Command = {
  name: 'trust export',
  usage: '[--data-dir DIR] > FILE',
  summary: {
    'zh-CN': '导出本市 CA，供外地导入（已签名；须先停止服务）',
    en: 'Export this city’s CAs for another city to import, signed (the service must be stopped)',
  },
  help: {
    'zh-CN': [
      DATA_DIR_HELP['zh-CN'],
      '',
      '运行中的服务在 GET /api/v1/trust-list/export 给出同样的内容。',
    ].join('\n'),
    en: [
      DATA_DIR_HELP.en,
      '',
      'A running service gives the same at GET /api/v1/trust-list/export.',
    ].join('\n'),
  },
  options: { ...DATA_DIR },
  operands: 0,
  async run(call) {
    const text = await withService(call, ({ trustParts }) => exportTrust(trustParts));
    if (call.isJson) outJson(call.io, { export: text });
    else call.io.out(`${text}\n`);
    return EXIT.done;
  },
};

/** `yinxin trust import`: another city's CAs as proposals. */
export const trustImportCommand: Command = {
  name: 'trust import',
  usage: 'FILE --as USERNAME [--data-dir DIR]',
  summary: {
    'zh-CN': '导入外地 CA 为提案，由第二人核对指纹后批准（须先停止服务）',
    en: 'Import another city’s CAs as proposals for a second person to approve (the service must be stopped)',
  },
  help: {
    'zh-CN': [
      '--as USERNAME        提案人：安全管理员或系统管理员',
      DATA_DIR_HELP['zh-CN'],
      '',
      '批准前请用另一途径与对方核对所示指纹 (SHA-256)。',
    ].join('\n'),
    en: [
      '--as USERNAME        who proposes: a security administrator or operator',
      DATA_DIR_HELP.en,
      '',
      'Before approving, compare the fingerprints (SHA-256) with that city by another way.',
    ].join('\n'),
  },
  options: { ...DATA_DIR, as: { type: 'string' } },
  operands: 1,
  async run(call) {
    const [file = ''] = call.operands;
    const username = requiredText(call, 'as');
    const text = Buffer.from(await readInput(file)).toString('utf8');
    const done = await withService(call, (service) => importAs(service, username, text));
    if (call.isJson) outJson(call.io, done);
    else tell(call, done);
    return EXIT.done;
  },
};

interface Imported {
  readonly issuer: string;
  readonly signedBy: string;
  readonly proposals: readonly Readonly<{ id: string; name: string; fingerprint: string }>[];
  readonly skipped: readonly Readonly<{ name: string; fingerprint: string; code: string }>[];
}

async function importAs(service: Service, username: string, text: string): Promise<Imported> {
  const principal = await principalNamed(service, username);
  const done = await importTrust(service.trustParts, principal, text, {});
  return {
    issuer: done.issuer.name,
    signedBy: done.signedBy,
    proposals: done.proposals.map(({ id, fingerprint, ...proposal }) => ({
      ...{ id, fingerprint },
      name: proposal.act === 'authority.putTrustAnchor' ? proposal.body.name : '',
    })),
    skipped: done.skipped,
  };
}

function tell({ io, language }: Call, { issuer, signedBy, proposals, skipped }: Imported): void {
  const isEnglish = language === 'en';
  io.out(
    isEnglish
      ? `Export of ${issuer}, signed by ${signedBy}\n`
      : `${issuer} 的导出，签名者 ${signedBy}\n`,
  );
  for (const { id, name, fingerprint } of proposals) {
    io.out(
      isEnglish
        ? `proposed  ${id}  ${name}\n          SHA-256 ${fingerprint}\n`
        : `已提案    ${id}  ${name}\n          SHA-256 ${fingerprint}\n`,
    );
  }
  for (const { name, fingerprint, code } of skipped) {
    io.out(
      `${isEnglish ? 'skipped ' : '未提案  '}  ${code}  ${name}\n          SHA-256 ${fingerprint}\n`,
    );
  }
  io.out(
    isEnglish
      ? 'Another person approves after comparing the fingerprints with that city by another way.\n'
      : '请另一人用另一途径与对方核对指纹后批准。\n',
  );
}

function lineOf(
  entry: Readonly<{ state: string; since: string; name: string; fingerprint: string }>,
): string {
  const { state, since, name, fingerprint } = entry;
  return `${state.padEnd(9)}  ${since}  ${name}\n           SHA-256 ${fingerprint}\n`;
}
