import { createHash } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import type { ActOutcome, SignedAct } from '../../chaincode/src/act.js';
import { canonicalBytes } from '../../chaincode/src/canonicalJson.js';
import { leafHash, rootOf } from '../../chaincode/src/merkle.js';
import { buildLicence, cityFixture, identifier, mustRecord } from './support/city.js';
import type { City } from './support/city.js';
import { later, MSP_ID, nextId, NOW, signAct } from './support/contractFixture.js';
import type { ActOptions } from './support/contractFixture.js';

function issue(city: City, serial: number, options: ActOptions = {}): SignedAct<'licence.issue'> {
  return signAct(
    city.issuer,
    'licence.issue',
    buildLicence(city.issuer, { serial: String(serial) }),
    options,
  );
}

function rootOver(acts: readonly SignedAct[]): string {
  return Buffer.from(rootOf(acts.map(({ act }) => leafHash(canonicalBytes(act))))).toString('hex');
}

function recorded({ act }: SignedAct, root: string, index: number): ActOutcome {
  return { id: act.id, outcome: 'recorded', position: { root, index } };
}

describe('a batch', () => {
  it('is answered in order, with positions under one root', async () => {
    const city = await cityFixture();
    const acts = [1, 2, 3].map((serial) => issue(city, serial));
    const root = rootOver(acts);

    const { outcomes, writes, event } = await city.submit(acts);

    expect(outcomes).toEqual(acts.map((act, index) => recorded(act, root, index)));
    expect(writes[`batch~${root}`]).toEqual({
      schemaVersion: 1,
      root,
      size: 3,
      at: NOW,
      submitterMspId: MSP_ID,
    });
    expect(writes[`act~${acts[1]!.act.id}`]).toEqual({
      schemaVersion: 1,
      root,
      index: 1,
      digest: createHash('sha256').update(canonicalBytes(acts[1]!.act)).digest('hex'),
    });
    expect(event).toEqual({ name: 'batch', payload: { batches: [{ root, size: 3 }] } });
  });

  it('leaves out what it refuses, and goes on', async () => {
    const city = await cityFixture();
    const [first, bad, last] = [issue(city, 1), issue(city, 1), issue(city, 2)];
    const root = rootOver([first, last]);

    const { outcomes, writes } = await city.submit([first, bad, last]);

    expect(outcomes).toEqual([
      recorded(first, root, 0),
      {
        id: bad.act.id,
        outcome: 'refused',
        code: 'LICENCE_ALREADY_EXISTS',
        message: expect.stringContaining('is issued already'),
      },
      recorded(last, root, 1),
    ]);
    expect(writes).not.toHaveProperty(`act~${bad.act.id}`);
    expect(Object.keys(writes)).toHaveLength(1 + 2 * 3);
  });

  it('writes nothing when nothing is new', async () => {
    const city = await cityFixture();
    const act = issue(city, 1);
    const first = await city.submit([act, issue(city, 2)]);

    const { outcomes, writes, event } = await city.submit([issue(city, 2), act], later(NOW, 1000));

    expect(outcomes[0]).toMatchObject({ outcome: 'refused', code: 'LICENCE_ALREADY_EXISTS' });
    expect(outcomes[1]).toEqual(first.outcomes[0]);
    expect(writes).toEqual({});
    expect(event).toBeNull();
  });

  it('records an act given twice once', async () => {
    const city = await cityFixture();
    const act = issue(city, 1);
    const root = rootOver([act]);

    const { outcomes, writes } = await city.submit([act, act]);

    expect(outcomes).toEqual([recorded(act, root, 0), recorded(act, root, 0)]);
    expect(writes[`batch~${root}`]).toMatchObject({ size: 1 });
  });

  it('puts new acts beside known ones under a root of their own', async () => {
    const city = await cityFixture();
    const [known, fresh] = [issue(city, 1), issue(city, 2)];
    await city.submit([known]);

    const { outcomes } = await city.submit([known, fresh]);

    expect(outcomes).toEqual([
      recorded(known, rootOver([known]), 0),
      recorded(fresh, rootOver([fresh]), 0),
    ]);
  });

  it('refuses an id used for another act, in the batch and in the ledger', async () => {
    const city = await cityFixture();
    const id = nextId();
    const [first, second] = [issue(city, 1, { id }), issue(city, 2, { id })];

    const { outcomes } = await city.submit([first, second]);

    expect(outcomes[1]).toMatchObject({ outcome: 'refused', code: 'ACT_ID_REUSED' });
    expect(await city.outcomeOf(second)).toBe('ACT_ID_REUSED');
  });

  it('judges an act anew that was refused before', async () => {
    const city = await cityFixture();
    const act = signAct(city.issuer, 'licence.revoke', {
      identifier: identifier(city.issuer),
      reason: 'other',
      effectiveFrom: null,
    });

    expect(await city.outcomeOf(act)).toBe('LICENCE_NOT_FOUND');
    await mustRecord(city, [issue(city, 1)]);
    expect(await city.outcomeOf(act)).toBe('recorded');
  });

  it.each([
    [300_000, 'recorded'],
    [300_001, 'ACT_FROM_FUTURE'],
  ])('with an act %i ms ahead of the transaction is %s', async (lead, code) => {
    const city = await cityFixture();

    expect(await city.outcomeOf(issue(city, 1, { at: later(NOW, lead) }))).toBe(code);
  });

  it('is voided by another transaction that changed what it read', async () => {
    const city = await cityFixture();
    const [one, other] = await Promise.all(
      [issue(city, 1), issue(city, 1)].map((act) =>
        city.invoke('licence:record', Buffer.from(canonicalBytes([act])).toString('utf8')),
      ),
    );

    expect(city.ledger.commit(one!.stub)).toBe('VALID');
    expect(city.ledger.commit(other!.stub)).toBe('MVCC_READ_CONFLICT');
  });

  it('gives the same bytes on every run', async () => {
    const city = await cityFixture();
    const text = Buffer.from(
      canonicalBytes([issue(city, 1), issue(city, 1), issue(city, 2)]),
    ).toString();

    const runs = [
      await city.invoke('licence:record', text),
      await city.invoke('licence:record', text),
    ];

    expect(runs[0]?.payload).toBe(runs[1]?.payload);
    expect([...runs[0]!.stub.writeSet]).toEqual([...runs[1]!.stub.writeSet]);
  });
});

describe('what a batch costs', () => {
  it('is two reads and three writes an issue, besides what all share', async () => {
    const city = await cityFixture();
    const acts = Array.from({ length: 100 }, (_, serial) => issue(city, serial));

    const { calls } = await city.submit(acts);

    // shared: authority, type, seal, status, mandate; the root
    expect(calls).toEqual({ getState: 5 + 2 * 100, putState: 1 + 3 * 100 });
  });

  it('is two reads and two writes a life-cycle act, besides what all share', async () => {
    const city = await cityFixture();
    await mustRecord(
      city,
      Array.from({ length: 20 }, (_, serial) => issue(city, serial)),
    );
    const acts = Array.from({ length: 20 }, (_, serial) =>
      signAct(city.issuer, 'licence.suspend', {
        identifier: identifier(city.issuer, { serial: String(serial) }),
        reason: 'other',
        effectiveFrom: null,
      }),
    );

    const { calls } = await city.submit(acts);

    expect(calls).toEqual({ getState: 1 + 2 * 20, putState: 1 + 2 * 20 });
  });

  it('is one read an act that is known', async () => {
    const city = await cityFixture();
    const acts = Array.from({ length: 20 }, (_, serial) => issue(city, serial));
    await city.submit(acts);

    const { calls } = await city.submit(acts);

    expect(calls).toEqual({ getState: 20, putState: 0 });
  });

  it('is two reads and one write an anchor', async () => {
    const city = await cityFixture();
    const leaves = Array.from({ length: 4096 }, (_, leaf) => leaf.toString(16).padStart(64, '0'));

    const { calls } = await city.submit([signAct(city.operator, 'usage.anchor', { leaves })]);

    expect(calls).toEqual({ getState: 2, putState: 1 });
  });
});
