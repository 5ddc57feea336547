import type { SignatureAlgorithm } from '../../keys/signer.ts';

/** Port to a time-stamping authority (RFC 3161): the built-in one, or one reached over HTTP. */
export interface TimeStamper {
  /** Bytes that a token by ES256 can have; absent: nobody knows. */
  readonly maxTokenBytes?: number;
  /**
   * Stamps bytes, for instance a signature value.
   *
   * @param algorithm - `SM2`: SM3 imprint, stamped with SM2 (for OFD); `ES256`: SHA-256 imprint, stamped with ES256. An
   * authority elsewhere may sign its tokens by another algorithm that is verified here.
   * @returns DER TimeStampToken (RFC 3161 §2.4.2), checked: it is over these bytes and carries our nonce.
   * @throws ServiceError `TSA_UNAVAILABLE` if there is none in reach or it answers with something else.
   */
  stamp(data: Uint8Array, algorithm: SignatureAlgorithm): Promise<Uint8Array>;
}

/**
 * How a document stands with time: `stamped` (its signature carries a token), `pending` (no authority was in reach: a
 * job makes up for it), `none` (the service stamps nothing, or did not when the document was made).
 */
export type TimeStampState = 'stamped' | 'pending' | 'none';
