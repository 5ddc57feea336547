import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { leafHash, rootOf } from '@yinxin/chaincode/model';
import { ServiceError } from '../../../service/src/errors.ts';
import { usageProof } from '../../../service/src/proofs/proofs.ts';
import { conclude } from '../../../service/src/report.ts';
import { verifyProof } from '../../../service/src/ledger/verifyProof.ts';
import {
  anchorPendingUses,
  startAnchoring,
  type AnchorParts,
} from '../../../service/src/usage/anchorUses.ts';
import { PUBLIC_USE, recordUse, type Use } from '../../../service/src/usage/recordUse.ts';
import type { UsageStore } from '../../../service/src/store/store.ts';
import { faultyRecorder } from '../../support/faultyRecorder.ts';
import { testService, TEST_ORGANISATIONS, type TestService } from '../../support/testService.ts';

let city: TestService;
let parts: AnchorParts & { readonly usage: UsageStore };
beforeAll(async () => {
  city = await testService();
  const { clock, store, licences } = city.service;
  const { creditCode } = TEST_ORGANISATIONS.operator;
  const { act } = await licences.signersOf(creditCode);
  const { recorder } = licences;
  parts = { clock, usage: store.usage, recorder, signer: act, operator: creditCode };
});
afterEach(async () => {
  jest.restoreAllMocks();
  await anchorPendingUses(parts);
});
afterAll(async () => {
  await city.remove();
});

const USE: Use = {
  ...{ kind: 'verification', outcome: 'answered', reason: null, indication: 'TOTAL-PASSED' },
  subject: { kind: 'licence', identifier: '1' },
  ...{ licence: null, esId: null, holderHash: null },
};
const use = (): Promise<string> => recordUse(parts, USE, PUBLIC_USE);
const anchorOf = async (id: string): Promise<unknown> => (await parts.usage.find(id))?.anchor;

describe('recordUse', () => {
  it('keeps salt and bytes of its leaf', async () => {
    const found = (await parts.usage.find(await use()))!;

    const leaf = leafHash(Buffer.concat([found.salt, found.record]));
    expect(found.leafHash).toBe(Buffer.from(leaf).toString('hex'));
    expect(found.salt).toHaveLength(16);
    expect(JSON.parse(Buffer.from(found.record).toString())).toMatchObject({ id: found.id });
    expect(found.anchor).toBeNull();
  });

  it('makes different leaves of the same use', async () => {
    const [one, other] = await Promise.all([use(), use()]);

    expect((await parts.usage.find(one))!.leafHash).not.toBe(
      (await parts.usage.find(other))!.leafHash,
    );
  });

  it('says nothing of the holder in what is anchored', async () => {
    const id = await recordUse(parts, { ...USE, holderHash: 'ab'.repeat(32) }, PUBLIC_USE);

    const { record } = (await parts.usage.find(id))!;
    expect(Buffer.from(record).toString()).not.toContain('abab');
  });
});

describe('anchorPendingUses', () => {
  it('anchors pending uses in order under one root', async () => {
    await anchorPendingUses(parts);
    const ids = [await use(), await use(), await use()];

    const count = await anchorPendingUses(parts);

    const found = await Promise.all(ids.map((id) => parts.usage.find(id)));
    const hashes = found.map((one) => Uint8Array.from(Buffer.from(one!.leafHash, 'hex')));
    const root = Buffer.from(rootOf(hashes)).toString('hex');
    expect(count).toBe(3);
    expect(found.map((one) => one!.anchor)).toEqual(
      [0, 1, 2].map((position) => ({ root, position })),
    );
    expect(await city.service.ledger.batch(root)).toMatchObject({ size: 3 });
    expect(await anchorPendingUses(parts)).toBe(0);
  });

  it('marks what a process recorded that died before it could', async () => {
    const id = await use();
    const recorder = faultyRecorder(parts.recorder, 'diesAfter');
    await expect(anchorPendingUses({ ...parts, recorder })).rejects.toThrow();
    expect(await anchorOf(id)).toBeNull();
    const { height } = await city.service.ledger.head();

    await anchorPendingUses(parts);

    expect(await anchorOf(id)).toMatchObject({ position: 0 });
    expect((await city.service.ledger.head()).height).toBe(height); // the same leaves, once
  });

  it('proves each use', async () => {
    const [id] = [await use(), await use()];
    await expect(proofOf(id)).rejects.toMatchObject({ code: 'PROOF_NOT_READY' });
    await anchorPendingUses(parts);

    const { anchors } = city.service.verification.trust;
    const { checks } = verifyProof(await proofOf(id), { anchors, at: new Date() });

    expect(conclude(checks).indication).toBe('TOTAL-PASSED');
  });
});

async function proofOf(id: string): Promise<Awaited<ReturnType<typeof usageProof>>> {
  const { store, ledger, verification } = city.service;
  return await usageProof({ store, ledger, trust: verification.trust }, city.people.auditor, id);
}

describe('startAnchoring', () => {
  it('goes on after a failed round, and tells of it', async () => {
    const failures: unknown[] = [];
    const unavailable = new ServiceError('LEDGER_UNAVAILABLE', 'out of reach');
    jest.spyOn(parts.usage, 'pending').mockRejectedValueOnce(unavailable);
    const id = await use();

    const stop = startAnchoring(parts, 20, (error) => failures.push(error));
    while ((await anchorOf(id)) === null) await sleep(5);
    await stop();

    expect(failures).toEqual([unavailable]);
  });
});

describe('the service’s own job', () => {
  it('anchors without being asked', async () => {
    const service = await city.reopen();
    service.startJobs();
    const id = await recordUse(
      { clock: service.clock, usage: service.store.usage },
      USE,
      PUBLIC_USE,
    );

    while ((await service.store.usage.find(id))?.anchor === null) await sleep(20);

    expect((await service.store.usage.find(id))?.anchor?.root).toMatch(/^[0-9a-f]{64}$/);
    const { clock, store, licences } = service;
    parts = { ...parts, clock, usage: store.usage, recorder: licences.recorder };
  });
});
