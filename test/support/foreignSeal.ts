/** Seals and seal signatures as other vendors write them: any version, any member replaced by its DER. */
import { toDerSignature } from '../../service/src/keys/signatureValue.ts';
import type { Signer } from '../../service/src/keys/signer.ts';
import { TAG } from '../../service/src/pki/der.ts';
import {
  encodeBits,
  encodeDer,
  encodeOctets,
  encodeOid,
  encodeSequence,
  encodeText,
  encodeUnsigned,
} from '../../service/src/pki/derEncoding.ts';
import type { SealVersion } from '../../service/src/sealing/seal.ts';
import type { Entity } from './certificates.ts';
import type { TestCity } from './testCa.ts';

/** Whoever signs: a city's signer, or a key with a certificate of the test's own. */
export type ForeignSigner = Pick<Signer, 'certificationPath' | 'sign'>;

export function foreignSigner(entity: Entity): ForeignSigner {
  return {
    certificationPath: [entity.certificate.der],
    sign: (bytes) => Promise.resolve(entity.sign(bytes)),
  };
}

const leafOf = ({ certificationPath }: ForeignSigner): Uint8Array => certificationPath[0]!;

export const ia5 = (text: string): Uint8Array => encodeDer(TAG.ia5String, Buffer.from(text));
export const integer = (value: number): Uint8Array => encodeUnsigned(Uint8Array.of(value));
export const utcTime = (text: string): Uint8Array => encodeDer(TAG.utcTime, Buffer.from(text));
export const generalizedTime = (text: string): Uint8Array =>
  encodeDer(TAG.generalizedTime, Buffer.from(text));
export const SM2_WITH_SM3 = encodeOid('1.2.156.10197.1.501');

/** Members by the names of the text; an empty array leaves the member out. */
type Members<Name extends string> = Readonly<Record<Name, Uint8Array>>;
const NONE = new Uint8Array();

type SealMember =
  | 'headerVersion'
  | 'esId'
  | 'name'
  | 'certListType'
  | 'certList'
  | 'createDate'
  | 'validStart'
  | 'validEnd'
  | 'extDatas'
  | 'cert'
  | 'algorithm'
  | 'timeStamp';

export interface ForeignSealOptions {
  readonly members?: Partial<Members<SealMember>>;
  readonly maker?: ForeignSigner;
  /** Value over what the version signs; the maker's SM2 if not given. */
  readonly sign?: (bytes: Uint8Array) => Promise<Uint8Array>;
}

/** Valid in 2026 and 2027, for the city's SM2 document signer. */
export async function buildForeignSeal(
  city: TestCity,
  version: SealVersion,
  { members = {}, maker = city.sealMaker, sign = derSigner(maker) }: ForeignSealOptions = {},
): Promise<Uint8Array> {
  const time = version === 1 ? (text: string) => utcTime(text.slice(2)) : generalizedTime;
  const seal: Members<SealMember> = {
    headerVersion: integer(version),
    esId: ia5('50011200000399'),
    name: encodeText('北湖市某局公章'),
    certListType: version === 1 ? NONE : integer(1),
    certList: encodeSequence(encodeOctets(leafOf(city.documentSignerSm2))),
    createDate: time('20260102000000Z'),
    validStart: time('20260102000000Z'),
    validEnd: time('20271231000000Z'),
    extDatas: NONE,
    cert: encodeOctets(leafOf(maker)),
    algorithm: SM2_WITH_SM3,
    timeStamp: NONE,
    ...members,
  };
  const info = encodeSequence(
    encodeSequence(ia5('ES'), seal.headerVersion, ia5('VENDOR')),
    seal.esId,
    encodeSequence(
      integer(3),
      seal.name,
      seal.certListType,
      seal.certList,
      seal.createDate,
      seal.validStart,
      seal.validEnd,
    ),
    encodeSequence(ia5('png'), encodeOctets(Uint8Array.of(1)), integer(40), integer(40)),
    seal.extDatas,
  );
  const signed = version === 1 ? encodeSequence(info, seal.cert, seal.algorithm) : info;
  const value = encodeBits(await sign(signed));
  return version === 1
    ? encodeSequence(info, encodeSequence(seal.cert, seal.algorithm, value))
    : encodeSequence(info, seal.cert, seal.algorithm, value, seal.timeStamp);
}

type SignatureMember =
  | 'version'
  | 'timeInfo'
  | 'dataHash'
  | 'propertyInfo'
  | 'extDatas'
  | 'cert'
  | 'algorithm'
  | 'timeStamp';

export interface ForeignSignatureOptions {
  readonly members?: Partial<Members<SignatureMember>>;
  readonly signer?: ForeignSigner;
  readonly sign?: (bytes: Uint8Array) => Promise<Uint8Array>;
  /** Given the signature value, the member that stamps it. */
  readonly stamp?: (value: Uint8Array) => Promise<Uint8Array>;
}

/** Claims to have been made at 08:00 UTC on 1 June 2026. */
export async function buildForeignSignature(
  city: TestCity,
  seal: { readonly version: SealVersion; readonly bytes: Uint8Array },
  documentDigest: Uint8Array,
  options: ForeignSignatureOptions = {},
): Promise<Uint8Array> {
  const { version, bytes } = seal;
  const { members = {}, signer = city.documentSignerSm2, sign = derSigner(signer) } = options;
  const one: Members<SignatureMember> = {
    version: integer(version),
    timeInfo:
      version === 1 ? encodeBits(utcTime('260601080000Z')) : generalizedTime('20260601080000Z'),
    dataHash: encodeBits(documentDigest),
    propertyInfo: ia5('/Doc_0/Signs/Sign_0/Signature.xml'),
    extDatas: NONE,
    cert: encodeOctets(leafOf(signer)),
    algorithm: SM2_WITH_SM3,
    timeStamp: NONE,
    ...members,
  };
  const { cert, algorithm } = one;
  const head = [one.version, bytes, one.timeInfo, one.dataHash, one.propertyInfo];
  const toSign =
    version === 1
      ? encodeSequence(...head, cert, algorithm)
      : encodeSequence(...head, one.extDatas);
  const value = await sign(toSign);
  if (version === 1) return encodeSequence(toSign, encodeBits(value));
  const stamp = (await options.stamp?.(value)) ?? one.timeStamp;
  return encodeSequence(toSign, cert, algorithm, encodeBits(value), stamp);
}

/** Signature values as seals hold them: DER of r and s. */
export function derSigner(signer: ForeignSigner): (bytes: Uint8Array) => Promise<Uint8Array> {
  return async (bytes) => toDerSignature(await signer.sign(bytes));
}
