import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../../service/src/access.ts';
import {
  licenceFile,
  licenceHistory,
  licenceQr,
} from '../../../service/src/licences/licenceDocuments.ts';
import { findLicence, listLicences } from '../../../service/src/licences/readLicences.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { readQr } from '../../support/readQr.ts';
import {
  TEST_COMPANY,
  TEST_PERSON,
  testService,
  type TestService,
} from '../../support/testService.ts';

const PAGE = { limit: 50 };

let city: TestService;
let persons: Licence;
let companys: Licence;
let holder: Principal;

beforeAll(async () => {
  city = await testService();
  persons = await city.issue({ holder: TEST_PERSON });
  companys = await city.issue({ holder: TEST_COMPANY });
  const holderHash = city.service.store.holders.holderHash(TEST_PERSON);
  holder = { ...city.people.holder, holderHash };
});
afterAll(async () => {
  await city.remove();
});

const seenBy = async (
  principal: Principal,
  query: Parameters<typeof listLicences>[2] = {},
): Promise<string[]> => {
  const { items } = await listLicences(city.service.licences, principal, query, PAGE);
  return items.map((licence) => licence.identifier).sort();
};

describe('listLicences', () => {
  const both = (): string[] => [persons.identifier, companys.identifier].sort();

  it('shows issuing staff what their department issued', async () => {
    expect(await seenBy(city.people.maker)).toEqual(both());
    expect(await seenBy(city.people.checker)).toEqual(both());
  });

  it('shows another department nothing', async () => {
    expect(await seenBy(city.people.outsider)).toEqual([]);
  });

  it('shows holders their own, whoever’s code they ask for', async () => {
    expect(await seenBy(holder)).toEqual([persons.identifier]);
    expect(await seenBy(holder, { holderCode: TEST_COMPANY.code })).toEqual([]);
  });

  it('shows auditors everything, and finds by the holder’s code', async () => {
    expect(await seenBy(city.people.auditor)).toEqual(both());
    const query = { holderCode: TEST_COMPANY.code, holderCodeType: TEST_COMPANY.codeType };
    expect(await seenBy(city.people.auditor, query)).toEqual([companys.identifier]);
  });

  it('refuses who reads no licences', async () => {
    await expect(seenBy(city.people.clerk)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
    await expect(seenBy(city.people.operator)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });
});

describe('findLicence', () => {
  it.each(['maker', 'checker', 'auditor'] as const)('lets the %s see it', async (name) => {
    const found = await findLicence(city.service.licences, city.people[name], persons.identifier);

    expect(found.holder).toEqual(TEST_PERSON);
  });

  it.each(['outsider', 'clerk', 'operator', 'security'] as const)(
    'does not exist for the %s',
    async (name) => {
      const finding = findLicence(city.service.licences, city.people[name], persons.identifier);

      await expect(finding).rejects.toMatchObject({ code: 'LICENCE_NOT_FOUND' });
    },
  );

  it('does not exist for another holder', async () => {
    const finding = findLicence(city.service.licences, holder, companys.identifier);

    await expect(finding).rejects.toMatchObject({ code: 'LICENCE_NOT_FOUND' });
  });
});

describe('documents of a licence', () => {
  it('are the released bytes', async () => {
    const file = await licenceFile(city.service.licences, holder, persons.identifier, 'ofd');

    expect(file.length).toBe(persons.documents[0]?.size);
  });

  it('are missing in a format that was not issued', async () => {
    const { licences } = city.service;
    const reading = licenceFile(licences, holder, persons.identifier, 'pdf');

    await expect(reading).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
  });

  it('show the same code as text and as picture', async () => {
    const { licences } = city.service;
    const text = await licenceQr(licences, holder, persons.identifier, 'text');
    const png = await licenceQr(licences, holder, persons.identifier, 'png');
    const svg = await licenceQr(licences, holder, persons.identifier, 'svg');

    expect(await readQr(png as Uint8Array)).toEqual([text]);
    expect(svg).toContain('<svg');
  });

  it('tell the life of a licence', async () => {
    const { licences } = city.service;
    const changes = await licenceHistory(licences, holder, persons.identifier);

    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ identifier: persons.identifier, state: 'issued' });
  });
});
