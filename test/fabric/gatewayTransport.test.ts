import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalise, encodeBatch } from '@yinxin/chaincode/model';

import { readConnectionProfile } from '../../service/src/ledger/fabric/connectionProfile.ts';
import type { ConnectionProfile } from '../../service/src/ledger/fabric/connectionProfile.ts';
import { parseBlock } from '../../service/src/ledger/fabric/fabricBlock.ts';
import { parseTransaction } from '../../service/src/ledger/fabric/fabricTransaction.ts';
import { connectGateway } from '../../service/src/ledger/fabric/gatewayTransport.ts';
import { probe, submitBatch } from '../../service/src/ledger/fabric/submitBatch.ts';
import type { SubmittedBatch } from '../../service/src/ledger/fabric/submitBatch.ts';
import type {
  EndorsedTransaction,
  FabricCall,
  FabricTransport,
} from '../../service/src/ledger/fabric/transport.ts';
import { startNetwork } from '../support/fabricNetwork.ts';
import type { TestNetwork } from '../support/fabricNetwork.ts';
import { buildLedgerCity, foundCity, issueAct } from '../support/ledgerCity.ts';
import type { LedgerCity } from '../support/ledgerCity.ts';

let network: TestNetwork;
let profile: ConnectionProfile;
let transport: FabricTransport;
let city: LedgerCity;
let serials = 0;

beforeAll(async () => {
  network = await startNetwork();
  profile = await readConnectionProfile(network.profiles.operator);
  transport = await connectGateway(profile);
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
  return {
    function: 'licence:record',
    args: [encodeBatch([await issueAct(city, `G${serials}`)])],
  };
}

async function submitIssue(through: FabricTransport = transport): Promise<SubmittedBatch> {
  serials += 1;
  return submitBatch(through, 'licence', [await issueAct(city, `G${serials}`)]);
}

const readNothing: FabricCall = {
  function: 'licence:read',
  args: [canonicalise([{ objectType: 'act', attributes: ['01J0000000ZZZZZZZZZZZZZZZZ'] }])],
};

/** Validation codes of a transaction, block by block. */
async function codesOf(txId: string): Promise<Readonly<Record<number, number>>> {
  const codes: Record<number, number> = {};
  for (const block of await blocksFrom(0)) {
    const { number, transactions } = parseBlock(block);
    for (const { envelope, validationCode } of transactions) {
      if (parseTransaction(envelope)?.txId === txId) codes[number] = validationCode;
    }
  }
  return codes;
}

/** All blocks there are. */
async function blocksFrom(from: number): Promise<readonly Uint8Array[]> {
  const { block } = await (await endorsedAndSubmitted()).commitStatus();
  const stop = new AbortController();
  const found: Uint8Array[] = [];
  for await (const bytes of transport.blocks(from, stop.signal)) {
    found.push(bytes);
    if (from + found.length > block) stop.abort();
  }
  return found;
}

async function readAll(blocks: AsyncIterable<Uint8Array>): Promise<number> {
  let count = 0;
  for await (const block of blocks) count += Math.min(1, block.length);
  return count;
}

async function endorsedAndSubmitted(): Promise<EndorsedTransaction> {
  const endorsed = await transport.endorse(await newIssue());
  await endorsed.submit();
  return endorsed;
}

describe('a transaction', () => {
  it('is endorsed by both organisations, ordered and committed', async () => {
    const endorsed = await transport.endorse(await newIssue());
    await endorsed.submit();
    const { code, block } = await endorsed.commitStatus();

    const read = parseTransaction(endorsed.envelope);
    expect(read?.endorsements.map(({ mspId }) => mspId).sort()).toEqual([
      'AuditorMSP',
      'OperatorMSP',
    ]);
    expect(read?.txId).toBe(endorsed.txId);
    expect(Buffer.from(endorsed.result).toString()).toBe(read?.response);
    expect(code).toBe(0);
    expect(await codesOf(endorsed.txId)).toEqual({ [block]: 0 });
  });

  it('does no harm when it is sent again', async () => {
    const endorsed = await endorsedAndSubmitted();
    const first = await endorsed.commitStatus();

    await endorsed.submit();
    await endorsedAndSubmitted().then((next) => next.commitStatus()); // the copy is in a block by now

    expect(await endorsed.commitStatus()).toEqual(first);
    expect(Object.values(await codesOf(endorsed.txId)).sort()).toEqual([0, 9]);
  });

  it('has no effect when one organisation alone endorsed it', async () => {
    const endorsed = await transport.endorse(await newIssue(), ['OperatorMSP']);
    await endorsed.submit();

    expect(await endorsed.commitStatus()).toMatchObject({ code: 10 });
  });
});

describe('a batch', () => {
  it('survives an orderer that is killed right after it acknowledged', async () => {
    const lossy: FabricTransport = {
      ...faceOf(transport),
      endorse: async (call, organisations) => {
        const endorsed = await transport.endorse(call, organisations);
        let times = 0;
        return {
          ...endorsed,
          submit: async () => {
            await endorsed.submit();
            times += 1;
            if (times === 1) {
              await network.kill('orderer0');
              await network.start('orderer0');
            }
          },
        };
      },
    };

    const { outcomes, block, txId } = await submitIssue(lossy);

    expect(outcomes).toMatchObject([{ outcome: 'recorded' }]);
    expect((await codesOf(txId))[block ?? -1]).toBe(0);
  });

  it('waits for an orderer that is away', async () => {
    await network.kill('orderer0');
    const submitted = submitIssue();
    await network.start('orderer0');

    await expect(submitted).resolves.toMatchObject({ outcomes: [{ outcome: 'recorded' }] });
  });

  it('ends as unknown when no orderer comes back in time', async () => {
    await network.kill('orderer0');
    const act = await issueAct(city, `U${serials}`);

    const submitted = submitBatch(transport, 'licence', [act], { outcomeMs: 500 });

    await expect(submitted).rejects.toMatchObject({ code: 'LEDGER_OUTCOME_UNKNOWN' });
  });

  it('survives the death of its gateway peer before the commit', async () => {
    const dying: FabricTransport = {
      ...faceOf(transport),
      endorse: async (call, organisations) => {
        const endorsed = await transport.endorse(call, organisations);
        let times = 0;
        return {
          ...endorsed,
          commitStatus: async () => {
            times += 1;
            if (times > 1) return endorsed.commitStatus();
            await network.kill('peer0.operator');
            const status = endorsed.commitStatus();
            await Promise.all([status.catch(() => null), network.start('peer0.operator')]);
            return status;
          },
        };
      },
    };

    const { outcomes, block, txId } = await submitIssue(dying);
    await network.untilReady();

    expect(outcomes).toMatchObject([{ outcome: 'recorded' }]);
    expect((await codesOf(txId))[block ?? -1]).toBe(0);
  });

  it('gets through right after a peer of the other organisation came back', async () => {
    await network.kill('peer0.auditor');
    await network.start('peer0.auditor');

    const { outcomes } = await submitIssue();

    expect(outcomes).toMatchObject([{ outcome: 'recorded' }]);
  });

  it('is not written while an organisation cannot endorse, nor is the ledger ready', async () => {
    await network.kill('chaincode.auditor');
    const begun = performance.now();

    await expect(submitIssue()).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    expect(performance.now() - begun).toBeLessThan(12_000);
    await expect(probe(transport)).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });
});

describe('an evaluation', () => {
  it('is answered by the organisation that was named', async () => {
    await network.kill('chaincode.operator');

    const answer = await transport.evaluate(readNothing, 'AuditorMSP');

    expect(Buffer.from(answer).toString()).toBe('[null]');
    await expect(transport.evaluate(readNothing, 'OperatorMSP')).rejects.toMatchObject({
      stage: 'evaluate',
    });
  });

  it('of many callers at once stays below what a gateway serves', async () => {
    const patient = await connectGateway(profile, { evaluateMs: 30_000 });

    const answers = await Promise.all(
      Array.from({ length: 700 }, () => patient.evaluate(readNothing, 'OperatorMSP')),
    );
    await patient.close();

    expect(answers).toHaveLength(700);
  });
});

describe('a call', () => {
  it('ends at its deadline when a chaincode hangs', async () => {
    const impatient = await connectGateway(profile, { evaluateMs: 800, endorseMs: 800 });
    await probe(impatient);
    network.pause('chaincode.operator');
    const begun = performance.now();

    const calls = await Promise.allSettled([
      impatient.evaluate(readNothing, 'OperatorMSP'),
      submitIssue(impatient),
    ]);
    const elapsedMs = performance.now() - begun;
    network.resume('chaincode.operator');
    await impatient.close();

    expect(calls).toMatchObject([
      { reason: { stage: 'evaluate' } },
      { reason: { code: 'LEDGER_UNAVAILABLE', message: 'the ledger did not answer in time' } },
    ]);
    expect(elapsedMs).toBeLessThan(3_000);
  });
});

describe('the stream of blocks', () => {
  it('begins where it is asked to, goes on and ends when it is told to', async () => {
    const blocks = await blocksFrom(1);

    expect(blocks.map((block) => parseBlock(block).number)).toEqual(
      blocks.map((_, place) => place + 1),
    );
  });

  it('breaks when its peer dies', async () => {
    const stop = new AbortController();
    const followed = readAll(transport.blocks(0, stop.signal)).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 200));

    await network.kill('peer0.operator');

    expect(await followed).toMatchObject({ name: 'FabricFailure', stage: 'blocks' });
  });
});

describe('several peers of the own organisation', () => {
  it('are tried in turn', async () => {
    const proxy = await openProxy(addressOf(profile));
    const [own, ...others] = profile.organisations;
    const [peer] = own!.peers;
    const nobody = { ...peer!, address: '127.0.0.1:1' };
    const through = { ...peer!, address: proxy.address };
    const several = await connectGateway({
      ...profile,
      organisations: [{ ...own!, peers: [nobody, through, peer!] }, ...others],
    });

    await probe(several);
    expect(proxy.connections()).toBeGreaterThan(0);
    await proxy.close();
    const { outcomes } = await submitIssue(several);
    await several.close();

    expect(outcomes).toMatchObject([{ outcome: 'recorded' }]);
  });

  it('may all be away: calls fail at once, and work when one comes back', async () => {
    const [own, ...others] = profile.organisations;
    const proxy = await openProxy(addressOf(profile));
    await proxy.close();
    const peers = [{ ...own!.peers[0]!, address: proxy.address }];
    const lonely = await connectGateway({
      ...profile,
      organisations: [{ ...own!, peers }, ...others],
    });

    await expect(lonely.evaluate(readNothing, 'OperatorMSP')).rejects.toMatchObject({
      grpcCode: 14,
    });
    const again = await openProxy(addressOf(profile), Number(proxy.address.split(':')[1]));
    const { outcomes } = await submitIssue(lonely);
    await lonely.close();
    await again.close();

    expect(outcomes).toMatchObject([{ outcome: 'recorded' }]);
  });
});

/** The port's members alone: a class's methods are not copied by spreading. */
function faceOf(whole: FabricTransport): FabricTransport {
  const { mode, mspId, organisations, channel } = whole;
  return {
    ...{ mode, mspId, organisations, channel },
    evaluate: (call, organisation) => whole.evaluate(call, organisation),
    endorse: (call, asked) => whole.endorse(call, asked),
    blocks: (from, signal) => whole.blocks(from, signal),
    close: () => whole.close(),
  };
}

function addressOf({ organisations }: ConnectionProfile): string {
  return organisations[0]!.peers[0]!.address;
}

/** A line to a peer that can be cut. */
async function openProxy(
  target: string,
  port = 0,
): Promise<{ address: string; connections: () => number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((near) => {
    connections += 1;
    const [host = '', targetPort] = target.split(':');
    const far = createConnection({ host, port: Number(targetPort) });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
