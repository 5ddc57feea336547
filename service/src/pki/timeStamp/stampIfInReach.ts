import { ServiceError } from '../../errors.ts';
import type { SignatureAlgorithm } from '../../keys/signer.ts';
import type { TimeStamper, TimeStampState } from './timeStamper.ts';

/** What came of asking for a token. */
export interface Stamping {
  /** DER; null unless the state is `stamped`. */
  readonly token: Uint8Array | null;
  readonly state: TimeStampState;
}

const NO_STAMPING: Stamping = Object.freeze({ token: null, state: 'none' });
const PENDING: Stamping = Object.freeze({ token: null, state: 'pending' });

/** Room for the token of an authority elsewhere: with a chain of certificates they have 3 to 7 KiB. */
const MAX_TOKEN_BYTES = 8192;

/** @returns bytes that must be left free where a token by ES256 is to go; 0 where none is to come. */
export function tokenRoomFor(timeStamper: TimeStamper | null): number {
  return timeStamper === null ? 0 : (timeStamper.maxTokenBytes ?? MAX_TOKEN_BYTES);
}

/**
 * Asks for a token and goes on without one where no authority is in reach.
 *
 * @param maxBytes - room for the token where it is to go; a longer one counts as none yet.
 */
export async function stampIfInReach(
  timeStamper: TimeStamper | null,
  data: Uint8Array,
  {
    algorithm,
    maxBytes = Infinity,
  }: Readonly<{ algorithm: SignatureAlgorithm; maxBytes?: number }>,
): Promise<Stamping> {
  if (timeStamper === null) return NO_STAMPING;
  try {
    const token = await timeStamper.stamp(data, algorithm);
    return token.length > maxBytes ? PENDING : { token, state: 'stamped' };
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'TSA_UNAVAILABLE') return PENDING;
    throw error;
  }
}
