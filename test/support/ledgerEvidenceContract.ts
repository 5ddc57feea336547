/* eslint-disable jest/no-export -- tests for several test files */
/** What every ledger shows to people who do not trust it: part of the contract in `ledgerContract.ts`. */
import { expect, it } from '@jest/globals';
import {
  canonicalBytes,
  leafHash,
  rootOf,
  statePlaces,
  verifyConsistency,
  verifyInclusion,
} from '@yinxin/chaincode/model';
import type { SignedAct } from '@yinxin/chaincode/model';
import { isSignedBy, parseCheckpoint } from '../../service/src/ledger/checkpoint.ts';
import type { Ledger, RecordedAct } from '../../service/src/ledger/ledger.ts';
import { parseCertificate } from '../../service/src/pki/certificate.ts';
import { anchorAct, issueAct, revokeAct } from './ledgerCity.ts';
import { issueMany, newDigest, newSerial, recordedOf, UNKNOWN_ACT } from './ledgerUnderTest.ts';
import type { LedgerUnderTest } from './ledgerUnderTest.ts';

/** Tests of the ledger's evidence; the caller opens the `describe`. */
export function describeEvidence(current: () => LedgerUnderTest): void {
  describePlaces(current);
  describeBlocks(current);
  describeLog(current);
}

function describePlaces(current: () => LedgerUnderTest): void {
  it('finds an act, its batch and its block again', async () => {
    const { ledger, city, mspId } = current();
    const acts = await issueMany(city, 2);
    const outcomes = await ledger.submit('licence', acts);
    const { root, block } = recordedOf(outcomes[1]);

    const batch = await ledger.batch(root);

    expect(await ledger.actPosition(acts[1]!.act.id)).toEqual({ root, index: 1 });
    expect(batch).toEqual({
      ...{ index: (await sizeOf(ledger)) - 1, root, size: 2, submitterMspId: mspId, block },
      at: expect.stringMatching(/Z$/),
    });
    expect(await ledger.batchAt(batch!.index)).toEqual(batch);
    expect(await ledger.batchActs(root)).toEqual(acts);
  });

  it('shows in a block what was asked and answered, refused acts too', async () => {
    const { ledger, city } = current();
    const acts = [await revokeAct(city, newSerial()), await issueAct(city, newSerial())];
    const outcomes = await ledger.submit('licence', acts);
    const { root, block } = recordedOf(outcomes[1]);

    const transactions = (await ledger.block(block))?.transactions ?? [];

    expect(transactions).toContainEqual({
      ...{ txId: expect.any(String), contract: 'licence', function: 'record', acts },
      batches: [await ledger.batch(root)],
      outcomes: outcomes.map((outcome) =>
        expect.objectContaining({ id: outcome.id, outcome: outcome.outcome }),
      ),
    });
  });

  it('anchors uses, each act under a root of its own', async () => {
    const { ledger, city } = current();
    const leaves = [[newDigest(), newDigest()], [newDigest()]];
    const acts = [await anchorAct(city, leaves[0]!), await anchorAct(city, leaves[1]!)];

    const outcomes = await ledger.submit('usage', acts);

    const roots = leaves.map((hashes) =>
      Buffer.from(rootOf(hashes.map((hash) => Buffer.from(hash, 'hex')))).toString('hex'),
    );
    expect(outcomes.map((outcome) => recordedOf(outcome))).toEqual(
      roots.map((root) => ({ root, index: 0, block: expect.any(Number) })),
    );
    expect(await ledger.batch(roots[0]!)).toMatchObject({ root: roots[0], size: 2 });
    expect(await ledger.batchActs(roots[0]!)).toEqual([acts[0]]);
    expect(await ledger.batchActs(roots[1]!)).toEqual([acts[1]]);
    expect(await ledger.actPosition(acts[0]!.act.id)).toBeNull();
  });

  it('answers an anchor of the same uses with the first place', async () => {
    const { ledger, city } = current();
    const leaves = [newDigest()];
    const [first] = await ledger.submit('usage', [await anchorAct(city, leaves)]);
    const checkpoint = await ledger.checkpoint();

    const [again] = await ledger.submit('usage', [await anchorAct(city, leaves)]);

    expect(recordedOf(again)).toEqual(recordedOf(first));
    expect(await ledger.checkpoint()).toBe(checkpoint);
  });

  it('answers null for what is not there', async () => {
    const { ledger } = current();

    expect(await ledger.actPosition(UNKNOWN_ACT)).toBeNull();
    expect(await ledger.batch('00'.repeat(32))).toBeNull();
    expect(await ledger.batchActs('00'.repeat(32))).toBeNull();
    expect(await ledger.batchAt(await sizeOf(ledger))).toBeNull();
    expect(await ledger.block((await ledger.head()).height + 1000)).toBeNull();
  });
}

function describeBlocks(current: () => LedgerUnderTest): void {
  it('links each block to the one before, up to the head', async () => {
    const { ledger, city } = current();
    await ledger.submit('licence', [await issueAct(city, newSerial())]);
    await ledger.submit('licence', [await issueAct(city, newSerial())]);

    const { height, headHash } = await ledger.head();
    const [before, last] = [await ledger.block(height - 2), await ledger.block(height - 1)];

    expect(last).toMatchObject({ number: height - 1, hash: headHash, previousHash: before!.hash });
    expect(last!.signatures.length).toBeGreaterThan(0);
    expect(last!.dataHash).toMatch(/^[0-9a-f]{64}$/);
    expect(last!.at).toMatch(/Z$/);
  });

  it('replays recorded acts in order, without refused and repeated ones', async () => {
    const { ledger, city } = current();
    const [one, two, three] = await issueMany(city, 3);
    const usage = await anchorAct(city, [newDigest()]);
    const [first] = await ledger.submit('licence', [one!]);
    await ledger.submit('licence', [one!, await revokeAct(city, newSerial()), two!, three!]);
    await ledger.submit('usage', [usage]);

    const replayed = await replay(ledger, recordedOf(first).block);

    expect(replayed.map(({ act }) => act)).toEqual([one, two, three, usage]);
    expect(replayed.map(({ contract }) => contract)).toEqual([
      ...['licence', 'licence', 'licence', 'usage'],
    ]);
    expect(replayed.map(({ position }) => position.index)).toEqual([0, 0, 1, 0]);
    for (const { position, block, recordedAt } of replayed) {
      expect(await ledger.batch(position.root)).toMatchObject({ block });
      expect(recordedAt).toMatch(/Z$/);
    }
  });

  it('replays every batch of the log from the beginning, in the order of blocks', async () => {
    const { ledger } = current();
    const roots = (await logOf(ledger)).map(({ root }) => root);

    const replayed = await replay(ledger, 0);

    expect(new Set(replayed.map(({ position }) => position.root))).toEqual(new Set(roots));
    const blocks = replayed.map(({ block }) => block);
    expect(blocks).toEqual([...blocks].sort((one, other) => one - other));
  });

  it('replays a batch as its leaves have it', async () => {
    const { ledger, city } = current();
    const [outcome] = await ledger.submit('licence', await issueMany(city, 5));
    const { root, block } = recordedOf(outcome);

    const acts = (await replay(ledger, block)).map(({ act }) => act);

    expect(await ledger.batchActs(root)).toEqual(acts);
    expect(Buffer.from(rootOf(acts.map(leafOf))).toString('hex')).toBe(root);
  });
}

function describeLog(current: () => LedgerUnderTest): void {
  it('signs a checkpoint over every recorded batch', async () => {
    const { ledger, origin } = current();
    const [leaf] = ledger.nodeCertificationPath;

    const checkpoint = parseCheckpoint(await ledger.checkpoint());

    const leaves = (await logOf(ledger)).map(({ leaf }) => leaf);
    expect(checkpoint).toMatchObject({ origin, size: leaves.length });
    expect(Buffer.from(checkpoint.rootHash)).toEqual(Buffer.from(rootOf(leaves)));
    expect(isSignedBy(checkpoint, parseCertificate(leaf!).publicKey)).toBe(true);
  });

  it('keeps its checkpoint until the log grows, by one leaf a batch', async () => {
    const { ledger, city } = current();
    const [before, size] = [await ledger.checkpoint(), await sizeOf(ledger)];
    expect(await ledger.checkpoint()).toBe(before);

    await ledger.submit('licence', await issueMany(city, 2));

    expect(await ledger.checkpoint()).not.toBe(before);
    expect(await sizeOf(ledger)).toBe(size + 1);
  });

  it('proves that a batch is in the log', async () => {
    const { ledger } = current();
    const log = await logOf(ledger);
    const { size, rootHash: root } = parseCheckpoint(await ledger.checkpoint());

    for (const index of [0, Math.floor(size / 2), size - 1]) {
      const proof = await ledger.inclusion(index, size);
      const path = proof.path.map((hash) => Buffer.from(hash, 'hex'));
      expect(proof).toMatchObject({ index, size });
      expect(verifyInclusion({ leafHash: log[index]!.leaf, index, size, path, root })).toBe(true);
    }
  });

  it('proves that the log only grew', async () => {
    const { ledger, city } = current();
    const first = parseCheckpoint(await ledger.checkpoint());
    await ledger.submit('licence', await issueMany(city, 1));
    await ledger.submit('licence', await issueMany(city, 1));
    const second = parseCheckpoint(await ledger.checkpoint());

    const proof = await ledger.consistency(first.size, second.size);

    const claim = {
      ...{ firstSize: first.size, secondSize: second.size },
      ...{ firstRoot: first.rootHash, secondRoot: second.rootHash },
      proof: proof.map((hash) => Buffer.from(hash, 'hex')),
    };
    expect(verifyConsistency(claim)).toBe(true);
    expect(verifyConsistency({ ...claim, firstRoot: second.rootHash })).toBe(false);
    expect(await ledger.consistency(second.size, second.size)).toEqual([]);
  });

  it.each<[string, (ledger: Ledger, size: number) => Promise<unknown>]>([
    ['a leaf past the size', (ledger) => ledger.inclusion(1, 1)],
    ['a leaf before the first', (ledger) => ledger.inclusion(-1, 1)],
    ['a size past the log', (ledger, size) => ledger.inclusion(0, size + 1)],
    ['consistency from nothing', (ledger) => ledger.consistency(0, 1)],
    ['consistency backwards', (ledger) => ledger.consistency(2, 1)],
    ['consistency past the log', (ledger, size) => ledger.consistency(1, size + 1)],
  ])('refuses a proof of %s', async (_, ask) => {
    const { ledger } = current();

    await expect(ask(ledger, await sizeOf(ledger))).rejects.toMatchObject({
      code: 'REQUEST_MALFORMED',
    });
  });
}

/** Number of recorded batches. */
async function sizeOf(ledger: Ledger): Promise<number> {
  return parseCheckpoint(await ledger.checkpoint()).size;
}

/** Every leaf of the log, made from the values on the ledger. */
async function logOf(
  ledger: Ledger,
): Promise<readonly { readonly root: string; readonly leaf: Uint8Array }[]> {
  const roots: string[] = [];
  let block = 0;
  for (let index = 0; ; index++) {
    const batch = await ledger.batchAt(index);
    if (batch === null) break;
    expect(batch.index).toBe(index);
    expect(batch.block).toBeGreaterThanOrEqual(block); // the log is in the order of blocks
    block = batch.block;
    roots.push(batch.root);
  }
  const { values } = await ledger.readStates(roots.map((root) => statePlaces.batch(root)));
  return roots.map((root, index) => ({ root, leaf: leafHash(canonicalBytes(values[index])) }));
}

function leafOf({ act }: SignedAct): Uint8Array {
  return leafHash(canonicalBytes(act));
}

async function replay(ledger: Ledger, from: number): Promise<readonly RecordedAct[]> {
  const acts: RecordedAct[] = [];
  for await (const act of ledger.replay(from)) acts.push(act);
  return acts;
}
