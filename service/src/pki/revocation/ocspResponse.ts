/** Reading OCSP responses (RFC 6960 §4.2); attacker-controlled, strict DER. */
import {
  parseCertificate,
  readSignatureAlgorithm,
  readSignatureValue,
  type Certificate,
} from '../certificate.ts';
import type { SignedObject } from '../certificateSignature.ts';
import {
  expectTag,
  malformed,
  readChildren,
  readDer,
  readOid,
  readSmallInteger,
  readTime,
  TAG,
  type DerElement,
} from '../der.ts';
import { readExtensionList, type Extension } from '../extensions.ts';
import { REVOCATION_REASONS, type RevocationReason } from './certificateStatus.ts';
import { readOcspCertificateId, type OcspCertificateId } from './ocspCertificateId.ts';

/** OIDs of OCSP. */
export const OCSP_OID = {
  basicResponse: '1.3.6.1.5.5.7.48.1.1', // id-pkix-ocsp-basic
  nonce: '1.3.6.1.5.5.7.48.1.2', // id-pkix-ocsp-nonce, RFC 8954
  archiveCutoff: '1.3.6.1.5.5.7.48.1.6', // id-pkix-ocsp-archive-cutoff
  invalidityDate: '2.5.29.24', // id-ce-invalidityDate, RFC 5280 §5.3.2
  signing: '1.3.6.1.5.5.7.3.9', // id-kp-OCSPSigning
} as const;

/** RFC 6960 §4.2.1, in the order of OCSPResponseStatus; 4 is not used. */
export const OCSP_RESPONSE_STATUSES = [
  'successful',
  'malformedRequest',
  'internalError',
  'tryLater',
  null,
  'sigRequired',
  'unauthorized',
] as const;
export type OcspResponseStatus = NonNullable<(typeof OCSP_RESPONSE_STATUSES)[number]>;

/** What a response says of one certificate. */
export interface OcspSingleResponse {
  readonly id: OcspCertificateId;
  readonly status: 'good' | 'revoked' | 'unknown';
  /** The earlier of revocation time and invalidity date; `null` unless revoked. */
  readonly revokedAt: Date | null;
  readonly reason: RevocationReason | null;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  readonly archiveCutoff: Date | null;
}

/** A BasicOCSPResponse; its signature is not verified yet. */
export interface OcspBasicResponse extends SignedObject {
  /** DER Name, or SHA-1 of the public key. */
  readonly responder: Readonly<{ name: Uint8Array }> | Readonly<{ keyHash: Uint8Array }>;
  readonly producedAt: Date;
  readonly responses: readonly OcspSingleResponse[];
  /** What the responder repeats of the question's nonce. */
  readonly nonce: Uint8Array | null;
  /** Certificates that came along: the first four. */
  readonly certificates: readonly Certificate[];
  /** OIDs of critical extensions that are not known here. */
  readonly unknownCriticalExtensions: readonly string[];
}

/** `basic` is null where the responder did not answer the question. */
export interface OcspResponse {
  readonly status: OcspResponseStatus;
  readonly basic: OcspBasicResponse | null;
}

const MAX_RESPONSE_BYTES = 1_048_576;
const MAX_SINGLE_RESPONSES = 100;
const MAX_CERTIFICATES = 4;
const MAX_NONCE_BYTES = 128; // RFC 8954 ends at 32; some send more
const ENUMERATED = 0x0a;

/** @throws ServiceError `CERTIFICATE_MALFORMED`. */
export function parseOcspResponse(der: Uint8Array): OcspResponse {
  if (der.length > MAX_RESPONSE_BYTES) {
    throw malformed(`an OCSP response has more than ${MAX_RESPONSE_BYTES} bytes`);
  }
  const [status, bytes, ...rest] = readChildren(readDer(der, TAG.sequence));
  const name = OCSP_RESPONSE_STATUSES[readEnumerated(status)];
  if (name == null || rest.length > 0 || (name === 'successful') !== (bytes !== undefined)) {
    throw malformed('an OCSP response has no known status, or members missing or to spare');
  }
  return { status: name, basic: bytes === undefined ? null : readResponseBytes(bytes) };
}

function readResponseBytes(element: DerElement): OcspBasicResponse {
  const [type, response, ...rest] = readChildren(
    readDer(expectTag(element, 0xa0).content, TAG.sequence),
  );
  if (readOid(type) !== OCSP_OID.basicResponse || rest.length > 0) {
    throw malformed('an OCSP response is not of the basic type');
  }
  return readBasicResponse(readDer(expectTag(response, TAG.octetString).content, TAG.sequence));
}

function readBasicResponse(element: DerElement): OcspBasicResponse {
  const [tbs, algorithm, signature, certificates, ...rest] = readChildren(element);
  if (rest.length > 0) {
    throw malformed('an OCSP response has members to spare');
  }
  const data = expectTag(tbs, TAG.sequence);
  return {
    ...readResponseData(data),
    tbs: data.bytes,
    signatureAlgorithm: readSignatureAlgorithm(expectTag(algorithm, TAG.sequence)),
    signature: readSignatureValue(signature),
    certificates: certificates === undefined ? [] : readCertificates(certificates),
  };
}

type ResponseData = Omit<OcspBasicResponse, keyof SignedObject | 'certificates'>;

function readResponseData(element: DerElement): ResponseData {
  const members = readChildren(element);
  if (members[0]?.tag === 0xa0) {
    throw malformed('an OCSP response names a version'); // v1 is the default, and there is no other
  }
  const [responder, producedAt, responses, extensions, ...rest] = members;
  if (rest.length > 0) {
    throw malformed('an OCSP response has members to spare');
  }
  const singles = readChildren(expectTag(responses, TAG.sequence));
  if (singles.length === 0 || singles.length > MAX_SINGLE_RESPONSES) {
    throw malformed(`an OCSP response speaks of none or of more than ${MAX_SINGLE_RESPONSES}`);
  }
  const ofAll = readExplicitExtensions(extensions);
  const ofEach = singles.map(readSingleResponse);
  return {
    responder: readResponder(responder),
    producedAt: readGeneralizedTime(producedAt),
    responses: ofEach.map(({ response }) => response),
    nonce: readNonce(ofAll),
    unknownCriticalExtensions: [
      ...unknownOf(ofAll, [OCSP_OID.nonce]),
      ...ofEach.flatMap(({ unknown }) => unknown),
    ],
  };
}

function readResponder(element: DerElement | undefined): OcspBasicResponse['responder'] {
  if (element?.tag === 0xa1) {
    return { name: readDer(element.content, TAG.sequence).bytes };
  }
  return { keyHash: readDer(expectTag(element, 0xa2).content, TAG.octetString).content };
}

function readSingleResponse(element: DerElement): {
  readonly response: OcspSingleResponse;
  readonly unknown: readonly string[];
} {
  const [id, status, thisUpdate, ...optional] = readChildren(expectTag(element, TAG.sequence));
  const nextUpdate = optional[0]?.tag === 0xa0 ? optional.shift() : undefined;
  const extensions = readExplicitExtensions(optional.shift());
  if (optional.length > 0) {
    throw malformed('an OCSP answer has members to spare');
  }
  const revocation = readStatus(status);
  const invalidFrom = timeIn(extensions, OCSP_OID.invalidityDate);
  const { revokedAt } = revocation;
  return {
    response: {
      id: readOcspCertificateId(id),
      ...revocation,
      revokedAt:
        revokedAt !== null && invalidFrom !== null && invalidFrom < revokedAt
          ? invalidFrom
          : revokedAt,
      thisUpdate: readGeneralizedTime(thisUpdate),
      nextUpdate:
        nextUpdate === undefined
          ? null
          : readGeneralizedTime(readDer(nextUpdate.content, TAG.generalizedTime)),
      archiveCutoff: timeIn(extensions, OCSP_OID.archiveCutoff),
    },
    unknown: unknownOf(extensions, [OCSP_OID.archiveCutoff, OCSP_OID.invalidityDate]),
  };
}

type Status = Pick<OcspSingleResponse, 'status' | 'revokedAt' | 'reason'>;

function readStatus(element: DerElement | undefined): Status {
  if (element?.tag === 0xa1) return readRevokedInfo(element);
  if ((element?.tag !== 0x80 && element?.tag !== 0x82) || element.content.length > 0) {
    throw malformed('an OCSP answer has no known status');
  }
  const status = element.tag === 0x80 ? 'good' : 'unknown';
  return { status, revokedAt: null, reason: null };
}

function readRevokedInfo(element: DerElement): Status {
  const [time, reason, ...rest] = readChildren(element);
  if (rest.length > 0) {
    throw malformed('a RevokedInfo has members to spare');
  }
  return {
    status: 'revoked',
    revokedAt: readGeneralizedTime(time),
    reason: reason === undefined ? null : readReason(expectTag(reason, 0xa0).content),
  };
}

function readReason(content: Uint8Array): RevocationReason {
  const reason = REVOCATION_REASONS[readEnumerated(readDer(content, ENUMERATED))];
  if (reason == null) {
    throw malformed('a reason of revocation does not exist');
  }
  return reason;
}

function readNonce(extensions: readonly Extension[]): Uint8Array | null {
  const extension = extensions.find(({ oid }) => oid === OCSP_OID.nonce);
  if (extension === undefined) return null;
  const { content } = readDer(extension.value, TAG.octetString);
  if (content.length > MAX_NONCE_BYTES) {
    throw malformed('a nonce is too long');
  }
  return content;
}

/** @param element - `[1] EXPLICIT Extensions`, or nothing. */
function readExplicitExtensions(element: DerElement | undefined): readonly Extension[] {
  if (element === undefined) return [];
  const list = readDer(expectTag(element, 0xa1).content, TAG.sequence);
  return readExtensionList(list);
}

function unknownOf(extensions: readonly Extension[], known: readonly string[]): readonly string[] {
  return extensions
    .filter(({ oid, isCritical }) => isCritical && !known.includes(oid))
    .map(({ oid }) => oid);
}

function timeIn(extensions: readonly Extension[], wanted: string): Date | null {
  const extension = extensions.find(({ oid }) => oid === wanted);
  return extension === undefined
    ? null
    : readGeneralizedTime(readDer(extension.value, TAG.generalizedTime));
}

function readCertificates(element: DerElement): readonly Certificate[] {
  const list = readDer(expectTag(element, 0xa0).content, TAG.sequence);
  return readChildren(list)
    .slice(0, MAX_CERTIFICATES)
    .map(({ bytes }) => parseCertificate(bytes));
}

function readGeneralizedTime(element: DerElement | undefined): Date {
  return readTime(expectTag(element, TAG.generalizedTime));
}

function readEnumerated(element: DerElement | undefined): number {
  const { content } = expectTag(element, ENUMERATED);
  return readSmallInteger({ tag: TAG.integer, content, bytes: content });
}
