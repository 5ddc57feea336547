import { main } from '../../scripts/fabric/network.ts';
import { systemClock } from '../../service/src/clock.ts';
import type { CommandResult } from './runYinxin.ts';

/** Runs `scripts/network …` in this process, in English unless it says otherwise. */
export async function runNetwork(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<CommandResult> {
  let out = '';
  let err = '';
  const exit = await main(argv, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    env: { LC_ALL: 'en_GB.UTF-8', ...env },
    clock: systemClock,
    fetch: globalThis.fetch,
  });
  return { exit, out, err };
}
