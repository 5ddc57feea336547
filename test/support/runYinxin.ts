import { systemClock } from '../../service/src/clock.ts';
import { main } from '../../scripts/yinxin.ts';

export interface CommandResult {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command of the command line in this process, in English unless it says otherwise. */
export async function runYinxin(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  let out = '';
  let err = '';
  const exit = await main(argv, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    env: { LANG: 'en_GB.UTF-8', ...env },
    clock: systemClock,
    fetch: globalThis.fetch,
  });
  return { exit, out, err };
}
