import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contracts } from '@yinxin/chaincode';
import { canonicalise, statePlaces } from '@yinxin/chaincode/model';
import { Contract } from 'fabric-contract-api';
import type { Context } from 'fabric-contract-api';

import { openBlockStore } from '../../../../service/src/ledger/embedded/blockStore.ts';
import { createDispatcher } from '../../../../service/src/ledger/embedded/contractDispatcher.ts';
import { toServiceError } from '../../../../service/src/ledger/contractFault.ts';
import { committedState, stateBefore } from '../../../../service/src/ledger/embedded/stateView.ts';
import { toPem } from '../../../../service/src/pki/certificate.ts';
import {
  buildLedgerCity,
  foundCity,
  identifierOf,
  issueAct,
  openTestLedger,
  revokeAct,
} from '../../../support/ledgerCity.ts';
import type { LedgerCity, TestLedger } from '../../../support/ledgerCity.ts';

let calls = 0;

/** A contract that is not as it should be. */
class LicenceContract extends Contract {
  constructor() {
    super('licence');
  }

  async record(context: Context, batchJson: string): Promise<string> {
    calls += 1;
    await context.stub.putState('count', Buffer.from(String(calls)));
    if (batchJson === 'fail') throw new Error('something broke');
    return '[]';
  }
}

let city: LedgerCity;
let test: TestLedger;

beforeAll(async () => {
  city = await buildLedgerCity();
  test = await openTestLedger(city);
  await foundCity(city, test.ledger);
  await test.ledger.submit('licence', [await issueAct(city, 'A1')]);
  await test.ledger.submit('licence', [await revokeAct(city, 'A1')]);
});

afterAll(async () => {
  await test.remove();
});

function context(...args: string[]): Parameters<ReturnType<typeof createDispatcher>['invoke']>[1] {
  const certificate = toPem(city.node.certificationPath.slice(0, 1));
  return {
    txId: 'ab'.repeat(32),
    timestamp: city.clock.now(),
    mspId: 'OperatorMSP',
    certificate,
    args,
  };
}

describe('the contracts over the embedded ledger', () => {
  it('read what the ledger itself reads', async () => {
    const store = openBlockStore(test.file, 'read');
    const base = identifierOf(city, 'A1').split('.').slice(5, 8).join('.');
    const { objectType, attributes } = statePlaces.licence(base);
    const place = { objectType, attributes };
    const dispatcher = createDispatcher(contracts);

    const now = await dispatcher.invoke(
      committedState(store),
      context('licence:read', canonicalise([place])),
    );
    const before = await dispatcher.invoke(
      stateBefore(store, 5),
      context('licence:read', canonicalise([place])),
    );
    const history = await dispatcher.invoke(
      committedState(store),
      context('licence:history', canonicalise(place)),
    );
    store.close();

    const { values } = await test.ledger.readStates([statePlaces.licence(base)]);
    const changes = await test.ledger.history(statePlaces.licence(base));
    expect(now).toEqual({ isOk: true, response: canonicalise(values), writes: [] });
    expect(JSON.parse(before.response)).toMatchObject([{ state: 'issued' }]);
    const given = JSON.parse(history.response) as { value: object; at: string }[];
    expect(given.map(({ value, at }) => [value, at])).toEqual(
      changes.map(({ value, recordedAt }) => [value, recordedAt]),
    );
  });
});

describe('a contract that is not deterministic', () => {
  it('is found out, and nothing is written', async () => {
    const bad = await openTestLedger(city, { contracts: [LicenceContract] });

    const submitted = bad.ledger.submit('licence', [await issueAct(city, 'A1')]);

    await expect(submitted).rejects.toMatchObject({ code: 'LEDGER_CORRUPT' });
    await expect(submitted).rejects.toThrow('not deterministic');
    expect(await bad.ledger.head()).toMatchObject({ height: 0 });
    await bad.remove();
  });
});

describe('a contract that throws', () => {
  it('writes nothing', async () => {
    const store = openBlockStore(test.file, 'read');

    const answer = await createDispatcher([LicenceContract]).invoke(
      committedState(store),
      context('licence:record', 'fail'),
    );

    store.close();
    expect(answer).toEqual({ isOk: false, response: 'something broke', writes: [] });
  });
});

describe('toServiceError', () => {
  it.each([
    ['ACTS_MALFORMED: /0 is no act', 'ACT_REFUSED'],
    ['something broke', 'INTERNAL'],
    ['UNHEARD_OF: sentence', 'INTERNAL'],
  ])('reads %j as %s', (message, code) => {
    expect(toServiceError(message).code).toBe(code);
  });
});
