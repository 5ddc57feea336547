/* eslint-disable jest/no-export -- tests for several test files */
/** What every ledger promises, as tests: run on each implementation of the port. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statePlaces } from '@yinxin/chaincode/model';
import type { SignedAct } from '@yinxin/chaincode/model';
import type { Ledger } from '../../service/src/ledger/ledger.ts';
import { baseOf, identifierOf, issueAct, revokeAct } from './ledgerCity.ts';
import { describeEvidence } from './ledgerEvidenceContract.ts';
import { describeConcurrency, describeRefusals, describeSubmit } from './ledgerSubmitContract.ts';
import { licenceOf, newSerial, recordedOf } from './ledgerUnderTest.ts';
import type { LedgerTraits, LedgerUnderTest } from './ledgerUnderTest.ts';

/**
 * Runs the whole contract of the ledger port on one ledger, which lives until the last test closes it. Nothing is assumed
 * about what the ledger holds already.
 */
export function describeLedger(
  name: string,
  open: () => Promise<LedgerUnderTest>,
  traits: LedgerTraits = {},
): void {
  describe(`the ledger (${name})`, () => {
    let subject: LedgerUnderTest;
    const current = (): LedgerUnderTest => subject;

    beforeAll(async () => {
      subject = await open();
    });

    afterAll(async () => {
      await subject.ledger.close();
      await subject.remove();
    });

    describe('submit', () => {
      describeSubmit(current);
      describeRefusals(current, traits);
    });
    describe('acts at once', () => {
      describeConcurrency(current);
    });
    describe('reads', () => {
      describeReads(current);
    });
    describe('evidence', () => {
      describeEvidence(current);
    });
    describe('after close', () => {
      describeClosed(current); // the last: nothing works any more
    });
  });
}

function describeReads(current: () => LedgerUnderTest): void {
  it('gives committed values in the order asked for, null for what is not there', async () => {
    const { ledger, city } = current();
    const serial = newSerial();
    const [outcome] = await ledger.submit('licence', [await issueAct(city, serial)]);

    const snapshot = await ledger.readStates([
      statePlaces.licence('none'),
      statePlaces.licence(baseOf(city, serial)),
      { contract: 'licence', objectType: 'licence', attributes: [''] },
      statePlaces.authority(city.issuer.creditCode),
      statePlaces.batch(recordedOf(outcome).root),
    ]);

    expect(snapshot.values).toEqual([
      null,
      expect.objectContaining({ state: 'issued', identifier: identifierOf(city, serial) }),
      null,
      expect.objectContaining({ creditCode: city.issuer.creditCode }),
      expect.objectContaining({ root: recordedOf(outcome).root, size: 1 }),
    ]);
    expect(snapshot.height).toBeGreaterThan(recordedOf(outcome).block);
    expect(snapshot.ageSeconds).toBeGreaterThanOrEqual(0);
    expect(snapshot.ageSeconds).toBeLessThanOrEqual(2);
  });

  it('gives nothing for no keys', async () => {
    expect((await current().ledger.readStates([])).values).toEqual([]);
  });

  it('gives the new value as soon as its act is answered, though the old one was read before', async () => {
    const { ledger, city } = current();
    const serial = newSerial();
    await ledger.submit('licence', [await issueAct(city, serial)]);
    expect(await licenceOf(current(), serial)).toMatchObject({ state: 'issued' });

    await ledger.submit('licence', [await revokeAct(city, serial)]);

    expect(await licenceOf(current(), serial)).toMatchObject({ state: 'revoked' });
  });

  it('lists the versions of a key with their blocks, oldest first', async () => {
    const { ledger, city } = current();
    const serial = newSerial();
    const [issued] = await ledger.submit('licence', [await issueAct(city, serial)]);
    const [revoked] = await ledger.submit('licence', [await revokeAct(city, serial)]);

    const changes = await ledger.history(statePlaces.licence(baseOf(city, serial)));

    expect(changes).toEqual([
      {
        value: expect.objectContaining({ state: 'issued', actId: issued!.id }),
        block: recordedOf(issued).block,
        recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
      {
        value: expect.objectContaining({ state: 'revoked', actId: revoked!.id }),
        block: recordedOf(revoked).block,
        recordedAt: expect.stringMatching(/Z$/),
      },
    ]);
    expect(changes[0]!.recordedAt < changes[1]!.recordedAt).toBe(true);
  });

  it('has no history of what was never written', async () => {
    const { ledger } = current();

    expect(await ledger.history(statePlaces.licence('none'))).toEqual([]);
    expect(await ledger.history({ ...statePlaces.licence('none'), attributes: [''] })).toEqual([]);
  });

  it('grows with every recorded batch', async () => {
    const { ledger, city } = current();
    const before = await ledger.head();

    const [outcome] = await ledger.submit('licence', [await issueAct(city, newSerial())]);

    const after = await ledger.head();
    expect(after.height).toBeGreaterThan(before.height);
    expect(after.headHash).toMatch(/^[0-9a-f]{64}$/);
    expect(after.headHash).not.toBe(before.headHash);
    expect(recordedOf(outcome).block).toBeGreaterThanOrEqual(before.height);
    expect(recordedOf(outcome).block).toBeLessThan(after.height);
  });
}

function describeClosed(current: () => LedgerUnderTest): void {
  const calls: [string, (ledger: Ledger, act: SignedAct) => Promise<unknown>][] = [
    ['submits', (ledger, act) => ledger.submit('licence', [act])],
    ['reads states', (ledger) => ledger.readStates([statePlaces.licence('none')])],
    ['reads history', (ledger) => ledger.history(statePlaces.licence('none'))],
    ['finds acts', (ledger, { act }) => ledger.actPosition(act.id)],
    ['finds batches', (ledger) => ledger.batchAt(0)],
    ['is well', (ledger) => ledger.health()],
    ['reads blocks', (ledger) => ledger.block(0)],
    ['signs checkpoints', (ledger) => ledger.checkpoint()],
    ['proves', (ledger) => ledger.inclusion(0, 1)],
  ];

  it.each(calls)('no longer %s', async (_, call) => {
    const { ledger, city } = current();
    const act = await issueAct(city, newSerial());
    await ledger.close();

    await expect(call(ledger, act)).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });

  it('takes being closed again', async () => {
    await expect(current().ledger.close()).resolves.toBeUndefined();
  });
}
