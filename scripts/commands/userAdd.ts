import { randomBytes } from 'node:crypto';
import type { Principal } from '../../service/src/access.ts';
import { bindIdentity } from '../../service/src/people/identities.ts';
import { installationAs } from '../../service/src/people/installation.ts';
import { addPerson } from '../../service/src/people/people.ts';
import { PERSON_ROLES, type PersonRole } from '../../service/src/store/people.ts';
import {
  EXIT,
  optionText,
  outJson,
  requiredText,
  UsageError,
  type Call,
  type Command,
} from '../command.ts';
import { readInput } from '../files.ts';
import { DATA_DIR, localConfig, withService } from '../localService.ts';

const GENERATED_BYTES = 15;
const MIN_PASSWORD_LENGTH = 10; // as the API has it

/** `yinxin user add`: makes an account, the first security administrator's too. */
export const userAddCommand: Command = {
  name: 'user add',
  usage:
    'USERNAME --role ROLE [--organisation CODE] [--name NAME] [--password-file FILE] [--subject SUB]',
  summary: {
    'zh-CN': '新增账号（须先停止服务）',
    en: 'Add an account (the service must be stopped)',
  },
  help: {
    'zh-CN': [
      `--role ROLE          ${PERSON_ROLES.join(' | ')}`,
      '--organisation CODE  任职机构的统一社会信用代码（holder 不需要）',
      '--name NAME          姓名；默认同用户名',
      '--window CODE        所在窗口（clerk）',
      '--holder-code CODE   持证主体代码（holder）',
      '--holder-code-type T 001 统一社会信用代码，111 居民身份证（默认）',
      '--password-file FILE 密码文件首行；不给则生成并只显示一次',
      '--subject SUB        在统一身份认证平台（YINXIN_OIDC_ISSUER）中的 sub，绑定后可由该平台登录',
      '--data-dir DIR       数据目录（默认 YINXIN_DATA_DIR）',
    ].join('\n'),
    en: [
      `--role ROLE          ${PERSON_ROLES.join(' | ')}`,
      '--organisation CODE  credit code of the organisation the role is held in (not for holder)',
      '--name NAME          display name; the user name by default',
      '--window CODE        where a clerk sits',
      '--holder-code CODE   the code a holder is known by',
      '--holder-code-type T 001 credit code, 111 citizen id number (default)',
      '--password-file FILE its first line is the password; else one is made and shown once',
      '--subject SUB        the sub at the identity provider (YINXIN_OIDC_ISSUER) by which to sign in, too',
      '--data-dir DIR       the data directory (YINXIN_DATA_DIR by default)',
    ].join('\n'),
  },
  options: {
    ...DATA_DIR,
    role: { type: 'string' },
    organisation: { type: 'string' },
    name: { type: 'string' },
    window: { type: 'string' },
    'holder-code': { type: 'string' },
    'holder-code-type': { type: 'string' },
    'password-file': { type: 'string' },
    subject: { type: 'string' },
  },
  operands: 1,
  async run(call) {
    const [username = ''] = call.operands;
    const role = roleOf(requiredText(call, 'role'));
    const file = optionText(call, 'password-file');
    const password =
      file === null ? randomBytes(GENERATED_BYTES).toString('base64url') : await readPassword(file);
    const code = optionText(call, 'holder-code');
    const subject = optionText(call, 'subject');
    const issuer = subject === null ? '' : issuerOf(call);
    const account = await withService(call, async (service, { operator }) => {
      const administrator = administratorOf(operator.creditCode);
      const added = await addPerson(service, administrator, {
        ...{ username, password },
        displayName: optionText(call, 'name') ?? username,
        roles: [{ role, organisation: optionText(call, 'organisation') }],
        windowCode: optionText(call, 'window'),
        holder:
          code === null ? null : { code, codeType: optionText(call, 'holder-code-type') ?? '111' },
      });
      if (subject !== null) {
        await bindIdentity(service, administrator, added.id, { issuer, subject });
      }
      return added;
    });
    tell(call, { username, id: account.id, password: file === null ? password : null });
    return EXIT.done;
  },
};

/** @throws UsageError if no identity provider is set: then nobody could sign in by a subject. */
function issuerOf(call: Call): string {
  const { provider } = localConfig(call).identity;
  if (provider === null) throw new UsageError('--subject needs YINXIN_OIDC_ISSUER');
  return provider.issuer;
}

function administratorOf(organisation: string): Principal {
  return installationAs([{ role: 'securityAdmin', organisation }]);
}

function tell(
  { io, isJson }: Call,
  added: Readonly<{ username: string; id: string; password: string | null }>,
): void {
  const { username, id, password } = added;
  if (isJson) outJson(io, password === null ? { username, id } : added);
  else io.out(`${username} ${id}${password === null ? '' : `\npassword 密码  ${password}`}\n`);
}

function roleOf(text: string): PersonRole {
  const role = PERSON_ROLES.find((known) => known === text);
  if (role === undefined) throw new UsageError(`--role must be one of ${PERSON_ROLES.join(', ')}`);
  return role;
}

async function readPassword(path: string): Promise<string> {
  const [line = ''] = Buffer.from(await readInput(path))
    .toString('utf8')
    .split(/\r?\n/);
  if (line.length < MIN_PASSWORD_LENGTH) {
    throw new UsageError(`a password has at least ${MIN_PASSWORD_LENGTH} characters`);
  }
  return line;
}
