import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { ServiceError } from '../../errors.ts';
import type { SignatureAlgorithm, Signer } from '../../keys/signer.ts';
import { OID } from '../cms/cmsOids.ts';
import { encodeOid } from '../derEncoding.ts';
import { OWN_ARC } from '../profiles.ts';
import { encodeImprint, encodeTimeStampInfo, type TimeStampInfoParts } from './timeStampInfo.ts';
import { readTimeStampRequest, type TimeStampRequest } from './timeStampRequest.ts';
import { encodeGranted, encodeRejection } from './timeStampResponse.ts';
import type { TimeStamper } from './timeStamper.ts';
import { createTokenWriter } from './timeStampToken.ts';

/** Policy of the built-in authority, dotted form: genTime is the service's clock, to the second. */
export const TIME_STAMP_POLICY = `${OWN_ARC}.64.1`;

/** Time-stamping authority (RFC 3161) without its transport. */
export interface TimeStampingAuthority extends TimeStamper {
  /**
   * Answers a request.
   *
   * @param request - DER TimeStampReq, attacker-controlled.
   * @returns DER TimeStampResp: a token or a rejection; never throws for a bad request.
   */
  respond(request: Uint8Array): Promise<Uint8Array>;
}

const POLICY = encodeOid(TIME_STAMP_POLICY);

/**
 * Stamps with the service's clock: SM3 imprints with the SM2 key, SHA-2 imprints with the ES256 key.
 *
 * @throws ServiceError `KEY_UNFIT` if a signer is no time-stamper.
 */
export function createTimeStampingAuthority({
  signers,
  clock,
}: Readonly<{
  signers: Readonly<Record<SignatureAlgorithm, Signer>>;
  clock: Clock;
}>): TimeStampingAuthority {
  const writers = {
    ES256: createTokenWriter(signers.ES256),
    SM2: createTokenWriter(signers.SM2),
  };
  const nextSerialNumber = serialNumbers();
  const write = async (
    algorithm: SignatureAlgorithm,
    { imprint, nonce }: Pick<TimeStampInfoParts, 'imprint' | 'nonce'>,
    isWithCertificates: boolean,
  ): Promise<Uint8Array> => {
    const serialNumber = nextSerialNumber();
    const parts = { policy: POLICY, imprint, serialNumber, at: clock.now(), nonce };
    return await writers[algorithm].write(encodeTimeStampInfo(parts), isWithCertificates);
  };
  const grant = async ({
    imprint,
    nonce,
    isCertificateWanted,
  }: TimeStampRequest): Promise<Uint8Array> => {
    const algorithm = imprint.hashAlgorithm === OID.sm3 ? 'SM2' : 'ES256';
    try {
      return encodeGranted(
        await write(algorithm, { imprint: imprint.der, nonce }, isCertificateWanted),
      );
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return encodeRejection('systemFailure', 'no stamps at present'); // the key has ended
    }
  };
  return {
    async respond(der) {
      const request = readTimeStampRequest(der, [TIME_STAMP_POLICY]);
      return 'reason' in request
        ? encodeRejection(request.reason, request.detail)
        : await grant(request);
    },
    maxTokenBytes: writers.ES256.maxBytes,
    async stamp(data, algorithm) {
      const { hash } = writers[algorithm];
      const imprint = encodeImprint(hash, createHash(hash).update(data).digest());
      try {
        return await write(algorithm, { imprint, nonce: null }, true);
      } catch (cause) {
        if (!(cause instanceof ServiceError)) throw cause;
        throw new ServiceError('TSA_UNAVAILABLE', `no time-stamp: ${cause.message}`, { cause });
      }
    },
  };
}

const PREFIX_BYTES = 12;
const COUNTER_BYTES = 6;

/**
 * Serial numbers that never repeat, also over restarts and beside other processes (RFC 3161 §2.4.2): 96 random bits a
 * process, and a counter behind them; 18 of the 20 bytes that readers must take.
 */
function serialNumbers(): () => Uint8Array {
  const prefix = randomBytes(PREFIX_BYTES);
  prefix[0] = ((prefix[0] ?? 0) & 0x7f) | 0x40; // positive, and always of the same length
  let counter = 0;
  return () => {
    const serialNumber = Buffer.concat([prefix, new Uint8Array(COUNTER_BYTES)]);
    serialNumber.writeUIntBE(++counter, PREFIX_BYTES, COUNTER_BYTES);
    return serialNumber;
  };
}
