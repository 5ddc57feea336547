import type { Database } from 'better-sqlite3';
import type { Clock } from '../../clock.ts';
import type { FieldKeys } from '../fieldEncryption.ts';
import type { GroupWriter } from '../groupWriter.ts';
import type { DataKeys } from './dataKeys.ts';

/** What every repository on prepared statements works with. */
export interface SqliteParts {
  readonly database: Database;
  readonly writer: GroupWriter;
  readonly keys: FieldKeys;
  readonly dataKeys: DataKeys;
  readonly clock: Clock;
  /** This process, as stages and claims name it. */
  readonly ownerId: string;
}
