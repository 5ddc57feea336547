import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { signIn } from '../../service/src/people/sessions.ts';
import { runYinxin, type CommandResult } from '../support/runYinxin.ts';
import { TEST_ORGANISATIONS, testService, type TestService } from '../support/testService.ts';

let city: TestService;

beforeAll(async () => {
  city = await testService();
});

beforeEach(async () => {
  await city.stop();
});

afterAll(async () => {
  await city.remove();
});

async function add(...argv: readonly string[]): Promise<CommandResult> {
  const { dataDir, operator } = city.config;
  const env = { YINXIN_OPERATOR_CODE: operator.creditCode, YINXIN_OPERATOR_NAME: operator.name };
  return await runYinxin(['user', 'add', ...argv, '--data-dir', dataDir], env);
}

const MARKET = ['--organisation', TEST_ORGANISATIONS.market.creditCode] as const;

describe('yinxin user add', () => {
  it('makes an account whose password it shows once', async () => {
    const { exit, out } = await add(
      'li',
      '--role',
      'issuer',
      ...MARKET,
      '--name',
      '李经办',
      '--json',
    );

    const { password } = JSON.parse(out) as { password: string };
    const { store, clock } = await city.reopen();
    const signedIn = await signIn({ store, clock }, { username: 'li', password });
    expect(exit).toBe(0);
    expect(signedIn.principal).toMatchObject({
      displayName: '李经办',
      roles: [{ role: 'issuer', organisation: TEST_ORGANISATIONS.market.creditCode }],
    });
  });

  it('takes the password from a file and shows none', async () => {
    const file = join(city.config.dataDir, 'password.txt');
    writeFileSync(file, 'a long enough one\nsecond line\n');
    const { operator } = TEST_ORGANISATIONS;
    const admin = ['--role', 'securityAdmin', '--organisation', operator.creditCode];

    const { exit, out } = await add('admin', ...admin, '--password-file', file);

    const { store, clock } = await city.reopen();
    const credentials = { username: 'admin', password: 'a long enough one' };
    expect(exit).toBe(0);
    expect(out).not.toContain('password');
    await expect(signIn({ store, clock }, credentials)).resolves.toBeDefined();
  });

  it('binds the account to a subject of the identity provider', async () => {
    const issuer = 'https://id.example.cn';
    const { dataDir, operator } = city.config;
    const env = {
      ...{ YINXIN_OPERATOR_CODE: operator.creditCode, YINXIN_OPERATOR_NAME: operator.name },
      ...{ YINXIN_OIDC_ISSUER: issuer, YINXIN_OIDC_CLIENT_ID: 'yinxin' },
      YINXIN_LOCAL_SIGN_IN: 'off',
    };
    const admin = ['--role', 'securityAdmin', '--organisation', operator.creditCode];
    const argv = ['user', 'add', 'remote', ...admin, '--subject', 's-1', '--data-dir', dataDir];

    const { exit } = await runYinxin(argv, env);

    const { store } = await city.reopen();
    const account = await store.accounts.findByUsername('remote');
    expect(exit).toBe(0);
    expect(await store.accounts.identityOf(account?.id ?? '')).toMatchObject({ issuer });
  });

  it('knows no subject without an identity provider', async () => {
    const { exit } = await add('lost', '--role', 'issuer', ...MARKET, '--subject', 's-2');

    expect(exit).toBe(2);
  });

  it('makes a holder known by a code', async () => {
    const { exit } = await add('zhang', '--role', 'holder', '--holder-code', '330402199003079981');

    expect(exit).toBe(0);
  });

  it.each([
    [
      'a user name that is taken',
      ['maker', '--role', 'issuer', ...MARKET],
      1,
      'ACCOUNT_ALREADY_EXISTS',
    ],
    [
      'an organisation that is not there',
      ['x', '--role', 'issuer', '--organisation', '1'],
      1,
      'ORGANISATION_NOT_FOUND',
    ],
    ['a role that is none', ['x', '--role', 'king', ...MARKET], 2, '--role must be one of'],
    ['no role', ['x', ...MARKET], 2, '--role is needed'],
    ['no user name', ['--role', 'issuer', ...MARKET], 2, 'an argument is missing'],
    ['a role without its organisation', ['x', '--role', 'issuer'], 2, 'REQUEST_MALFORMED'],
  ])('refuses %s', async (_, argv, code, sentence) => {
    const { exit, err } = await add(...argv);

    expect(exit).toBe(code);
    expect(err).toContain(sentence);
  });

  it('does nothing beside a running service', async () => {
    await city.reopen();

    expect((await add('x', '--role', 'issuer', ...MARKET)).exit).toBe(2);
  });
});
