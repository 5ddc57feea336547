import type { Clock } from '../../clock.ts';
import type { LedgerOrganisation } from '../ledger.ts';
import type { FabricTransport } from './transport.ts';

/**
 * Notes when peers of each organisation last answered and endorsed.
 *
 * @returns the same transport, and what was noted, own organisation first.
 */
export function watchOrganisations(
  inner: FabricTransport,
  clock: Clock,
): Readonly<{ transport: FabricTransport; list: () => readonly LedgerOrganisation[] }> {
  const answered = new Map<string, Date>();
  const endorsed = new Map<string, Date>();
  const { mode, mspId, organisations, channel } = inner;
  const transport: FabricTransport = {
    ...{ mode, mspId, organisations, channel },
    async evaluate(call, organisation) {
      const answer = await inner.evaluate(call, organisation);
      answered.set(organisation, clock.now());
      return answer;
    },
    async endorse(call, demanded) {
      const transaction = await inner.endorse(call, demanded);
      const at = clock.now(); // who endorses by the policy alone is not told
      for (const one of demanded ?? []) {
        answered.set(one, at);
        endorsed.set(one, at);
      }
      return transaction;
    },
    blocks: (from, signal) => inner.blocks(from, signal),
    close: () => inner.close(),
  };
  const list = (): readonly LedgerOrganisation[] =>
    organisations.map((one) => ({
      ...{ mspId: one, isOwn: one === mspId },
      answeredAt: answered.get(one) ?? null,
      endorsedAt: endorsed.get(one) ?? null,
    }));
  return { transport, list };
}
