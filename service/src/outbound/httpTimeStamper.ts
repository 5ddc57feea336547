import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { SignatureAlgorithm } from '../keys/signer.ts';
import type { Certificate } from '../pki/certificate.ts';
import { encodeImprint } from '../pki/timeStamp/timeStampInfo.ts';
import { encodeTimeStampRequest } from '../pki/timeStamp/timeStampRequest.ts';
import {
  readTimeStampResponse,
  type TimeStampResponse,
} from '../pki/timeStamp/timeStampResponse.ts';
import type { TimeStamper } from '../pki/timeStamp/timeStamper.ts';
import { verifyTimeStamp, type TimeStampQuestion } from '../pki/timeStamp/verifyTimeStamp.ts';
import { tightenToken } from '../pki/timeStamp/timeStampToken.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { conclude } from '../report.ts';
import { exchangeBytes } from './exchangeBytes.ts';

export interface HttpTimeStamperOptions {
  /** Where the authority takes requests (RFC 3161 §3.4). */
  readonly url: string;
  readonly clock: Clock;
  /** What tokens are judged by; asked for each token. */
  readonly trust: () => TrustStore;
  /** By default 5 seconds. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5000;
/** After a failure nobody waits for the authority until it had this time to recover. */
const REST_MS = 15_000;
/** A token with a chain of certificates has 3 to 7 KiB. */
const MAX_ANSWER_BYTES = 65_536;
const NONCE_BYTES = 16;

type HashName = 'sha256' | 'sm3';

/**
 * Client of a time-stamping authority elsewhere. Every token is verified before it is given out: imprint, nonce,
 * signature, the signer's path to a root the operator trusts, and that its time is now.
 *
 * An authority that does not know SM3 is asked with SHA-256.
 */
export function createHttpTimeStamper(options: HttpTimeStamperOptions): TimeStamper {
  const { clock } = options;
  let restsUntil = new Date(0);
  let isSm3Unknown = false;
  const ask = async (data: Uint8Array, hash: HashName): Promise<Uint8Array | 'badAlg'> => {
    const nonce = randomBytes(NONCE_BYTES);
    nonce[0] = ((nonce[0] ?? 0) & 0x7f) | 0x40; // positive, and in its shortest form
    const imprint = encodeImprint(hash, createHash(hash).update(data).digest());
    const response = await send(options, encodeTimeStampRequest(imprint, nonce));
    if (response.failure === 'badAlg') return 'badAlg';
    return requireToken(options, response, { data, nonce });
  };
  return {
    async stamp(data, algorithm) {
      if (clock.now() < restsUntil) throw unavailable('it did not answer a moment ago');
      try {
        const token = await ask(data, isSm3Unknown ? 'sha256' : hashOf(algorithm));
        if (token !== 'badAlg') return token;
        isSm3Unknown = true;
        const second = await ask(data, 'sha256');
        if (second !== 'badAlg') return second;
        throw unavailable('it stamps neither SM3 nor SHA-256 digests');
      } catch (error) {
        restsUntil = new Date(clock.now().getTime() + REST_MS);
        throw error;
      }
    },
  };
}

function hashOf(algorithm: SignatureAlgorithm): HashName {
  return algorithm === 'SM2' ? 'sm3' : 'sha256';
}

async function send(
  { url, timeoutMs = TIMEOUT_MS }: HttpTimeStamperOptions,
  request: Uint8Array,
): Promise<TimeStampResponse> {
  try {
    const answer = await exchangeBytes({
      url,
      body: { bytes: request, mediaType: 'application/timestamp-query' },
      accept: 'application/timestamp-reply',
      timeoutMs,
      maxBytes: MAX_ANSWER_BYTES,
    });
    return readTimeStampResponse(answer);
  } catch (cause) {
    throw unavailable(cause instanceof Error ? cause.message : 'it does not answer', cause);
  }
}

/** The operator's clock and the authority's may differ by this much; a token about another time is of no use. */
const MAX_CLOCK_GAP_MS = 300_000;

function requireToken(
  { clock, trust }: HttpTimeStamperOptions,
  { status, failure, token }: TimeStampResponse,
  asked: Readonly<{ data: Uint8Array; nonce: Uint8Array }>,
): Uint8Array {
  if (token === null || (status !== 'granted' && status !== 'grantedWithMods')) {
    throw unavailable(`it answers ${status}${failure === null ? '' : `, ${failure}`}`);
  }
  const at = clock.now();
  const name = 'timeStamp';
  const question = { name, token, stamped: [asked.data], trust: trust(), at };
  const { checks, info, path } = verifyTimeStamp(question);
  const { indication, subIndication } = conclude(checks);
  if (indication !== 'TOTAL-PASSED' || info === null) {
    throw unavailable(`its token does not pass: ${subIndication ?? indication}`);
  }
  if (info.nonce !== Buffer.from(asked.nonce).toString('hex')) {
    throw unavailable('its token answers another request');
  }
  if (Math.abs(info.at.getTime() - at.getTime()) > MAX_CLOCK_GAP_MS) {
    throw unavailable(`its token says ${info.at.toISOString()}`);
  }
  return requireBound(question, path);
}

/** What nothing binds could be changed in our documents later. @returns the token without it. */
function requireBound(question: TimeStampQuestion, path: readonly Certificate[]): Uint8Array {
  const token = tightenToken(
    question.token,
    path.slice(0, Math.max(1, path.length - 1)).map(({ der }) => der),
  );
  if (!verifyTimeStamp({ ...question, token }).isSealedUp) {
    throw unavailable('its token has bytes that nothing binds');
  }
  return token;
}

function unavailable(why: string, cause?: unknown): ServiceError {
  return new ServiceError('TSA_UNAVAILABLE', `no time-stamp: ${why}`, { cause });
}
