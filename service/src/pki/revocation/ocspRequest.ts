/** Questions to a responder (RFC 6960 §4.1); received ones are attacker-controlled. */
import type { Certificate } from '../certificate.ts';
import { encodeExtension } from '../certificateEncoding.ts';
import { expectTag, malformed, readChildren, readDer, TAG, type DerElement } from '../der.ts';
import { encodeExplicit, encodeOctets, encodeSequence } from '../derEncoding.ts';
import { readExtensionList, type Extension } from '../extensions.ts';
import {
  encodeOcspCertificateId,
  readOcspCertificateId,
  type OcspCertificateId,
} from './ocspCertificateId.ts';
import { OCSP_OID } from './ocspResponse.ts';

/** What is asked. A signature on a question is neither asked for nor looked at. */
export interface OcspRequest {
  /** At least one. */
  readonly ids: readonly OcspCertificateId[];
  readonly nonce: Uint8Array | null;
}

const MAX_REQUEST_BYTES = 16_384;
const MAX_IDS = 20;
const MAX_NONCE_BYTES = 32; // RFC 8954 §2.1

/** @throws ServiceError `CERTIFICATE_MALFORMED`, also for a nonce that is empty or longer than 32 bytes. */
export function parseOcspRequest(der: Uint8Array): OcspRequest {
  if (der.length > MAX_REQUEST_BYTES) {
    throw malformed(`an OCSP request has more than ${MAX_REQUEST_BYTES} bytes`);
  }
  const [tbs, signature, ...rest] = readChildren(readDer(der, TAG.sequence));
  const members = readChildren(expectTag(tbs, TAG.sequence));
  takeOptional(members, 0xa0); // version: v1, or something newer that asks the same way
  takeOptional(members, 0xa1); // requestorName
  const list = members.shift();
  const extensions = readExtensions(takeOptional(members, 0xa2));
  const isSpare = members.length > 0 || rest.length > 0;
  if (isSpare || (signature !== undefined && signature.tag !== 0xa0)) {
    throw malformed('an OCSP request has members to spare');
  }
  return { ids: readIds(list), nonce: readNonce(extensions) };
}

/** @param nonce - 1 to 32 bytes. @returns DER OCSPRequest about one certificate. */
export function encodeOcspRequest(
  certificate: Certificate,
  issuer: Certificate,
  nonce: Uint8Array,
): Uint8Array {
  return encodeSequence(
    encodeSequence(
      encodeSequence(encodeSequence(encodeOcspCertificateId(certificate, issuer))),
      encodeExplicit(2, encodeSequence(encodeNonce(nonce))),
    ),
  );
}

/** The nonce's extension, the same in question and answer (RFC 8954 §2.1). */
export function encodeNonce(nonce: Uint8Array): Uint8Array {
  return encodeExtension(OCSP_OID.nonce, false, encodeOctets(nonce));
}

function readIds(list: DerElement | undefined): readonly OcspCertificateId[] {
  const requests = readChildren(expectTag(list, TAG.sequence));
  if (requests.length === 0 || requests.length > MAX_IDS) {
    throw malformed(`an OCSP request asks about none or more than ${MAX_IDS}`);
  }
  return requests.map((request) => {
    const [id, extensions, ...rest] = readChildren(expectTag(request, TAG.sequence));
    if (rest.length > 0 || (extensions !== undefined && extensions.tag !== 0xa0)) {
      throw malformed('an OCSP request has members to spare');
    }
    return readOcspCertificateId(id);
  });
}

function readNonce(extensions: readonly Extension[]): Uint8Array | null {
  const extension = extensions.find(({ oid }) => oid === OCSP_OID.nonce);
  if (extension === undefined) return null;
  const { content } = readDer(extension.value, TAG.octetString);
  if (content.length === 0 || content.length > MAX_NONCE_BYTES) {
    throw malformed('a nonce has not 1 to 32 bytes');
  }
  return content;
}

function readExtensions(element: DerElement | undefined): readonly Extension[] {
  return element === undefined ? [] : readExtensionList(readDer(element.content, TAG.sequence));
}

function takeOptional(members: DerElement[], tag: number): DerElement | undefined {
  return members[0]?.tag === tag ? members.shift() : undefined;
}
