import { createReadStream } from 'node:fs';
import { hasRole, type Principal } from '../../service/src/access.ts';
import { installationImporter } from '../../service/src/imports/parts.ts';
import type { Service } from '../../service/src/composition/openService.ts';
import { principalOf } from '../../service/src/people/sessions.ts';
import type { Import } from '../../service/src/store/store.ts';
import {
  EXIT,
  optionFlag,
  optionText,
  optionTexts,
  requiredText,
  UsageError,
  type Call,
  type Command,
  type ExitCode,
} from '../command.ts';
import { readInput } from '../files.ts';
import { importOverHttp } from '../importOverHttp.ts';
import { DATA_DIR, withService } from '../localService.ts';
import { exitOfImport, outImport, type RefusedRow } from '../renderImport.ts';

const PAGE = 200;

/** `yinxin import`: issues stock licences from a table. */
export const importCommand: Command = {
  name: 'import',
  usage:
    'FILE [--type CODE] [--dry-run] [--as USERNAME] [--approved-by USERNAME] [--url URL --token-file FILE]',
  summary: {
    'zh-CN': '存量证照录入：从 CSV 表逐行签发，每行给出结果',
    en: 'Import stock licences from a CSV table, with an outcome for each row',
  },
  help: {
    'zh-CN': [
      '--type CODE          未写 typeCode 的行的证照类型',
      '--dry-run            只检查，不签发',
      '--as USERNAME        以此经办人名义；默认为本机安装（不代表任何人）',
      '--approved-by NAME   审核人：签发需第二人审核的类型；每个发证机构一人，可重复。不给则留作草稿',
      '--resume             不读取文件，继续上次中断的录入',
      '--data-dir DIR       数据目录（默认 YINXIN_DATA_DIR）；服务须已停止',
      '--url URL            向运行中的服务提交（配合 --token-file）',
      '--token-file FILE    访问令牌文件',
      '',
      '退出码：0 全部成功，1 有行被退回，2 用法错误。',
    ].join('\n'),
    en: [
      '--type CODE          licence type of rows that name none',
      '--dry-run            check only, issue nothing',
      '--as USERNAME        in this maker’s name; by default the installation itself, which is no person',
      '--approved-by NAME   approver, who lets types with dual approval be issued; one for each authority, may be',
      '                     repeated. Without, those rows stay drafts',
      '--resume             read no file, go on with what was interrupted',
      '--data-dir DIR       the data directory (YINXIN_DATA_DIR by default); the service must be stopped',
      '--url URL            hand it to a running service instead, with --token-file',
      '--token-file FILE    file with the access token',
      '',
      'Exit: 0 every row done, 1 rows were refused, 2 usage.',
    ].join('\n'),
  },
  options: {
    ...DATA_DIR,
    type: { type: 'string' },
    'dry-run': { type: 'boolean' },
    as: { type: 'string' },
    'approved-by': { type: 'string', multiple: true },
    resume: { type: 'boolean' },
    url: { type: 'string' },
    'token-file': { type: 'string' },
  },
  operands: [0, 1],
  async run(call) {
    const [file] = call.operands;
    const isResume = optionFlag(call, 'resume');
    if ((file === undefined) !== isResume)
      throw new UsageError('one of FILE and --resume is needed');
    const url = optionText(call, 'url');
    if (url === null) {
      return await withService(call, (service) =>
        file === undefined ? resume(call, service) : importLocally(call, service, file),
      );
    }
    if (file === undefined) throw new UsageError('a running service goes on by itself');
    const token = Buffer.from(await readInput(requiredText(call, 'token-file'))).toString('utf8');
    return await importOverHttp(call, {
      ...{ url, token: token.trim(), bytes: await readInput(file) },
      typeCode: optionText(call, 'type'),
      isDryRun: optionFlag(call, 'dry-run'),
    });
  },
};

async function importLocally(call: Call, service: Service, file: string): Promise<ExitCode> {
  await readInput(file); // a file that is not there is a matter of usage
  const username = optionText(call, 'as');
  const principal =
    username === null
      ? await installationImporter(service.licences)
      : await personNamed(service, username);
  const approvers = await approversOf(call, service);
  const id = await service.imports.start(principal, {
    source: () => createReadStream(file),
    typeCode: optionText(call, 'type') ?? '',
    isDryRun: optionFlag(call, 'dry-run'),
  });
  return await finish(call, service, { id, approvers });
}

async function resume(call: Call, service: Service): Promise<ExitCode> {
  const approvers = await approversOf(call, service);
  const unfinished = await service.store.imports.unfinished();
  await service.imports.resume();
  let exit: ExitCode = EXIT.done;
  for (const { id } of unfinished) {
    const code = await finish(call, service, { id, approvers });
    if (code !== EXIT.done) exit = code;
  }
  return exit;
}

async function finish(
  call: Call,
  service: Service,
  { id, approvers }: Readonly<{ id: string; approvers: readonly Principal[] }>,
): Promise<ExitCode> {
  const { imports, store } = service;
  await imports.settled(id);
  for (const approver of approvers) {
    await imports.approve(approver, id);
    await imports.settled(id);
  }
  const entry = await store.imports.find(id);
  if (entry === null) throw new Error(`import ${id} is gone`);
  const summary = { id, state: entry.state, isDryRun: entry.isDryRun, counts: entry.counts };
  outImport(call, summary, await faultyRows(service, entry));
  return exitOfImport(summary);
}

/** Refused rows, and drafts that could not be issued. */
async function faultyRows({ store }: Service, { id }: Import): Promise<readonly RefusedRow[]> {
  const found: RefusedRow[] = [];
  for (const outcome of ['refused', 'drafted'] as const) {
    let cursor: string | null = '0';
    while (cursor !== null) {
      const page = await store.imports.rows(id, { outcome }, { cursor, limit: PAGE });
      for (const { number, fault } of page.items) {
        if (fault !== null) found.push({ row: number, ...fault });
      }
      cursor = page.nextCursor;
    }
  }
  return found.sort((a, b) => a.row - b.row);
}

async function approversOf(call: Call, service: Service): Promise<readonly Principal[]> {
  const found: Principal[] = [];
  for (const username of optionTexts(call, 'approved-by')) {
    const person = await personNamed(service, username);
    if (!hasRole(person, 'approver')) throw new UsageError(`${username} approves nothing`);
    found.push(person);
  }
  return found;
}

async function personNamed({ store }: Service, username: string): Promise<Principal> {
  const account = await store.accounts.findByUsername(username);
  if (account === null || account.disabledAt !== null) {
    throw new UsageError(`there is no account ${username}`);
  }
  return principalOf(account);
}
