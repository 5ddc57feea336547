/** Electronic seal signature of GB/T 38540-2020 (version 4): what sealing a document yields. */
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
  encodeDer,
  encodeOctets,
  encodeOid,
  encodeSequence,
} from '../pki/derEncoding.ts';
import { parseSeal, type Seal, type SealVersion } from './seal.ts';
import { SM2_WITH_SM3 } from './sealAlgorithm.ts';
import {
  readAlgorithm,
  readBits,
  readCertificateMember,
  readExtensionDatas,
  readSealTime,
  readTimeStampMember,
  readVersion1Time,
  type DialectNotes,
} from './sealDialect.ts';
import {
  CONTEXT_0,
  encodeAscii,
  encodeInteger,
  encodeSealTime,
  malformedSeal,
  membersOf,
  readAscii,
  readingSeal,
} from './sealDer.ts';

/** A seal signature as read; byte arrays are slices of the bytes received. */
export interface SealSignature {
  readonly version: SealVersion;
  readonly bytes: Uint8Array;
  readonly seal: Seal;
  /** timeInfo; null if version 1 carries something that is no time. */
  readonly signedAt: Date | null;
  /** dataHash. */
  readonly documentDigest: Uint8Array;
  /** propertyInfo: in OFD the absolute path of Signature.xml. */
  readonly propertyInfo: string;
  readonly signerCertificate: Uint8Array;
  /** Dotted OID. */
  readonly signatureAlgorithm: string;
  /** DER of toSign. */
  readonly signedBytes: Uint8Array;
  /** Content of the BIT STRING: DER SEQUENCE of r and s. */
  readonly signatureValue: Uint8Array;
  /** RFC 3161 token over the signature value, unchecked. */
  readonly timeStampToken: Uint8Array | null;
  /** What its writer wrote otherwise than the text, one phrase each; without the seal's own. */
  readonly dialects: readonly string[];
}

export interface SealSignatureContent {
  /** The .esl file as made. */
  readonly seal: Uint8Array;
  /** SM3, 32 bytes. */
  readonly documentDigest: Uint8Array;
  readonly propertyInfo: string;
  /** Whole seconds are written. */
  readonly signedAt: Date;
  /** DER. */
  readonly signerCertificate: Uint8Array;
}

/** A seal signature that waits for its value. */
export interface PreparedSealSignature {
  /** DER of TBS_Sign: what SM2 signs. */
  readonly toBeSigned: Uint8Array;
  /**
   * Puts the signature in.
   *
   * @param signature - r‖s, 64 bytes, big-endian.
   * @param timeStampToken - RFC 3161 token over the DER signature value, if there is one.
   * @returns SES_Signature, DER.
   */
  complete(signature: Uint8Array, timeStampToken?: Uint8Array): Uint8Array;
}

/** Encodes a version 4 seal signature for the signer to sign with SM2/SM3. */
export function prepareSealSignature(content: SealSignatureContent): PreparedSealSignature {
  const toBeSigned = encodeSequence(
    encodeInteger(4), // TBS_Sign.version, as the seal's
    content.seal,
    encodeSealTime(content.signedAt),
    encodeBits(content.documentDigest),
    encodeAscii(content.propertyInfo),
  );
  return {
    toBeSigned,
    complete: (signature, timeStampToken) =>
      encodeSequence(
        toBeSigned,
        encodeOctets(content.signerCertificate),
        encodeOid(SM2_WITH_SM3),
        encodeBits(toDerSignature(signature)),
        ...(timeStampToken === undefined ? [] : [encodeDer(CONTEXT_0, encodeBits(timeStampToken))]),
      ),
  };
}

/**
 * Reads a seal signature of version 1, 4 or 5.
 *
 * @param bytes - DER, attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it is not strict DER of one of the three structures.
 */
export function parseSealSignature(bytes: Uint8Array): SealSignature {
  return readingSeal(() => readSignature(bytes));
}

function readSignature(bytes: Uint8Array): SealSignature {
  const members = membersOf(readDer(bytes, TAG.sequence));
  if (members.length === 2) return readVersion1(bytes, members);
  if (members.length !== 4 && members.length !== 5) {
    throw malformedSeal('a seal signature has 2, 4 or 5 members');
  }
  const notes: DialectNotes = new Set();
  const [toSign, certificate, algorithm, value, token] = members;
  const signed = expectTag(toSign, TAG.sequence);
  const [version, eseal, timeInfo, dataHash, propertyInfo, extensions, ...more] = membersOf(signed);
  const seal = parseSeal(expectTag(eseal, TAG.sequence).bytes);
  if (more.length > 0 || seal.version === 1) {
    throw malformedSeal('the versions of seal and signature differ');
  }
  noteVersion(readSmallInteger(version), seal.version, notes);
  if (extensions !== undefined) readExtensionDatas(extensions, CONTEXT_0, notes);
  return {
    version: seal.version,
    bytes,
    seal,
    signedAt: readSealTime(timeInfo, TAG.generalizedTime, notes),
    documentDigest: readBits(dataHash, 'dataHash', notes),
    propertyInfo: readAscii(propertyInfo),
    signerCertificate: readCertificateMember(certificate, notes),
    signatureAlgorithm: readAlgorithm(algorithm, notes),
    signedBytes: signed.bytes,
    signatureValue: readOctetAlignedBits(value),
    timeStampToken: token === undefined ? null : readTimeStampMember(token, notes),
    dialects: [...notes],
  };
}

/** Software of one version seals with seals of the other, which only the number tells. */
function noteVersion(stated: number, version: SealVersion, notes: DialectNotes): void {
  if (stated !== version) {
    notes.add(`a signature of version ${stated} with a seal of version ${version}`);
  }
}

/** GM/T 0031-2014: certificate and algorithm are inside TBS_Sign. */
function readVersion1(bytes: Uint8Array, members: readonly DerElement[]): SealSignature {
  const notes: DialectNotes = new Set();
  const toSign = expectTag(members[0], TAG.sequence);
  const [version, eseal, timeInfo, dataHash, propertyInfo, certificate, algorithm, ...more] =
    membersOf(toSign);
  const seal = parseSeal(expectTag(eseal, TAG.sequence).bytes);
  if (more.length > 0 || seal.version !== 1) {
    throw malformedSeal('the versions of seal and signature differ');
  }
  readSmallInteger(version); // any: the text leaves it free
  return {
    version: 1,
    bytes,
    seal,
    signedAt: readVersion1Time(timeInfo, notes),
    documentDigest: readBits(dataHash, 'dataHash', notes),
    propertyInfo: readAscii(propertyInfo),
    signerCertificate: readCertificateMember(certificate, notes),
    signatureAlgorithm: readAlgorithm(algorithm, notes),
    signedBytes: toSign.bytes,
    signatureValue: readOctetAlignedBits(members[1]),
    timeStampToken: null,
    dialects: [...notes],
  };
}
