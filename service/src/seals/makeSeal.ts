import { randomInt } from 'node:crypto';
import type { Mandate, SealBody, SignedAct } from '@yinxin/chaincode/model';
import { organisationOf, type Principal } from '../access.ts';
import { sha256Hex, sm3Hex } from '../documents/digest.ts';
import { writeSealImage } from '../documents/ofd/writeOfd.ts';
import { ServiceError } from '../errors.ts';
import { requireRecorded } from '../ledger/outcome.ts';
import { signAct } from '../ledger/signAct.ts';
import { pictureOf } from '../sealing/issuingSeal.ts';
import { prepareSeal } from '../sealing/seal.ts';
import { SEAL_KINDS, type SealKind } from '../sealing/sealKinds.ts';
import type { Seal, WishApproval } from '../store/store.ts';
import type { SealParts } from './parts.ts';
import { settleSealAct } from './settle.ts';

export interface SealRequest {
  /** Legal person that may use it. */
  readonly holder: { readonly creditCode: string; readonly name: string };
  readonly kind: SealKind;
  readonly name: string;
  readonly validFrom: Date;
  readonly validUntil: Date;
}

/** What a new seal may be used for: anything, within its period, until a mandate says otherwise. */
export const OPEN_MANDATE: Mandate = {
  licenceTypes: null,
  validFrom: null,
  validUntil: null,
  usesPerDay: null,
  requiresSecondPerson: false,
  allowsDocuments: true,
};

const ORGANISATION_SEAL = 1; // GM/T 0031-2014 §6.2: property.type
const VENDOR = 'YINXIN';

/** A seal to be made, and by whom. */
export interface SealOrder {
  readonly request: SealRequest;
  readonly mandate: Mandate;
  /** Seal authority, and the people as account ids: who asked for it, and who decided. */
  readonly maker: string;
  readonly makerId: string;
  readonly approverId: string | null;
  /** esId of the seal it takes the place of; null: none. */
  readonly predecessor: string | null;
  /** Of the application that waited for it; absent: none did. */
  readonly approval?: WishApproval;
}

/**
 * Makes a seal (GB/T 38540-2020 version 4), signed by the seal maker, and records it.
 *
 * @throws ServiceError `NOT_AUTHORISED`, `SEAL_PERIOD_INVALID`, `GLYPH_MISSING`, `KEY_UNFIT`, `KEY_NOT_FOUND` (the holder
 * is not registered); the contract's refusal.
 */
export async function makeSeal(
  parts: SealParts,
  principal: Principal,
  request: SealRequest,
): Promise<Seal> {
  return await createSeal(parts, {
    request,
    mandate: OPEN_MANDATE,
    maker: organisationOf(principal, 'sealMaker'),
    makerId: principal.id,
    approverId: null,
    predecessor: null,
  });
}

/** Makes a seal as ordered; rights are the caller's to ask. @throws ServiceError as {@link makeSeal}. */
export async function createSeal(parts: SealParts, order: SealOrder): Promise<Seal> {
  const { request, mandate, maker, predecessor } = order;
  requirePeriod(request);
  const holderSigners = await parts.signersOf(request.holder.creditCode);
  const esId = makeEsId();
  const createdAt = parts.clock.now();
  const documentSigners = [
    ...[holderSigners.documentSignerSm2, holderSigners.documentSignerEs256],
    ...(await parts.importedSigners.fit(request.holder.creditCode)),
  ];
  const signerKeys = documentSigners.map((signer) => signer.keyId);
  const certificates = documentSigners.map((signer) => leafOf(signer.certificationPath));
  const file = await makeSealFile(parts, { ...request, esId, createdAt, certificates });
  const digests = { sha256: sha256Hex(file), sm3: sm3Hex(file) };
  const act = await signSeal(parts, order, {
    esId,
    holder: request.holder.creditCode,
    kind: request.kind,
    name: publicNameOf(request),
    file: digests,
    makerCertificate: parts.sealMaker.keyId,
    signerCertificates: signerKeys,
    validFrom: request.validFrom.toISOString(),
    validUntil: request.validUntil.toISOString(),
    mandate,
  });
  await parts.store.seals.stage(
    {
      ...{ ...request, esId, digests, signerKeys, mandate, maker, supersedes: predecessor },
      createdAt: new Date(act.act.at),
    },
    file,
    act,
    order.approval,
  );
  const outcome = await parts.recorder.record(act);
  await settleSealAct(parts.store, act, outcome);
  requireRecorded(outcome);
  return await requireSeal(parts, esId);
}

async function signSeal(
  { clock, store, signersOf }: SealParts,
  { maker, makerId, approverId, predecessor }: SealOrder,
  body: SealBody,
): Promise<SignedAct> {
  const signing = { clock, signer: (await signersOf(maker)).act };
  const people = {
    authority: maker,
    maker: store.holders.keyedHash('actor', makerId),
    ...(approverId === null ? {} : { approver: store.holders.keyedHash('actor', approverId) }),
  };
  return predecessor === null
    ? await signAct(signing, 'seal.make', body, people)
    : await signAct(signing, 'seal.renew', { ...body, predecessor }, people);
}

/** @throws ServiceError `SEAL_PERIOD_INVALID`. */
export function requirePeriod(request: Pick<SealRequest, 'validFrom' | 'validUntil'>): void {
  if (request.validUntil <= request.validFrom) {
    throw new ServiceError('SEAL_PERIOD_INVALID', 'validUntil must be after validFrom');
  }
}

/** What the ledger says a seal is called: never a person's name. */
function publicNameOf({ kind, name }: SealRequest): string {
  return kind === 'legalRepresentative' ? SEAL_KINDS[kind].name['zh-CN'] : name;
}

/** @throws ServiceError `SEAL_NOT_FOUND`. */
export async function requireSeal(parts: Pick<SealParts, 'store'>, esId: string): Promise<Seal> {
  const seal = await parts.store.seals.find(esId);
  if (seal === null) throw new ServiceError('SEAL_NOT_FOUND', `no seal ${esId}`);
  return seal;
}

async function makeSealFile(
  parts: SealParts,
  facts: SealRequest &
    Readonly<{ esId: string; createdAt: Date; certificates: readonly Uint8Array[] }>,
): Promise<Uint8Array> {
  const picture = pictureOf(facts);
  const prepared = prepareSeal(
    {
      vendorId: VENDOR,
      esId: facts.esId,
      type: ORGANISATION_SEAL,
      name: facts.name,
      signers: { kind: 'certificates', certificates: facts.certificates },
      createdAt: facts.createdAt,
      validFrom: facts.validFrom,
      validUntil: facts.validUntil,
      image: {
        type: 'ofd',
        bytes: writeSealImage(picture),
        widthMm: picture.widthMm,
        heightMm: picture.heightMm,
      },
    },
    leafOf(parts.sealMaker.certificationPath),
  );
  return prepared.complete(await parts.sealMaker.sign(prepared.toBeSigned));
}

/** Fourteen digits, as seals in use carry them. */
function makeEsId(): string {
  const half = (): string => String(randomInt(10_000_000)).padStart(7, '0');
  return half() + half();
}

function leafOf(path: readonly Uint8Array[]): Uint8Array {
  const [leaf] = path;
  if (leaf === undefined) throw new ServiceError('KEY_UNFIT', 'signer has no certificate');
  return leaf;
}
