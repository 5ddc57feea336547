import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requireCase } from '../../../service/src/cases/requireCase.ts';
import type { Case } from '../../../service/src/store/store.ts';
import {
  caseCity,
  CASE_MATTERS,
  type CaseActorName,
  type CaseCity,
} from '../../support/caseCity.ts';

let city: CaseCity;
beforeAll(async () => {
  city = await caseCity();
});
afterAll(async () => {
  await city.remove();
});

const { bundle, hygiene, plain, sign } = CASE_MATTERS;

const ask = (caseId: string, matter: string, who: CaseActorName = 'clerk'): Promise<Case> =>
  requireCase(city.app.city.service, { caseId, matter, principal: city.people[who].principal });

describe('requireCase', () => {
  it.each([bundle, hygiene])('finds an open case of the own counter for %s', async (matter) => {
    const { id } = await city.open({ matter: bundle });

    expect(await ask(id, matter)).toMatchObject({ id });
  });

  it('knows no case of another organisation', async () => {
    const { id } = await city.open({ matter: plain });

    await expect(ask(id, plain, 'stranger')).rejects.toMatchObject({ code: 'CASE_NOT_FOUND' });
    await expect(ask('none', plain)).rejects.toMatchObject({ code: 'CASE_NOT_FOUND' });
  });

  it('knows nobody without a window', async () => {
    const { id } = await city.open({ matter: plain });

    await expect(ask(id, plain, 'market')).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });

  it('wants the matter to be in the case', async () => {
    const { id } = await city.open({ matter: plain });

    await expect(ask(id, sign)).rejects.toMatchObject({ code: 'MATTER_NOT_IN_CASE' });
  });

  it('ends matter by matter', async () => {
    const { id } = await city.open({ matter: undefined, matters: [plain, sign] });
    await city.step('clerk', id, 'decline', { matter: sign, reason: '不属本机关职权' });

    await expect(ask(id, sign)).rejects.toMatchObject({ code: 'CASE_STATE_CONFLICT' });
    expect(await ask(id, plain)).toMatchObject({ id });
  });
});
