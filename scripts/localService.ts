import { existsSync } from 'node:fs';
import type { Principal } from '../service/src/access.ts';
import { readConfig, type Config } from '../service/src/config.ts';
import { ServiceError } from '../service/src/errors.ts';
import { openService, type Service } from '../service/src/composition/openService.ts';
import { principalOf } from '../service/src/people/sessions.ts';
import { optionText, UsageError, type Call } from './command.ts';

/** The option that names the data directory. */
export const DATA_DIR = { 'data-dir': { type: 'string' } } as const;
/** The line of help for it. */
export const DATA_DIR_HELP = {
  'zh-CN': '--data-dir DIR       数据目录（默认 YINXIN_DATA_DIR）',
  en: '--data-dir DIR       the data directory (YINXIN_DATA_DIR by default)',
} as const;

/**
 * The configuration a command works with: the environment's, with the data directory of `--data-dir`.
 *
 * @throws UsageError if there is no such directory; ServiceError `CONFIGURATION_INVALID`.
 */
export function localConfig(call: Call): Config {
  const dataDir = optionText(call, 'data-dir');
  const env = dataDir === null ? call.io.env : { ...call.io.env, YINXIN_DATA_DIR: dataDir };
  const config = readConfig(env);
  if (!existsSync(config.dataDir)) {
    throw new UsageError(`there is no data directory ${config.dataDir}; use --data-dir`);
  }
  return config;
}

/**
 * Opens the service on its data directory, without listening, for as long as `work` takes.
 *
 * @throws UsageError while a running service has the directory.
 */
export async function withService<T>(
  call: Call,
  work: (service: Service, config: Config) => Promise<T>,
): Promise<T> {
  const config = localConfig(call);
  const { clock } = call.io;
  const publicUrl = config.publicUrl ?? `http://${config.host}:${config.port}`; // as the service itself would
  const log = {
    warn: (facts: Readonly<Record<string, unknown>>, message: string) => {
      call.io.err(`${message} ${JSON.stringify(facts)}\n`);
    },
  };
  const service = await openService(config, { clock, log, publicUrl }).catch((error: unknown) => {
    throw isLocked(error)
      ? new UsageError(`a running service has ${config.dataDir}: stop it, or ask it over HTTP`)
      : error;
  });
  try {
    return await work(service, config);
  } finally {
    await service.close();
  }
}

/** The person whose account a command acts by. @throws UsageError if there is no such account, or it is disabled. */
export async function principalNamed({ store }: Service, username: string): Promise<Principal> {
  const account = await store.accounts.findByUsername(username);
  if (account === null || account.disabledAt !== null) {
    throw new UsageError(`there is no account ${username}`);
  }
  return principalOf(account);
}

function isLocked(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'LEDGER_UNAVAILABLE';
}
