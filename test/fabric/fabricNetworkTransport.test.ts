/** The connector for networks older than 2.4, on a network that has a gateway too: so the two can be compared. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalise, encodeBatch } from '@yinxin/chaincode/model';

import { connect } from '../../service-fabric-network/src/connect.ts';
import { generateEs256KeyPair } from '../../service/src/keys/es256.ts';
import { readConnectionProfile } from '../../service/src/ledger/fabric/connectionProfile.ts';
import type { ConnectionProfile } from '../../service/src/ledger/fabric/connectionProfile.ts';
import { parseBlock } from '../../service/src/ledger/fabric/fabricBlock.ts';
import { toServiceError } from '../../service/src/ledger/fabric/fabricFault.ts';
import { parseTransaction } from '../../service/src/ledger/fabric/fabricTransaction.ts';
import { connectGateway } from '../../service/src/ledger/fabric/gatewayTransport.ts';
import { connectOlderNetwork } from '../../service/src/ledger/fabric/olderNetwork.ts';
import { probe, submitBatch } from '../../service/src/ledger/fabric/submitBatch.ts';
import type {
  EndorsedTransaction,
  FabricCall,
  FabricTransport,
} from '../../service/src/ledger/fabric/transport.ts';
import { startNetwork } from '../support/fabricNetwork.ts';
import type { TestNetwork } from '../support/fabricNetwork.ts';
import { buildLedgerCity, foundCity, issueAct } from '../support/ledgerCity.ts';
import type { LedgerCity } from '../support/ledgerCity.ts';

const CONNECTOR = join(import.meta.dirname, '../../service-fabric-network/node_modules');
const isInstalled = existsSync(CONNECTOR);
if (!isInstalled) {
  process.stderr.write(
    '\nSKIPPED: npm ci --prefix service-fabric-network installs the connector\n\n',
  );
}
const describeInstalled = isInstalled ? describe : describe.skip;

const READ: FabricCall = {
  function: 'licence:read',
  args: [canonicalise([{ objectType: 'act', attributes: ['01J0000000ZZZZZZZZZZZZZZZZ'] }])],
};

describeInstalled('the connector for older networks', () => {
  let network: TestNetwork;
  let profile: ConnectionProfile;
  let transport: FabricTransport;
  let city: LedgerCity;
  let serials = 0;

  beforeAll(async () => {
    network = await startNetwork();
    profile = await readConnectionProfile(network.profiles.operator);
    transport = await connectOlderNetwork(profile);
    city = await buildLedgerCity();
    await foundCity(city, {
      submit: async (contract, acts) => {
        const { outcomes, block } = await submitBatch(transport, contract, acts);
        return outcomes.map((outcome) => ({ ...outcome, block }));
      },
    });
  });

  afterEach(async () => {
    for (const name of network.names) if (network.pid(name) === null) await network.start(name);
    await network.untilReady();
  });

  afterAll(async () => {
    await transport.close();
    await network.down();
  });

  async function newIssue(): Promise<FabricCall> {
    serials += 1;
    const act = await issueAct(city, `N${serials}`);
    return { function: 'licence:record', args: [encodeBatch([act])] };
  }

  async function endorsedAndSubmitted(): Promise<EndorsedTransaction> {
    const endorsed = await transport.endorse(await newIssue());
    await endorsed.submit();
    return endorsed;
  }

  /** All blocks up to the last of an own transaction made for that. */
  async function blocksFrom(
    from: number,
    through: FabricTransport,
  ): Promise<readonly Uint8Array[]> {
    const { block } = await (await endorsedAndSubmitted()).commitStatus();
    const stop = new AbortController();
    const found: Uint8Array[] = [];
    for await (const bytes of through.blocks(from, stop.signal)) {
      found.push(bytes);
      if (from + found.length > block) stop.abort();
    }
    return found;
  }

  /** Validation codes of a transaction, in the order of blocks. */
  async function codesOf(txId: string): Promise<readonly number[]> {
    const blocks = await blocksFrom(0, transport);
    return blocks
      .flatMap((block) => parseBlock(block).transactions)
      .filter(({ envelope }) => parseTransaction(envelope)?.txId === txId)
      .map(({ validationCode }) => validationCode);
  }

  describe('a transaction', () => {
    it('is endorsed by both organisations, ordered and committed', async () => {
      const endorsed = await endorsedAndSubmitted();
      const { code, block } = await endorsed.commitStatus();

      const read = parseTransaction(endorsed.envelope);
      expect(read?.endorsements.map(({ mspId }) => mspId).sort()).toEqual([
        'AuditorMSP',
        'OperatorMSP',
      ]);
      expect(read?.txId).toBe(endorsed.txId);
      expect(Buffer.from(endorsed.result).toString()).toBe(read?.response);
      expect(code).toBe(0);
      const [bytes] = await blocksFrom(block, transport);
      expect(
        parseBlock(bytes!).transactions.map(({ envelope }) => Buffer.from(envelope)),
      ).toContainEqual(Buffer.from(endorsed.envelope));
    });

    it('does no harm when it is sent again', async () => {
      const endorsed = await endorsedAndSubmitted();
      const first = await endorsed.commitStatus();

      await endorsed.submit();

      expect(await codesOf(endorsed.txId)).toEqual([0, 9]);
      expect(await endorsed.commitStatus()).toEqual(first);
    });

    it('has no effect when one organisation alone endorsed it', async () => {
      const endorsed = await transport.endorse(await newIssue(), ['OperatorMSP']);
      await endorsed.submit();

      expect(await endorsed.commitStatus()).toMatchObject({ code: 10 });
    });

    it('loses against another that changed what it read', async () => {
      const call = await newIssue();
      const [one, other] = await Promise.all([transport.endorse(call), transport.endorse(call)]);
      await one.submit();
      await other.submit();

      const codes = [await one.commitStatus(), await other.commitStatus()].map(({ code }) => code);
      expect(codes).toEqual([0, 11]);
    });

    it('is known to have been committed after the own peer died meanwhile', async () => {
      const endorsed = await endorsedAndSubmitted();
      await network.kill('peer0.operator');
      const first = await endorsed.commitStatus().catch((error: unknown) => error);
      await network.start('peer0.operator');
      await network.untilReady();

      expect(first).toMatchObject({ name: 'FabricFailure', stage: 'commitStatus' });
      expect(await endorsed.commitStatus()).toMatchObject({ code: 0 });
    });
  });

  describe('a batch', () => {
    it('survives an orderer that is killed right after it acknowledged', async () => {
      const lossy: FabricTransport = {
        ...transport,
        endorse: async (call, organisations) => {
          const endorsed = await transport.endorse(call, organisations);
          let times = 0;
          const submit = async (): Promise<void> => {
            await endorsed.submit();
            times += 1;
            if (times > 1) return;
            await network.kill('orderer0');
            await network.start('orderer0');
          };
          return { ...endorsed, submit };
        },
      };

      const submitted = await submitBatch(lossy, 'licence', [await issueAct(city, 'LOST')]);

      expect(submitted.outcomes).toMatchObject([{ outcome: 'recorded' }]);
      expect(await codesOf(submitted.txId)).toContain(0);
    });

    it('gets through right after a peer of the other organisation came back', async () => {
      await network.kill('peer0.auditor');
      await network.start('peer0.auditor');

      const { outcomes } = await submitBatch(transport, 'licence', [await issueAct(city, 'BACK')]);

      expect(outcomes).toMatchObject([{ outcome: 'recorded' }]);
    });
  });

  describe('an evaluation', () => {
    it('is answered by the organisation that was named, and by no other', async () => {
      await network.kill('chaincode.operator');

      const answer = await transport.evaluate(READ, 'AuditorMSP');

      expect(Buffer.from(answer).toString()).toBe('[null]');
      await expect(transport.evaluate(READ, 'OperatorMSP')).rejects.toMatchObject({
        stage: 'evaluate',
      });
    });

    it('reaches system chaincodes', async () => {
      const call = { chaincode: 'qscc', function: 'GetChainInfo', args: [profile.channel] };

      expect((await transport.evaluate(call, 'OperatorMSP')).length).toBeGreaterThan(32);
    });
  });

  describe('a failure', () => {
    const REFUSED = { function: 'licence:record', args: ['[]'] };
    const codeOf = (call: Promise<unknown>): Promise<string> =>
      call.then(
        () => 'it did not fail',
        (failure: unknown) => toServiceError(failure).code,
      );

    it('of a contract carries its code back', async () => {
      expect(await codeOf(transport.endorse(REFUSED))).toBe('ACT_REFUSED');
      expect(await codeOf(transport.evaluate(REFUSED, 'OperatorMSP'))).toBe('ACT_REFUSED');
    });

    it.each([
      ['an unknown function', { function: 'licence:nothing', args: [] }, 'INTERNAL'],
      ['an unknown chaincode', { ...READ, chaincode: 'nothing' }, 'LEDGER_UNAVAILABLE'],
    ])('comes from %s', async (_, call, code) => {
      expect(await codeOf(transport.endorse(call))).toBe(code);
      expect(await codeOf(transport.evaluate(call, 'OperatorMSP'))).toBe(code);
    });

    it('comes from a key that is not its certificate’s', async () => {
      const { privateKey } = generateEs256KeyPair();
      const stranger = await connect({ ...profile, identity: { ...profile.identity, privateKey } });

      const failure: unknown = await stranger.endorse(READ).catch((error: unknown) => error);
      await stranger.close();

      expect(toServiceError(failure)).toMatchObject({
        code: 'LEDGER_UNAVAILABLE',
        message: 'the ledger does not admit this service',
      });
    });

    it.each(['chaincode.auditor', 'peer0.auditor', 'chaincode.operator', 'peer0.operator'])(
      'comes when %s is down',
      async (name) => {
        await network.kill(name);

        expect(await codeOf(transport.endorse(READ))).toBe('LEDGER_UNAVAILABLE');
      },
    );

    it('comes at the deadline when a chaincode hangs', async () => {
      const impatient = await connect(profile, { endorseMs: 800 });
      await probe(impatient);
      network.pause('chaincode.auditor');

      const failure: unknown = await impatient.endorse(READ).catch((error: unknown) => error);
      network.resume('chaincode.auditor');
      await impatient.close();

      expect(failure).toMatchObject({ stage: 'endorse', grpcCode: 4 });
    });
  });

  describe('the stream of blocks', () => {
    it('gives the bytes that a gateway client gives, from the block asked for', async () => {
      const gateway = await connectGateway(profile);

      const mine = await blocksFrom(1, transport);
      const theirs = await blocksFrom(1, gateway);
      await gateway.close();

      expect(mine.map((block) => parseBlock(block).number)).toEqual(
        mine.map((_, place) => place + 1),
      );
      expect(theirs.slice(0, mine.length).map((block) => Buffer.from(block))).toEqual(
        mine.map((block) => Buffer.from(block)),
      );
    });

    it('breaks when its peer dies', async () => {
      const read = async (): Promise<void> => {
        const stop = new AbortController();
        for await (const block of transport.blocks(0, stop.signal))
          expect(block).not.toHaveLength(0);
      };
      const followed = read().catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 500));

      await network.kill('peer0.operator');

      expect(await followed).toMatchObject({ name: 'FabricFailure', stage: 'blocks' });
    });
  });

  it('finds other nodes by discovery when the profile names only its own', async () => {
    const [own] = profile.organisations;
    const found = await connect({ ...profile, organisations: [own!], orderers: [] });

    const { outcomes } = await submitBatch(found, 'licence', [await issueAct(city, 'FOUND')]);
    await found.close();

    expect(found.organisations).toEqual(['OperatorMSP', 'AuditorMSP']);
    expect(outcomes).toMatchObject([{ outcome: 'recorded' }]);
  });
});
