import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caseCity, CASE_MATTERS, type CaseCity } from '../../support/caseCity.ts';
import { TEST_PERSON } from '../../support/testService.ts';

let city: CaseCity;
beforeAll(async () => {
  city = await caseCity();
});
afterAll(async () => {
  await city.remove();
});

describe('POST /cases', () => {
  it('opens a case at a window', async () => {
    const opened = await city.open();
    expect(opened.state).toBe('materialsPending');
  });
});
