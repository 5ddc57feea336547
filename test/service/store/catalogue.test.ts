import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LicenceType, Store } from '../../../service/src/store/store.ts';
import { STORE_NOW, testStore, type TestStore } from '../../support/testStore.ts';

const TYPE: LicenceType = {
  typeCode: 'T1',
  version: 1,
  name: '食品经营许可证',
  issuer: null,
  fields: { type: 'object', properties: { 经营范围: { type: 'string' } } },
  layout: { title: '许可证' },
  sealEsId: 'S1',
  approval: 'dual',
  formats: ['ofd', 'pdf'],
  updatedAt: STORE_NOW,
};

let fixture: TestStore;
let store: Store;
beforeEach(async () => {
  fixture = await testStore();
  store = fixture.store;
});
afterEach(() => fixture.remove());

describe('licence types', () => {
  it('keep every version', async () => {
    const second = { ...TYPE, version: 2, name: '食品经营许可证（新）' };
    await store.licenceTypes.put(TYPE);
    await store.licenceTypes.put(second);
    await store.licenceTypes.put({ ...TYPE, typeCode: 'T0' });

    expect(await store.licenceTypes.find('T1')).toStrictEqual(second);
    expect(await store.licenceTypes.find('T1', 1)).toStrictEqual(TYPE);
    expect(await store.licenceTypes.find('T1', 3)).toBeNull();
    const list = await store.licenceTypes.list();
    expect(list.map(({ typeCode, version }) => `${typeCode} ${version}`)).toStrictEqual([
      'T0 1',
      'T1 2',
    ]);
  });

  it('refuse a version that somebody else made first', async () => {
    await store.licenceTypes.put(TYPE);

    await expect(store.licenceTypes.put(TYPE)).rejects.toMatchObject({
      code: 'LICENCE_STATE_CONFLICT',
    });
  });
});

describe('matters', () => {
  it('keep every version', async () => {
    const matter = {
      code: 'M1',
      version: 1,
      name: '开餐馆',
      definition: { materials: [] },
      updatedAt: STORE_NOW,
    };
    const second = { ...matter, version: 2, name: '开饭店' };
    const before = await store.matters.revision();
    await store.matters.put([matter, { ...matter, code: 'M0' }]);
    await store.matters.put([second, { ...matter, name: 'too late' }]);

    expect(await store.matters.find('M1')).toStrictEqual(second);
    expect(await store.matters.find('M1', 1)).toStrictEqual(matter);
    expect(await store.matters.find('M1', 3)).toBeNull();
    expect(await store.matters.find('M2')).toBeNull();
    expect(await store.matters.versions('M1')).toStrictEqual([second, matter]);
    const list = await store.matters.list();
    expect(list.map(({ code, version }) => `${code} ${version}`)).toStrictEqual(['M0 1', 'M1 2']);
    expect(await store.matters.revision()).not.toBe(before);
  });
});

describe('notes of the service', () => {
  it('are set and replaced', async () => {
    await store.meta.set('demo.completed', '1');
    await store.meta.set('demo.completed', '2');

    expect(await store.meta.get('demo.completed')).toBe('2');
    expect(await store.meta.get('unknown')).toBeNull();
  });
});
