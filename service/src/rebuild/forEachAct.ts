import { readIdentifier } from '../identifier.ts';
import type { RecordedAct } from '../ledger/ledger.ts';

/** Acts at work at once: those that ask the ledger at the same time share queries to a peer. */
const ACTS_AT_ONCE = 100;

/**
 * Works through recorded acts, many at once: acts on one subject in the ledger's order, those on different ones side by
 * side. A failure ends it after the acts that were at work.
 */
export async function forEachAct(
  acts: AsyncIterable<RecordedAct>,
  work: (recorded: RecordedAct) => Promise<void>,
): Promise<void> {
  let group: RecordedAct[] = [];
  for await (const recorded of acts) {
    group.push(recorded);
    if (group.length < ACTS_AT_ONCE) continue;
    await workThrough(group, work);
    group = [];
  }
  await workThrough(group, work);
}

async function workThrough(
  acts: readonly RecordedAct[],
  work: (recorded: RecordedAct) => Promise<void>,
): Promise<void> {
  const lanes = [...Map.groupBy(acts, subjectOf).values()];
  await Promise.all(
    lanes.map(async (lane) => {
      for (const recorded of lane) await work(recorded);
    }),
  );
}

/** Acts with different subjects write different rows. */
function subjectOf({ contract, act: { act } }: RecordedAct): string {
  const { identifier } = act.body as { readonly identifier?: unknown }; // members differ from act to act
  const isLicence = contract === 'licence' && typeof identifier === 'string';
  return isLicence ? readIdentifier(identifier).base : contract;
}
