/** A Fabric network on this machine, from Fabric's own programs: `scripts/network`. */
import type { Command, ExitCode, Io } from '../command.ts';
import { runCommand, runProgram, type Program } from '../commandLine.ts';
import {
  organisationCommand,
  renewCommand,
  restoreCommand,
  snapshotCommand,
  upgradeChaincodeCommand,
} from './careCommands.ts';
import {
  downCommand,
  logsCommand,
  restartCommand,
  statusCommand,
  stopCommand,
  upCommand,
} from './commands.ts';

/** In the order help lists them. */
export const COMMANDS: readonly Command[] = [
  upCommand,
  statusCommand,
  logsCommand,
  stopCommand,
  restartCommand,
  downCommand,
  upgradeChaincodeCommand,
  renewCommand,
  snapshotCommand,
  restoreCommand,
  organisationCommand,
];

const PROGRAM: Program = { name: 'scripts/network', commands: COMMANDS };

/**
 * Runs a command.
 *
 * @param argv - without the names of interpreter and script.
 * @returns 0 done, 1 refused or not well, 2 usage.
 */
export function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  return runCommand(PROGRAM, argv, io);
}

if (import.meta.main) await runProgram(PROGRAM);
