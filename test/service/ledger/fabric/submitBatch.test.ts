import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ContractName, SignedAct } from '@yinxin/chaincode/model';

import { parseBlock } from '../../../../service/src/ledger/fabric/fabricBlock.ts';
import { probe, submitBatch } from '../../../../service/src/ledger/fabric/submitBatch.ts';
import type { SubmittedBatch } from '../../../../service/src/ledger/fabric/submitBatch.ts';
import { FabricFailure } from '../../../../service/src/ledger/fabric/transport.ts';
import type { FabricStage } from '../../../../service/src/ledger/fabric/transport.ts';
import { GroupCommit } from '../../../../service/src/ledger/groupCommit.ts';
import type { CommittedOutcome } from '../../../../service/src/ledger/ledger.ts';
import { FakeFabric } from '../../../support/fakeFabric.ts';
import { buildLedgerCity, foundCity, issueAct } from '../../../support/ledgerCity.ts';
import type { LedgerCity } from '../../../support/ledgerCity.ts';

const LIMITS = { endorseRetryMs: 400, outcomeMs: 200, pauseMs: 5 };

let city: LedgerCity;
let fabric: FakeFabric;

beforeEach(async () => {
  city = await buildLedgerCity();
  fabric = new FakeFabric(() => city.clock.now());
  await foundCity(city, ledgerOf(fabric));
  fabric.broadcasts.length = 0;
  for (const stage of ['evaluate', 'endorse', 'submit', 'commitStatus'] as const) {
    fabric.calls[stage] = 0;
  }
});

function submit(acts: readonly SignedAct[], mspId = 'OperatorMSP'): Promise<SubmittedBatch> {
  return submitBatch(fabric.transport(mspId), 'licence', acts, LIMITS);
}

/** As much of a ledger as group commit needs. */
function ledgerOf(network: FakeFabric): {
  submit(contract: ContractName, acts: readonly SignedAct[]): Promise<readonly CommittedOutcome[]>;
} {
  return {
    async submit(contract, acts) {
      const { outcomes, block } = await submitBatch(network.transport(), contract, acts, LIMITS);
      return outcomes.map((outcome) => ({ ...outcome, block }));
    },
  };
}

function failure(stage: FabricStage, grpcCode: number, ...details: string[]): FabricFailure {
  return new FabricFailure({ stage, grpcCode, details, message: 'failed' });
}

describe('a batch', () => {
  it('is endorsed, ordered and committed', async () => {
    const act = await issueAct(city, '1');

    const { outcomes, block, roots, txId } = await submit([act]);

    expect(outcomes).toEqual([
      { id: act.act.id, outcome: 'recorded', position: { root: roots[0], index: 0 } },
    ]);
    expect(roots).toHaveLength(1);
    expect(block).toBe(fabric.height - 1);
    expect(fabric.broadcasts.map((sent) => sent.txId)).toEqual([txId]);
  });

  it('is not ordered when every act was recorded before', async () => {
    const act = await issueAct(city, '1');
    const first = await submit([act]);

    const again = await submit([act]);

    expect(again).toMatchObject({ outcomes: first.outcomes, block: null, roots: [] });
    expect(fabric.broadcasts).toHaveLength(1);
  });

  it('is not ordered when every act is refused', async () => {
    await submit([await issueAct(city, '1')]);

    const { outcomes, block } = await submit([await issueAct(city, '1')]);

    expect(outcomes).toMatchObject([{ outcome: 'refused', code: 'LICENCE_ALREADY_EXISTS' }]);
    expect(block).toBeNull();
    expect(fabric.broadcasts).toHaveLength(1);
  });

  it('tells new acts from those recorded before', async () => {
    const known = await issueAct(city, '1');
    const { roots: before } = await submit([known]);

    const { outcomes, roots } = await submit([known, await issueAct(city, '2')]);

    expect(outcomes).toMatchObject([
      { outcome: 'recorded', position: { root: before[0] } },
      { outcome: 'recorded', position: { root: roots[0] } },
    ]);
    expect(roots).not.toEqual(before);
  });

  it('that the contract does not take is refused whole', async () => {
    const act = await issueAct(city, '1');
    const malformed = { ...act, signature: 'none' };

    await expect(submit([act, malformed])).rejects.toMatchObject({
      code: 'ACT_REFUSED',
      message: expect.stringMatching(/^ACTS_MALFORMED: /),
    });
    expect(fabric.broadcasts).toHaveLength(0);
  });
});

describe('while the outcome is unknown', () => {
  it('sends the same bytes again after an orderer lost what it acknowledged', async () => {
    fabric.faults.lostBroadcasts = 2;

    const { block } = await submit([await issueAct(city, '1')]);

    expect(block).toBe(fabric.height - 1);
    expect(fabric.broadcasts).toHaveLength(3);
    expect(new Set(fabric.broadcasts.map(({ envelope }) => envelope)).size).toBe(1);
    expect(fabric.calls.endorse).toBe(1);
  });

  it('does no harm by sending again what was ordered', async () => {
    fabric.faults.lostAcknowledgements = 1;
    const act = await issueAct(city, '1');

    const { outcomes, block } = await submit([act]);
    await new Promise((resolve) => setTimeout(resolve, 10));

    expect(outcomes).toMatchObject([{ outcome: 'recorded' }]);
    expect(block).toBeLessThanOrEqual(fabric.height - 1);
    expect(await codesOfBlocks()).toEqual(expect.arrayContaining([[0], [9]]));
  });

  it('asks again when the peer dies while it waits for the block', async () => {
    fabric.faults.next.commitStatus.push(failure('commitStatus', 14));

    const { outcomes } = await submit([await issueAct(city, '1')]);

    expect(outcomes).toMatchObject([{ outcome: 'recorded' }]);
    expect(fabric.calls.endorse).toBe(1);
  });

  it('keeps trying while no orderer is there', async () => {
    const away = failure('submit', 14, 'connection refused');
    fabric.faults.next.submit.push(away, away, away);

    const { outcomes } = await submit([await issueAct(city, '1')]);

    expect(outcomes).toMatchObject([{ outcome: 'recorded' }]);
  });

  it('says so in the end', async () => {
    fabric.faults.lostBroadcasts = Infinity;

    await expect(submit([await issueAct(city, '1')])).rejects.toMatchObject({
      code: 'LEDGER_OUTCOME_UNKNOWN',
    });
    expect(fabric.calls.endorse).toBe(1);
  });

  it('finds what was committed although no orderer answers any more', async () => {
    const transport = fabric.transport();
    const act = await issueAct(city, '1');
    const lossy = {
      ...transport,
      endorse: async (...call: Parameters<typeof transport.endorse>) => {
        const endorsed = await transport.endorse(...call);
        return {
          ...endorsed,
          submit: async () => {
            await endorsed.submit().catch(() => undefined);
            throw failure('submit', 14);
          },
        };
      },
    };

    const { outcomes } = await submitBatch(lossy, 'licence', [act], LIMITS);

    expect(outcomes).toMatchObject([{ outcome: 'recorded' }]);
  });

  it('is certain that nothing is written when an orderer turned the first sending down', async () => {
    fabric.faults.next.submit.push(failure('submit', 10, 'status=FORBIDDEN'));

    await expect(submit([await issueAct(city, '1')])).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });
  });

  async function codesOfBlocks(): Promise<number[][]> {
    const stop = new AbortController();
    const codes: number[][] = [];
    for await (const block of fabric.transport().blocks(0, stop.signal)) {
      codes.push(parseBlock(block).transactions.map(({ validationCode }) => validationCode));
      if (codes.length === fabric.height) stop.abort();
    }
    return codes;
  }
});

describe('a block', () => {
  it('lets one of two conflicting transactions win', async () => {
    fabric.faults.isHeld = true;
    const both = [submit([await issueAct(city, '1')]), submit([await issueAct(city, '1')])];
    await untilBroadcast(2);
    fabric.cut();

    const results = await Promise.allSettled(both);

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(results[1]).toMatchObject({ reason: { code: 'LEDGER_CONFLICT' } });
  });

  it.each([
    [10, 'LEDGER_DIVERGED'],
    [12, 'LEDGER_CONFLICT'],
    [18, 'LEDGER_CONFLICT'],
    [4, 'LEDGER_UNAVAILABLE'],
  ])('may give a transaction no effect: %d is %s', async (verdict, code) => {
    fabric.faults.verdicts.push(verdict);

    await expect(submit([await issueAct(city, '1')])).rejects.toMatchObject({ code });
  });
});

describe('the same act from two services', () => {
  it('is recorded once, and both hear its one position', async () => {
    const services = [1, 2].map(() => new GroupCommit(ledgerOf(fabric), { slots: 4 }));
    const act = await issueAct(city, '1');
    fabric.faults.isHeld = true;

    const both = services.map((service) => service.record(act));
    await untilBroadcast(2);
    fabric.faults.isHeld = false;
    fabric.cut();
    const [one, other] = await Promise.all(both);

    expect(one).toMatchObject({ outcome: 'recorded' });
    expect(other).toMatchObject({
      outcome: 'recorded',
      position: one?.outcome === 'recorded' ? one.position : null,
    });
  });

  it('leaves one winner of two acts that exclude each other; the loser hears the refusal', async () => {
    const services = [1, 2].map(() => new GroupCommit(ledgerOf(fabric), { slots: 4 }));
    const acts = [await issueAct(city, '1'), await issueAct(city, '1')];
    fabric.faults.isHeld = true;

    const both = services.map((service, place) => service.record(acts[place]!));
    await untilBroadcast(2);
    fabric.faults.isHeld = false;
    fabric.cut();
    const outcomes = (await Promise.all(both)).map(({ outcome }) => outcome);

    expect(outcomes.sort()).toEqual(['recorded', 'refused']);
  });
});

describe('endorsing', () => {
  it('is tried again while a peer that came back is not known to the others', async () => {
    const flicker = failure('endorse', 9);
    fabric.faults.next.endorse.push(flicker, flicker, failure('endorse', 14));

    const { outcomes } = await submit([await issueAct(city, '1')]);

    expect(outcomes).toMatchObject([{ outcome: 'recorded' }]);
  });

  it('gives up after a while: nothing is written', async () => {
    fabric.faults.next.endorse.push(...Array.from({ length: 50 }, () => failure('endorse', 9)));

    await expect(submit([await issueAct(city, '1')])).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });
    expect(fabric.calls.endorse).toBeLessThan(50);
  });

  it('is not tried again after a time-out', async () => {
    fabric.faults.next.endorse.push(failure('endorse', 4));

    await expect(submit([await issueAct(city, '1')])).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });
    expect(fabric.calls.endorse).toBe(1);
  });

  const mismatch = failure('endorse', 10, 'ProposalResponsePayloads do not match');

  it('forgives an organisation that is a block behind for a moment', async () => {
    fabric.faults.next.endorse.push(mismatch);

    const { outcomes } = await submit([await issueAct(city, '1')]);

    expect(outcomes).toMatchObject([{ outcome: 'recorded' }]);
  });

  it('tells organisations that disagree at the same height', async () => {
    fabric.faults.next.endorse.push(...Array.from({ length: 50 }, () => mismatch));

    await expect(submit([await issueAct(city, '1')])).rejects.toMatchObject({
      code: 'LEDGER_DIVERGED',
    });
  });

  it('does not accuse an organisation that stays behind', async () => {
    fabric.faults.next.endorse.push(...Array.from({ length: 50 }, () => mismatch));
    fabric.faults.behind = [0, 2];

    await expect(submit([await issueAct(city, '1')])).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
      message: 'an organisation is blocks behind',
    });
  });
});

describe('the probe', () => {
  it('passes when every organisation endorses, and orders nothing', async () => {
    const { height } = fabric;

    await probe(fabric.transport());

    expect(fabric.height).toBe(height);
    expect(fabric.calls.submit).toBe(0);
  });

  it('fails when they do not', async () => {
    fabric.faults.next.endorse.push(failure('endorse', 9));

    await expect(probe(fabric.transport())).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });
});

async function untilBroadcast(count: number): Promise<void> {
  while (fabric.broadcasts.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
}
