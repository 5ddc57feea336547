import { ContractError } from '../errors.js';
import { statePlaces } from '../statePlaces.js';
import type { StatePlace } from '../statePlaces.js';
import type { WorldState } from '../worldState.js';
import { shanghaiDay } from './mandate.js';
import type { SealUse } from './mandate.js';
import { requireUsableSeal } from './seal.js';
import type { SealFacts } from './seal.js';

/** What {@link readSeal} reads. */
export function sealPlaces(esId: string): readonly StatePlace<object>[] {
  return [statePlaces.seal(esId), statePlaces.sealStatus(esId), statePlaces.mandate(esId)];
}

/** Reads a seal. @throws ContractError `SEAL_NOT_FOUND`. */
export async function readSeal(state: WorldState, esId: string): Promise<SealFacts> {
  const seal = await state.get(statePlaces.seal(esId));
  const status = await state.get(statePlaces.sealStatus(esId));
  const mandate = await state.get(statePlaces.mandate(esId));
  if (seal === null || status === null || mandate === null)
    throw new ContractError('SEAL_NOT_FOUND', `seal ${esId} is not on the ledger`);
  return { seal, status, mandate };
}

/**
 * Uses a seal once: asks whether it may be used so and counts the use where the mandate limits uses a day.
 *
 * @throws ContractError `SEAL_NOT_FOUND` or as `requireUsableSeal`.
 */
export async function useSeal(state: WorldState, use: SealUse): Promise<void> {
  const facts = await readSeal(state, use.esId);
  if (facts.mandate.mandate.usesPerDay === null) {
    requireUsableSeal(facts, use, 0);
    return;
  }
  const day = shanghaiDay(use.at);
  const place = statePlaces.sealDay(use.esId, day);
  const uses = (await state.get(place))?.uses ?? 0;
  requireUsableSeal(facts, use, uses);
  state.put(place, { schemaVersion: 1, esId: use.esId, day, uses: uses + 1 });
}
