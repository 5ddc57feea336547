/** Electronic seal of GB/T 38540-2020 (version 4); versions 1 (GM/T 0031-2014) and 5 (GM/T 0031-2025) are read. */
import { ServiceError } from '../errors.ts';
import { toDerSignature } from '../keys/signatureValue.ts';
import {
  TAG,
  expectTag,
  readDer,
  readOctetAlignedBits,
  readOid,
  readSmallInteger,
  readTime,
  type DerElement,
} from '../pki/der.ts';
import {
  encodeBits,
  encodeOctets,
  encodeOid,
  encodeSequence,
  encodeText,
} from '../pki/derEncoding.ts';
import { SM2_WITH_SM3 } from './sealAlgorithm.ts';
import {
  CONTEXT_0,
  encodeAscii,
  encodeInteger,
  encodeSealTime,
  malformedSeal,
  membersOf,
  readAscii,
  readOctets,
  readUtf8,
  readingSeal,
} from './sealDer.ts';

export type SealVersion = 1 | 4 | 5;

/** What the seal shows: a picture in a format of its own (`ofd`, `png`, …) and the size it is meant to have on paper. */
export interface SealImage {
  /** Upper or lower case as received; we write lower case. */
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly widthMm: number;
  readonly heightMm: number;
}

/** Who may use the seal: certificates themselves, or digests of them (certListType 2). */
export type SealSigners =
  | { readonly kind: 'certificates'; readonly certificates: readonly Uint8Array[] }
  | { readonly kind: 'digests'; readonly digests: readonly CertificateDigest[] };

export interface CertificateDigest {
  /** Name of the hash algorithm as written by the maker, such as `SM3`. */
  readonly type: string;
  readonly value: Uint8Array;
}

/** The facts a seal states. */
export interface SealFacts {
  /** Vid: identifier of the vendor, IA5. */
  readonly vendorId: string;
  /** esID: unique number of the seal, IA5. */
  readonly esId: string;
  /** property.type: 1 organisation, 2 person, others as the business defines. */
  readonly type: number;
  readonly name: string;
  readonly signers: SealSigners;
  readonly createdAt: Date;
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly image: SealImage;
}

/** A seal as read. All byte arrays are slices of the bytes received; nothing is encoded anew. */
export interface Seal extends SealFacts {
  readonly version: SealVersion;
  /** The whole DER. */
  readonly bytes: Uint8Array;
  /** What the seal maker signed: DER of eSealInfo (v4, v5), of a SEQUENCE of info, cert and algorithm (v1). */
  readonly signedBytes: Uint8Array;
  readonly makerCertificate: Uint8Array;
  /** Dotted OID. */
  readonly signatureAlgorithm: string;
  /** Content of the BIT STRING: DER SEQUENCE of r and s. */
  readonly signatureValue: Uint8Array;
  /** RFC 3161 token over the signature value (v5 only), unchecked. */
  readonly timeStampToken: Uint8Array | null;
}

/** A seal that waits for the maker's signature. */
export interface PreparedSeal {
  /** DER of eSealInfo: what SM2 signs. */
  readonly toBeSigned: Uint8Array;
  /**
   * Puts the signature in.
   *
   * @param signature - r‖s, 64 bytes, big-endian.
   * @returns the .esl file, DER.
   */
  complete(signature: Uint8Array): Uint8Array;
}

const HEADER_ID = 'ES'; // SES_Header.ID
const WRITTEN_VERSION = 4; // GB/T 38540-2020

/**
 * Encodes a version 4 seal (GB/T 38540-2020) for its maker to sign with SM2/SM3.
 *
 * @param makerCertificate - DER.
 * @throws ServiceError `SEAL_PERIOD_INVALID` if the period is empty.
 */
export function prepareSeal(facts: SealFacts, makerCertificate: Uint8Array): PreparedSeal {
  if (facts.validFrom >= facts.validUntil) {
    throw new ServiceError('SEAL_PERIOD_INVALID', `the period of seal ${facts.esId} is empty`);
  }
  const toBeSigned = encodeSealInfo(facts);
  return {
    toBeSigned,
    complete: (signature) =>
      encodeSequence(
        toBeSigned,
        encodeOctets(makerCertificate),
        encodeOid(SM2_WITH_SM3),
        encodeBits(toDerSignature(signature)),
      ),
  };
}

function encodeSealInfo(facts: SealFacts): Uint8Array {
  return encodeSequence(
    encodeSequence(
      encodeAscii(HEADER_ID),
      encodeInteger(WRITTEN_VERSION),
      encodeAscii(facts.vendorId),
    ),
    encodeAscii(facts.esId),
    encodeSequence(
      encodeInteger(facts.type),
      encodeText(facts.name),
      encodeInteger(facts.signers.kind === 'certificates' ? 1 : 2),
      encodeSigners(facts.signers),
      encodeSealTime(facts.createdAt),
      encodeSealTime(facts.validFrom),
      encodeSealTime(facts.validUntil),
    ),
    encodeSequence(
      encodeAscii(facts.image.type),
      encodeOctets(facts.image.bytes),
      encodeInteger(facts.image.widthMm),
      encodeInteger(facts.image.heightMm),
    ),
  );
}

function encodeSigners(signers: SealSigners): Uint8Array {
  if (signers.kind === 'certificates') {
    return encodeSequence(...signers.certificates.map(encodeOctets));
  }
  return encodeSequence(
    ...signers.digests.map((digest) =>
      encodeSequence(encodeAscii(digest.type, TAG.printableString), encodeOctets(digest.value)),
    ),
  );
}

/**
 * Reads a seal of version 1, 4 or 5.
 *
 * @param bytes - DER, attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it is not strict DER of one of the three structures.
 */
export function parseSeal(bytes: Uint8Array): Seal {
  return readingSeal(() => readSeal(bytes));
}

function readSeal(bytes: Uint8Array): Seal {
  const members = membersOf(readDer(bytes, TAG.sequence));
  const version = sealVersionOf(members);
  const [sealInfo, ...rest] = members;
  const facts = readSealFacts(expectTag(sealInfo, TAG.sequence), version);
  const [certificate, algorithm, value, token] = version === 1 ? membersOf(rest[0]) : rest;
  const signedParts = [sealInfo, certificate, algorithm].map(
    (member) => member?.bytes ?? new Uint8Array(),
  );
  return {
    ...facts,
    version,
    bytes,
    signedBytes:
      version === 1 ? encodeSequence(...signedParts) : expectTag(sealInfo, TAG.sequence).bytes,
    makerCertificate: readOctets(certificate),
    signatureAlgorithm: readOid(algorithm),
    signatureValue: readOctetAlignedBits(value),
    timeStampToken: version === 5 && token !== undefined ? readTimeStamp(token) : null,
  };
}

/** `[0] EXPLICIT BIT STRING` around an RFC 3161 token. */
export function readTimeStamp(element: DerElement): Uint8Array {
  const [token, ...more] = membersOf(element, CONTEXT_0);
  if (more.length > 0) throw malformedSeal('more than one time stamp');
  return readOctetAlignedBits(token);
}

/** Two members are version 1, five version 5; with four the header decides. */
function sealVersionOf(members: readonly DerElement[]): SealVersion {
  if (members.length === 2) return 1;
  if (members.length === 5) return 5;
  if (members.length !== 4) throw malformedSeal('a seal has 2, 4 or 5 members');
  return headerOf(membersOf(members[0])).version === 5 ? 5 : 4;
}

function headerOf(info: readonly DerElement[]): {
  readonly version: number;
  readonly vendorId: string;
} {
  const [id, version, vendorId, ...more] = membersOf(info[0]);
  if (readAscii(id) !== HEADER_ID || more.length > 0) {
    throw malformedSeal('the header of a seal begins with ES');
  }
  return { version: readSmallInteger(version), vendorId: readAscii(vendorId) };
}

function readSealFacts(sealInfo: DerElement, version: SealVersion): SealFacts {
  const info = membersOf(sealInfo);
  const [, esId, property, picture, extensions, ...more] = info;
  const header = headerOf(info);
  if (more.length > 0 || (version !== 1 && header.version !== version)) {
    throw malformedSeal(`not a seal of version ${version}`);
  }
  if (extensions !== undefined) refuseCriticalExtensions(extensions);
  const [imageType, image, width, height, ...moreImage] = membersOf(picture);
  if (moreImage.length > 0) throw malformedSeal('members after the picture');
  return {
    vendorId: header.vendorId,
    esId: readAscii(esId),
    ...readProperty(membersOf(property), version),
    image: {
      type: readAscii(imageType),
      bytes: readOctets(image),
      widthMm: readSmallInteger(width),
      heightMm: readSmallInteger(height),
    },
  };
}

type Property = Pick<
  SealFacts,
  'type' | 'name' | 'signers' | 'createdAt' | 'validFrom' | 'validUntil'
>;

function readProperty(members: readonly DerElement[], version: SealVersion): Property {
  const [type, name, ...rest] = members;
  const listType = version === 1 ? 1 : readSmallInteger(rest.shift());
  const [list, createdAt, validFrom, validUntil, ...more] = rest;
  if (more.length > 0) throw malformedSeal('members after the property');
  return {
    type: readSmallInteger(type),
    name: readUtf8(name),
    signers: readSigners(membersOf(list), listType),
    createdAt: readTime(createdAt),
    validFrom: readTime(validFrom),
    validUntil: readTime(validUntil),
  };
}

function readSigners(members: readonly DerElement[], listType: number): SealSigners {
  if (listType === 1)
    return { kind: 'certificates', certificates: members.map((member) => readOctets(member)) };
  if (listType !== 2) throw malformedSeal(`certListType ${listType}`);
  const digests = members.map((member) => {
    const [type, value] = membersOf(member);
    return { type: readAscii(type, TAG.printableString), value: readOctets(value) };
  });
  return { kind: 'digests', digests };
}

/**
 * Reads `ExtensionDatas` far enough to refuse what it may not ignore.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED` if an extension is critical: none is known here.
 */
export function refuseCriticalExtensions(extensions: DerElement): void {
  for (const extension of membersOf(extensions)) {
    const [id, critical] = membersOf(extension);
    const oid = readOid(id);
    if (critical?.tag === TAG.boolean && critical.content[0] !== 0) {
      throw malformedSeal(`critical extension ${oid} is not known`);
    }
  }
}
