import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approveLicence, returnLicence } from '../../../service/src/licences/approveLicence.ts';
import {
  changeDraft,
  draftLicence,
  removeDraft,
  type LicenceRequest,
} from '../../../service/src/licences/draftLicence.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import {
  buildRequest,
  testService,
  TEST_COMPANY,
  TEST_FIELDS,
  TEST_PERSON,
  TEST_TYPES,
  type TestService,
} from '../../support/testService.ts';
import { worldSnapshot } from '../../support/worldSnapshot.ts';

let city: TestService;
beforeAll(async () => {
  city = await testService();
});
afterAll(async () => {
  await city.remove();
});

const draft = (overrides: Partial<LicenceRequest> = {}): Promise<Licence> =>
  draftLicence(
    city.service.licences,
    city.people.maker,
    buildRequest({ typeCode: TEST_TYPES.dual, ...overrides }),
  );

describe('draftLicence', () => {
  it('drafts where the type needs a second person', async () => {
    const licence = await draft();

    expect(licence).toMatchObject({ state: 'drafted', documents: [], ledger: null });
  });

  it('issues at once where it does not', async () => {
    const licence = await draft({ typeCode: TEST_TYPES.single });

    expect(licence).toMatchObject({ state: 'issued', approverId: null });
    expect(licence.documents.map(({ format }) => format)).toEqual(['ofd']);
  });

  it('makes a serial that says nothing of the holder', async () => {
    const [one, other] = await Promise.all([draft(), draft()]);

    expect(one.base).toMatch(/\.\d{4}[0-9A-HJ-NP-X]{12}$/);
    expect(one.base).not.toBe(other.base);
    expect(one.base).not.toContain(TEST_PERSON.code);
  });

  it('keeps the serial it is given, once', async () => {
    const { base } = await draft({ serial: 'A2026001' });

    expect(base).toMatch(/\.A2026001$/);
    await expect(draft({ serial: 'A2026001' })).rejects.toMatchObject({
      code: 'LICENCE_ALREADY_EXISTS',
    });
  });

  it.each<[string, Partial<LicenceRequest>, string]>([
    [
      'an unknown type',
      { typeCode: `${TEST_TYPES.dual.slice(0, -3)}777` },
      'LICENCE_TYPE_NOT_FOUND',
    ],
    ['a missing field', { fields: {} }, 'LICENCE_FIELDS_INVALID'],
    ['an unknown field', { fields: { ...TEST_FIELDS, owner: '甲' } }, 'LICENCE_FIELDS_INVALID'],
    [
      'a field of another kind',
      { fields: { ...TEST_FIELDS, seats: '40' } },
      'LICENCE_FIELDS_INVALID',
    ],
    ['a period that ends before it begins', { validUntil: new Date(0) }, 'LICENCE_PERIOD_INVALID'],
    ['a serial in small letters', { serial: 'a1' }, 'LICENCE_SERIAL_INVALID'],
    ['a serial of 33 characters', { serial: '1'.repeat(33) }, 'LICENCE_SERIAL_INVALID'],
    ['an empty serial', { serial: '' }, 'LICENCE_SERIAL_INVALID'],
    [
      'a serial made from the holder’s code',
      { serial: `2026${TEST_PERSON.code}`, holder: TEST_PERSON },
      'LICENCE_SERIAL_INVALID',
    ],
    [
      'a citizen id with a wrong check character',
      { holder: { ...TEST_PERSON, code: '330402199003079980' } },
      'HOLDER_CODE_INVALID',
    ],
    [
      'a credit code called a citizen id',
      { holder: { ...TEST_COMPANY, codeType: '111' } },
      'HOLDER_CODE_INVALID',
    ],
    [
      'a code of an unknown type',
      { holder: { ...TEST_PERSON, codeType: '112' } },
      'HOLDER_CODE_INVALID',
    ],
    [
      'another code with a space',
      { holder: { ...TEST_PERSON, code: 'A 1', codeType: '999' } },
      'HOLDER_CODE_INVALID',
    ],
    [
      'a name that no font can draw',
      { holder: { ...TEST_PERSON, name: '张\u{2B740}' } },
      'GLYPH_MISSING',
    ],
    [
      'a field that no font can draw',
      { fields: { ...TEST_FIELDS, items: ['\u{10FFFD}'] } },
      'GLYPH_MISSING',
    ],
  ])('refuses %s and writes nothing', async (_, overrides, code) => {
    const before = await worldSnapshot(city);

    for (const typeCode of [TEST_TYPES.dual, TEST_TYPES.single]) {
      await expect(draft({ typeCode, ...overrides })).rejects.toMatchObject({ code });
    }

    expect(await worldSnapshot(city)).toEqual(before);
  });

  it.each(['outsider', 'checker', 'operator', 'holder', 'sealMaker', 'auditor'] as const)(
    'refuses %s',
    async (name) => {
      const before = await worldSnapshot(city);

      const attempt = draftLicence(city.service.licences, city.people[name], buildRequest());

      await expect(attempt).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
      expect(await worldSnapshot(city)).toEqual(before);
    },
  );
});

describe('a draft', () => {
  const content = {
    ...buildRequest({ typeCode: TEST_TYPES.dual }),
    fields: { premises: '南湖市解放路2号' },
  };

  it('is changed by a maker', async () => {
    const { identifier } = await draft();

    const changed = await changeDraft(
      city.service.licences,
      city.people.maker,
      identifier,
      content,
    );

    expect(changed).toMatchObject({ state: 'drafted', fields: content.fields });
  });

  it('keeps what a change says nothing of', async () => {
    const { licences } = city.service;
    const before = await draft();

    const { fields } = content;
    const { typeCode } = before;
    const changed = await changeDraft(licences, city.people.maker, before.identifier, {
      typeCode,
      fields,
    });

    const { validFrom, validUntil, holder } = before;
    expect(changed).toMatchObject({ fields, validFrom, validUntil, holder });
  });

  it.each(['typeCode', 'serial'])('keeps its identifier: no other %s', async (member) => {
    const { identifier } = await draft();

    const attempt = changeDraft(city.service.licences, city.people.maker, identifier, {
      [member]: 'ELSE',
    });

    await expect(attempt).rejects.toMatchObject({
      code: 'REQUEST_MALFORMED',
      faults: [{ pointer: `/${member}` }],
    });
  });

  it('goes back to its approver when it was returned', async () => {
    const { licences } = city.service;
    const { identifier } = await draft();

    const returned = await returnLicence(licences, city.people.checker, identifier, '地址不详');
    const changed = await changeDraft(licences, city.people.maker, identifier, content);

    expect(returned).toMatchObject({ state: 'returned', note: '地址不详' });
    expect(changed).toMatchObject({ state: 'drafted', note: null });
  });

  it('keeps what it says when a change is refused', async () => {
    const { licences } = city.service;
    const { identifier } = await draft();

    const attempt = changeDraft(licences, city.people.maker, identifier, {
      ...content,
      fields: {},
    });

    await expect(attempt).rejects.toMatchObject({ code: 'LICENCE_FIELDS_INVALID' });
    expect(await licences.store.licences.find(identifier)).toMatchObject({ fields: TEST_FIELDS });
  });

  it('is removed by a maker', async () => {
    const { licences } = city.service;
    const { identifier } = await draft();

    await removeDraft(licences, city.people.maker, identifier);

    expect(await licences.store.licences.find(identifier)).toBeNull();
  });

  it.each(['outsider', 'checker'] as const)('is left alone by %s', async (name) => {
    const { licences } = city.service;
    const { identifier } = await draft();

    for (const attempt of [
      (): Promise<unknown> => changeDraft(licences, city.people[name], identifier, content),
      (): Promise<unknown> => removeDraft(licences, city.people[name], identifier),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
    }
  });

  it('is one no more once it is issued', async () => {
    const { licences } = city.service;
    const { identifier } = await draft();
    await approveLicence(licences, city.people.checker, identifier);

    for (const attempt of [
      (): Promise<unknown> => changeDraft(licences, city.people.maker, identifier, content),
      (): Promise<unknown> => removeDraft(licences, city.people.maker, identifier),
      (): Promise<unknown> => approveLicence(licences, city.people.checker, identifier),
      (): Promise<unknown> => returnLicence(licences, city.people.checker, identifier, ''),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'LICENCE_STATE_CONFLICT' });
    }
  });
});
