/** Checks on one CMS signature: signer, digest, signature value (RFC 5652 §5.4, §5.6; RFC 5035 §3). */
import { createHash, createPublicKey, createVerify, constants, type KeyObject } from 'node:crypto';
import { ServiceError } from '../../errors.ts';
import { createBoundedCache } from '../../keys/boundedCache.ts';
import { verifySignature } from '../../keys/publicKey.ts';
import { fromDerSignature } from '../../keys/signatureValue.ts';
import { parseCertificate, type Certificate } from '../certificate.ts';
import {
  TAG,
  expectTag,
  readChildren,
  readInteger,
  readOid,
  readSmallInteger,
  type DerElement,
} from '../der.ts';
import { failed, indeterminate, passed, type Check } from '../../report.ts';
import { OID } from './cmsOids.ts';
import { verifyEdwards } from './edwardsSignature.ts';
import { readAlgorithm, type AlgorithmIdentifier, type CmsSignature } from './cmsParsing.ts';

type ShaName = 'sha1' | 'sha256' | 'sha384' | 'sha512';
type HashName = ShaName | 'sm3' | 'shake256';

const SHAS: Readonly<Record<string, ShaName>> = {
  [OID.sha1]: 'sha1',
  [OID.sha256]: 'sha256',
  [OID.sha384]: 'sha384',
  [OID.sha512]: 'sha512',
};
const HASHES: Readonly<Record<string, HashName>> = {
  ...SHAS,
  [OID.sm3]: 'sm3',
  [OID.shake256]: 'shake256',
  [OID.shake256WithLength]: 'shake256',
};
const SHAKE256_BYTES = 64; // RFC 8419 §3.1

interface SignatureScheme {
  readonly keyType: 'ec' | 'rsa';
  readonly hash: ShaName;
  /** Salt length of RSASSA-PSS; absent for other schemes. */
  readonly saltLength?: number;
}

const SCHEMES: Readonly<Record<string, SignatureScheme>> = {
  [OID.ecdsaWithSha256]: { keyType: 'ec', hash: 'sha256' },
  [OID.ecdsaWithSha384]: { keyType: 'ec', hash: 'sha384' },
  [OID.ecdsaWithSha512]: { keyType: 'ec', hash: 'sha512' },
  [OID.sha256WithRsa]: { keyType: 'rsa', hash: 'sha256' },
  [OID.sha384WithRsa]: { keyType: 'rsa', hash: 'sha384' },
  [OID.sha512WithRsa]: { keyType: 'rsa', hash: 'sha512' },
};
const CURVES: readonly string[] = ['prime256v1', 'secp384r1', 'secp521r1'];
const SM2_SIGNATURES: readonly string[] = [OID.sm2WithSm3, OID.sm2Signature];
const MIN_RSA_BITS = 2048;

const publicKeys = createBoundedCache<KeyObject>(512);

/**
 * Finds the signer's certificate among those at hand; unreadable ones are passed over.
 *
 * @param others - DER certificates beside those of the CMS.
 */
export function findSigner(cms: CmsSignature, others: readonly Uint8Array[]): Certificate | null {
  const { signer } = cms;
  const isSigner = (one: Certificate): boolean =>
    signer.kind === 'subjectKeyId'
      ? one.subjectKeyId === signer.subjectKeyId
      : one.serialNumber === signer.serialNumber &&
        Buffer.compare(one.issuerDer, signer.issuerDer) === 0;
  return readCertificates([...cms.certificates, ...others]).find(isSigner) ?? null;
}

/** Reads what can be read; certificates in documents are attacker-controlled. */
export function readCertificates(ders: readonly Uint8Array[]): readonly Certificate[] {
  return ders.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch (error) {
      if (error instanceof ServiceError) return [];
      throw error;
    }
  });
}

/** Checks content-type and message-digest against the signed content, given in parts. */
export function checkMessageDigest(
  cms: CmsSignature,
  content: readonly Uint8Array[],
  name: string,
): Check {
  const hash = HASHES[cms.digestAlgorithm];
  if (hash === undefined || !hasUsualLength(cms)) {
    return indeterminate(
      name,
      'CRYPTO_CONSTRAINTS_FAILURE',
      `digest algorithm ${cms.digestAlgorithm}`,
    );
  }
  if (cms.signedAttributes === null) return passed(name, 'the content is signed itself');
  const contentType = cms.signedAttribute(OID.contentType);
  const digest = cms.signedAttribute(OID.messageDigest);
  if (contentType === null || digest === null) {
    return failed(
      name,
      'FORMAT_FAILURE',
      'content-type or message-digest is not among the signed attributes',
    );
  }
  if (readOid(contentType) !== cms.contentType) {
    return failed(name, 'FORMAT_FAILURE', 'content-type differs from the content');
  }
  const computed = digestOf(hash, content);
  if (!computed.equals(expectTag(digest, TAG.octetString).content)) {
    return failed(name, 'HASH_FAILURE', `the ${hash} digest of the signed bytes differs`);
  }
  return hash === 'sha1'
    ? indeterminate(name, 'CRYPTO_CONSTRAINTS_FAILURE', 'SHA-1 proves nothing any more')
    : passed(name, `the ${hash} digest of the signed bytes agrees`);
}

/** SHAKE256 gives as many bits as one asks for: 512 here. */
function hasUsualLength({ digestAlgorithm, digestParameters }: CmsSignature): boolean {
  if (digestAlgorithm !== OID.shake256WithLength) return true;
  const bits = digestParameters === null ? [] : readInteger(digestParameters);
  return Buffer.compare(Buffer.from(bits), Buffer.of((SHAKE256_BYTES * 8) >> 8, 0)) === 0;
}

export function digestOf(hash: HashName, parts: readonly Uint8Array[]): Buffer {
  const digest = createHash(hash, hash === 'shake256' ? { outputLength: SHAKE256_BYTES } : {});
  for (const part of parts) digest.update(part);
  return digest.digest();
}

/** @returns null for an algorithm that is unknown or too weak. */
export function digestByOid(oid: string, parts: readonly Uint8Array[]): Buffer | null {
  const hash = HASHES[oid];
  return hash === undefined || hash === 'sha1' ? null : digestOf(hash, parts);
}

/** Checks the signature value with the signer's public key. */
export function checkSignatureValue(
  cms: CmsSignature,
  signer: Certificate,
  content: readonly Uint8Array[],
  name: string,
): Check {
  const signed = cms.signedAttributes === null ? content : [cms.signedAttributes];
  if (isSm2(cms, signer)) return checkSm2Value(cms, signer, { signed, name });
  const scheme = schemeOf(cms);
  const key = publicKeyOf(signer);
  const byEdwards = key === null ? null : checkEdwards(cms, key, signed);
  if (byEdwards !== null) return judgeValue(byEdwards, name);
  if (scheme === null || key === null || !isFit(key, scheme)) {
    return indeterminate(
      name,
      'CRYPTO_CONSTRAINTS_FAILURE',
      `signature algorithm ${cms.signatureAlgorithm.oid} with this key is not supported`,
    );
  }
  const verify = createVerify(scheme.hash);
  for (const part of signed) verify.update(part);
  const isRight = verify.verify(
    scheme.saltLength === undefined
      ? key
      : { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltLength },
    cms.signatureValue,
  );
  return judgeValue(isRight, name);
}

function judgeValue(isRight: boolean, name: string): Check {
  return isRight
    ? passed(name, 'the signature value is right')
    : failed(name, 'SIG_CRYPTO_FAILURE', 'the signature value is wrong');
}

function isSm2(
  { signatureAlgorithm, digestAlgorithm }: CmsSignature,
  signer: Certificate,
): boolean {
  return (
    SM2_SIGNATURES.includes(signatureAlgorithm.oid) &&
    digestAlgorithm === OID.sm3 &&
    signer.publicKey.algorithm === 'SM2'
  );
}

/** With the default user id (GB/T 35276); strict DER of r and s. */
function checkSm2Value(
  { signatureValue }: CmsSignature,
  { publicKey }: Certificate,
  { signed, name }: { readonly signed: readonly Uint8Array[]; readonly name: string },
): Check {
  const value = fromDerSignature(signatureValue);
  const isRight = value !== null && verifySignature(publicKey, Buffer.concat(signed), value);
  return judgeValue(isRight, name);
}

function checkEdwards(
  { signatureAlgorithm, digestAlgorithm, signatureValue }: CmsSignature,
  key: KeyObject,
  signed: readonly Uint8Array[],
): boolean | null {
  const { oid: algorithm } = signatureAlgorithm;
  return verifyEdwards({ algorithm, digest: digestAlgorithm, key }, signed, signatureValue);
}

function schemeOf(cms: CmsSignature): SignatureScheme | null {
  const { oid } = cms.signatureAlgorithm;
  if (oid === OID.rsaEncryption) {
    const hash = SHAS[cms.digestAlgorithm];
    return hash === undefined || hash === 'sha1' ? null : { keyType: 'rsa', hash };
  }
  return oid === OID.rsaPss ? readPssScheme(cms.signatureAlgorithm) : (SCHEMES[oid] ?? null);
}

/** RSASSA-PSS-params (RFC 4055 §3.1): both digests must be named and alike, since the default is SHA-1. */
function readPssScheme({ parameters }: AlgorithmIdentifier): SignatureScheme | null {
  const members = readChildren(expectTag(parameters ?? undefined, TAG.sequence));
  const member = (tag: number): DerElement | undefined =>
    readChildren(members.find((one) => one.tag === tag) ?? EMPTY)[0];
  const [digest, mask, salt] = [member(0xa0), member(0xa1), member(0xa2)];
  if (digest === undefined || mask === undefined || salt === undefined) return null;
  const hash = SHAS[readAlgorithm(digest).oid];
  const maskAlgorithm = readAlgorithm(mask);
  const maskHash = SHAS[readAlgorithm(maskAlgorithm.parameters ?? undefined).oid];
  if (
    maskAlgorithm.oid !== OID.mgf1 ||
    maskHash !== hash ||
    hash === undefined ||
    hash === 'sha1'
  ) {
    return null;
  }
  return { keyType: 'rsa', hash, saltLength: readSmallInteger(salt) };
}

const EMPTY: DerElement = { tag: 0, content: new Uint8Array(), bytes: new Uint8Array() };

function publicKeyOf(certificate: Certificate): KeyObject | null {
  const known = publicKeys.get(certificate.fingerprint);
  if (known !== undefined) return known;
  try {
    const key = createPublicKey({
      key: Buffer.from(certificate.publicKey.spki),
      format: 'der',
      type: 'spki',
    });
    publicKeys.set(certificate.fingerprint, key);
    return key;
  } catch {
    return null; // OpenSSL knows no such key, or its point is not on the curve
  }
}

function isFit(key: KeyObject, scheme: SignatureScheme): boolean {
  const details = key.asymmetricKeyDetails;
  if (scheme.keyType === 'ec') {
    return key.asymmetricKeyType === 'ec' && CURVES.includes(details?.namedCurve ?? '');
  }
  return key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= MIN_RSA_BITS;
}

/**
 * Checks that the signed attributes name the very certificate (signing-certificate-v2, or the old one with SHA-1).
 *
 * @param isMandatory - PAdES wants the attribute; other signatures may lack it, and then nobody can tell.
 */
export function checkSigningCertificate(
  cms: CmsSignature,
  signer: Certificate,
  isMandatory: boolean,
  name: string,
): Check {
  const reference = readCertificateReference(cms);
  if (reference === null) {
    const detail = 'the signature does not say by which certificate it was made';
    return isMandatory
      ? failed(name, 'FORMAT_FAILURE', detail)
      : indeterminate(name, 'CERTIFICATE_CONSTRAINTS_FAILURE', detail);
  }
  const hash = HASHES[reference.hash];
  if (hash === undefined) {
    return indeterminate(name, 'CRYPTO_CONSTRAINTS_FAILURE', `digest algorithm ${reference.hash}`);
  }
  return digestOf(hash, [signer.der]).equals(reference.digest)
    ? passed(name, 'the signature names the signer’s certificate')
    : failed(name, 'SIG_CRYPTO_FAILURE', 'the signature names another certificate');
}

/** @returns what the first ESSCertID or ESSCertIDv2 says; later ones name issuers (RFC 5035 §5.4). */
function readCertificateReference(
  cms: CmsSignature,
): { readonly hash: string; readonly digest: Uint8Array } | null {
  const newer = cms.signedAttribute(OID.signingCertificateV2);
  const attribute = newer ?? cms.signedAttribute(OID.signingCertificate);
  if (attribute === null) return null;
  const [list] = readChildren(expectTag(attribute, TAG.sequence));
  const [first] = readChildren(expectTag(list, TAG.sequence));
  const members = readChildren(expectTag(first, TAG.sequence));
  const hash = newer === null ? OID.sha1 : OID.sha256;
  const [algorithm, ...rest] = members;
  if (newer !== null && algorithm?.tag === TAG.sequence) {
    const digest = expectTag(rest[0], TAG.octetString).content;
    return { hash: readAlgorithm(algorithm).oid, digest };
  }
  return { hash, digest: expectTag(algorithm, TAG.octetString).content };
}
