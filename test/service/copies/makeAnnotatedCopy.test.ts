import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CopyOrder } from '../../../service/src/copies/annotatedCopy.ts';
import { makeAnnotatedCopy } from '../../../service/src/copies/makeAnnotatedCopy.ts';
import { MASK } from '../../../service/src/documents/copyText.ts';
import { readVisibleText } from '../../../service/src/documents/ofd/visibleText.ts';
import { setMandate } from '../../../service/src/seals/actOnSeal.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { useDetailsOf } from '../../../service/src/usage/recordUse.ts';
import { addServiceSeal, buildCopyOrder, copyParts } from '../../support/copyCity.ts';
import {
  TEST_COMPANY,
  TEST_FIELDS,
  TEST_ORGANISATIONS,
  TEST_TYPES,
  testService,
  type TestService,
} from '../../support/testService.ts';

let city: TestService;
let esId: string;
let licence: Licence;

beforeAll(async () => {
  city = await testService();
  esId = await addServiceSeal(city);
  licence = await city.issue({ typeCode: TEST_TYPES.dual });
});

afterAll(async () => {
  await city.remove();
});

async function make(overrides: Partial<CopyOrder> = {}, of = licence): Promise<string> {
  const order = buildCopyOrder(city, of, overrides);
  const { bytes } = await makeAnnotatedCopy(copyParts(city.service), order);
  return readVisibleText(bytes)
    .flatMap(({ runs }) => runs.map(({ text }) => text))
    .join('\n');
}

async function newestUse(identifier: string): Promise<{ outcome: string; reason: string | null }> {
  const { items } = await city.service.store.usage.list({ licence: identifier }, { limit: 1 });
  return { outcome: items[0]!.outcome, reason: items[0]!.reason };
}

describe('makeAnnotatedCopy', () => {
  it('shows every field where it may', async () => {
    const text = await make();
    expect(text).toContain(licence.holder!.code);
    expect(text).toContain(TEST_FIELDS.items[0]!);
    expect(text.match(/\*\*\*/gu)).toHaveLength(2); // what the band says of masks
  });

  it('masks every field where it may show none, and records none', async () => {
    const text = await make({ fields: [], window: null, matter: null });
    for (const secret of [licence.holder!.name, licence.holder!.code, TEST_FIELDS.premises]) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain(MASK);
    const { items } = await city.service.store.usage.list(
      { licence: licence.identifier },
      { limit: 1 },
    );
    expect(useDetailsOf(items[0]!.record).fields).toEqual([]);
  });

  it('keeps no file, only what the ledger was told', async () => {
    const order = buildCopyOrder(city, licence);
    const { id } = await makeAnnotatedCopy(copyParts(city.service), order);
    const { seals } = city.service.store;
    expect(await seals.findSignature(id)).toMatchObject({ esId, format: 'ofd', codeText: null });
    expect(await seals.signatureFile(id)).toBeNull();
  });

  it('needs the service seal of the very organisation', async () => {
    const wish = make({ organisation: TEST_ORGANISATIONS.market });
    await expect(wish).rejects.toMatchObject({ code: 'SEAL_NOT_FOUND' });
    expect(await newestUse(licence.identifier)).toEqual({
      ...{ outcome: 'refused', reason: 'SEAL_NOT_FOUND' },
    });
  });

  it('keeps to the mandate of the seal', async () => {
    const { service, people } = city;
    const { mandate } = (await service.store.seals.find(esId))!;
    await setMandate(service.seals, people.sealMaker, esId, {
      ...{ ...mandate, requiresSecondPerson: true },
    });
    await expect(make()).rejects.toMatchObject({ code: 'SEAL_OUTSIDE_MANDATE' });
    await setMandate(service.seals, people.sealMaker, esId, mandate);
    await expect(make()).resolves.toContain(MASK);
  });

  it('prints no purpose as boxes', async () => {
    await expect(make({ purpose: '办理\u{1f600}' })).rejects.toMatchObject({
      code: 'GLYPH_MISSING',
    });
  });

  it('knows no licence that is not there', async () => {
    const other = { ...licence, identifier: licence.identifier.replace('.001.', '.002.') };
    await expect(make({}, other)).rejects.toMatchObject({
      code: expect.stringMatching(/LICENCE_NOT_FOUND|CODE_MALFORMED/u),
    });
  });

  it('shows nothing of an erased holder', async () => {
    const { store, clock } = city.service;
    const erased = await city.issue({ typeCode: TEST_TYPES.dual, holder: TEST_COMPANY });
    await make({}, erased);
    await store.holders.erase(erased.holderHash!, clock.now());
    await expect(make({}, erased)).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
  });
});
