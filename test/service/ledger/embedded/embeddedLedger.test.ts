import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { statePlaces } from '@yinxin/chaincode/model';

import { openEmbeddedLedger } from '../../../../service/src/ledger/embedded/embeddedLedger.ts';
import {
  buildLedgerCity,
  foundCity,
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
  it('makes a block a batch, and none for an act sent again', async () => {
    const act = await issueAct(city, 'A1');
    const [first] = await test.ledger.submit('licence', [act]);
    const before = await test.ledger.head();

    await test.ledger.submit('licence', [act]);

    expect(first!.block).toBe(4);
    expect(before.height).toBe(5);
    expect(await test.ledger.head()).toEqual(before);
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
  it('gives values that readers cannot change for each other', async () => {
    const { values } = await test.ledger.readStates([
      statePlaces.authority(city.issuer.creditCode),
    ]);

    expect(() =>
      Object.assign((values[0] as { keys: object[] }).keys[0]!, { purpose: 'code' }),
    ).toThrow(TypeError);
  });

  it('is level with the ledger', async () => {
    expect(await test.ledger.readStates([])).toEqual({ values: [], height: 4, ageSeconds: 0 });
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
});
