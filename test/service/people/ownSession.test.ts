import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeOwnSession, endOwnSession } from '../../../service/src/people/ownSession.ts';
import { nameOfSession } from '../../../service/src/people/readPeople.ts';
import { openSessionsOf } from '../../../service/src/people/sessions.ts';
import { addSession } from '../../support/testApp.ts';
import { TEST_ORGANISATIONS, testService, type TestService } from '../../support/testService.ts';

let city: TestService;

beforeAll(async () => {
  city = await testService();
});

afterAll(async () => {
  await city.remove();
});

describe('describeOwnSession', () => {
  it('names organisations as they are called now', async () => {
    const { store } = city.service;
    const { creditCode } = TEST_ORGANISATIONS.market;
    const token = await addSession(city, 'maker');

    const { organisationNames, window, expiresAt, idleExpiresAt } = await describeOwnSession(
      city.service,
      token,
    );

    const found = await store.organisations.find(creditCode);
    expect(organisationNames).toEqual({ [creditCode]: found?.name });
    expect(window).toBeNull();
    expect(idleExpiresAt).toEqual(expiresAt); // it is over in an hour, before anybody is idle
  });

  it('of somebody without an organisation names none', async () => {
    const token = await addSession(city, 'holder');

    expect((await describeOwnSession(city.service, token)).organisationNames).toEqual({});
  });

  it('refuses a session that is over', async () => {
    const asking = describeOwnSession(city.service, 'A'.repeat(43));

    await expect(asking).rejects.toMatchObject({ code: 'NOT_AUTHENTICATED' });
  });
});

describe('endOwnSession', () => {
  it('ends nobody else’s', async () => {
    const { people, service } = city;
    await addSession(city, 'clerk');
    const [theirs] = await openSessionsOf(service, people.clerk);

    const ending = endOwnSession(service, people.maker, nameOfSession(theirs!));

    await expect(ending).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await openSessionsOf(service, people.clerk)).toHaveLength(1);
  });
});
