import { creditCodeCheckCharacter, statePlaces } from '@yinxin/chaincode/model';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addOrganisation } from '../../../service/src/people/organisations.ts';
import { testService, type TestService } from '../../support/testService.ts';

let city: TestService;

beforeAll(async () => {
  city = await testService();
});

afterAll(async () => {
  await city.remove();
});

const creditCode = (body: string): string => body + creditCodeCheckCharacter(body);
const NEW = {
  creditCode: creditCode('11330400TEX000091'),
  name: '南湖市水利局',
  parent: null,
  kind: 'department',
  roles: ['issuer'],
} as const;

describe('addOrganisation', () => {
  it('puts its keys and rights on the ledger', async () => {
    const { service, people } = city;

    await addOrganisation(service, people.operator, NEW);

    const { values } = await service.ledger.readStates([statePlaces.authority(NEW.creditCode)]);
    expect(values[0]).toMatchObject({ name: NEW.name, roles: ['issuer'] });
  });

  it('leaves one without rights off the ledger', async () => {
    const code = creditCode('11330400TEX000092');
    const { service, people } = city;

    await addOrganisation(service, people.security, { ...NEW, creditCode: code, roles: [] });

    const { values } = await service.ledger.readStates([statePlaces.authority(code)]);
    expect(values[0]).toBeNull();
  });

  it.each([
    ['a wrong check character', { creditCode: '11330400TEX000091!' }, 'CREDIT_CODE_INVALID'],
    [
      'a parent that is not there',
      { creditCode: creditCode('11330400TEX000093'), parent: 'none' },
      'ORGANISATION_NOT_FOUND',
    ],
    ['one that is there', {}, 'ORGANISATION_ALREADY_EXISTS'],
  ])('refuses %s', async (_, overrides, code) => {
    const adding = addOrganisation(city.service, city.people.operator, { ...NEW, ...overrides });

    await expect(adding).rejects.toMatchObject({ code });
  });
});
