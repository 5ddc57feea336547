/** TimeStampToken: SignedData over TSTInfo (RFC 3161 §2.4.2, RFC 5816 §2.2.1). */
import { createHash } from 'node:crypto';
import { ServiceError } from '../../errors.ts';
import { toDerSignature } from '../../keys/signatureValue.ts';
import type { SignatureAlgorithm, Signer } from '../../keys/signer.ts';
import { parseCertificate } from '../certificate.ts';
import { attribute } from '../cms/cmsEncoding.ts';
import { OID } from '../cms/cmsOids.ts';
import { TAG, expectTag, readChildren, readDer } from '../der.ts';
import {
  encodeDer,
  encodeExplicit,
  encodeOctets,
  encodeOid,
  encodeSequence,
  encodeSetOf,
  encodeSmallInteger,
  retag,
} from '../derEncoding.ts';

/** Makes tokens with one key. What does not change from token to token is encoded once. */
export interface TokenWriter {
  /** Digest algorithm of everything in the token. */
  readonly hash: 'sha256' | 'sm3';
  /** Bytes that a token can have whose nonce is not longer than a serial number. */
  readonly maxBytes: number;
  /**
   * @param info - DER TSTInfo.
   * @param isWithCertificates - whether the token holds the signer's certification path.
   * @returns DER TimeStampToken.
   */
  write(info: Uint8Array, isWithCertificates: boolean): Promise<Uint8Array>;
}

const ALGORITHMS: Readonly<
  Record<SignatureAlgorithm, { hash: TokenWriter['hash']; hashOid: string; signatureOid: string }>
> = {
  ES256: { hash: 'sha256', hashOid: OID.sha256, signatureOid: OID.ecdsaWithSha256 },
  SM2: { hash: 'sm3', hashOid: OID.sm3, signatureOid: OID.sm2WithSm3 },
};

/** TSTInfo, signed attributes, signature value, and what holds them together. */
const MAX_OTHER_BYTES = 640;

const SIGNED_DATA = encodeOid(OID.signedData);
const INFO_TYPE = encodeOid(OID.timeStampInfo);
const VERSION_1 = encodeSmallInteger(1);
const VERSION_3 = encodeSmallInteger(3); // RFC 5652 §5.1: the content is not id-data
const MESSAGE_DIGEST = encodeOid(OID.messageDigest);
const CONTENT_TYPE = attribute(OID.contentType, INFO_TYPE);

/** @throws ServiceError `KEY_UNFIT` if the signer is no time-stamper. */
export function createTokenWriter(signer: Signer): TokenWriter {
  const [leafDer] = signer.certificationPath;
  if (leafDer === undefined || signer.purpose !== 'timeStamper') {
    throw new ServiceError('KEY_UNFIT', 'a time-stamping authority signs with a time-stamper key');
  }
  const { hash, hashOid, signatureOid } = ALGORITHMS[signer.algorithm];
  const leaf = parseCertificate(leafDer);
  const digestAlgorithm = encodeSequence(encodeOid(hashOid));
  const fixed = {
    head: Buffer.concat([VERSION_3, encodeSetOf(digestAlgorithm)]),
    certificates: retag(0xa0, encodeSetOf(...signer.certificationPath)),
    signingCertificate: encodeSigningCertificate(leafDer, hash, digestAlgorithm),
    signerHead: Buffer.concat([
      VERSION_1,
      encodeSequence(leaf.issuerDer, encodeDer(TAG.integer, Buffer.from(leaf.serialNumber, 'hex'))),
      digestAlgorithm,
    ]),
    signatureAlgorithm: encodeSequence(encodeOid(signatureOid)),
  };
  return {
    hash,
    maxBytes: fixed.certificates.length + fixed.signerHead.length + MAX_OTHER_BYTES,
    async write(info, isWithCertificates) {
      const digest = createHash(hash).update(info).digest();
      const attributes = encodeSetOf(
        CONTENT_TYPE,
        encodeSequence(MESSAGE_DIGEST, encodeSetOf(encodeOctets(digest))),
        fixed.signingCertificate,
      );
      const value = toDerSignature(await signer.sign(attributes));
      const signerInfo = encodeSequence(
        fixed.signerHead,
        retag(0xa0, attributes),
        fixed.signatureAlgorithm,
        encodeOctets(value),
      );
      const signedData = encodeSequence(
        fixed.head,
        encodeSequence(INFO_TYPE, encodeExplicit(0, encodeOctets(info))),
        ...(isWithCertificates ? [fixed.certificates] : []),
        encodeSetOf(signerInfo),
      );
      return encodeSequence(SIGNED_DATA, encodeExplicit(0, signedData));
    },
  };
}

/**
 * Leaves out of a token what its signature does not bind, but for the certificates given: others, lists of revoked
 * certificates, unsigned attributes.
 *
 * @param token - DER, verified.
 * @param certificates - DER, the signer's among them.
 */
export function tightenToken(token: Uint8Array, certificates: readonly Uint8Array[]): Uint8Array {
  const [, wrapped] = readChildren(readDer(token, TAG.sequence));
  const [signedData] = readChildren(expectTag(wrapped, 0xa0));
  const members = readChildren(expectTag(signedData, TAG.sequence));
  const [signerInfo] = readChildren(expectTag(members.at(-1), TAG.set));
  const signer = readChildren(expectTag(signerInfo, TAG.sequence)).filter(
    ({ tag }, place) => place < 4 || tag !== 0xa1,
  );
  const tightened = encodeSequence(
    ...members.slice(0, 3).map(({ bytes }) => bytes),
    retag(0xa0, encodeSetOf(...certificates)),
    encodeSetOf(encodeSequence(...signer.map(({ bytes }) => bytes))),
  );
  return encodeSequence(SIGNED_DATA, encodeExplicit(0, tightened));
}

/** SigningCertificateV2 (RFC 5035 §3); SHA-256 is the default of its algorithm and therefore left out. */
function encodeSigningCertificate(
  leaf: Uint8Array,
  hash: TokenWriter['hash'],
  digestAlgorithm: Uint8Array,
): Uint8Array {
  const certificateId = encodeSequence(
    ...(hash === 'sha256' ? [] : [digestAlgorithm]),
    encodeOctets(createHash(hash).update(leaf).digest()),
  );
  return attribute(OID.signingCertificateV2, encodeSequence(encodeSequence(certificateId)));
}
