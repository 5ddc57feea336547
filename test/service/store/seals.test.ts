import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SealSignature, Store } from '../../../service/src/store/store.ts';
import { ulid } from '../../../service/src/ulid.ts';
import {
  buildAct,
  buildSeal,
  STORE_NOW,
  TEST_ISSUER,
  testStore,
  type TestStore,
} from '../../support/testStore.ts';

const LEDGER = { root: '9'.repeat(64), position: 3, block: 12 };
const FILE = new TextEncoder().encode('the .esl file of 法定代表人');
const OPEN_ENDED = new Date('9999-01-01');

let fixture: TestStore;
let store: Store;
beforeEach(async () => {
  fixture = await testStore();
  store = fixture.store;
});
afterEach(() => fixture.remove());

async function released(overrides: Parameters<typeof buildSeal>[0] = {}): Promise<string> {
  const seal = buildSeal(overrides);
  await store.seals.stage(seal, FILE, buildAct('seal.make', { esId: seal.esId }));
  await store.seals.release(seal.esId, LEDGER);
  return seal.esId;
}

describe('seals', () => {
  it('are invisible until released', async () => {
    const seal = buildSeal();
    const act = buildAct('seal.make', { esId: seal.esId });
    await store.seals.stage(seal, FILE, act);
    const staged = await Promise.all([
      store.seals.find(seal.esId),
      store.seals.file(seal.esId),
      store.seals.list({}, { limit: 1 }),
    ]);

    await store.seals.release(seal.esId, LEDGER);

    expect(staged).toStrictEqual([null, null, { items: [], nextCursor: null }]);
    expect(await store.seals.find(seal.esId)).toStrictEqual({
      ...seal,
      state: 'valid',
      supersededBy: null,
      actId: act.act.id,
      ledger: LEDGER,
    });
    expect(Uint8Array.from((await store.seals.file(seal.esId)) ?? [])).toStrictEqual(FILE);
    expect(await store.stages.overdue(OPEN_ENDED)).toStrictEqual([]);
  });

  it('exist once', async () => {
    const esId = await released();

    await expect(
      store.seals.stage(buildSeal({ esId }), FILE, buildAct('seal.make', { esId })),
    ).rejects.toMatchObject({ code: 'SEAL_ALREADY_EXISTS' });
  });

  it('vanish when refused', async () => {
    const seal = buildSeal();
    await store.seals.stage(seal, FILE, buildAct('seal.make', { esId: seal.esId }));

    await store.seals.discard(seal.esId);
    await store.seals.discard(seal.esId);

    await expect(store.seals.release(seal.esId, LEDGER)).rejects.toMatchObject({
      code: 'SEAL_NOT_FOUND',
    });
  });

  it('change state and mandate, and drop the stage of the act', async () => {
    const esId = await released();
    const act = buildAct('seal.suspend', { esId });
    const mandate = { ...buildSeal().mandate, usesPerDay: 10 };
    await store.stages.add({ subject: esId, act });
    const staged = await store.stages.overdue(OPEN_ENDED);

    await store.seals.change({ esId, actId: act.act.id, ledger: LEDGER, state: 'suspended' });
    await store.seals.change({ esId, actId: 'second', ledger: LEDGER, mandate });

    expect(staged).toStrictEqual([{ id: act.act.id, subject: esId, act, stagedAt: STORE_NOW }]);
    expect(await store.seals.find(esId)).toMatchObject({
      state: 'suspended',
      mandate,
      actId: 'second',
    });
    expect(await store.stages.overdue(OPEN_ENDED)).toStrictEqual([]);
    await expect(
      store.seals.change({ esId: 'unknown', actId: 'x', ledger: LEDGER }),
    ).rejects.toMatchObject({ code: 'SEAL_NOT_FOUND' });
  });

  it('supersede the one they renew', async () => {
    const first = await released();

    const second = await released({ esId: '11010100000002', supersedes: first });

    expect(await store.seals.find(first)).toMatchObject({ state: 'superseded' });
    expect(await store.seals.find(second)).toMatchObject({ state: 'valid' });
  });

  it('are listed newest first, by holder', async () => {
    const first = await released();
    const other = { creditCode: '11110000000021135M', name: '印章管理中心' };
    const second = await released({ esId: '11010100000002', holder: other });
    const ids = async (holders?: readonly string[]): Promise<string[]> =>
      (await store.seals.list(holders === undefined ? {} : { holders }, { limit: 9 })).items.map(
        ({ esId }) => esId,
      );

    expect(await ids()).toStrictEqual([second, first]);
    expect(await ids([TEST_ISSUER])).toStrictEqual([first]);
  });
});

describe('seal signatures', () => {
  function build(): Omit<SealSignature, 'ledger'> {
    return {
      id: ulid(STORE_NOW),
      esId: '11010100000001',
      format: 'pdf',
      document: { format: 'pdf', sha256: '3'.repeat(64), sm3: '4'.repeat(64), size: FILE.length },
      codeText: 'YX1.777',
      signatureDigest: '5'.repeat(64),
      sealedAt: STORE_NOW,
      by: 'maker-account',
      timeStamp: 'none' as const,
      approvedBy: 'checker-account',
    };
  }

  it('are invisible until released', async () => {
    const signature = build();
    await store.seals.stageSignature(signature, FILE, buildAct('seal.signDocument', {}));
    const staged = await Promise.all([
      store.seals.findSignature(signature.id),
      store.seals.findSignatureByDigest(signature.document.sha256),
      store.seals.signatureFile(signature.id),
    ]);

    await store.seals.releaseSignature(signature.id, LEDGER);
    await store.seals.releaseSignature(signature.id, LEDGER);

    const expected = { ...signature, ledger: LEDGER };
    expect(staged).toStrictEqual([null, null, null]);
    expect(await store.seals.findSignature(signature.id)).toStrictEqual(expected);
    expect(await store.seals.findSignatureByDigest('3'.repeat(64))).toStrictEqual(expected);
    expect((await store.seals.listSignatures(signature.esId, { limit: 5 })).items).toStrictEqual([
      expected,
    ]);
    expect(Uint8Array.from((await store.seals.signatureFile(signature.id)) ?? [])).toStrictEqual(
      FILE,
    );
    expect(await store.stages.overdue(OPEN_ENDED)).toStrictEqual([]);
  });

  it('vanish when refused', async () => {
    const signature = build();
    await store.seals.stageSignature(signature, FILE, buildAct('seal.signDocument', {}));

    await store.seals.discardSignature(signature.id);

    await expect(store.seals.releaseSignature(signature.id, LEDGER)).rejects.toMatchObject({
      code: 'DOCUMENT_NOT_FOUND',
    });
    expect(await store.stages.overdue(OPEN_ENDED)).toStrictEqual([]);
  });
});
