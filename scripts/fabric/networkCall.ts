/** What the commands of `scripts/network` have in common. */
import { resolve } from 'node:path';
import { EXIT, optionText, outJson, UsageError, type Call, type ExitCode } from '../command.ts';
import { NetworkFault } from './networkFault.ts';
import type { Tools } from './peerCommand.ts';
import { planNetwork } from './plan.ts';
import { findPrograms, missingProgramsText } from './programs.ts';
import { readState } from './state.ts';
import { bringUp, type Situation } from './up.ts';

/** The option that names the network's folder. */
export const DIR = { dir: { type: 'string' } } as const;
/** Its line in help. */
export const DIR_HELP = {
  en: '--dir DIR        folder of the network (default data/network)',
  'zh-CN': '--dir 目录       网络目录（默认 data/network）',
};

const DEFAULT_DIR = 'data/network';

/** The network of a command, which must be there. @throws NetworkFault. */
export function existingTools(call: Call): Tools {
  const dir = dirOf(call);
  const state = readState(dir);
  if (state === null) throw noNetwork(dir);
  return { plan: planNetwork(dir, state.shape), programs: programsOf(call) };
}

/** Says a network's fault in the caller's language. */
export async function withFaultsSaid(
  call: Call,
  work: (call: Call) => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await work(call);
  } catch (error) {
    if (!(error instanceof NetworkFault)) throw error;
    call.io.err(`${error.text[call.language]}\n`);
    return EXIT.refused;
  }
}

/** The network's folder, absolute. */
export function dirOf(call: Call): string {
  return resolve(optionText(call, 'dir') ?? DEFAULT_DIR);
}

/** @throws NetworkFault that names what is missing. */
export function programsOf(call: Call): Tools['programs'] {
  const { programs, missing } = findPrograms(call.io.env);
  if (missing.length > 0) throw new NetworkFault(missingProgramsText(missing));
  return programs;
}

/** @returns null if the option is not given. @throws UsageError. */
export function wholeNumber(
  call: Call,
  name: string,
  { least, most }: Readonly<{ least: number; most: number }>,
): number | null {
  const text = optionText(call, name);
  if (text === null) return null;
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < least || value > most) {
    throw new UsageError(`--${name} is a whole number from ${least} to ${most}`);
  }
  return value;
}

/** For a folder that holds no network. */
export function noNetwork(dir: string): NetworkFault {
  return new NetworkFault({
    en: `there is no network in ${dir}; scripts/network up makes one`,
    'zh-CN': `${dir} 中没有网络；请用 scripts/network up 创建`,
  });
}

/** Brings a network up and says how to use it. */
export async function start(call: Call, tools: Tools): Promise<ExitCode> {
  const begin = performance.now();
  await bringUp(tools, situationOf(call));
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  const { dir } = tools.plan;
  if (call.isJson) outJson(call.io, { dir, seconds: Number(seconds) });
  else {
    call.io.out(
      call.language === 'en'
        ? `ready after ${seconds} s\nYINXIN_LEDGER=fabric YINXIN_FABRIC_PROFILE=${dir}/profile.operator.json npm start\n`
        : `${seconds} 秒后就绪\nYINXIN_LEDGER=fabric YINXIN_FABRIC_PROFILE=${dir}/profile.operator.json npm start\n`,
    );
  }
  return EXIT.done;
}

/** The moment, and the user's own configuration (`FABRIC_CFG_PATH`). */
export function situationOf({ io }: Call): Situation {
  const ground = io.env['FABRIC_CFG_PATH'] ?? '';
  return { at: io.clock.now(), ground: ground === '' ? null : ground };
}
