/** Writing certificate revocation lists (RFC 5280 §5). */
import type { SignatureAlgorithm } from '../../keys/signer.ts';
import {
  encodeAuthorityKeyId,
  encodeExtension,
  encodeSigned,
  SIGNATURE_ALGORITHM_IDENTIFIERS,
} from '../certificateEncoding.ts';
import { TAG } from '../der.ts';
import {
  encodeDer,
  encodeEnumerated,
  encodeExplicit,
  encodeGeneralizedTime,
  encodeSequence,
  encodeSmallInteger,
  encodeTime,
  encodeUnsigned,
} from '../derEncoding.ts';
import { REVOCATION_REASONS, type RevocationReason } from './certificateStatus.ts';

/** One line of a list. */
export interface CrlEntry {
  /** Lower-case hex of the content octets. */
  readonly serialNumber: string;
  readonly revokedAt: Date;
  readonly reason: RevocationReason;
}

/** What a full list of one CA says. */
export interface CrlContent {
  /** DER Name of the CA. */
  readonly issuer: Uint8Array;
  /** Its key identifier. */
  readonly issuerKeyId: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** Above that of every list before (RFC 5280 §5.2.3). */
  readonly number: number;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** Certificates that expired at or after this instant stay in the list; absent: they may leave it. */
  readonly expiredSince?: Date;
  readonly entries: readonly CrlEntry[];
}

const CRL_NUMBER = '2.5.29.20'; // id-ce-cRLNumber
const EXPIRED_CERTIFICATES = '2.5.29.60'; // id-ce-expiredCertsOnCRL, ITU-T X.509
const CRL_REASON = '2.5.29.21'; // id-ce-cRLReasons

/**
 * Makes a full list of version 2.
 *
 * @param sign - with the CA's key: r‖s, 64 bytes.
 * @returns DER CertificateList.
 */
export async function issueCrl(
  content: CrlContent,
  sign: (tbs: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const { expiredSince } = content;
  const entries = content.entries.map(encodeEntry);
  const tbs = encodeSequence(
    encodeSmallInteger(1), // v2
    SIGNATURE_ALGORITHM_IDENTIFIERS[content.algorithm],
    content.issuer,
    encodeTime(content.thisUpdate),
    encodeTime(content.nextUpdate),
    ...(entries.length === 0 ? [] : [encodeSequence(...entries)]), // never empty (RFC 5280 §5.1.2.6)
    encodeExplicit(
      0,
      encodeSequence(
        encodeAuthorityKeyId(content.issuerKeyId),
        encodeExtension(CRL_NUMBER, false, encodeUnsigned(toBytes(content.number))),
        ...(expiredSince === undefined
          ? []
          : [encodeExtension(EXPIRED_CERTIFICATES, false, encodeGeneralizedTime(expiredSince))]),
      ),
    ),
  );
  return encodeSigned(tbs, content.algorithm, await sign(tbs));
}

/** An unspecified reason is not written (RFC 5280 §5.3.1). */
function encodeEntry({ serialNumber, revokedAt, reason }: CrlEntry): Uint8Array {
  const code = encodeEnumerated(REVOCATION_REASONS.indexOf(reason));
  return encodeSequence(
    encodeDer(TAG.integer, Buffer.from(serialNumber, 'hex')),
    encodeTime(revokedAt),
    ...(reason === 'unspecified' ? [] : [encodeSequence(encodeExtension(CRL_REASON, false, code))]),
  );
}

function toBytes(number: number): Uint8Array {
  const hex = number.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}
