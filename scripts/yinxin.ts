import type { Command, ExitCode, Io } from './command.ts';
import { runCommand, runProgram, type Program } from './commandLine.ts';
import { auditWitnessCommand } from './commands/auditWitness.ts';
import { caListCommand, caPublishCommand, caRevokeCommand } from './commands/certificates.ts';
import { importCommand } from './commands/importTable.ts';
import { inspectCommand } from './commands/inspect.ts';
import { ledgerRebuildStoreCommand } from './commands/ledgerRebuildStore.ts';
import { ledgerVerifyCommand } from './commands/ledgerVerify.ts';
import { sealCommand } from './commands/seal.ts';
import { trustExportCommand, trustImportCommand, trustListCommand } from './commands/trustList.ts';
import { userAddCommand } from './commands/userAdd.ts';
import { verifyCommand } from './commands/verify.ts';

/** In the order help lists them. */
export const COMMANDS: readonly Command[] = [
  verifyCommand,
  inspectCommand,
  sealCommand,
  importCommand,
  userAddCommand,
  caListCommand,
  caRevokeCommand,
  caPublishCommand,
  trustListCommand,
  trustExportCommand,
  trustImportCommand,
  auditWitnessCommand,
  ledgerVerifyCommand,
  ledgerRebuildStoreCommand,
];

const PROGRAM: Program = { name: 'yinxin', commands: COMMANDS };

/**
 * Runs a command.
 *
 * @param argv - without the names of interpreter and script.
 * @returns 0 done or passed, 1 refused or failed, 2 usage, 3 indeterminate.
 */
export function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  return runCommand(PROGRAM, argv, io);
}

/** Runs the process's own command line. */
export function runCommandLine(): Promise<void> {
  return runProgram(PROGRAM);
}
