/** Reading CMS SignedData out of foreign PDFs (RFC 5652 §5); every byte is attacker-controlled. */
import {
  TAG,
  expectTag,
  malformed,
  readChildren,
  readDer,
  readInteger,
  readOid,
  readSmallInteger,
  readTime,
  type DerElement,
} from '../der.ts';
import { OID } from './cmsOids.ts';
import { readRevocationInfo, type RevocationInfo } from './revocationInfo.ts';

export interface AlgorithmIdentifier {
  readonly oid: string;
  readonly parameters: DerElement | null;
}

/** How the signer info names its certificate. */
export type SignerIdentifier =
  | {
      readonly kind: 'issuerAndSerial';
      readonly issuerDer: Uint8Array;
      readonly serialNumber: string;
    }
  | { readonly kind: 'subjectKeyId'; readonly subjectKeyId: string };

export interface CmsSignature {
  readonly contentType: string;
  /** Content inside the CMS; null if detached. */
  readonly content: Uint8Array | null;
  /** DER, in order, without any that is no X.509 certificate. */
  readonly certificates: readonly Uint8Array[];
  readonly signer: SignerIdentifier;
  readonly digestAlgorithm: string;
  readonly digestParameters: DerElement | null;
  /** As signed: tagged SET OF (RFC 5652 §5.4); null if there are none. */
  readonly signedAttributes: Uint8Array | null;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signatureValue: Uint8Array;
  /** @returns the only value of a signed attribute that occurs once; null if it is absent. */
  signedAttribute(oid: string): DerElement | null;
  readonly signingTime: Date | null;
  /** RFC 3161 token over the signature value, DER; null if there is none. */
  readonly timeStampToken: Uint8Array | null;
  /** What it carries of revoked certificates, unchecked. */
  readonly revocationInfo: RevocationInfo;
  /** Whether what nothing signs (versions, digest algorithms and their parameters) is as RFC 5652 has it. */
  readonly isUsual: boolean;
}

type Attributes = ReadonlyMap<string, readonly DerElement[]>;

/**
 * Reads ContentInfo with SignedData and exactly one signer.
 *
 * @throws ServiceError `CERTIFICATE_MALFORMED` if it is anything else or not DER.
 */
export function parseCms(der: Uint8Array): CmsSignature {
  const [type, wrapped] = readChildren(readDer(der, TAG.sequence));
  if (readOid(type) !== OID.signedData) throw malformed('the CMS is no SignedData');
  const [signedData] = readChildren(expectTag(wrapped, 0xa0));
  const [version, digestAlgorithms, encapsulated, ...rest] = readChildren(
    expectTag(signedData, TAG.sequence),
  );
  const digests = readChildren(expectTag(digestAlgorithms, TAG.set));
  const content = readContent(encapsulated);
  const helpers = readHelpers(rest.slice(0, -1));
  const signerInfos = readChildren(expectTag(rest.at(-1), TAG.set));
  if (signerInfos.length !== 1)
    throw malformed(`the CMS has ${signerInfos.length} signers, not one`);
  const signerInfo = readSignerInfo(expectTag(signerInfos[0], TAG.sequence));
  const { signerVersion, digestIdentifier, signer, ...info } = signerInfo;
  const usualVersion = signer.kind === 'issuerAndSerial' ? 1 : 3; // RFC 5652 §5.3
  const isVersionUsual =
    signerVersion === usualVersion &&
    readSmallInteger(version) === (content.contentType === OID.data ? signerVersion : 3); // §5.1
  const areDigestsUsual =
    digests.every(({ bytes }) => Buffer.compare(bytes, digestIdentifier.bytes) === 0) &&
    isParameterFree(digestIdentifier);
  return {
    ...content,
    certificates: helpers.certificates,
    ...info,
    signer,
    revocationInfo: readRevocationInfo(
      helpers.crls,
      info.signedAttribute(OID.revocationInfoArchival),
    ),
    isUsual: isVersionUsual && areDigestsUsual,
  };
}

/** `certificates [0]` and `crls [1]`, which both may be absent. */
function readHelpers(members: readonly DerElement[]): {
  readonly certificates: readonly Uint8Array[];
  readonly crls: DerElement | null;
} {
  const certificates = members[0]?.tag === 0xa0 ? readChildren(members[0]) : [];
  return {
    certificates: certificates.filter((one) => one.tag === TAG.sequence).map((one) => one.bytes),
    crls: members.find(({ tag }) => tag === 0xa1) ?? null,
  };
}

function readContent(
  element: DerElement | undefined,
): Pick<CmsSignature, 'contentType' | 'content'> {
  const [type, content] = readChildren(expectTag(element, TAG.sequence));
  const contentType = readOid(type);
  if (content === undefined) return { contentType, content: null };
  const [octets] = readChildren(expectTag(content, 0xa0));
  return { contentType, content: expectTag(octets, TAG.octetString).content };
}

function readSignerInfo(element: DerElement): Omit<
  CmsSignature,
  'contentType' | 'content' | 'certificates' | 'isUsual' | 'revocationInfo'
> & {
  readonly signerVersion: number;
  readonly digestIdentifier: DerElement;
} {
  const [version, signer, digest, ...rest] = readChildren(element);
  const signed = rest[0]?.tag === 0xa0 ? rest.shift() : undefined;
  const [signatureAlgorithm, signature, unsigned] = rest;
  const signedAttributes = readAttributes(signed);
  const unsignedAttributes = readAttributes(
    unsigned === undefined ? undefined : expectTag(unsigned, 0xa1),
  );
  const signingTime = soleValue(signedAttributes, OID.signingTime);
  return {
    signerVersion: readSmallInteger(version),
    digestIdentifier: expectTag(digest, TAG.sequence),
    signer: readSignerIdentifier(signer),
    digestAlgorithm: readAlgorithm(digest).oid,
    digestParameters: readAlgorithm(digest).parameters,
    signedAttributes: signed === undefined ? null : asSet(signed.bytes),
    signatureAlgorithm: readAlgorithm(signatureAlgorithm),
    signatureValue: expectTag(signature, TAG.octetString).content,
    signedAttribute: (oid) => soleValue(signedAttributes, oid),
    signingTime: signingTime === null ? null : readTime(signingTime),
    timeStampToken: unsignedAttributes.get(OID.signatureTimeStampToken)?.[0]?.bytes ?? null,
  };
}

function readSignerIdentifier(element: DerElement | undefined): SignerIdentifier {
  if (element?.tag === 0x80) {
    return { kind: 'subjectKeyId', subjectKeyId: Buffer.from(element.content).toString('hex') };
  }
  const [issuer, serial] = readChildren(expectTag(element, TAG.sequence));
  return {
    kind: 'issuerAndSerial',
    issuerDer: expectTag(issuer, TAG.sequence).bytes,
    serialNumber: Buffer.from(readInteger(serial)).toString('hex'),
  };
}

/** Reads an AlgorithmIdentifier (RFC 5280 §4.1.1.2). */
export function readAlgorithm(element: DerElement | undefined): AlgorithmIdentifier {
  const [oid, parameters] = readChildren(expectTag(element, TAG.sequence));
  return { oid: readOid(oid), parameters: parameters ?? null };
}

/** SHA-2 takes no parameters; NULL in their place is as good (RFC 5754 §2). */
function isParameterFree(identifier: DerElement): boolean {
  const { parameters } = readAlgorithm(identifier);
  return parameters === null || (parameters.tag === TAG.null && parameters.content.length === 0);
}

function readAttributes(element: DerElement | undefined): Attributes {
  const attributes = new Map<string, readonly DerElement[]>();
  for (const one of element === undefined ? [] : readChildren(element)) {
    const [type, values] = readChildren(expectTag(one, TAG.sequence));
    const oid = readOid(type);
    const earlier = attributes.get(oid) ?? [];
    attributes.set(oid, [...earlier, ...readChildren(expectTag(values, TAG.set))]);
  }
  return attributes;
}

function soleValue(attributes: Attributes, oid: string): DerElement | null {
  const values = attributes.get(oid);
  if (values === undefined) return null;
  if (values.length !== 1) throw malformed(`attribute ${oid} has ${values.length} values`); // RFC 5652 §11
  return values[0] ?? null;
}

function asSet(signedAttributes: Uint8Array): Uint8Array {
  const tagged = new Uint8Array(signedAttributes); // slice of a Buffer would write into the document
  tagged[0] = TAG.set;
  return tagged;
}
