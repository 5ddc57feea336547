import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PresentationParts } from '../../../service/src/presentations/parts.ts';
import { present } from '../../../service/src/presentations/present.ts';
import { redeem } from '../../../service/src/presentations/redeem.ts';
import {
  makeWindowCode,
  readWindowQuestion,
} from '../../../service/src/presentations/windowCodes.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { addCounter, addMatters, TEST_MATTER, type TestCounter } from '../../support/counters.ts';
import { testClock, type TestClock } from '../../support/testClock.ts';
import {
  TEST_ORGANISATIONS,
  TEST_TYPES,
  testService,
  type TestService,
} from '../../support/testService.ts';

let clock: TestClock;
let city: TestService;
let parts: PresentationParts;
let clerk: TestCounter;
let licence: Licence;
beforeAll(async () => {
  clock = testClock(new Date().toISOString());
  city = await testService({ clock });
  parts = city.service.presentations;
  await addMatters(city);
  clerk = await addCounter(city, 'W01');
  licence = await city.issue();
  await city.issue({ validFrom: new Date(clock.now().getTime() + 86_400_000) });
});
afterAll(async () => {
  await city.remove();
});

const QUESTION = { matter: TEST_MATTER, purpose: '开办餐馆' };
const ask = (): ReturnType<typeof makeWindowCode> =>
  makeWindowCode(parts, clerk.principal, QUESTION);

describe('a window’s code', () => {
  it('says who asks, for what, and which licences would do', async () => {
    const { qr, expiresAt } = await ask();

    const question = await readWindowQuestion(parts, city.people.holder, qr);

    const { creditCode, name } = TEST_ORGANISATIONS.hall;
    expect(question).toStrictEqual({
      window: { code: 'W01', name: 'W01号窗口' },
      organisation: { creditCode, name },
      matter: { code: TEST_MATTER, name: '开办餐馆' },
      ...{ purpose: QUESTION.purpose, expiresAt },
      needs: [
        {
          ...{ typeCode: TEST_TYPES.single, typeName: '小餐饮经营登记证' },
          ...{ fields: ['premises', 'holderName'], licences: [licence.identifier] },
        },
      ],
    });
  });

  it('binds what is shown to its window and matter', async () => {
    const { qr } = await ask();
    const licences = [{ identifier: licence.identifier }];

    const made = await present(parts, city.people.holder, { licences, windowCode: qr });

    expect(made.presentation).toMatchObject({ window: 'W01', matter: TEST_MATTER });
    const request = { ...QUESTION, code: made.spokenCode!, language: 'zh-CN' } as const;
    await expect(redeem(parts, clerk.principal, request)).resolves.toBeDefined();
  });

  it('runs out', async () => {
    const { qr, expiresAt } = await ask();
    clock.set(expiresAt);

    await expect(readWindowQuestion(parts, city.people.holder, qr)).rejects.toMatchObject({
      code: 'WINDOW_CODE_NOT_FOUND',
    });
  });

  it('is no presentation', async () => {
    const { qr } = await ask();
    const request = { ...QUESTION, code: qr, language: 'zh-CN' } as const;

    await expect(redeem(parts, clerk.principal, request)).rejects.toMatchObject({
      code: 'PRESENTATION_NOT_REDEEMABLE',
    });
  });

  it('needs a window', async () => {
    await expect(makeWindowCode(parts, city.people.clerk, QUESTION)).rejects.toMatchObject({
      code: 'NOT_AUTHORISED',
    });
  });

  it('shows nothing once the window is closed', async () => {
    const { qr } = await ask();
    const at = clock.now();
    const close = { action: 'window.close', code: 'W01', at } as const;
    await parts.store.administration.change(close, { actor: 'test', at });
    const licences = [{ identifier: licence.identifier }];

    await expect(
      present(parts, city.people.holder, { licences, windowCode: qr }),
    ).rejects.toMatchObject({ code: 'WINDOW_CLOSED' });
    await expect(ask()).rejects.toMatchObject({ code: expect.stringMatching(/CLOSED|AUTHORISED/) });
  });
});
