import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COPY_LIFE_DAYS } from '../../../service/src/copies/copyForReceipt.ts';
import { readVisibleText } from '../../../service/src/documents/ofd/visibleText.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { useDetailsOf } from '../../../service/src/usage/recordUse.ts';
import {
  addReceipt,
  addServiceSeal,
  TEST_MATTER,
  TEST_PURPOSE,
  TEST_WINDOW,
} from '../../support/copyCity.ts';
import { addAccount, type TestAccount } from '../../support/testAccounts.ts';
import { formOf, testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { testClock } from '../../support/testClock.ts';
import {
  TEST_FIELDS,
  TEST_ORGANISATIONS,
  TEST_PERSON,
  TEST_TYPES,
} from '../../support/testService.ts';

const START = '2026-11-22T02:00:00.000Z';
const clock = testClock(START);
const hall = { role: 'clerk', organisation: TEST_ORGANISATIONS.hall.creditCode } as const;
let app: TestApp;
let licence: Licence;
let clerk: TestAccount;
let sameWindow: TestAccount;
let otherWindow: TestAccount;

beforeAll(async () => {
  app = await testApp({ clock });
  await addServiceSeal(app.city);
  licence = await app.city.issue({ typeCode: TEST_TYPES.dual });
  const { windows } = app.city.service.store;
  await windows.add({ ...TEST_WINDOW, code: 'W02', name: '综合窗口2号' });
  sameWindow = await addAccount(app.city, 'same', { roles: [hall], windowCode: 'W01' });
  otherWindow = await addAccount(app.city, 'other', { roles: [hall], windowCode: 'W02' });
  clerk = sameWindow;
});

afterAll(async () => {
  await app.remove();
});

interface Asked {
  readonly receiptId: string;
  readonly identifier?: string;
  readonly format?: 'ofd' | 'pdf';
}

async function ask(asked: Asked, as: TestAccount = clerk): Promise<TestAnswer> {
  clock.advance(1); // so that ids are in order
  const json = { identifier: licence.identifier, format: 'ofd', ...asked };
  return await app.send('POST', '/annotated-copies', { json, headers: as.headers });
}

/** Newest copy in a licence's trail. */
async function newestCopy(identifier: string): Promise<{
  readonly outcome: string;
  readonly reason: string | null;
  readonly holderHash: string | null;
  readonly details: ReturnType<typeof useDetailsOf>;
}> {
  const { items } = await app.city.service.store.usage.list({ licence: identifier }, { limit: 50 });
  const use = items.find(({ kind }) => kind === 'copy')!;
  return { ...use, details: useDetailsOf(use.record) };
}

describe('POST /annotated-copies', () => {
  it('gives the same copy again for its key, to whoever asked for it', async () => {
    const json = {
      receiptId: await addReceipt(app.city, licence),
      identifier: licence.identifier,
      format: 'ofd',
    };
    const send = async (as: TestAccount): Promise<TestAnswer> => {
      const headers = { ...as.headers, 'idempotency-key': 'copy' };
      return await app.send('POST', '/annotated-copies', { json, headers });
    };

    const [first, again, other] = [await send(clerk), await send(clerk), await send(otherWindow)];

    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.bytes).toEqual(first.bytes);
    expect(again.headers.get('x-copy-id')).toBe(first.headers.get('x-copy-id'));
    expect(other.headers.get('idempotent-replay')).toBeNull();
  });

  it.each(['ofd', 'pdf'] as const)(
    'makes an %s that verifies, and its use is in the trail',
    async (format) => {
      const receiptId = await addReceipt(app.city, licence);
      const answer = await ask({ receiptId, format });
      expect(answer.status).toBe(201);
      const id = answer.headers.get('x-copy-id')!;
      expect(answer.headers.get('content-type')).toBe(`application/${format}`);
      expect(answer.headers.get('content-disposition')).toBe(
        `attachment; filename="${id}.${format}"`,
      );
      const end = new Date(clock.now().getTime() - 1 + COPY_LIFE_DAYS * 86_400_000).toISOString();
      expect(answer.headers.get('x-copy-valid-until')).toBe(end);

      const verdict = await app.send('POST', '/verifications', { form: formOf(answer.bytes) });
      expect(verdict.body).toMatchObject({
        indication: 'TOTAL-PASSED',
        subject: { kind: 'annotated-copy', identifier: id },
      });
      expect(verdict.body.statement).toContain(TEST_PURPOSE);
      expect(await newestCopy(licence.identifier)).toMatchObject({
        ...{ outcome: 'answered', holderHash: licence.holderHash },
        details: { copy: id, receipt: receiptId, fields: ['holderName', 'premises'] },
      });
    },
  );

  it('shows what was disclosed and masks the rest', async () => {
    const answer = await ask({ receiptId: await addReceipt(app.city, licence) });
    const text = readVisibleText(answer.bytes)
      .flatMap(({ runs }) => runs.map((run) => run.text))
      .join('\n');
    expect(text).toContain(TEST_PERSON.name);
    expect(text).toContain(TEST_FIELDS.premises);
    expect(text).not.toContain(TEST_PERSON.code);
    expect(text).not.toContain(TEST_FIELDS.items[0]);
    expect(Buffer.from(answer.bytes).toString('latin1')).not.toContain(TEST_PERSON.code);
  });

  it('follows from a code that a holder showed', async () => {
    const { identifier } = licence;
    const shown = await app.send('POST', '/presentations', {
      json: { licences: [{ identifier, fields: ['seats'] }], window: TEST_WINDOW.code },
      as: 'holder',
    });
    const redeemed = await app.send('POST', '/presentations/redeem', {
      json: { code: shown.body['qr'], matter: TEST_MATTER.code, purpose: TEST_PURPOSE },
      headers: clerk.headers,
    });
    const receiptId = redeemed.body['receiptId'] as string;
    const answer = await ask({ receiptId, format: 'pdf' });
    expect(answer.status).toBe(201);

    const verdict = async (purpose: string): Promise<unknown> => {
      const form = formOf(answer.bytes, { purpose });
      return (await app.send('POST', '/verifications', { form })).body.subIndication;
    };
    expect(await verdict(TEST_PURPOSE)).toBeNull();
    expect(await verdict('申请贷款')).toBe('COPY_EXPIRED');
    const seen = await app.send('GET', `/licences/${identifier}/uses`, { as: 'holder' });
    const kinds = seen.body.items.map(({ kind, subject }) => `${kind} ${subject.kind}`);
    expect(kinds).toEqual(
      expect.arrayContaining([
        'copy licence',
        'verification annotated-copy',
        'presentation licence',
      ]),
    );
  });

  it('is for the clerk of the receipt and others at that window', async () => {
    const receiptId = await addReceipt(app.city, licence);
    const own = await app.send('POST', '/annotated-copies', {
      json: { receiptId, identifier: licence.identifier, format: 'ofd' },
      as: 'clerk',
    });
    expect(own.status).toBe(201);
    expect((await ask({ receiptId }, sameWindow)).status).toBe(201);
    const other = await ask({ receiptId }, otherWindow);
    expect([other.status, other.body.code]).toEqual([404, 'RECEIPT_NOT_FOUND']);
  });

  it('knows no receipt and no licence that is not there', async () => {
    const unknown = await ask({ receiptId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'RECEIPT_NOT_FOUND']);
    const receiptId = await addReceipt(app.city, licence);
    const { identifier } = await app.city.issue({ typeCode: TEST_TYPES.dual });
    const alien = await ask({ receiptId, identifier });
    expect([alien.status, alien.body.code]).toEqual([404, 'LICENCE_NOT_FOUND']);
  });

  it('takes no licence that had not passed', async () => {
    const receiptId = await addReceipt(app.city, licence, {
      ...{ indication: 'TOTAL-FAILED', subIndication: 'LICENCE_SUSPENDED', fields: [] },
    });
    const answer = await ask({ receiptId });
    expect([answer.status, answer.body.code]).toEqual([409, 'LICENCE_NOT_IN_FORCE']);
  });

  it('refuses a licence revoked since, and its holder sees that', async () => {
    const revoked = await app.city.issue({ typeCode: TEST_TYPES.dual });
    const receiptId = await addReceipt(app.city, revoked);
    const { service, people } = app.city;
    await actOnLicence(service.licences, people.maker, revoked.identifier, {
      ...{ name: 'revoke', reason: 'penalty', effectiveFrom: null },
    });
    const answer = await ask({ receiptId, identifier: revoked.identifier });
    expect([answer.status, answer.body.code]).toEqual([409, 'LICENCE_NOT_IN_FORCE']);
    expect(answer.body.detail).toContain('LICENCE_REVOKED');
    expect(await newestCopy(revoked.identifier)).toMatchObject({
      ...{ outcome: 'refused', reason: 'LICENCE_REVOKED', holderHash: revoked.holderHash },
    });
  });

  it('makes none when the time of the receipt is over', async () => {
    const receiptId = await addReceipt(app.city, licence);
    clock.advance(COPY_LIFE_DAYS * 86_400_000 + 1);
    const late = await addAccount(app.city, 'late', { roles: [hall], windowCode: 'W01' });
    const answer = await ask({ receiptId }, late);
    clock.set(START);
    expect([answer.status, answer.body.code]).toEqual([409, 'COPY_PERIOD_OVER']);
    const { items } = await app.city.service.store.usage.list(
      { licence: licence.identifier },
      { limit: 1 },
    );
    expect(items[0]).toMatchObject({ outcome: 'refused', reason: 'COPY_PERIOD_OVER' });
  });
});
