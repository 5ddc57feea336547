/** The three parts that a seal adds to a package: Seal.esl, Signature.xml, SignedValue.dat. */
import { createHash } from 'node:crypto';

import { ServiceError } from '../../errors.ts';
import { SM2_WITH_SM3, SM3 } from '../../sealing/sealAlgorithm.ts';
import { prepareSealSignature } from '../../sealing/sealSignature.ts';
import type { BoxMm, SealPlacement } from '../drawing.ts';
import { xmlPart } from './ofdParts.ts';
import type { OfdSeal } from './ofdSeal.ts';
import type { ZipPart } from './writeZip.ts';
import { escapeXml } from './xml.ts';

export interface SignatureRequest {
  /** Every part of the package but those of this signature (and, to stay open, the list of signatures), in order. */
  readonly protectedParts: readonly ZipPart[];
  /** Folder of the signature, such as `Doc_0/Signs/Sign_0`. */
  readonly folder: string;
  /** ID of each placement's StampAnnot. */
  readonly stampIds: readonly number[];
  /** ID of each page, in order. */
  readonly pageIds: readonly (number | string)[];
  readonly seal: OfdSeal;
}

export interface PreparedSignatureParts {
  readonly toBeSigned: Uint8Array;
  /** @returns Seal.esl, Signature.xml, SignedValue.dat. */
  complete(signature: Uint8Array, timeStampToken?: Uint8Array): readonly ZipPart[];
}

/** Digests every part and prepares the signature over the list of digests. */
export function prepareSignatureParts(request: SignatureRequest): PreparedSignatureParts {
  const { folder, seal } = request;
  const sealFile = { name: `${folder}/Seal.esl`, bytes: seal.seal };
  const description = xmlPart(
    `${folder}/Signature.xml`,
    encodeSignature(request, [...request.protectedParts, sealFile]),
  );
  const prepared = prepareSealSignature({
    seal: seal.seal,
    documentDigest: createHash('sm3').update(description.bytes).digest(),
    propertyInfo: `/${description.name}`,
    signedAt: seal.signedAt,
    signerCertificate: seal.signerCertificate,
  });
  return {
    toBeSigned: prepared.toBeSigned,
    complete: (signature, timeStampToken) => [
      sealFile,
      description,
      { name: `${folder}/SignedValue.dat`, bytes: prepared.complete(signature, timeStampToken) },
    ],
  };
}

/** Members in the order of the schema: provider, method, time, references, stamps, seal. */
function encodeSignature(request: SignatureRequest, parts: readonly ZipPart[]): string {
  const { folder, seal, stampIds, pageIds } = request;
  const references = parts.map(
    ({ name, bytes }) =>
      `<ofd:Reference FileRef="/${escapeXml(name)}"><ofd:CheckValue>` +
      `${bytes === seal.seal ? sealDigestOf(bytes) : sm3Base64(bytes)}</ofd:CheckValue></ofd:Reference>`,
  );
  const stamps = seal.placements.map((placement, index) =>
    encodeStamp(placement, stampIds[index] ?? index + 1, pageIds),
  );
  const time = seal.signedAt.toISOString().slice(0, 19).replaceAll(/[-:T]/gu, '');
  return (
    `<ofd:Signature xmlns:ofd="http://www.ofdspec.org/2016"><ofd:SignedInfo>` +
    `<ofd:Provider ProviderName="Yinxin" Version="1.0" Company="Yinxin"/>` +
    `<ofd:SignatureMethod>${SM2_WITH_SM3}</ofd:SignatureMethod><ofd:SignatureDateTime>${time}Z</ofd:SignatureDateTime>` +
    `<ofd:References CheckMethod="${SM3}">${references.join('')}</ofd:References>${stamps.join('')}` +
    `<ofd:Seal><ofd:BaseLoc>/${folder}/Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>` +
    `<ofd:SignedValue>/${folder}/SignedValue.dat</ofd:SignedValue></ofd:Signature>`
  );
}

function sm3Base64(bytes: Uint8Array): string {
  return createHash('sm3').update(bytes).digest('base64');
}

const sealDigests = new WeakMap<Uint8Array, string>();

/** The same seal file is put on thousands of documents. */
function sealDigestOf(seal: Uint8Array): string {
  const digest = sealDigests.get(seal) ?? sm3Base64(seal);
  sealDigests.set(seal, digest);
  return digest;
}

function encodeStamp(
  placement: SealPlacement,
  id: number,
  pageIds: SignatureRequest['pageIds'],
): string {
  const pageId = pageIds[placement.page - 1];
  if (pageId === undefined) {
    throw new ServiceError('DOCUMENT_MALFORMED', `the document has no page ${placement.page}`);
  }
  const clip = placement.clip === undefined ? '' : ` Clip="${box(placement.clip)}"`;
  return `<ofd:StampAnnot ID="${id}" PageRef="${escapeXml(String(pageId))}" Boundary="${box(placement)}"${clip}/>`;
}

function box({ xMm, yMm, widthMm, heightMm }: BoxMm): string {
  return `${xMm} ${yMm} ${widthMm} ${heightMm}`;
}
