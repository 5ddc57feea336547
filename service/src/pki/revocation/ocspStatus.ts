/** What an OCSP response says of a certificate, if the right responder said it (RFC 6960 §3.2, §4.2.2.2). */
import type { Certificate } from '../certificate.ts';
import { verifyCertificateSignature, verifySignedObject } from '../certificateSignature.ts';
import { ServiceError } from '../../errors.ts';
import type { CertificateStatus, OcspStatusQuestion } from './certificateStatus.ts';
import { computeKeyHash, isIssuedBy } from './ocspCertificateId.ts';
import {
  OCSP_OID,
  parseOcspResponse,
  type OcspBasicResponse,
  type OcspSingleResponse,
} from './ocspResponse.ts';

const OTHER: CertificateStatus = { kind: 'other' };

/** Parsed once a response: null where it is no answer that can be read. */
const read = new WeakMap<Uint8Array, OcspBasicResponse | null>();
/** Why a response does not count, by the issuer that should stand behind it; null: it does. */
const judged = new WeakMap<OcspBasicResponse, Map<string, string | null>>();

/**
 * Asks one OCSP response about one certificate. Freshness is the caller's to judge.
 *
 * @returns never throws for bad bytes; a response that cannot be read is about no certificate.
 */
export function readOcspStatus(question: OcspStatusQuestion): CertificateStatus {
  const { certificate, issuer } = question;
  const response = readOnce(question.response);
  if (response === null) return OTHER;
  const answer = findAnswer(response, certificate, issuer);
  if (answer === null) return OTHER;
  const fault = judgeOnce(response, issuer);
  return fault === null ? toStatus(answer) : { kind: 'fault', detail: fault };
}

function readOnce(der: Uint8Array): OcspBasicResponse | null {
  const known = read.get(der);
  if (known !== undefined) return known;
  let basic: OcspBasicResponse | null = null;
  try {
    ({ basic } = parseOcspResponse(der));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
  }
  read.set(der, basic);
  return basic;
}

/** The newest, should a response speak twice of one certificate. */
function findAnswer(
  { responses }: OcspBasicResponse,
  { serialNumber }: Certificate,
  issuer: Certificate,
): OcspSingleResponse | null {
  let newest: OcspSingleResponse | null = null;
  for (const answer of responses) {
    const isMeant = answer.id.serialNumber === serialNumber && isIssuedBy(answer.id, issuer);
    if (isMeant && (newest === null || answer.thisUpdate > newest.thisUpdate)) newest = answer;
  }
  return newest;
}

function judgeOnce(response: OcspBasicResponse, issuer: Certificate): string | null {
  const known = judged.get(response) ?? new Map<string, string | null>();
  judged.set(response, known);
  const fault = known.get(issuer.fingerprint);
  if (fault !== undefined) return fault;
  const found = findFault(response, issuer);
  known.set(issuer.fingerprint, found);
  return found;
}

/** @returns one sentence; `null` if the response counts. */
function findFault(response: OcspBasicResponse, issuer: Certificate): string | null {
  const [unknown] = response.unknownCriticalExtensions;
  if (unknown !== undefined) return `the response has critical extension ${unknown}`;
  const responder = [issuer, ...response.certificates].find((one) => isNamed(response, one));
  if (responder === undefined) return 'the responder’s certificate is not at hand';
  if (responder.fingerprint !== issuer.fingerprint) {
    const fault = findDelegationFault(responder, issuer, response.producedAt);
    if (fault !== null) return fault;
  }
  const outcome = verifySignedObject(response, responder.publicKey);
  if (outcome === 'wrong') return 'the response is not signed by its responder';
  return outcome === 'valid' ? null : 'the response is signed in a way that is not verified';
}

function isNamed({ responder }: OcspBasicResponse, certificate: Certificate): boolean {
  return 'name' in responder
    ? Buffer.compare(responder.name, certificate.subjectDer) === 0
    : Buffer.compare(responder.keyHash, computeKeyHash(certificate)) === 0;
}

/** RFC 6960 §4.2.2.2: issued directly by the CA that issued the certificate asked about, and for this purpose. */
function findDelegationFault(responder: Certificate, issuer: Certificate, at: Date): string | null {
  const isIssued =
    responder.issuer.comparisonKey === issuer.subject.comparisonKey &&
    verifyCertificateSignature(responder, issuer) === 'valid';
  const { keyUsage, extendedKeyUsages } = responder;
  const faults: readonly (readonly [boolean, string])[] = [
    [!isIssued, 'was not issued by the certificate’s issuer'],
    [extendedKeyUsages?.includes(OCSP_OID.signing) !== true, 'may not sign OCSP responses'],
    [keyUsage !== null && !keyUsage.has('digitalSignature'), 'may not sign'],
    [responder.unknownCriticalExtensions.length > 0, 'has a critical extension that is not known'],
    [at < responder.notBefore || at > responder.notAfter, 'was not valid when it answered'],
    [!responder.isOcspNoCheck, 'could itself be revoked, which is not looked at'],
  ];
  const fault = faults.find(([isFaulty]) => isFaulty);
  return fault === undefined ? null : `the responder’s certificate ${fault[1]}`;
}

function toStatus(answer: OcspSingleResponse): CertificateStatus {
  const { thisUpdate, nextUpdate, archiveCutoff: expiredSince, revokedAt, reason } = answer;
  const period = { thisUpdate, nextUpdate, expiredSince };
  return answer.status === 'revoked' && revokedAt !== null
    ? { kind: 'revoked', revokedAt, reason, ...period }
    : { kind: answer.status === 'good' ? 'good' : 'unknown', ...period };
}
