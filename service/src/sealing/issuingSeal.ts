import {
  ContractError,
  requireUsableSeal,
  shanghaiDay,
  statePlaces,
  type SealDayRecord,
  type SealFacts,
  type SealUse,
} from '@yinxin/chaincode/model';
import type { Drawing } from '../documents/drawing.ts';
import { ServiceError } from '../errors.ts';
import type { Signer } from '../keys/signer.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { refusalOf } from '../ledger/outcome.ts';
import type { SealStore } from '../store/store.ts';
import { SEAL_KINDS, type SealKind } from './sealKinds.ts';
import { drawSealPicture } from './sealPicture.ts';

/** A seal ready to be used: the .esl file and its picture. */
export interface UsableSeal {
  readonly esId: string;
  readonly holder: { readonly creditCode: string; readonly name: string };
  readonly file: Uint8Array;
  readonly picture: Drawing;
}

/** Opens seals for use; file and picture never change and are kept. */
export type SealOpener = (esId: string) => Promise<UsableSeal>;

/** @param seals - where the .esl files are. */
export function sealOpener(seals: Pick<SealStore, 'find' | 'file'>): SealOpener {
  const opened = new Map<string, UsableSeal>();
  return async (esId) => {
    const known = opened.get(esId);
    if (known !== undefined) return known;
    const [seal, file] = await Promise.all([seals.find(esId), seals.file(esId)]);
    if (seal === null || file === null) {
      throw new ServiceError('SEAL_NOT_FOUND', `no seal ${esId}`);
    }
    const picture = pictureOf(seal);
    const usable = { esId, holder: seal.holder, file, picture };
    opened.set(esId, usable);
    return usable;
  };
}

/** The picture of a seal from its facts. */
export function pictureOf(
  seal: Readonly<{ esId: string; kind: string; holder: { readonly name: string } }>,
): Drawing {
  const kind = SEAL_KINDS[seal.kind as SealKind] as (typeof SEAL_KINDS)[SealKind] | undefined;
  const bottomLine = kind?.bottomLine ?? null;
  return drawSealPicture({
    name: seal.holder.name,
    ...(bottomLine === null ? {} : { bottomLine }),
    number: seal.esId,
  });
}

/**
 * Asks, before anything is signed, whether a seal may be used so: the same rule as the ledger's own.
 *
 * @param signers - the document signers that would sign: each must stand in the seal's list.
 * @throws ServiceError `SEAL_NOT_FOUND`, `SEAL_SUSPENDED`, `SEAL_REVOKED`, `SEAL_EXPIRED`, `SEAL_NOT_YET_VALID`,
 * `SEAL_OUTSIDE_MANDATE`, `NOT_AUTHORISED` (not the holder's), `KEY_UNFIT` (a signer the seal does not list),
 * `LEDGER_UNAVAILABLE`.
 */
export async function requireSealUse(
  ledger: Pick<Ledger, 'readStates'>,
  use: SealUse,
  signers: readonly Signer[],
): Promise<void> {
  const facts = await readSeal(ledger, use.esId);
  const isLimited = facts.mandate.mandate.usesPerDay !== null;
  const usesThatDay = isLimited ? await readUses(ledger, use) : 0;
  try {
    requireUsableSeal(facts, use, usesThatDay);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    throw refusalOf(error.code, error.sentence);
  }
  const stranger = signers.find(({ keyId }) => !facts.seal.signerCertificates.includes(keyId));
  if (stranger !== undefined) {
    throw new ServiceError(
      'KEY_UNFIT',
      `seal ${use.esId} does not list the signer ${stranger.keyId}: a new seal is needed`,
    );
  }
}

async function readSeal(ledger: Pick<Ledger, 'readStates'>, esId: string): Promise<SealFacts> {
  const { values } = await ledger.readStates([
    statePlaces.seal(esId),
    statePlaces.sealStatus(esId),
    statePlaces.mandate(esId),
  ]);
  const [seal, status, mandate] = values;
  if (!seal || !status || !mandate) {
    throw new ServiceError('SEAL_NOT_FOUND', `the ledger knows no seal ${esId}`);
  }
  return { seal, status, mandate } as SealFacts; // the places say what their values are
}

async function readUses(ledger: Pick<Ledger, 'readStates'>, use: SealUse): Promise<number> {
  const { values } = await ledger.readStates([statePlaces.sealDay(use.esId, shanghaiDay(use.at))]);
  return (values[0] as SealDayRecord | null | undefined)?.uses ?? 0;
}
