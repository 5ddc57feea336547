import { randomInt } from 'node:crypto';
import type { DocumentFormat } from '@yinxin/chaincode/model';
import { hasRole, notAuthorised, type Principal } from '../access.ts';
import { digestOf, sha256Hex } from '../documents/digest.ts';
import type { Drawing } from '../documents/drawing.ts';
import { sealForeignOfd } from '../documents/ofd/sealForeignOfd.ts';
import { writeSealImage } from '../documents/ofd/writeOfd.ts';
import { signForeignPdf } from '../documents/pdf/signForeignPdf.ts';
import { ServiceError } from '../errors.ts';
import { toDerSignature } from '../keys/signatureValue.ts';
import type { SignatureAlgorithm, Signer } from '../keys/signer.ts';
import { parseCertificate } from '../pki/certificate.ts';
import type { PersonName } from '../pki/personalSigner.ts';
import { stampIfInReach, tokenRoomFor } from '../pki/timeStamp/stampIfInReach.ts';
import type { TimeStampState } from '../pki/timeStamp/timeStamper.ts';
import { drawInk, drawStrokes, drawTypedName, type Stroke } from '../sealing/handwriting.ts';
import { prepareSeal } from '../sealing/seal.ts';
import type { PersonalSignature, SignatureMethod } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import type { SealParts } from './parts.ts';
import { placeSeal, type PlacedSeal } from './placeSeal.ts';
import { requireFormat } from './sealDocument.ts';

/** What the signature looks like; attacker-controlled. */
export type SignatureAppearance =
  | { readonly method: 'strokes'; readonly strokes: readonly Stroke[] }
  | { readonly method: 'image'; readonly png: Uint8Array }
  /** Must be the person's own name. */
  | { readonly method: 'typed'; readonly name: string };

export interface PersonalSignatureRequest {
  /** PDF or OFD; attacker-controlled. */
  readonly bytes: Uint8Array;
  /** From 1. */
  readonly page: number;
  /** Top left corner, millimetres from the page's top left. */
  readonly xMm: number;
  readonly yMm: number;
  readonly appearance: SignatureAppearance;
}

export interface SignedForm {
  readonly signature: PersonalSignature;
  readonly bytes: Uint8Array;
  readonly timeStamp: TimeStampState;
}

const PERSON = 2; // GM/T 0031-2014 §6.2: property.type
const VENDOR = 'YINXIN';
const ALGORITHMS: Readonly<Record<DocumentFormat, SignatureAlgorithm>> = {
  ofd: 'SM2',
  pdf: 'ES256',
};

/**
 * Lets a person sign a form for themselves: a fresh key, certified for them, signs once. Nothing of it goes to the ledger.
 *
 * @throws ServiceError `NOT_AUTHORISED` (a system), `DOCUMENT_MALFORMED`, `GLYPH_MISSING`; `REQUEST_MALFORMED` (no such
 * page, no room, a picture that is none, another one's name); `KEY_UNFIT`.
 */
export async function signPersonally(
  parts: SealParts,
  principal: Principal,
  request: PersonalSignatureRequest,
): Promise<SignedForm> {
  if (hasRole(principal, 'system')) throw notAuthorised('only a person signs');
  const format = requireFormat(request.bytes);
  const picture = draw(request.appearance, principal);
  const { page, xMm, yMm } = request;
  const place = { at: { kind: 'point', page, xMm, yMm } as const, straddle: null };
  const document = { format, bytes: request.bytes };
  const placed = await placeSeal(document, picture, place, parts.textFinder);
  const person = await nameOf(parts, principal);
  const signer = await parts.personalSigner(person, ALGORITHMS[format]);
  const signedAt = parts.clock.now();
  const order = { bytes: request.bytes, picture, placed, person, signer, signedAt };
  const signed = format === 'ofd' ? await signOfd(parts, order) : await signPdf(parts, order);
  const { bytes, signatureDigest, timeStamp } = signed;
  const { sha256, sm3, size } = digestOf({ format, bytes });
  const signature: PersonalSignature = {
    ...{ id: ulid(signedAt), accountId: principal.id, format, digests: { sha256, sm3 }, size },
    method: request.appearance.method satisfies SignatureMethod,
    ...{ keyId: signer.keyId, signatureDigest, signedAt },
  };
  await parts.store.personalSignatures.add(signature, bytes, principal.holderHash);
  return { signature, bytes, timeStamp };
}

/** @throws ServiceError `PERSONAL_SIGNATURE_NOT_FOUND`, also for another person's and an erased one's. */
export async function readSignedForm(
  { store }: Pick<SealParts, 'store'>,
  principal: Principal,
  id: string,
): Promise<{ readonly signature: PersonalSignature; readonly bytes: Uint8Array }> {
  const signature = await store.personalSignatures.find(id);
  const bytes =
    signature?.accountId === principal.id ? await store.personalSignatures.file(id) : null;
  if (signature === null || bytes === null) {
    throw new ServiceError('PERSONAL_SIGNATURE_NOT_FOUND', `no personal signature ${id}`);
  }
  return { signature, bytes };
}

function draw(appearance: SignatureAppearance, principal: Principal): Drawing {
  switch (appearance.method) {
    case 'strokes':
      return drawStrokes(appearance.strokes);
    case 'image':
      return drawInk(appearance.png);
    case 'typed': {
      const plain = (name: string): string => name.normalize('NFKC').replaceAll(/\s/gu, '');
      if (plain(appearance.name) !== plain(principal.displayName)) {
        throw new ServiceError('REQUEST_MALFORMED', 'the typed name is not the signer’s own');
      }
      return drawTypedName(appearance.name);
    }
  }
}

/** Staff sign as staff of their organisation, holders as themselves. */
async function nameOf({ store }: SealParts, principal: Principal): Promise<PersonName> {
  const code =
    principal.holderHash === null
      ? (principal.roles.find(({ organisation }) => organisation !== null)?.organisation ?? null)
      : null;
  const organisation = code === null ? null : await store.organisations.find(code);
  return {
    displayName: principal.displayName,
    pseudonym: store.holders.keyedHash('personalSigner', principal.id),
    organisation:
      organisation === null
        ? null
        : { name: organisation.name, creditCode: organisation.creditCode },
  };
}

interface Order {
  readonly bytes: Uint8Array;
  readonly picture: Drawing;
  readonly placed: PlacedSeal;
  readonly person: PersonName;
  readonly signer: Signer;
  readonly signedAt: Date;
}

interface Signed {
  readonly bytes: Uint8Array;
  readonly signatureDigest: string;
  readonly timeStamp: TimeStampState;
}

async function signPdf({ timeStamper }: SealParts, order: Order): Promise<Signed> {
  const { picture, placed, person, signer, signedAt } = order;
  const [placement] = placed.placements;
  if (placement === undefined) throw new ServiceError('REQUEST_MALFORMED', 'no place');
  const prepared = signForeignPdf(order.bytes, {
    ...{ picture, placement, signedAt, qr: null },
    certificationPath: signer.certificationPath,
    signerName: person.displayName,
    timeStampReserveBytes: tokenRoomFor(timeStamper),
  });
  const value = await signer.sign(prepared.toBeSigned);
  const signatureValue = prepared.signatureValueOf(value);
  const { token, state } = await stampIfInReach(timeStamper, signatureValue, {
    algorithm: 'ES256',
    maxBytes: tokenRoomFor(timeStamper),
  });
  return {
    bytes: prepared.complete(value, token),
    ...{ signatureDigest: sha256Hex(signatureValue), timeStamp: state },
  };
}

/** In an OFD a person signs with a seal of their own, made for this signature (property.type 2). */
async function signOfd(parts: SealParts, order: Order): Promise<Signed> {
  const { placed, signer, signedAt } = order;
  const [leaf, ...others] = signer.certificationPath;
  if (leaf === undefined) throw new ServiceError('KEY_UNFIT', 'signer has no certificate');
  const prepared = sealForeignOfd(order.bytes, {
    seal: await makePersonalSeal(parts, order, leaf),
    placements: placed.placements,
    signerCertificate: leaf,
    ...{ signedAt, qr: null, certificates: others },
  });
  const value = await signer.sign(prepared.toBeSigned);
  const der = toDerSignature(value);
  const { token, state } = await stampIfInReach(parts.timeStamper, der, { algorithm: 'SM2' });
  return {
    bytes: prepared.complete(value, token ?? undefined),
    ...{ signatureDigest: sha256Hex(der), timeStamp: state },
  };
}

async function makePersonalSeal(
  { sealMaker }: SealParts,
  { picture, person, signedAt }: Order,
  leaf: Uint8Array,
): Promise<Uint8Array> {
  const [maker] = sealMaker.certificationPath;
  if (maker === undefined) throw new ServiceError('KEY_UNFIT', 'the seal maker has no certificate');
  const { notBefore, notAfter } = parseCertificate(leaf);
  const { widthMm, heightMm } = picture;
  const prepared = prepareSeal(
    {
      ...{ vendorId: VENDOR, esId: personalEsId(), type: PERSON, name: person.displayName },
      signers: { kind: 'certificates', certificates: [leaf] },
      ...{ createdAt: signedAt, validFrom: notBefore, validUntil: notAfter },
      image: { type: 'ofd', bytes: writeSealImage(picture), widthMm, heightMm },
    },
    maker,
  );
  return prepared.complete(await sealMaker.sign(prepared.toBeSigned));
}

/** Begins with P: no seal of an organisation does, and none of these is on the ledger. */
function personalEsId(): string {
  const half = (): string => String(randomInt(10_000_000)).padStart(7, '0');
  return `P${half()}${half()}`;
}
