// Generates the Prisma client for both databases. Runs under whatever Node npm has; needs no network.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const service = join(root, 'service');
const sqlite = join(service, 'prisma/schema.prisma');
const postgresql = join(service, 'generated/postgresql.schema/schema.prisma');

if (existsSync(sqlite)) {
  mkdirSync(dirname(postgresql), { recursive: true });
  writeFileSync(
    postgresql,
    readFileSync(sqlite, 'utf8')
      .replace('provider = "sqlite"', 'provider = "postgresql"')
      .replace('"../generated/sqlite"', '"../postgresql"'),
  );
  // Prisma wants a schema engine only to migrate; any existing file keeps it from downloading one.
  const env = {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  };
  for (const schema of [sqlite, postgresql])
    execFileSync(
      process.execPath,
      [
        join(root, 'node_modules/prisma/build/index.js'),
        'generate',
        '--schema',
        schema,
        '--no-hints',
      ],
      { cwd: service, env, stdio: ['ignore', 'ignore', 'inherit'] },
    );
}
