import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listSealings, type SealingPage } from '../../../service/src/seals/listSealings.ts';
import { sealDocument } from '../../../service/src/seals/sealDocument.ts';
import type { Seal } from '../../../service/src/store/store.ts';
import { addSealedType } from '../../support/evidence.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import {
  TEST_TYPES,
  testService,
  type TestPersonName,
  type TestService,
} from '../../support/testService.ts';

let city: TestService;
let seal: Seal;
/** Oldest first: a licence of two people, a document of one. */
let sealed: readonly string[];
beforeAll(async () => {
  city = await testService();
  const { seals, store } = city.service;
  seal = (await store.seals.find(city.esId))!;
  const { identifier } = await city.issue({ typeCode: TEST_TYPES.dual });
  const { signature } = await sealDocument(seals, city.people.maker, {
    ...{ bytes: await foreignPdf(), esId: city.esId, page: 1, xMm: 30, yMm: 40 },
  });
  sealed = [identifier, signature.id];
});
afterAll(async () => {
  await city.remove();
});

const list = (by: TestPersonName, page = { limit: 10 }, of = seal): Promise<SealingPage> =>
  listSealings(city.service, city.people[by], of, page);

describe('listSealings', () => {
  it('lists licences and documents, newest first', async () => {
    const { items, nextCursor } = await list('maker');

    expect(items.map(({ identifier }) => identifier)).toEqual([...sealed].reverse());
    expect(items.map(({ kind }) => kind)).toEqual(['document', 'licence']);
    expect(nextCursor).toBeNull();
  });

  it.each<TestPersonName>(['maker', 'checker', 'auditor'])('tells %s by whom', async (by) => {
    const { maker, checker } = city.people;

    const { names } = await list(by);

    expect(Object.fromEntries(names)).toEqual({ [maker.id]: 'maker', [checker.id]: 'checker' });
  });

  it.each<TestPersonName>(['sealMaker', 'outsider'])('tells %s no names', async (by) => {
    const { items, names } = await list(by);

    expect(items).toHaveLength(2);
    expect(names.size).toBe(0);
  });

  it('names only those on the page, and goes on from its end', async () => {
    const first = await list('maker', { limit: 1 });
    const cursor = first.nextCursor!;
    const second = await listSealings(city.service, city.people.maker, seal, { limit: 1, cursor });

    expect([...first.names.values()]).toEqual(['maker']);
    expect([...first.items, ...second.items].map(({ identifier }) => identifier)).toEqual(
      [...sealed].reverse(),
    );
  });

  it('leaves out what other seals sealed', async () => {
    const { sealEsId } = await addSealedType(city, '701');
    const other = (await city.service.store.seals.find(sealEsId))!;

    expect(await list('maker', { limit: 10 }, other)).toMatchObject({
      items: [],
      names: new Map(),
    });
  });
});
