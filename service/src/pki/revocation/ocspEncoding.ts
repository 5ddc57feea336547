/** Writing OCSP responses (RFC 6960 §4.2), signed by the CA that issued what is asked about. */
import type { Signer } from '../../keys/signer.ts';
import { parseCertificate } from '../certificate.ts';
import { encodeExtension, encodeSigned } from '../certificateEncoding.ts';
import {
  encodeDer,
  encodeEnumerated,
  encodeExplicit,
  encodeGeneralizedTime,
  encodeOctets,
  encodeOid,
  encodeSequence,
} from '../derEncoding.ts';
import { REVOCATION_REASONS, type RevocationReason } from './certificateStatus.ts';
import { computeKeyHash, type OcspCertificateId } from './ocspCertificateId.ts';
import { encodeNonce } from './ocspRequest.ts';
import { OCSP_OID, OCSP_RESPONSE_STATUSES, type OcspResponseStatus } from './ocspResponse.ts';

/** What is to be said of one certificate. */
export interface OcspAnswer {
  readonly id: OcspCertificateId;
  readonly status: 'good' | 'unknown' | Readonly<{ revokedAt: Date; reason: RevocationReason }>;
}

/** A whole answer. */
export interface OcspAnswers {
  readonly answers: readonly OcspAnswer[];
  readonly producedAt: Date;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** Of certificates that expired at or after this instant the status is still known. */
  readonly archiveCutoff: Date;
  /** Of the question. */
  readonly nonce: Uint8Array | null;
}

/** @returns DER OCSPResponse without an answer. */
export function encodeOcspRefusal(status: Exclude<OcspResponseStatus, 'successful'>): Uint8Array {
  return encodeSequence(encodeEnumerated(OCSP_RESPONSE_STATUSES.indexOf(status)));
}

/**
 * Answers as the issuing CA itself (RFC 6960 §2.2, first choice).
 *
 * @returns DER OCSPResponse.
 * @throws ServiceError `KEY_UNFIT` if the CA's key may not sign any more.
 */
export async function issueOcspResponse(content: OcspAnswers, ca: Signer): Promise<Uint8Array> {
  const { nonce } = content;
  const [leaf = new Uint8Array()] = ca.certificationPath;
  const tbs = encodeSequence(
    encodeExplicit(2, encodeOctets(computeKeyHash(parseCertificate(leaf)))),
    encodeGeneralizedTime(content.producedAt),
    encodeSequence(...content.answers.map((answer) => encodeAnswer(answer, content))),
    ...(nonce === null ? [] : [encodeExplicit(1, encodeSequence(encodeNonce(nonce)))]),
  );
  const basic = encodeSigned(tbs, ca.algorithm, await ca.sign(tbs));
  return encodeSequence(
    encodeEnumerated(OCSP_RESPONSE_STATUSES.indexOf('successful')),
    encodeExplicit(0, encodeSequence(encodeOid(OCSP_OID.basicResponse), encodeOctets(basic))),
  );
}

function encodeAnswer({ id, status }: OcspAnswer, content: OcspAnswers): Uint8Array {
  return encodeSequence(
    id.der,
    encodeStatus(status),
    encodeGeneralizedTime(content.thisUpdate),
    encodeExplicit(0, encodeGeneralizedTime(content.nextUpdate)),
    encodeExplicit(
      1,
      encodeSequence(
        encodeExtension(
          OCSP_OID.archiveCutoff,
          false,
          encodeGeneralizedTime(content.archiveCutoff),
        ),
      ),
    ),
  );
}

function encodeStatus(status: OcspAnswer['status']): Uint8Array {
  if (status === 'good') return encodeDer(0x80);
  if (status === 'unknown') return encodeDer(0x82);
  const { revokedAt, reason } = status;
  const code = encodeEnumerated(REVOCATION_REASONS.indexOf(reason));
  return encodeDer(
    0xa0 | 1,
    encodeGeneralizedTime(revokedAt),
    ...(reason === 'unspecified' ? [] : [encodeExplicit(0, code)]),
  );
}
