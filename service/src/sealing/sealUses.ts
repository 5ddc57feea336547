import {
  ContractError,
  requireUsableSeal,
  shanghaiDay,
  statePlaces,
  type SealDayRecord,
  type SealFacts,
  type SealUse,
} from '@yinxin/chaincode/model';
import { ServiceError } from '../errors.ts';
import type { Signer } from '../keys/signer.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { refusalOf } from '../ledger/outcome.ts';

/**
 * Uses of seals by this process. What a mandate limits a day is counted with the uses under way here, so that callers who
 * come together do not sign what the ledger must refuse; uses of other processes show only once they are recorded.
 */
export interface SealUses {
  /**
   * Asks whether a seal may be used so, by the ledger's own rule, and runs the use if it may. Nothing is signed before.
   *
   * @param signers - the document signers that would sign: each must stand in the seal's list.
   * @throws ServiceError `SEAL_NOT_FOUND`, `SEAL_SUSPENDED`, `SEAL_REVOKED`, `SEAL_EXPIRED`, `SEAL_NOT_YET_VALID`,
   * `SEAL_OUTSIDE_MANDATE`, `NOT_AUTHORISED` (not the holder's), `KEY_UNFIT` (a signer the seal does not list),
   * `LEDGER_UNAVAILABLE`; what `run` throws.
   */
  use<T>(use: SealUse, signers: readonly Signer[], run: () => Promise<T>): Promise<T>;
}

/** One seal on one day. */
interface Day {
  underWay: number;
  /** Grows when a use ends: what was read of the ledger before may lack that use. */
  ended: number;
  /** Callers ask one after the other. */
  turn: Promise<unknown>;
  /** Callers that hold this object. */
  holders: number;
}

type Reader = Pick<Ledger, 'readStates'>;

/** Makes an empty tracker over a ledger. */
export function createSealUses(ledger: Reader): SealUses {
  const days = new Map<string, Day>();
  return {
    async use(use, signers, run) {
      const facts = await readSeal(ledger, use.esId);
      requireListed(facts, signers);
      if (facts.mandate.mandate.usesPerDay === null) {
        requireUse(facts, use, 0);
        return await run();
      }
      const key = `${use.esId}/${shanghaiDay(use.at)}`;
      const day = days.get(key) ?? { underWay: 0, ended: 0, turn: Promise.resolve(), holders: 0 };
      days.set(key, day);
      day.holders += 1;
      try {
        await inTurn(day, () => reserve(ledger, facts, use, day));
        return await run().finally(() => {
          day.underWay -= 1;
          day.ended += 1;
        });
      } finally {
        day.holders -= 1;
        if (day.holders === 0) days.delete(key);
      }
    },
  };
}

/** Takes one of the day's uses, or refuses. */
async function reserve(ledger: Reader, facts: SealFacts, use: SealUse, day: Day): Promise<void> {
  let recorded: number;
  let endedBefore: number;
  do {
    endedBefore = day.ended;
    recorded = await readUses(ledger, use);
  } while (endedBefore !== day.ended); // at most once a use under way: no new one begins meanwhile
  requireUse(facts, use, recorded + day.underWay);
  day.underWay += 1;
}

async function inTurn(day: Day, run: () => Promise<void>): Promise<void> {
  const mine = day.turn.then(run);
  day.turn = mine.catch(() => undefined); // a refusal is its own caller's
  await mine;
}

function requireUse(facts: SealFacts, use: SealUse, usesThatDay: number): void {
  try {
    requireUsableSeal(facts, use, usesThatDay);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    throw refusalOf(error.code, error.sentence);
  }
}

function requireListed({ seal }: SealFacts, signers: readonly Signer[]): void {
  const stranger = signers.find(({ keyId }) => !seal.signerCertificates.includes(keyId));
  if (stranger !== undefined) {
    throw new ServiceError(
      'KEY_UNFIT',
      `seal ${seal.esId} does not list the signer ${stranger.keyId}: it must be renewed`,
    );
  }
}

/** @throws ServiceError `SEAL_NOT_FOUND`. */
export async function readSeal(ledger: Reader, esId: string): Promise<SealFacts> {
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

async function readUses(ledger: Reader, use: SealUse): Promise<number> {
  return await usesOf(ledger, use.esId, new Date(use.at));
}

/** How often a seal was used on the day of an instant, Asia/Shanghai, as recorded. @throws ServiceError `LEDGER_UNAVAILABLE`. */
export async function usesOf(ledger: Reader, esId: string, at: Date): Promise<number> {
  const day = shanghaiDay(at.toISOString());
  const { values } = await ledger.readStates([statePlaces.sealDay(esId, day)]);
  return (values[0] as SealDayRecord | null | undefined)?.uses ?? 0;
}
