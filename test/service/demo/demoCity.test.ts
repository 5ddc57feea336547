import { describe, expect, it } from '@jest/globals';
import { isCitizenId, isCreditCode, isLicenceSerial, isTypeCode } from '@yinxin/chaincode/model';
import { parseInstant } from '../../../service/src/civilTime.ts';
import { demoCity } from '../../../service/src/demo/demoCity.ts';
import { licenceFont } from '../../../service/src/documents/fonts.ts';
import { layoutLicence, parseLayout } from '../../../service/src/documents/layout.ts';
import { checkSchema, validateFields } from '../../../service/src/licences/fields.ts';
import { SEAL_KIND_NAMES, SEAL_KINDS } from '../../../service/src/sealing/sealKinds.ts';
import { drawSealPicture } from '../../../service/src/sealing/sealPicture.ts';
import { checkMatters } from '../../../service/src/matters/checkMatters.ts';
import type { LicenceType, Store } from '../../../service/src/store/store.ts';

const city = demoCity('2026-11-22');
const codes = new Set(city.organisations.map((organisation) => organisation.creditCode));
const allTypes = [...city.types, ...city.furtherTypes];
const storedTypes = allTypes.map((type): LicenceType => ({
  ...type,
  version: 1,
  sealEsId: '1',
  updatedAt: new Date(0),
}));

interface Property {
  readonly title: string;
  readonly enum?: readonly string[];
  readonly items?: Pick<Property, 'enum'>;
  readonly 'x-title-en'?: string;
  readonly 'x-values-en'?: Readonly<Record<string, string>>;
}

/** Words of a property that have no English beside them. */
function unnamedIn(property: Property): readonly string[] {
  const values = property.enum ?? property.items?.enum ?? [];
  const known = property['x-values-en'] ?? {};
  return [
    ...(property['x-title-en'] === undefined ? [property.title] : []),
    ...values.filter((value) => known[value] === undefined),
  ];
}

describe('demoCity', () => {
  it('has organisations with right credit codes, parents before children', () => {
    const seen = new Set<string | null>([null]);
    for (const { creditCode, parent } of city.organisations) {
      expect(isCreditCode(creditCode)).toBe(true);
      expect(seen.has(parent)).toBe(true);
      seen.add(creditCode);
    }
    expect(codes.size).toBe(city.organisations.length);
  });

  it('is named in English as well, down to the values to choose from', () => {
    const unnamed = [
      ...storedTypes.flatMap(({ name, fields }) => [
        ...(fields['x-title-en'] === undefined ? [name] : []),
        ...Object.values(fields['properties'] as Record<string, Property>).flatMap(unnamedIn),
      ]),
      ...city.matters.flatMap(({ name, definition }) =>
        [{ name, nameEn: definition.nameEn }, ...definition.materials]
          .filter(({ nameEn }) => nameEn === undefined)
          .map((one) => one.name),
      ),
    ];

    expect(unnamed).toEqual([]);
  });

  it('has three issuing departments, a seal authority, an auditor and a hall with two windows', () => {
    const kinds = city.organisations.map((organisation) => organisation.kind);
    const hall = city.organisations.find((organisation) => organisation.kind === 'serviceHall');

    expect(kinds.filter((kind) => kind === 'department')).toHaveLength(3);
    expect(kinds).toEqual(expect.arrayContaining(['sealAuthority', 'auditor', 'operator']));
    expect(city.windows.map((window) => window.organisation)).toEqual([
      hall?.creditCode,
      hall?.creditCode,
    ]);
  });

  it('has the sign-in names of every demo city', () => {
    expect(city.accounts.map((account) => account.username)).toEqual(
      expect.arrayContaining([
        'operator',
        'security',
        'sealmaker',
        'maker',
        'checker',
        'clerk',
        'clerk2',
        'holder',
        'holder2',
        'auditor',
      ]),
    );
    for (const { roles, windowCode } of city.accounts) {
      for (const { organisation } of roles)
        expect(organisation === null || codes.has(organisation)).toBe(true);
      expect(windowCode === null || city.windows.some((window) => window.code === windowCode)).toBe(
        true,
      );
    }
  });

  it('has twenty holders with right codes, people and organisations', () => {
    expect(city.holders).toHaveLength(20);
    expect(new Set(city.holders.map((holder) => holder.code)).size).toBe(20);
    for (const { code, codeType, name } of city.holders) {
      expect(codeType === '111' ? isCitizenId(code) : isCreditCode(code)).toBe(true);
      expect(licenceFont().missingGlyphs(name)).toEqual([]);
    }
    for (const account of city.accounts.filter((candidate) => candidate.holder !== null)) {
      expect(city.holders[account.holder!]?.name).toBe(account.displayName);
    }
  });

  it('has six usable licence types of three departments', () => {
    expect(city.types).toHaveLength(6);
    expect(new Set(city.types.map((type) => type.issuer)).size).toBe(3);
    expect(new Set(allTypes.map((type) => type.typeCode)).size).toBe(25);
    expect(new Set(allTypes.map((type) => type.name)).size).toBe(25);
    for (const [i, type] of allTypes.entries()) {
      expect(isTypeCode(type.typeCode)).toBe(true);
      checkSchema(type.fields);
      validateFields(storedTypes[i]!, type.sampleFields);
      expect(parseLayout(type.layout)).toEqual(type.layout);
    }
  });

  it('gives the first type both formats, dual approval and the department of maker and checker', () => {
    const first = city.types[0]!;
    const staff = city.accounts.filter(
      ({ username }) => username === 'maker' || username === 'checker',
    );

    expect(first.formats).toEqual(['ofd', 'pdf']);
    expect(first.approval).toBe('dual');
    expect(staff.map(({ roles }) => roles[0]?.organisation)).toEqual([first.issuer, first.issuer]);
  });

  it('has a drawable seal for each issuing department', () => {
    for (const type of allTypes)
      expect(
        city.seals.some((seal) => seal.holder === type.issuer && seal.kind === 'licence'),
      ).toBe(true);
    for (const seal of city.seals) {
      const holder = city.organisations.find(({ creditCode }) => creditCode === seal.holder)!;
      expect(SEAL_KIND_NAMES).toContain(seal.kind);
      drawSealPicture({
        name: holder.name,
        bottomLine: SEAL_KINDS[seal.kind].bottomLine ?? '公章',
      });
    }
  });

  it('issues every type, and two licences to each of the two holders who sign in', () => {
    expect(new Set(city.licences.map((licence) => licence.typeCode)).size).toBe(6);
    expect(city.licences.filter(({ holder }) => holder === 0).length).toBeGreaterThanOrEqual(2);
    expect(city.licences.filter(({ holder }) => holder === 1).length).toBeGreaterThanOrEqual(2);
  });

  it('issues licences that are valid, fit their schema and fit on a page', () => {
    for (const licence of city.licences) {
      const i = city.types.findIndex((type) => type.typeCode === licence.typeCode);
      const type = city.types[i]!;
      const validFrom = parseInstant(licence.validFrom, 'start')!;
      const validUntil =
        licence.validUntil === null ? null : parseInstant(licence.validUntil, 'end')!;

      expect(isLicenceSerial(licence.serial)).toBe(true);
      expect(validUntil === null || validUntil > validFrom).toBe(true);
      validateFields(storedTypes[i]!, licence.fields);
      const { drawing } = layoutLicence({
        type,
        licence: {
          ...licence,
          identifier: '1',
          holder: city.holders[licence.holder]!,
          issuer: { name: '云汉市市场监督管理局' },
          validFrom,
          validUntil,
          issuedOn: validFrom,
        },
        qrModules: [[true]],
      });
      expect(drawing.items.length).toBeGreaterThan(10);
    }
  });

  it('ends a period of years on the day before', () => {
    expect(city.licences[0]).toMatchObject({ validFrom: '2026-11-22', validUntil: '2031-11-21' });
  });

  it('has forty matters with materials, in charge of departments of the city', () => {
    expect(new Set(city.matters.map((matter) => matter.code)).size).toBe(40);
    expect(new Set(city.matters.map((matter) => matter.name)).size).toBe(40);
    for (const { definition } of city.matters) {
      const { department, basis, promisedDays, statutoryDays, materials, bundles } = definition;
      expect(codes.has(department ?? '')).toBe(true);
      expect(basis).toMatch(/^《.+》$/);
      expect(promisedDays).toBeLessThanOrEqual(statutoryDays ?? 0);
      expect(materials.length + bundles.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('has matters that agree with each other and with its licence types', async () => {
    const { organisations, matters } = city;
    const store = {
      matters: { list: () => Promise.resolve([]) },
      licenceTypes: {
        find: (code: string) =>
          Promise.resolve(storedTypes.find(({ typeCode }) => typeCode === code) ?? null),
      },
      organisations: {
        find: (code: string) =>
          Promise.resolve(organisations.find(({ creditCode }) => creditCode === code) ?? null),
      },
    } as unknown as Store; // what the check asks of it

    expect(await checkMatters({ store }, matters)).toEqual([]);
  });

  it('has a bundle of three matters with eleven materials, eight of them waived for `holder`', () => {
    const bundle = city.matters.find(({ name }) => name === '我要开饭店（一件事）')!;
    const parts = bundle.definition.bundles.map((code) =>
      city.matters.find((matter) => matter.code === code)!,
    );
    const materials = parts.flatMap(({ definition }) => definition.materials);
    const account = city.accounts.find(({ username }) => username === 'holder')!;
    const held = city.licences.filter(({ holder }) => holder === account.holder);
    const waived = materials.filter(({ standIns }) =>
      standIns.some(({ typeCode, fields }) =>
        held.some(
          (licence) =>
            licence.typeCode === typeCode &&
            fields.every((field) => field.startsWith('holder') || field in licence.fields),
        ),
      ),
    );

    expect(city.matters.filter(({ definition }) => definition.bundles.length > 0)).toHaveLength(3);
    expect(parts).toHaveLength(3);
    expect(new Set(materials.map(({ code }) => code)).size).toBe(11);
    expect(waived).toHaveLength(8);
  });
});
