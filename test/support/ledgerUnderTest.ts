/** A ledger that is tried against the contract of the port, and what its tests share. */
import { expect } from '@jest/globals';
import { statePlaces } from '@yinxin/chaincode/model';
import type { ActPosition, LicenceRecord, SignedAct, StatePlace } from '@yinxin/chaincode/model';
import type { CommittedOutcome, Ledger } from '../../service/src/ledger/ledger.ts';
import { baseOf, digest, issueAct } from './ledgerCity.ts';
import type { LedgerCity } from './ledgerCity.ts';

/** A ledger to be tried. */
export interface LedgerUnderTest {
  readonly ledger: Ledger;
  /** Founded on it. */
  readonly city: LedgerCity;
  /** Origin line of its checkpoints. */
  readonly origin: string;
  /** Name under which it submits. */
  readonly mspId: string;
  /** Removes what was made for the tests; the ledger itself is closed already. */
  remove(): Promise<void>;
}

/** How a ledger may differ from another and still keep the promises. */
export interface LedgerTraits {
  /** Acts given together may be parted, so that none is refused because of its neighbours. Default: false. */
  readonly isGrouped?: boolean;
}

/** An act that is not on any ledger. */
export const UNKNOWN_ACT = '01J0000000ZZZZZZZZZZZZZZZZ';

let serials = 0;

/** A licence serial that no other test of this run has. */
export function newSerial(): string {
  serials += 1;
  return `C${serials}`;
}

/** A digest that no other test of this run has. */
export function newDigest(): string {
  serials += 1;
  return digest(0x10_00_00 + serials);
}

/** Place and block of a recorded act; fails for a refused one. */
export function recordedOf(
  outcome: CommittedOutcome | undefined,
): ActPosition & { readonly block: number } {
  expect(outcome).toMatchObject({ outcome: 'recorded', block: expect.any(Number) });
  if (outcome?.outcome !== 'recorded' || outcome.block === null) throw new Error('not recorded');
  return { ...outcome.position, block: outcome.block };
}

/** Reads one value. */
export async function valueOf<V extends object>(
  ledger: Ledger,
  place: StatePlace<V>,
): Promise<V | null> {
  return (await ledger.readStates([place])).values[0] as V | null; // a place names the type of its value
}

/** Signed acts that issue licences of their own. */
export function issueMany(city: LedgerCity, count: number): Promise<SignedAct[]> {
  return Promise.all(Array.from({ length: count }, () => issueAct(city, newSerial())));
}

/** The licence with a serial as the ledger has it now. */
export function licenceOf(
  { ledger, city }: LedgerUnderTest,
  serial: string,
): Promise<LicenceRecord | null> {
  return valueOf(ledger, statePlaces.licence(baseOf(city, serial)));
}
