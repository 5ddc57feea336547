import { describe, expect, it } from '@jest/globals';

import { Broadcaster } from '../../service-fabric-network/src/broadcaster.ts';
import type { Committer } from '../../service-fabric-network/src/sdk.ts';
import { fakeOrderer } from './fakeNetwork.ts';

const envelope = { payload: Buffer.from('payload'), signature: Buffer.from('signature') };

const send = (orderers: readonly Committer[]): Promise<void> =>
  new Broadcaster(orderers, 1_000).send(envelope);

describe('Broadcaster', () => {
  it('is content with one orderer that takes the transaction', async () => {
    await expect(
      send([
        fakeOrderer('orderer0', 'SUCCESS', true),
        fakeOrderer('orderer1', new Error('SERVICE UNAVAILABLE')),
        fakeOrderer('orderer2', 'SERVICE_UNAVAILABLE'),
        fakeOrderer('orderer3', 'SUCCESS'),
      ]),
    ).resolves.toBeUndefined();
  });

  it('begins with the orderer that was good the last time', async () => {
    const asked: string[] = [];
    const heard = (orderer: Committer): Committer => ({
      ...orderer,
      sendBroadcast: (signed, timeoutMs) => {
        asked.push(orderer.name);
        return orderer.sendBroadcast(signed, timeoutMs);
      },
    });
    const broadcaster = new Broadcaster(
      [heard(fakeOrderer('bad', 'SERVICE_UNAVAILABLE')), heard(fakeOrderer('good', 'SUCCESS'))],
      1_000,
    );

    await broadcaster.send(envelope);
    await broadcaster.send(envelope);

    expect(asked).toEqual(['bad', 'good', 'good']);
  });

  it.each([
    ['all refuse', [fakeOrderer('orderer0', 'BAD_REQUEST')], 10],
    ['there is no leader', [fakeOrderer('orderer0', 'SERVICE_UNAVAILABLE')], 14],
    ['none is reached', [fakeOrderer('orderer0', 'SUCCESS', true)], 14],
    ['none is known', [], 14],
    [
      'one of them may have it',
      [
        fakeOrderer('orderer0', 'BAD_REQUEST'),
        fakeOrderer('orderer1', new Error('SYSTEM TIMEOUT')),
      ],
      4,
    ],
  ])('tells the status when %s', async (_, orderers, grpcCode) => {
    await expect(send(orderers)).rejects.toMatchObject({
      name: 'FabricFailure',
      stage: 'submit',
      grpcCode,
    });
  });
});
