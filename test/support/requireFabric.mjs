// Stops `npm run test:fabric` at once where Fabric's programs are missing: tests that did not run are not passed ones.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const PROGRAMS = ['peer', 'orderer', 'configtxgen'];

export default function requireFabric() {
  const folders = [process.env.FABRIC_BIN, ...(process.env.PATH ?? '').split(delimiter)];
  const missing = PROGRAMS.filter((name) => !folders.some((folder) => isProgram(folder, name)));
  if (missing.length === 0) return;
  console.error(
    `\nThe tests on Fabric did NOT run: ${missing.join(', ')} is neither on the PATH nor in FABRIC_BIN.\n` +
      'How to get Fabric’s programs: docs/operations.md.\n',
  );
  process.exit(1);
}

function isProgram(folder, name) {
  if (!folder) return false;
  try {
    accessSync(join(folder, name), constants.X_OK);
    return true;
  } catch {
    return false; // not here
  }
}
