import { generateKeyPairSync } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import type { ConnectionProfile } from '../../../../service/src/ledger/fabric/connectionProfile.ts';
import { connectOlderNetwork } from '../../../../service/src/ledger/fabric/olderNetwork.ts';
import { FabricFailure } from '../../../../service/src/ledger/fabric/transport.ts';
import type { FabricTransport } from '../../../../service/src/ledger/fabric/transport.ts';

const profile: ConnectionProfile = {
  channel: 'yinxin',
  chaincode: 'yinxin',
  mspId: 'OperatorMSP',
  organisations: [],
  orderers: [],
  identity: {
    certificate: '',
    privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  },
};

const failing = (code: string) => (): Promise<never> =>
  Promise.reject(Object.assign(new Error('cannot find it'), { code }));

describe('connectOlderNetwork', () => {
  it.each(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'])(
    'says how to install the connector after %s',
    async (code) => {
      await expect(connectOlderNetwork(profile, failing(code))).rejects.toMatchObject({
        code: 'CONFIGURATION_INVALID',
        message: expect.stringContaining('npm ci --prefix service-fabric-network'),
      });
    },
  );

  it('says so too when only its dependencies are missing', async () => {
    const load = (): Promise<{ connect: () => Promise<never> }> =>
      Promise.resolve({ connect: failing('MODULE_NOT_FOUND') });

    await expect(connectOlderNetwork(profile, load)).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
    });
  });

  it('says a failed discovery in our own words', async () => {
    const failure = new FabricFailure({
      stage: 'endorse',
      grpcCode: 14,
      details: ['SERVICE UNAVAILABLE'],
      message: 'discovery failed',
    });
    const connect = (): Promise<never> => Promise.reject(failure);

    await expect(
      connectOlderNetwork(profile, () => Promise.resolve({ connect })),
    ).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });

  it('passes other errors on', async () => {
    await expect(connectOlderNetwork(profile, failing('ECONNREFUSED'))).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  it('hands the profile to the connector and gives its transport', async () => {
    const given: ConnectionProfile[] = [];
    const transport = { mode: 'fabric-network' } as FabricTransport; // the rest is not looked at
    const connect = (to: ConnectionProfile): Promise<FabricTransport> => {
      given.push(to);
      return Promise.resolve(transport);
    };

    expect(await connectOlderNetwork(profile, () => Promise.resolve({ connect }))).toBe(transport);
    expect(given).toEqual([profile]);
  });
});
