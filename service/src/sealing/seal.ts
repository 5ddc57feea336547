/** Electronic seal of GB/T 38540-2020 (version 4); versions 1 (GM/T 0031-2014) and 5 (GM/T 0031-2025) are read. */
import { ServiceError } from '../errors.ts';
import { toDerSignature } from '../keys/signatureValue.ts';
import {
  TAG,
  expectTag,
  readDer,
  readOctetAlignedBits,
  readSmallInteger,
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
  readAlgorithm,
  readCertificateMember,
  readDigestName,
  readExtensionDatas,
  readSealTime,
  readTimeStampMember,
  type DialectNotes,
} from './sealDialect.ts';
import {
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
  /** What its maker wrote otherwise than the text, one phrase each. */
  readonly dialects: readonly string[];
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
  const notes: DialectNotes = new Set();
  const members = membersOf(readDer(bytes, TAG.sequence));
  const [sealInfo, ...rest] = members;
  const info = expectTag(sealInfo, TAG.sequence);
  const version = sealVersionOf(members.length, info, notes);
  const facts = readSealFacts(info, version, notes);
  const [certificate, algorithm, value, token] = version === 1 ? membersOf(rest[0]) : rest;
  const signedParts = [info, certificate, algorithm].map(
    (member) => member?.bytes ?? new Uint8Array(),
  );
  return {
    ...facts,
    version,
    bytes,
    signedBytes: version === 1 ? encodeSequence(...signedParts) : info.bytes,
    makerCertificate: readCertificateMember(certificate, notes),
    signatureAlgorithm: readAlgorithm(algorithm, notes),
    signatureValue: readOctetAlignedBits(value),
    timeStampToken: token === undefined ? null : readTimeStampMember(token, notes),
    dialects: [...notes],
  };
}

/** Two members are version 1, five version 5; with four the header decides, and is 4 where it says neither. */
function sealVersionOf(count: number, info: DerElement, notes: DialectNotes): SealVersion {
  if (count === 2) return 1;
  if (count !== 4 && count !== 5) throw malformedSeal('a seal has 2, 4 or 5 members');
  const stated = headerOf(membersOf(info)).version;
  const version = count === 5 || stated === 5 ? 5 : 4;
  if (stated !== version)
    notes.add(`a header of version ${stated} on a seal of version ${version}`);
  return version;
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

function readSealFacts(sealInfo: DerElement, version: SealVersion, notes: DialectNotes): SealFacts {
  const info = membersOf(sealInfo);
  const [, esId, property, picture, extensions, ...more] = info;
  if (more.length > 0) throw malformedSeal(`not a seal of version ${version}`);
  if (extensions !== undefined) readExtensionDatas(extensions, TAG.sequence, notes);
  const [imageType, image, width, height, ...moreImage] = membersOf(picture);
  if (moreImage.length > 0) throw malformedSeal('members after the picture');
  return {
    vendorId: headerOf(info).vendorId,
    esId: readAscii(esId),
    ...readProperty(membersOf(property), version, notes),
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

function readProperty(
  members: readonly DerElement[],
  version: SealVersion,
  notes: DialectNotes,
): Property {
  const [type, name, ...rest] = members;
  const isTyped = rest[0]?.tag === TAG.integer;
  if (isTyped === (version === 1)) {
    notes.add(isTyped ? 'certListType in version 1' : 'no certListType');
  }
  const listType = isTyped ? readSmallInteger(rest.shift()) : null;
  const [list, createdAt, validFrom, validUntil, ...more] = rest;
  if (more.length > 0) throw malformedSeal('members after the property');
  const usual = version === 1 ? TAG.utcTime : TAG.generalizedTime;
  return {
    type: readSmallInteger(type),
    name: readUtf8(name),
    signers: readSigners(membersOf(list), listType, notes),
    createdAt: readSealTime(createdAt, usual, notes),
    validFrom: readSealTime(validFrom, usual, notes),
    validUntil: readSealTime(validUntil, usual, notes),
  };
}

/** The members show what they are; the list's type, which is as much under the maker's signature, only names it. */
function readSigners(
  members: readonly DerElement[],
  listType: number | null,
  notes: DialectNotes,
): SealSigners {
  const areDigests = members[0] === undefined ? listType === 2 : isDigest(members[0]);
  if (listType !== null && listType !== (areDigests ? 2 : 1)) {
    notes.add(`certListType ${listType} for a list of ${areDigests ? 'digests' : 'certificates'}`);
  }
  if (!areDigests) {
    const certificates = members.map((member) => readCertificateMember(member, notes));
    return { kind: 'certificates', certificates };
  }
  const digests = members.map((member) => {
    const [type, value, ...more] = membersOf(member);
    if (more.length > 0) throw malformedSeal('members after a digest');
    return { type: readDigestName(type, notes), value: readOctets(value) };
  });
  return { kind: 'digests', digests };
}

/** A digest is a name and octets; a bare certificate begins with a SEQUENCE. */
function isDigest(member: DerElement): boolean {
  return member.tag === TAG.sequence && membersOf(member)[0]?.tag !== TAG.sequence;
}
