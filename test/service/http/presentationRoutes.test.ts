import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { parseCredential } from '../../../service/src/credentials/sdJwt.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import {
  addAccount,
  addCounter,
  addMatters,
  OTHER_MATTER,
  TEST_MATTER,
  type SignedIn,
  type TestCounter,
} from '../../support/counters.ts';
import { testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { testClock, type TestClock } from '../../support/testClock.ts';
import {
  TEST_COMPANY,
  TEST_FIELDS,
  TEST_ORGANISATIONS,
  TEST_PERSON,
} from '../../support/testService.ts';

let clock: TestClock;
let app: TestApp;
let clerk: TestCounter;
let clerk2: TestCounter;
let licence: Licence;
beforeAll(async () => {
  clock = testClock(new Date().toISOString());
  app = await testApp({ clock });
  await addMatters(app.city);
  clerk = await addCounter(app.city, 'W01');
  clerk2 = await addCounter(app.city, 'W02');
  licence = await app.city.issue();
});
afterAll(async () => {
  await app.remove();
});
afterEach(() => {
  clock.advance(1);
});

const FIELDS = { premises: TEST_FIELDS.premises, holderName: TEST_PERSON.name };

/** What tests look at. */
interface Made {
  readonly id: string;
  readonly qr: string;
  readonly spokenCode: string;
  readonly expiresAt: string;
}
interface Redeemed {
  readonly reports: Readonly<Record<string, { readonly indication: string }>>;
  readonly fields: Readonly<Record<string, object>>;
  readonly credentials: Readonly<Record<string, string>>;
  readonly receiptId: string;
}

async function present(body: object = {}): Promise<Made> {
  const licences = [{ identifier: licence.identifier }];
  const answer = await app.send('POST', '/presentations', {
    as: 'holder',
    json: { licences, ...body },
  });
  expect(answer.status).toBe(201);
  return answer.body as unknown as Made; // as its schema says
}

const redeem = async (
  code: string,
  by: SignedIn = clerk,
  body: object = {},
): Promise<TestAnswer> => {
  clock.advance(1); // records are in order of time
  return await app.send('POST', '/presentations/redeem', {
    headers: by.headers,
    json: { code, matter: TEST_MATTER, purpose: '开办餐馆', ...body },
  });
};
const fullWidth = (digit: string): string => String.fromCharCode(digit.charCodeAt(0) + 0xfee0);
const redeemedOf = ({ body }: TestAnswer): Redeemed => body as unknown as Redeemed; // as its schema says

/** The newest use of the holder. */
async function lastUse(): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await app.send('GET', '/me/uses?limit=1', { as: 'holder' });
  return body.items[0]!;
}

describe('POST /presentations', () => {
  it('makes a QR text and eight digits, for two minutes', async () => {
    const made = await present({ window: 'W01' });

    expect(made.qr).toMatch(/^YXP\.[A-Z2-7]{26}$/);
    expect(made.spokenCode).toMatch(/^[0-9]{8}$/);
    expect(new Date(made.expiresAt).getTime() - clock.now().getTime()).toBe(120_000);
    expect(made).toMatchObject({ state: 'live', expiresInSeconds: 120, window: 'W01' });
  });

  it('shows nobody else’s licence', async () => {
    const { identifier } = await app.city.issue({ holder: TEST_COMPANY });

    const answer = await app.send('POST', '/presentations', {
      ...{ as: 'holder', json: { licences: [{ identifier }] } },
    });

    expect(answer).toMatchObject({ status: 404, body: { code: 'LICENCE_NOT_FOUND' } });
  });

  it.each([
    [{ window: 'W99' }, 404, 'WINDOW_NOT_FOUND'],
    [{ matter: 'M-99' }, 404, 'MATTER_NOT_FOUND'],
    [{ windowCode: 'YXW.AAAA' }, 404, 'WINDOW_CODE_NOT_FOUND'],
    [{ licences: [] }, 400, 'REQUEST_MALFORMED'],
    [{ windowCode: 'YXW.AAAA', matter: TEST_MATTER }, 400, 'REQUEST_MALFORMED'],
  ])('refuses %j', async (body, status, code) => {
    const licences = [{ identifier: licence.identifier }];
    const json = { licences, ...body };

    const answer = await app.send('POST', '/presentations', { as: 'holder', json });

    expect(answer).toMatchObject({ status, body: { code } });
  });

  it('names the field that the licence does not have', async () => {
    const licences = [{ identifier: licence.identifier, fields: ['premises', 'salary'] }];

    const answer = await app.send('POST', '/presentations', { as: 'holder', json: { licences } });

    expect(answer).toMatchObject({ status: 422, body: { code: 'LICENCE_FIELDS_INVALID' } });
    expect(answer.body.faults[0]!.pointer).toBe('/licences/0/fields/1');
  });

  it('takes no licence twice, and at most twenty', async () => {
    const { identifier } = licence;
    const send = (count: number): Promise<TestAnswer> =>
      app.send('POST', '/presentations', {
        ...{
          as: 'holder',
          json: { licences: Array.from({ length: count }, () => ({ identifier })) },
        },
      });

    expect((await send(2)).status).toBe(400);
    expect((await send(21)).status).toBe(400);
  });
});

describe('POST /presentations/preview', () => {
  const preview = (body: object): Promise<TestAnswer> =>
    app.send('POST', '/presentations/preview', { as: 'holder', json: body });

  it('says what a clerk would see', async () => {
    const licences = [{ identifier: licence.identifier }];

    const { status, body } = await preview({ licences, matter: TEST_MATTER });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      licences: [{ report: { indication: 'TOTAL-PASSED' }, fields: FIELDS, grant: null }],
    });
  });

  it('leaves open what a matter that is not named will need', async () => {
    const { body } = await preview({ licences: [{ identifier: licence.identifier }] });

    expect(body).toMatchObject({ licences: [{ fields: null }] });
  });
});

describe('POST /presentations/redeem', () => {
  it('discloses what the matter needs, with a receipt and a record that the holder sees', async () => {
    const { qr } = await present();

    const answer = await redeem(qr);

    const { identifier } = licence;
    expect(answer.status).toBe(200);
    const { reports, fields, credentials, receiptId } = redeemedOf(answer);
    expect(reports[identifier]!.indication).toBe('TOTAL-PASSED');
    expect(fields).toStrictEqual({ [identifier]: FIELDS });
    expect(parseCredential(credentials[identifier]!).fields).toStrictEqual({
      premises: TEST_FIELDS.premises,
    });
    expect(await app.city.service.store.receipts.find(receiptId)).toMatchObject({
      clerkId: clerk.principal.id,
      ...{ window: 'W01', matter: TEST_MATTER, state: 'pending' },
    });
    expect(await lastUse()).toMatchObject({
      ...{ kind: 'presentation', outcome: 'answered', licence: identifier },
      ...{ window: 'W01', matter: TEST_MATTER, purpose: '开办餐馆', indication: 'TOTAL-PASSED' },
    });
  });

  it.each([
    [['seats'], { seats: TEST_FIELDS.seats }],
    [[], {}],
  ])('discloses exactly the fields %j', async (fields, shown) => {
    const { qr } = await present({ licences: [{ identifier: licence.identifier, fields }] });

    const redeemed = redeemedOf(await redeem(qr));

    expect(redeemed.fields[licence.identifier]).toStrictEqual(shown);
    const credential = parseCredential(redeemed.credentials[licence.identifier]!);
    expect(credential.fields).toStrictEqual(shown);
    expect(credential.holder).toStrictEqual({});
  });

  it('gives nobody more fields than were granted', async () => {
    const { qr } = await present({ licences: [{ identifier: licence.identifier, fields: [] }] });

    const asked = await redeem(qr, clerk, { fields: { [licence.identifier]: ['seats'] } });

    expect(asked.status).toBe(400);
    expect(redeemedOf(await redeem(qr)).fields).toStrictEqual({ [licence.identifier]: {} });
  });

  it.each([
    ['as it is written', (code: string) => code],
    ['in groups', (code: string) => ` ${code.slice(0, 4)} ${code.slice(4, 6)}-${code.slice(6)} `],
    ['in full width', (code: string) => code.replaceAll(/\d/g, fullWidth)],
  ])('takes digits %s', async (_, write) => {
    const { spokenCode } = await present({ window: 'W01' });

    expect((await redeem(write(spokenCode))).status).toBe(200);
  });

  it('takes a QR text in small letters', async () => {
    const { qr } = await present();

    expect((await redeem(` ${qr.toLowerCase()}\n`)).status).toBe(200);
  });

  describe('answers one and the same', () => {
    const withoutIds = ({ status, body }: TestAnswer): object => ({
      status,
      ...body,
      requestId: '',
    });
    const stay = (): Promise<unknown> => Promise.resolve();
    const later = async (): Promise<unknown> => {
      clock.advance(120_000);
      return await stay();
    };
    let unknown: object;
    beforeAll(async () => {
      unknown = withoutIds(await redeem('YXP.ABCDEFGHIJKLMNOPQRSTUVWXYZ'));
    });

    it('to a code that nobody has', () => {
      expect(unknown).toMatchObject({ status: 404, code: 'PRESENTATION_NOT_REDEEMABLE' });
    });

    it.each([
      ['used', 'CODE_USED', {}, (code: string) => redeem(code)],
      ['late', 'CODE_EXPIRED', {}, later],
      ['other window', 'OTHER_WINDOW', { window: 'W02' }, stay],
      ['other matter', 'OTHER_MATTER', { matter: OTHER_MATTER }, stay],
    ])('%s', async (_, reason, body, happen) => {
      const { id, qr } = await present(body);
      await happen(qr);

      const answer = await redeem(qr);

      expect(withoutIds(answer)).toStrictEqual(unknown);
      expect(await lastUse()).toMatchObject({
        ...{ kind: 'presentation', outcome: 'refused', reason, licence: licence.identifier },
        subject: { kind: 'presentation', identifier: id },
      });
    });

    it('withdrawn', async () => {
      const { id, qr } = await present();
      const withdrawn = await app.send('DELETE', `/presentations/${id}`, { as: 'holder' });

      expect(withdrawn.status).toBe(204);
      expect(withoutIds(await redeem(qr))).toStrictEqual(unknown);
      expect(await lastUse()).toMatchObject({ reason: 'CODE_WITHDRAWN' });
    });

    it('what is no code at all', async () => {
      expect(withoutIds(await redeem('no code'))).toStrictEqual(unknown);
    });
  });

  it('is good until the last millisecond', async () => {
    const { qr } = await present();
    clock.advance(119_998);

    expect((await redeem(qr)).status).toBe(200);
  });

  it('is for clerks with a window', async () => {
    const { qr } = await present();
    const organisation = TEST_ORGANISATIONS.hall.creditCode;
    const roles = [{ role: 'clerk', organisation }] as const;
    const nowhere = await addAccount(app.city, { roles });

    expect(await redeem(qr, nowhere)).toMatchObject({
      status: 403,
      body: { code: 'NOT_AUTHORISED' },
    });
    expect((await redeem(qr)).status).toBe(200);
  });

  it('goes by the service’s clock, whatever a phone or a counter thinks', async () => {
    const { qr } = await present();
    const off = new Date(clock.now().getTime() + 300_000).toUTCString();
    const headers = { ...clerk.headers, date: off };

    expect((await redeem(qr, { ...clerk, headers })).status).toBe(200);
  });

  it('stops when the role of clerk is taken away, in the middle of a session', async () => {
    const { qr } = await present();
    const former = await addCounter(app.city, 'W01');
    expect((await redeem('00000000', former)).status).toBe(404);
    const { id } = former.principal;
    const change = { action: 'person.setRoles', id, roles: [], windowCode: null } as const;
    const order = { actor: 'test', at: clock.now() };
    await app.city.service.store.administration.change(change, order);

    expect(await redeem(qr, former)).toMatchObject({ status: 403 });
    expect((await redeem(qr)).status).toBe(200);
  });

  it('says when a locked account may type digits again', async () => {
    const hasty = await addCounter(app.city, 'W01');
    for (let count = 0; count < 5; count++) await redeem('0000 0000', hasty);

    const answer = await redeem('0000 0000', hasty);

    expect(answer).toMatchObject({ status: 429, body: { code: 'SPOKEN_CODE_LOCKED' } });
    expect(answer.headers.get('retry-after')).toBe('900');
  });

  it('gives the same answer to the same key, once', async () => {
    const { qr } = await present();
    const headers = { ...clerk.headers, 'idempotency-key': 'redeem-1' };

    const first = await redeem(qr, { ...clerk, headers });
    const again = await redeem(qr, { ...clerk, headers });

    expect(again.status).toBe(200);
    expect(again.text).toBe(first.text);
    expect((await redeem(qr)).status).toBe(404);
  });

  it('lets one of forty win', async () => {
    const { id, qr } = await present();

    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => redeem(qr, index % 2 === 0 ? clerk : clerk2)),
    );

    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(39);
    const { body } = await app.send('GET', `/presentations/${id}`, { as: 'holder' });
    expect(body).toMatchObject({
      state: 'redeemed',
      redeemed: { receiptId: redeemedOf(won[0]!).receiptId },
    });
  });
});

describe('POST /presentations/{id}/confirm', () => {
  it('lets digits work where the holder said, and nowhere before', async () => {
    const { id, spokenCode } = await present();
    expect((await redeem(spokenCode)).status).toBe(404);

    const json = { window: 'W01' };
    const confirmed = await app.send('POST', `/presentations/${id}/confirm`, {
      as: 'holder',
      json,
    });

    expect(confirmed).toMatchObject({ status: 200, body: { window: 'W01', hasSpokenCode: true } });
    expect((await redeem(spokenCode, clerk2)).status).toBe(404);
    expect((await redeem(spokenCode)).status).toBe(200);
  });

  it('is for whoever made it, once', async () => {
    const { id } = await present({ window: 'W01' });
    const confirm = (window: string): Promise<TestAnswer> =>
      app.send('POST', `/presentations/${id}/confirm`, { as: 'holder', json: { window } });

    expect((await confirm('W01')).status).toBe(200);
    expect(await confirm('W02')).toMatchObject({ status: 409 });
    const stranger = await addAccount(app.city, {
      roles: [{ role: 'holder', organisation: null }],
      holderHash: app.city.service.store.holders.holderHash(TEST_COMPANY),
    });
    const { headers } = stranger;
    const asked = await app.send('GET', `/presentations/${id}`, { headers });
    expect(asked).toMatchObject({ status: 404, body: { code: 'PRESENTATION_NOT_FOUND' } });
  });
});

describe('what a window asks', () => {
  it('is told to a holder, who then shows it to that window', async () => {
    const json = { matter: TEST_MATTER, purpose: '开办餐馆' };
    const asked = await app.send('POST', '/window-codes', { headers: clerk.headers, json });
    const windowCode = String(asked.body['qr']);

    const told = await app.send('GET', `/window-codes/${windowCode}`, { as: 'holder' });

    expect(asked).toMatchObject({ status: 201, body: { expiresInSeconds: 300 } });
    expect(told).toMatchObject({
      status: 200,
      body: { window: { code: 'W01' }, needs: [{ licences: [licence.identifier] }] },
    });
    expect(await present({ windowCode })).toMatchObject({ window: 'W01', matter: TEST_MATTER });
  });
});

describe('POST /function-checks', () => {
  it('answers as a redemption does', async () => {
    const { code, codeType } = TEST_PERSON;
    const json = {
      ...{ holder: { code, codeType }, typeCode: licence.typeCode },
      ...{ matter: TEST_MATTER, purpose: '开办餐馆', legalBasis: '《食品安全法》第三十五条' },
    };

    const answer = await app.send('POST', '/function-checks', { headers: clerk.headers, json });

    expect(answer.status).toBe(200);
    expect(redeemedOf(answer).fields).toStrictEqual({ [licence.identifier]: FIELDS });
  });
});
