import { afterEach, describe, expect, it } from '@jest/globals';

import { Freshness } from '../../../../service/src/ledger/fabric/freshness.ts';
import type { FabricTransport } from '../../../../service/src/ledger/fabric/transport.ts';
import { encodeMessage } from '../../../support/fabricMessages.ts';

const BEAT_MS = 15;
const NEVER = 1e9; // seconds: since the Unix epoch

type Heights = Record<string, number | 'out' | 'hanging'>;

let running: Freshness | null = null;

afterEach(() => {
  running?.stop();
});

/** @param heights - of each organisation's peer; the first is the own one. @param held - blocks that reads reflect. */
function freshnessOf(heights: Heights, held: { height: number }): Freshness {
  const organisations = Object.keys(heights);
  const evaluate: FabricTransport['evaluate'] = (call, organisation) => {
    expect(call).toMatchObject({ chaincode: 'qscc', function: 'GetChainInfo', args: ['yinxin'] });
    const height = heights[organisation]!;
    if (height === 'out') return Promise.reject(new Error('Connection dropped'));
    if (height === 'hanging') return new Promise(() => undefined);
    return Promise.resolve(encodeMessage([1, height]));
  };
  const transport = { evaluate, channel: 'yinxin', mspId: organisations[0]!, organisations };
  running = new Freshness(transport, {
    ...{ beatMs: BEAT_MS, callMs: 10 },
    whenHeld: (height) =>
      held.height >= height ? Promise.resolve() : Promise.reject(new Error('behind')),
  });
  running.start();
  return running;
}

const rounds = (count: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, count * BEAT_MS * 2));

describe('the age of what is read', () => {
  it('stays near nothing while reads reflect what every peer has', async () => {
    const freshness = freshnessOf({ own: 5, other: 5 }, { height: 5 });

    await rounds(10);

    expect(freshness.ageSeconds()).toBeLessThan(0.3);
    expect(freshness.peerHeight).toBe(5);
  });

  it.each<[string, Heights]>([
    ['the own peer is behind', { own: 4, other: 5 }],
    ['the own peer does not answer', { own: 'out', other: 4 }],
    ['the own peer hangs', { own: 'hanging', other: 4 }],
    ['no other organisation answers', { own: 4, other: 'out', third: 'hanging' }],
  ])('grows while %s', async (_, heights) => {
    const held = { height: 4 };
    const freshness = freshnessOf({ own: 4, other: 4 }, held);
    await freshness.whenAsked();
    running!.stop();
    const later = freshnessOf(heights, held);

    await rounds(3);

    expect(freshness.ageSeconds()).toBeGreaterThan(0.05);
    expect(later.ageSeconds()).toBeGreaterThan(NEVER);
  });

  it('grows while reads do not reflect what the own peer has', async () => {
    const freshness = freshnessOf({ own: 5, other: 5 }, { height: 4 });

    await rounds(2);

    expect(freshness.ageSeconds()).toBeGreaterThan(NEVER);
  });

  it('begins anew once the peer is level again', async () => {
    const heights: Heights = { own: 4, other: 'out' };
    const freshness = freshnessOf(heights, { height: 4 });
    await rounds(2);
    expect(freshness.ageSeconds()).toBeGreaterThan(NEVER);

    heights['other'] = 4;
    await rounds(4);

    expect(freshness.ageSeconds()).toBeLessThan(0.3);
  });

  it('is measured with those organisations that answer', async () => {
    const freshness = freshnessOf({ own: 5, other: 'out', third: 5 }, { height: 5 });

    await rounds(4);

    expect(freshness.ageSeconds()).toBeLessThan(0.3);
  });

  it('is measured by the own peer where there is no other organisation', async () => {
    const freshness = freshnessOf({ own: 5 }, { height: 5 });

    await rounds(2);

    expect(freshness.ageSeconds()).toBeLessThan(0.3);
  });

  it('ends being measured when it is stopped', async () => {
    const freshness = freshnessOf({ own: 5, other: 5 }, { height: 5 });
    await freshness.whenAsked();

    freshness.stop();
    await rounds(8);

    expect(freshness.ageSeconds()).toBeGreaterThan(0.2);
  });
});
