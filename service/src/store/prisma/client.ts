/** The generated Prisma client, and what its errors mean to callers. */
import { ServiceError, type ErrorCode } from '../../errors.ts';
import { PrismaClient } from '../../../generated/sqlite/client.ts';

export { PrismaClient };
/** Code is written against the SQLite client, whose types are the narrower. */
export type Prisma = PrismaClient;

/** What a violated constraint means here: code and sentence. */
export interface Refusals {
  readonly unique?: readonly [code: ErrorCode, message: string];
  readonly foreignKey?: readonly [code: ErrorCode, message: string];
}

/** Runs a query; constraint errors become the caller's, everything else `STORE_UNAVAILABLE`. */
export async function refusing<T>(refusals: Refusals, query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (cause) {
    const code = (cause as { readonly code?: unknown }).code;
    const refusal =
      code === 'P2002' ? refusals.unique : code === 'P2003' ? refusals.foreignKey : undefined;
    if (refusal !== undefined) throw new ServiceError(refusal[0], refusal[1]);
    throw new ServiceError('STORE_UNAVAILABLE', 'the store did not answer', { cause });
  }
}
