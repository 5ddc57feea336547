import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Store } from '../../../service/src/store/store.ts';
import { STORE_NOW, testStore, type TestStore } from '../../support/testStore.ts';

const ENTRY = {
  id: '01JXA5T2Z8Q4N6M0K7H3B1C9DE',
  typeCode: 'T',
  isDryRun: false,
  createdBy: 'maker-account',
  createdAt: STORE_NOW,
};
const ROWS = [1, 2, 3, 4].map((number) => ({ number, cells: { 姓名: `张${number}` } }));

let fixture: TestStore;
let store: Store;
beforeEach(async () => {
  fixture = await testStore();
  store = fixture.store;
  await store.imports.add(ENTRY);
  await store.imports.addRows(ENTRY.id, ROWS);
});
afterEach(() => fixture.remove());

describe('imports', () => {
  it('count their rows by outcome', async () => {
    await store.imports.settleRows(ENTRY.id, [
      { number: 1, outcome: 'issued', identifier: 'L1', fault: null },
      {
        number: 2,
        outcome: 'refused',
        identifier: null,
        fault: {
          code: 'HOLDER_CODE_INVALID',
          message: 'wrong check character',
          pointer: '/holder/code',
        },
      },
    ]);

    expect(await store.imports.find(ENTRY.id)).toStrictEqual({
      ...ENTRY,
      state: 'running',
      counts: { pending: 2, issued: 1, drafted: 0, valid: 0, refused: 1 },
      finishedAt: null,
    });
  });

  it('go on where they stopped', async () => {
    await store.imports.settleRows(ENTRY.id, [
      { number: 1, outcome: 'issued', identifier: 'L1', fault: null },
    ]);
    const again = await fixture.reopen();
    await store.close();

    await again.imports.addRows(ENTRY.id, ROWS);

    expect(await again.imports.unfinished()).toMatchObject([{ id: ENTRY.id }]);
    expect(await again.imports.pendingRows(ENTRY.id, 0, 2)).toStrictEqual(ROWS.slice(1, 3));
    expect(await again.imports.pendingRows(ENTRY.id, 3, 2)).toStrictEqual(ROWS.slice(3));
  });

  it('are left to a process that lives', async () => {
    const beside = await fixture.reopen();

    expect(await beside.imports.unfinished()).toStrictEqual([]);
    expect(await store.imports.unfinished()).toMatchObject([{ id: ENTRY.id }]);
    await store.close();
    expect(await beside.imports.unfinished()).toMatchObject([{ id: ENTRY.id }]);
  });

  it('tell rows by number and outcome, in pages', async () => {
    const fault = { code: 'X', message: 'y', pointer: null };
    await store.imports.settleRows(
      ENTRY.id,
      [2, 4].map((number) => ({ number, outcome: 'refused', identifier: null, fault })),
    );

    const first = await store.imports.rows(ENTRY.id, {}, { limit: 3 });
    const second = await store.imports.rows(
      ENTRY.id,
      {},
      { limit: 3, cursor: first.nextCursor ?? '' },
    );
    const refused = await store.imports.rows(ENTRY.id, { outcome: 'refused' }, { limit: 9 });

    expect([...first.items, ...second.items].map(({ number }) => number)).toStrictEqual([
      1, 2, 3, 4,
    ]);
    expect(refused.items).toStrictEqual(
      [2, 4].map((number) => ({ number, outcome: 'refused', identifier: null, fault })),
    );
  });

  it('end', async () => {
    await store.imports.finish(ENTRY.id, 'done', STORE_NOW);

    expect(await store.imports.find(ENTRY.id)).toMatchObject({
      state: 'done',
      finishedAt: STORE_NOW,
    });
    expect(await store.imports.unfinished()).toStrictEqual([]);
    expect((await store.imports.list({ limit: 5 })).items).toHaveLength(1);
    await expect(store.imports.finish('unknown', 'done', STORE_NOW)).rejects.toMatchObject({
      code: 'IMPORT_NOT_FOUND',
    });
  });
});
