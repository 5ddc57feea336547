/** TimeStampResp (RFC 3161 §2.4.2). */
import {
  TAG,
  expectTag,
  malformed,
  readChildren,
  readDer,
  readNamedBits,
  readSmallInteger,
} from '../der.ts';
import { encodeNamedBits, encodeSequence, encodeSmallInteger, encodeText } from '../derEncoding.ts';

/** PKIFailureInfo, bit by name. */
const FAILURE_BITS = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
  addInfoNotAvailable: 17,
  systemFailure: 25,
} as const;
export type FailureReason = keyof typeof FAILURE_BITS;

/** PKIStatus by number. */
const STATUS = [
  'granted',
  'grantedWithMods',
  'rejection',
  'waiting',
  'revocationWarning',
  'revocationNotification',
] as const;

const GRANTED = encodeSequence(encodeSmallInteger(0));
const REJECTION = encodeSmallInteger(2);

/** @param token - DER TimeStampToken. */
export function encodeGranted(token: Uint8Array): Uint8Array {
  return encodeSequence(GRANTED, token);
}

/** @param detail - for people, English. */
export function encodeRejection(reason: FailureReason, detail: string): Uint8Array {
  return encodeSequence(
    encodeSequence(
      REJECTION,
      encodeSequence(encodeText(detail)),
      encodeNamedBits([FAILURE_BITS[reason]]),
    ),
  );
}

export interface TimeStampResponse {
  readonly status: (typeof STATUS)[number];
  readonly failure: FailureReason | null;
  /** DER; null: none was given. */
  readonly token: Uint8Array | null;
}

/**
 * Reads a response, attacker-controlled; the token in it is not checked.
 *
 * @throws ServiceError `CERTIFICATE_MALFORMED`.
 */
export function readTimeStampResponse(der: Uint8Array): TimeStampResponse {
  const [statusInfo, token, ...rest] = readChildren(readDer(der, TAG.sequence));
  const [statusNumber, ...members] = readChildren(expectTag(statusInfo, TAG.sequence));
  const status = STATUS[readSmallInteger(statusNumber)];
  if (status === undefined || rest.length > 0) throw malformed('a response of an unknown form');
  const failInfo = members.find(({ tag }) => tag === TAG.bitString);
  const bits = failInfo === undefined ? new Set<number>() : readNamedBits(failInfo);
  const failure = Object.entries(FAILURE_BITS).find(([, bit]) => bits.has(bit))?.[0] ?? null;
  return {
    status,
    failure: failure as FailureReason | null, // a name of the table
    token: token === undefined ? null : expectTag(token, TAG.sequence).bytes,
  };
}
