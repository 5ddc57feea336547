import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caseCity, CASE_MATTERS, type CaseCity } from '../../support/caseCity.ts';

let city: CaseCity;
beforeAll(async () => {
  city = await caseCity();
});
afterAll(async () => {
  await city.remove();
});

describe('/calendar', () => {
  it('says that only weekends are off as long as nobody has put one', async () => {
    const { body } = await city.send(null, 'GET', '/calendar');

    expect(body).toMatchObject({ rule: 'weekends', holidays: [], updatedAt: null });
  });

  it('moves the terms that run, at once', async () => {
    const { id } = await city.open({ matter: CASE_MATTERS.bundle });
    const days = {
      holidays: ['2026-11-26', '2026-11-25', '2026-11-25'],
      workingDays: ['2026-11-28'],
    };

    const put = await city.send('operator', 'PUT', '/calendar', days);
    const { body } = await city.send('clerk', 'GET', `/cases/${id}`);

    expect(put.body).toMatchObject({ rule: 'calendar', holidays: ['2026-11-25', '2026-11-26'] });
    expect(body.promisedBy).toBe('2026-12-01T15:59:59.999Z'); // 27th, 28th, 30th, 1st
  });

  it.each([
    ['no day', { holidays: ['2026-02-30'] }, '/holidays/0'],
    ['a holiday on a Sunday', { holidays: ['2026-11-25', '2026-11-29'] }, '/holidays/1'],
    ['a working day on a Wednesday', { workingDays: ['2026-11-25'] }, '/workingDays/0'],
  ])('refuses %s', async (_, days, pointer) => {
    const json = { holidays: [], workingDays: [], ...days };

    const answer = await city.send('operator', 'PUT', '/calendar', json);

    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'CALENDAR_INVALID', faults: [{ pointer }] },
    });
  });
});
