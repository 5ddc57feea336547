import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LicenceFacts, Store } from '../../../service/src/store/store.ts';
import {
  buildAct,
  buildSeal,
  buildStagedIssue,
  STORE_NOW,
  testStore,
  type TestStore,
} from '../../support/testStore.ts';

const LEDGER = { root: '9'.repeat(64), position: 3, block: 12 };
const NEWER = { root: '8'.repeat(64), position: 0, block: 40 };

let fixture: TestStore;
let store: Store;
beforeEach(async () => {
  fixture = await testStore();
  store = fixture.store;
});
afterEach(() => fixture.remove());

async function issuedFacts(): Promise<LicenceFacts> {
  const issue = buildStagedIssue();
  await store.licences.stageIssue(issue);
  await store.licences.releaseIssue(issue.identifier, { ledger: LEDGER, issuedAt: STORE_NOW });
  const facts = await store.licences.facts(issue.identifier);
  if (facts === null) throw new Error('not issued');
  return facts;
}

describe('rebuilding from the ledger', () => {
  it('adds a licence that the store lost, without personal data', async () => {
    const facts = { ...(await issuedFacts()), holderHash: null, makerId: null };
    const empty = await testStore();

    await empty.store.rebuild.putLicence(facts);

    expect(await empty.store.licences.find(facts.identifier)).toStrictEqual({
      ...facts,
      operation: null,
      holder: null,
      fields: null,
      note: null,
    });
    await empty.remove();
  });

  it('corrects what the ledger knows and keeps what it does not', async () => {
    const facts = await issuedFacts();
    const before = await store.licences.find(facts.identifier);

    await store.rebuild.putLicence({
      ...facts,
      holderHash: null,
      makerId: null,
      state: 'revoked',
      ledger: NEWER,
    });

    expect(await store.licences.find(facts.identifier)).toStrictEqual({
      ...before,
      state: 'revoked',
      ledger: NEWER,
    });
  });

  it('shows what was staged when the ledger has it', async () => {
    const facts = await issuedFacts();
    const issue = buildStagedIssue();
    await store.licences.stageIssue(issue);

    await store.rebuild.putLicence({ ...facts, identifier: issue.identifier, base: issue.base });

    expect(await store.licences.find(issue.identifier)).toMatchObject({
      state: 'issued',
      holder: issue.holder,
    });
    expect(await store.stages.overdue(new Date('9999-01-01'))).toStrictEqual([]);
  });

  it('restores seals and seal signatures', async () => {
    const seal = { ...buildSeal(), state: 'valid', actId: 'a', ledger: LEDGER } as const;
    const document = {
      format: 'pdf',
      sha256: '3'.repeat(64),
      sm3: '4'.repeat(64),
      size: 9,
    } as const;
    const signature = {
      id: '01JXA5T2Z8Q4N6M0K7H3B1C9DE',
      esId: seal.esId,
      format: 'pdf',
      document,
      signatureDigest: '5'.repeat(64),
      sealedAt: STORE_NOW,
      ledger: LEDGER,
    } as const;

    await store.rebuild.putSeal(seal, null);
    await store.rebuild.putSeal({ ...seal, state: 'revoked' }, new Uint8Array([1]));
    await store.rebuild.putSeal({ ...seal, state: 'revoked' }, null);
    await store.rebuild.putSealSignature(signature);

    expect(await store.seals.find(seal.esId)).toStrictEqual({
      ...{ ...seal, state: 'revoked', supersededBy: null },
    });
    expect(await store.seals.file(seal.esId)).toHaveLength(1);
    expect(await store.seals.findSignature(signature.id)).toStrictEqual({
      ...signature,
      codeText: null,
      by: null,
      approvedBy: null,
      timeStamp: 'none',
    });
    expect(await store.seals.signatureFile(signature.id)).toBeNull();
  });

  it('hands out status places in a new list', async () => {
    await store.status.allocate();

    await store.rebuild.continueStatusListsAfter(4);

    expect((await store.status.allocate()).list).toBe(5);
  });
});

describe('stages', () => {
  it('go over to another process when theirs is gone', async () => {
    const other = await fixture.reopen();
    const issue = buildStagedIssue();
    await other.licences.stageIssue(issue);
    const act = buildAct('licence.revoke', {});
    await other.stages.add({ subject: 'some-licence', act });
    const whileItLives = await store.stages.takeOver();

    await other.close();
    const taken = await store.stages.takeOver();

    expect(whileItLives).toStrictEqual([]);
    expect(taken.map(({ id }) => id).sort()).toStrictEqual([issue.act.act.id, act.act.id].sort());
    expect(taken.find(({ id }) => id === act.act.id)?.act).toStrictEqual(act);
    expect(await store.stages.takeOver()).toStrictEqual([]);
    expect(await store.stages.overdue(new Date('9999-01-01'))).toHaveLength(2);
    await store.stages.remove(act.act.id);
    expect(await store.stages.overdue(new Date('9999-01-01'))).toHaveLength(1);
    expect(await store.stages.overdue(STORE_NOW)).toStrictEqual([]);
  });
});
