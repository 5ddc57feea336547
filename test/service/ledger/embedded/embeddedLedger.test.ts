import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { statePlaces } from '@yinxin/chaincode/model';

import { openEmbeddedLedger } from '../../../../service/src/ledger/embedded/embeddedLedger.ts';
import {
  buildLedgerCity,
  foundCity,
  identifierOf,
  issueAct,
  ledgerOptions,
  openTestLedger,
  revokeAct,
} from '../../../support/ledgerCity.ts';
import type { LedgerCity, TestLedger } from '../../../support/ledgerCity.ts';

let city: LedgerCity;
let test: TestLedger;

beforeAll(async () => {
  city = await buildLedgerCity();
});

beforeEach(async () => {
  test = await openTestLedger(city);
  await foundCity(city, test.ledger);
});

afterEach(async () => {
  await test.remove();
});

describe('submit', () => {
  it('records a batch in one block and answers each act with its place', async () => {
    const acts = await Promise.all([issueAct(city, 'A1'), issueAct(city, 'A2')]);

    const outcomes = await test.ledger.submit('licence', acts);

    const root = outcomes[0]!.outcome === 'recorded' ? outcomes[0]!.position.root : '';
    expect(outcomes).toEqual([
      { id: acts[0].act.id, outcome: 'recorded', position: { root, index: 0 }, block: 4 },
      { id: acts[1].act.id, outcome: 'recorded', position: { root, index: 1 }, block: 4 },
    ]);
  });

  it('answers an act sent again with its first position and block, and makes no block', async () => {
    const act = await issueAct(city, 'A1');
    const [first] = await test.ledger.submit('licence', [act]);
    const before = await test.ledger.head();

    const [again] = await test.ledger.submit('licence', [act]);

    expect(again).toEqual(first);
    expect(await test.ledger.head()).toEqual(before);
  });

  it('refuses one act without sinking its neighbours', async () => {
    const acts = await Promise.all([
      issueAct(city, 'A1'),
      revokeAct(city, 'NONE'),
      issueAct(city, 'A2'),
    ]);

    const outcomes = await test.ledger.submit('licence', acts);

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['recorded', 'refused', 'recorded']);
    expect(outcomes[1]).toMatchObject({ code: 'LICENCE_NOT_FOUND', block: null });
  });

  it('refuses a batch that does not parse as a whole', async () => {
    const act = await issueAct(city, 'A1');

    await expect(test.ledger.submit('seal', [act])).rejects.toMatchObject({ code: 'ACT_REFUSED' });
    expect((await test.ledger.head()).height).toBe(4);
  });

  it('keeps the order of concurrent calls', async () => {
    const [issue, revoke] = [await issueAct(city, 'A1'), await revokeAct(city, 'A1')];

    const [[issued], [revoked]] = await Promise.all([
      test.ledger.submit('licence', [issue]),
      test.ledger.submit('licence', [revoke]),
    ]);

    expect([issued!.block, revoked!.block]).toEqual([4, 5]);
  });
});

describe('readStates', () => {
  it('gives committed values in the order asked for, null for what is not there', async () => {
    await test.ledger.submit('licence', [await issueAct(city, 'A1')]);
    const base = identifierOf(city, 'A1').split('.').slice(5, 8).join('.');

    const snapshot = await test.ledger.readStates([
      statePlaces.licence(base),
      statePlaces.licence('none'),
      { contract: 'licence', objectType: 'licence', attributes: [''] },
    ]);

    expect(snapshot).toMatchObject({ height: 5, ageSeconds: 0 });
    expect(snapshot.values).toEqual([expect.objectContaining({ state: 'issued' }), null, null]);
  });

  it('gives the new value after a change, though the old one was read before', async () => {
    const base = identifierOf(city, 'A1').split('.').slice(5, 8).join('.');
    await test.ledger.submit('licence', [await issueAct(city, 'A1')]);
    await test.ledger.readStates([statePlaces.licence(base)]);

    await test.ledger.submit('licence', [await revokeAct(city, 'A1')]);

    const { values } = await test.ledger.readStates([statePlaces.licence(base)]);
    expect(values).toEqual([expect.objectContaining({ state: 'revoked' })]);
  });

  it('gives values that readers cannot change for each other', async () => {
    const { values } = await test.ledger.readStates([
      statePlaces.authority(city.issuer.creditCode),
    ]);

    expect(() =>
      Object.assign((values[0] as { keys: object[] }).keys[0]!, { purpose: 'code' }),
    ).toThrow(TypeError);
  });
});

describe('history', () => {
  it('lists the versions of a key, oldest first', async () => {
    await test.ledger.submit('licence', [await issueAct(city, 'A1')]);
    await test.ledger.submit('licence', [await revokeAct(city, 'A1')]);
    const base = identifierOf(city, 'A1').split('.').slice(5, 8).join('.');

    const changes = await test.ledger.history(statePlaces.licence(base));

    expect(changes.map(({ value, block }) => [(value as { state: string }).state, block])).toEqual([
      ['issued', 4],
      ['revoked', 5],
    ]);
    expect(changes.every(({ recordedAt }) => recordedAt.endsWith('Z'))).toBe(true);
  });
});

describe('evidence', () => {
  it('finds acts, batches and blocks', async () => {
    const act = await issueAct(city, 'A1');
    const [outcome] = await test.ledger.submit('licence', [act]);
    const { root } = outcome!.outcome === 'recorded' ? outcome!.position : { root: '' };

    expect(await test.ledger.actPosition(act.act.id)).toEqual({ root, index: 0 });
    expect(await test.ledger.batch(root)).toMatchObject({
      index: 4,
      size: 1,
      block: 4,
      submitterMspId: 'OperatorMSP',
    });
    expect(await test.ledger.batchAt(4)).toEqual(await test.ledger.batch(root));
    expect(await test.ledger.batchActs(root)).toEqual([act]);
    expect(await test.ledger.block(4)).toMatchObject({
      number: 4,
      hash: (await test.ledger.head()).headHash,
      transactions: [{ contract: 'licence', function: 'record', acts: [act], batches: [{ root }] }],
    });
  });

  it('answers null for what is not there', async () => {
    expect(await test.ledger.actPosition('01J0000000ZZZZZZZZZZZZZZZZ')).toBeNull();
    expect(await test.ledger.batch('00'.repeat(32))).toBeNull();
    expect(await test.ledger.batchAt(99)).toBeNull();
    expect(await test.ledger.batchActs('00'.repeat(32))).toBeNull();
    expect(await test.ledger.block(99)).toBeNull();
  });

  it('replays recorded acts in order, without refused and repeated ones', async () => {
    const [one, two] = [await issueAct(city, 'A1'), await issueAct(city, 'A2')];
    await test.ledger.submit('licence', [one]);
    await test.ledger.submit('licence', [one, await revokeAct(city, 'NONE'), two]);

    const acts = [];
    for await (const recorded of test.ledger.replay(4)) acts.push(recorded);

    expect(acts.map(({ act, block, position }) => [act, block, position.index])).toEqual([
      [one, 4, 0],
      [two, 5, 0],
    ]);
  });
});

describe('openEmbeddedLedger', () => {
  it('finds everything again', async () => {
    await test.ledger.submit('licence', [await issueAct(city, 'A1')]);
    const head = await test.ledger.head();
    const checkpoint = await test.ledger.checkpoint();
    await test.ledger.close();

    const again = await openEmbeddedLedger(ledgerOptions(city, test.file));

    expect(await again.head()).toEqual(head);
    expect((await again.checkpoint()).split('\n').slice(0, 3)).toEqual(
      checkpoint.split('\n').slice(0, 3),
    );
    await again.close();
  });

  it('refuses a ledger that is open already', async () => {
    await expect(openEmbeddedLedger(ledgerOptions(city, test.file))).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });
  });

  it('refuses a signer that is not a node key', async () => {
    const options = ledgerOptions(city, `${test.file}-2`, { signer: city.issuer.signer });

    await expect(openEmbeddedLedger(options)).rejects.toMatchObject({ code: 'KEY_UNFIT' });
  });

  it('answers nothing after close', async () => {
    await test.ledger.close();

    await expect(test.ledger.submit('licence', [await issueAct(city, 'A1')])).rejects.toMatchObject(
      { code: 'LEDGER_UNAVAILABLE' },
    );
    await expect(test.ledger.readStates([])).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });
});
