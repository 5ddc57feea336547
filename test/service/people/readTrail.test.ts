import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disablePerson } from '../../../service/src/people/people.ts';
import {
  findPeople,
  findPerson,
  placeOrganisation,
} from '../../../service/src/people/readPeople.ts';
import { readTrail } from '../../../service/src/people/readTrail.ts';
import { TEST_ORGANISATIONS, testService, type TestService } from '../../support/testService.ts';

let city: TestService;

beforeAll(async () => {
  city = await testService();
});

afterAll(async () => {
  await city.remove();
});

describe('readTrail', () => {
  it('finds people by user name or id, and names them', async () => {
    const { service, people } = city;
    await disablePerson(service, people.security, people.outsider.id);

    for (const subject of ['outsider', people.outsider.id]) {
      const { items } = await readTrail(service.store, { subject }, { limit: 10 });
      expect(items).toMatchObject([
        { actorName: 'security', subjectName: 'outsider', before: { disabledAt: null } },
      ]);
    }
  });

  it('is empty of those who did nothing', async () => {
    const { items } = await readTrail(city.service.store, { actor: 'maker' }, { limit: 10 });

    expect(items).toEqual([]);
  });
});

describe('findPeople', () => {
  it('pages through what is asked for', async () => {
    const { service, people } = city;
    const asked = { organisation: TEST_ORGANISATIONS.market.creditCode };
    const first = await findPeople(service, people.operator, asked, { limit: 1 });
    const second = await findPeople(service, people.operator, asked, {
      ...{ limit: 1, cursor: first.nextCursor ?? '' },
    });

    const names = [...first.items, ...second.items].map(({ username }) => username);
    expect(names.sort()).toEqual(['checker', 'maker']);
    expect(second.nextCursor).toBeNull();
  });

  it('is nobody for who administers nothing', async () => {
    const page = await findPeople(city.service, city.people.clerk, {}, { limit: 10 });

    expect(page.items).toEqual([]);
    await expect(
      findPerson(city.service, city.people.clerk, city.people.maker.id),
    ).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });
});

describe('placeOrganisation', () => {
  it('tells the operator’s place at the top', async () => {
    const placed = await placeOrganisation(city.service, city.config.operator.creditCode);

    expect(placed.above).toEqual([]);
    expect(placed.children).toHaveLength(3);
  });
});
