/** Fabric's own programs, which the user brings. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Text } from '../../service/src/language.ts';

/** Those a network needs. */
export const PROGRAMS = ['peer', 'orderer', 'configtxgen'] as const;
export type ProgramName = (typeof PROGRAMS)[number];
/** Paths by name. */
export type Programs = Readonly<Record<ProgramName, string>>;

/** Looks in `FABRIC_BIN`, then on the `PATH`. */
export function findPrograms(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<{ programs: Programs; missing: readonly ProgramName[] }> {
  const folders = [env['FABRIC_BIN'] ?? '', ...(env['PATH'] ?? '').split(delimiter)].filter(
    (folder) => folder !== '',
  );
  const find = (name: ProgramName): string =>
    folders.map((folder) => join(folder, name)).find(isExecutable) ?? '';
  const programs = {
    peer: find('peer'),
    orderer: find('orderer'),
    configtxgen: find('configtxgen'),
  };
  return { programs, missing: PROGRAMS.filter((name) => programs[name] === '') };
}

/** Says what is missing and where it comes from. */
export function missingProgramsText(missing: readonly ProgramName[]): Text {
  const names = missing.join(', ');
  return {
    en: `Fabric's programs are missing: ${names}.
A network needs ${PROGRAMS.join(', ')} of Hyperledger Fabric 2.5 or newer (3.1 tested). The Fabric documentation, “Install Fabric and
Fabric Samples”, says how to get the binaries of a release. Put their bin folder on the PATH or name it in FABRIC_BIN.`,
    'zh-CN': `缺少 Fabric 程序：${names}。
运行网络需要 Hyperledger Fabric 2.5 或更高版本（已在 3.1 上测试）的 ${PROGRAMS.join('、')}。获取发布版二进制文件的方法见 Fabric 文档
“Install Fabric and Fabric Samples”。请将其 bin 目录加入 PATH，或用 FABRIC_BIN 指明。`,
  };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not ours to run
  }
}
