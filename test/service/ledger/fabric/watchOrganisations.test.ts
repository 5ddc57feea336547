import { describe, expect, it } from '@jest/globals';
import type {
  EndorsedTransaction,
  FabricTransport,
} from '../../../../service/src/ledger/fabric/transport.ts';
import { watchOrganisations } from '../../../../service/src/ledger/fabric/watchOrganisations.ts';

const CALL = { function: 'licence:read', args: [] };
const NOW = new Date('2026-07-01T00:00:00Z');

/** Two organisations; the second one is away. */
const network: FabricTransport = {
  ...{ mode: 'fabric', mspId: 'A', organisations: ['A', 'B'], channel: 'c' },
  evaluate: (_call, organisation) =>
    organisation === 'A' ? Promise.resolve(new Uint8Array()) : Promise.reject(new Error('away')),
  endorse: (_call, organisations) =>
    organisations?.includes('B') === true
      ? Promise.reject(new Error('away'))
      : Promise.resolve({} as EndorsedTransaction), // nobody looks into it
  async *blocks() {
    // none come
  },
  close: () => Promise.resolve(),
};

describe('watchOrganisations', () => {
  it('notes who answered and who endorsed, and nothing of who did not', async () => {
    const { transport, list } = watchOrganisations(network, { now: () => NOW });
    const [own, other] = list();
    expect([own?.answeredAt, other?.answeredAt]).toEqual([null, null]);

    await transport.evaluate(CALL, 'A');
    await expect(transport.evaluate(CALL, 'B')).rejects.toThrow('away');
    await expect(transport.endorse(CALL, ['A', 'B'])).rejects.toThrow('away');
    await transport.endorse(CALL);
    expect(list()).toEqual([
      { mspId: 'A', isOwn: true, answeredAt: NOW, endorsedAt: null },
      { mspId: 'B', isOwn: false, answeredAt: null, endorsedAt: null },
    ]);

    await transport.endorse(CALL, ['A']);
    expect(list()[0]).toMatchObject({ endorsedAt: NOW });
  });
});
