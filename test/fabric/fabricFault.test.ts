/** What a real network says, and what becomes of it: the table of `test/service/ledger/fabric/fabricFault.test.ts` again. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { ServiceError } from '../../service/src/errors.ts';
import { generateEs256KeyPair } from '../../service/src/keys/es256.ts';
import { readConnectionProfile } from '../../service/src/ledger/fabric/connectionProfile.ts';
import type { ConnectionProfile } from '../../service/src/ledger/fabric/connectionProfile.ts';
import { toServiceError, validationFault } from '../../service/src/ledger/fabric/fabricFault.ts';
import { connectGateway } from '../../service/src/ledger/fabric/gatewayTransport.ts';
import type { FabricCall, FabricTransport } from '../../service/src/ledger/fabric/transport.ts';
import { startNetwork } from '../support/fabricNetwork.ts';
import type { TestNetwork } from '../support/fabricNetwork.ts';

let network: TestNetwork;
let profile: ConnectionProfile;
let transport: FabricTransport;

beforeAll(async () => {
  network = await startNetwork();
  profile = await readConnectionProfile(network.profiles.operator);
  transport = await connectGateway(profile);
});
afterAll(async () => {
  await transport.close();
  await network.down();
});

const READ: FabricCall = {
  function: 'licence:read',
  args: ['[{"attributes":["x"],"objectType":"act"}]'],
};
const MALFORMED: FabricCall = { function: 'licence:record', args: ['[]'] };

/** @returns what a failed call becomes. */
async function faultOf(call: Promise<unknown>): Promise<ServiceError> {
  return toServiceError(
    await call.then(
      () => new Error('it did not fail'),
      (failure: unknown) => failure,
    ),
  );
}

async function withProfile<T>(
  changes: Partial<ConnectionProfile>,
  work: (changed: FabricTransport) => Promise<T>,
): Promise<T> {
  const changed = await connectGateway({ ...profile, ...changes });
  try {
    return await work(changed);
  } finally {
    await changed.close();
  }
}

describe('a call that a contract refuses', () => {
  it.each([undefined, ['OperatorMSP', 'AuditorMSP']])(
    'carries its code back, endorsed by %j',
    async (organisations) => {
      const fault = await faultOf(transport.endorse(MALFORMED, organisations));

      expect(fault.code).toBe('ACT_REFUSED');
      expect(fault.message).toMatch(/^ACTS_MALFORMED: a batch is a list of 1 to 500 acts$/);
    },
  );

  it('carries its code back, evaluated', async () => {
    const fault = await faultOf(transport.evaluate(MALFORMED, 'OperatorMSP'));

    expect(fault.code).toBe('ACT_REFUSED');
    expect(fault.message).toMatch(/^ACTS_MALFORMED: a batch is a list of 1 to 500 acts$/);
  });

  it.each([
    ['an unknown function', { function: 'licence:nothing', args: [] }],
    ['a wrong number of arguments', { function: 'licence:record', args: [] }],
  ])('is a fault of the program with %s', async (_, call) => {
    expect((await faultOf(transport.endorse(call))).code).toBe('INTERNAL');
    expect((await faultOf(transport.evaluate(call, 'OperatorMSP'))).code).toBe('INTERNAL');
  });
});

describe('a network that is not what the profile says', () => {
  it('has no such chaincode', async () => {
    const call = { ...READ, chaincode: 'nothing' };

    expect((await faultOf(transport.endorse(call))).code).toBe('LEDGER_UNAVAILABLE');
    expect((await faultOf(transport.evaluate(call, 'OperatorMSP'))).code).toBe(
      'LEDGER_UNAVAILABLE',
    );
  });

  it('has no such channel', async () => {
    await withProfile({ channel: 'nothing' }, async (changed) => {
      expect((await faultOf(changed.endorse(READ))).code).toBe('LEDGER_UNAVAILABLE');
      expect((await faultOf(changed.evaluate(READ, 'OperatorMSP'))).code).toBe(
        'LEDGER_UNAVAILABLE',
      );
    });
  });

  it('has no peers of an organisation', async () => {
    const fault = await faultOf(transport.endorse(READ, ['OperatorMSP', 'NobodyMSP']));

    expect(fault.code).toBe('LEDGER_UNAVAILABLE');
  });
});

describe('a service that the network does not know', () => {
  const UNKNOWN = { code: 'LEDGER_UNAVAILABLE', message: 'the ledger does not admit this service' };

  it('has a key that is not its certificate’s', async () => {
    const { privateKey } = generateEs256KeyPair();

    await withProfile({ identity: { ...profile.identity, privateKey } }, async (changed) => {
      expect(await faultOf(changed.endorse(READ))).toMatchObject(UNKNOWN);
      expect(await faultOf(changed.evaluate(READ, 'OperatorMSP'))).toMatchObject(UNKNOWN);
    });
  });

  it('has a certificate of another organisation', async () => {
    const { identity } = await readConnectionProfile(network.profiles.auditor);

    await withProfile({ identity }, async (changed) => {
      expect(await faultOf(changed.endorse(READ))).toMatchObject(UNKNOWN);
    });
  });
});

describe('a transaction', () => {
  it('that one organisation alone endorsed shows that they do not agree', async () => {
    const endorsed = await transport.endorse(READ, ['OperatorMSP']);
    await endorsed.submit();
    const { code } = await endorsed.commitStatus();

    expect(validationFault(code).code).toBe('LEDGER_DIVERGED');
  });
});

describe('organisations', () => {
  it.each(['chaincode.auditor', 'peer0.auditor', 'chaincode.operator', 'peer0.operator'])(
    'that cannot endorse because %s is down make the ledger unavailable',
    async (name) => {
      await network.kill(name);
      const fault = await faultOf(transport.endorse(READ));
      const both = await faultOf(transport.endorse(READ, transport.organisations));
      await network.start(name);
      await network.untilReady();

      expect(fault.code).toBe('LEDGER_UNAVAILABLE');
      expect(both.code).toBe('LEDGER_UNAVAILABLE');
      for (const { message } of [fault, both]) expect(message).toMatch(/^[a-z ]+$/);
    },
  );
});
