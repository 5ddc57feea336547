import { createCanvas } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  caseCity,
  CASE_MATTERS,
  type CaseActorName,
  type CaseAnswer,
  type CaseBody,
  type CaseCity,
} from '../../support/caseCity.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { formOf } from '../../support/testApp.ts';
import { TEST_COMPANY } from '../../support/testService.ts';

let city: CaseCity;
let pdf: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  city = await caseCity();
  pdf = new Uint8Array(await foreignPdf());
});
afterAll(async () => {
  await city.remove();
});

const png = new Uint8Array(createCanvas(30, 30).toBuffer('image/png'));
const { bundle, hygiene, kitchen } = CASE_MATTERS;

const upload = (
  who: CaseActorName,
  fields: Readonly<Record<string, string>>,
  file: Uint8Array<ArrayBuffer> = pdf,
): Promise<CaseAnswer> => city.upload(who, '/materials', formOf(file, fields));

async function give(name: string, materialCode?: string): Promise<string> {
  const code: Readonly<Record<string, string>> = materialCode === undefined ? {} : { materialCode };
  const { body, status } = await upload('holder', { name, ...code });
  expect(status).toBe(201);
  return body.id;
}

const stateOf = ({ materials }: CaseBody, code: string): string | undefined =>
  materials.find((one) => one.code === code)?.state;

async function usesOf(id: string): Promise<readonly string[]> {
  const { body } = await city.send('holder', 'GET', '/me/uses?limit=200');
  const uses = body.items as readonly (CaseBody & {
    kind: string;
    subject: { identifier: string };
  })[];
  return uses.filter(({ subject }) => subject.identifier === id).map(({ kind }) => kind);
}

async function read(id: string, who: CaseActorName = 'holder'): Promise<CaseBody> {
  return (await city.send(who, 'GET', `/cases/${id}`)).body;
}

describe('/materials', () => {
  it('keep what the holder gives, for the holder', async () => {
    const { status, body } = await upload('holder', {
      name: '申请书',
      materialCode: 'application',
    });

    const file = await city.send('holder', 'GET', `/materials/${body.id}/file`);
    const listed = await city.send('holder', 'GET', '/materials');
    const shown = await city.send('holder', 'GET', `/materials/${body.id}`);

    expect(status).toBe(201);
    expect(body).toMatchObject({ format: 'pdf', size: pdf.length, name: '申请书' });
    expect(file.bytes).toEqual(pdf);
    expect(file.headers.get('content-disposition')).toContain('attachment');
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
    expect(listed.body.items[0]).toEqual(body);
    expect(shown.body).toEqual(body);
  });

  it('are not there for others', async () => {
    const id = await give('申请书');

    for (const path of [`/materials/${id}`, `/materials/${id}/file`]) {
      const answer = await city.send('neighbour', 'GET', path);

      expect(answer).toMatchObject({ status: 404, body: { code: 'MATERIAL_NOT_FOUND' } });
    }
  });

  it('lie encrypted, names too', async () => {
    const id = await give('离婚判决书');

    const row = await city.app.city.service.store.holderMaterials.find(id);
    const log = city.app.logText();

    expect(row?.name).toBe('离婚判决书');
    expect(log).not.toContain('离婚判决书');
  });

  it('can never be read again once the holder is erased', async () => {
    const { store } = city.app.city.service;
    const { body } = await upload('neighbour', { name: '旧材料' });
    const { principal } = city.people.neighbour;
    await store.holders.erase(principal.holderHash ?? '', city.clock.now());

    expect(await store.holderMaterials.find(body.id)).toBeNull();
    expect(await store.holderMaterials.file(body.id)).toBeNull();
  });

  it.each([
    ['a page', Buffer.from('<html>'), 422, 'DOCUMENT_MALFORMED'],
    ['21 MiB', Buffer.alloc(21 * 1024 * 1024), 413, 'REQUEST_TOO_LARGE'],
    ['33 MiB', Buffer.alloc(33 * 1024 * 1024), 413, 'REQUEST_TOO_LARGE'],
  ])('refuse %s', async (_, bytes, status, code) => {
    const answer = await upload('holder', { name: '申请书' }, new Uint8Array(bytes));

    expect(answer).toMatchObject({ status, body: { code } });
  });

  it('are no clerk’s without a case', async () => {
    const answer = await upload('clerk', { name: '申请书' });

    expect(answer).toMatchObject({ status: 403, body: { code: 'NOT_AUTHORISED' } });
  });
});

describe('materials of a case', () => {
  it('are counted when they are handed in at the counter, and lie in the holder’s space', async () => {
    const { id } = await city.open({ matter: bundle });
    const fields = { name: '申请书', materialCode: 'application', caseId: id };

    const { status, body } = await upload('clerk', fields, png);

    const after = await read(id);
    const own = await city.send('holder', 'GET', `/materials/${body.id}`);
    expect(status).toBe(201);
    expect(stateOf(after, 'application')).toBe('submitted');
    expect(own.body).toMatchObject({ format: 'png', uploadedBy: city.people.clerk.principal.id });
  });

  it('are wanted before acceptance, matter by matter', async () => {
    const { id } = await city.open({ matter: bundle });
    const hand = (materialCode: string): Promise<CaseAnswer> =>
      upload('clerk', { name: '材料', materialCode, caseId: id });
    const accept = (matter: string): Promise<CaseAnswer> =>
      city.send('clerk', 'POST', `/cases/${id}/accept`, { matter });

    const before = await accept(hygiene);
    await hand('application');
    await hand('report');
    const after = await accept(hygiene);
    const other = await accept(kitchen);

    expect(before).toMatchObject({
      status: 409,
      body: {
        code: 'CASE_MATERIALS_MISSING',
        faults: [
          { pointer: '/materials/application', detail: '申请书' },
          { pointer: '/materials/report', detail: '卫生检测报告' },
        ],
      },
    });
    expect(after.status).toBe(200);
    expect(other).toMatchObject({
      status: 409,
      body: { faults: [{ pointer: '/materials/foodLicence' }] },
    });
  });

  it('are waived by a licence that was seen at the window for this case', async () => {
    const licence = await city.app.city.issue();
    const { id } = await city.open({ matter: kitchen });
    const before = await read(id);
    const made = await city.send('holder', 'POST', '/presentations', {
      ...{ licences: [{ identifier: licence.identifier }], window: 'W1', matter: kitchen },
    });
    const code = (made.body as unknown as { qr: string }).qr;

    const redeemed = await city.send('clerk', 'POST', '/presentations/redeem', {
      ...{ code, matter: kitchen, purpose: '开办餐馆', caseId: id },
    });

    const { materials } = await read(id, 'clerk');
    const waived = materials.find((one) => one.code === 'foodLicence');
    expect(stateOf(before, 'foodLicence')).toBe('waivable');
    expect(redeemed.status).toBe(200);
    expect(waived).toMatchObject({
      state: 'waived',
      statement: '免提交：窗口已核验电子证照《小餐饮经营登记证》。',
      by: { identifier: licence.identifier, receiptId: expect.any(String) },
    });
  });

  it('are not waived by what another one holds', async () => {
    const { identifier } = await city.app.city.issue();
    const { id } = await city.open({ matter: kitchen, holder: TEST_COMPANY });
    const made = await city.send('holder', 'POST', '/presentations', {
      ...{ licences: [{ identifier }], window: 'W1', matter: kitchen },
    });
    const code = (made.body as unknown as { qr: string }).qr;

    const redeemed = await city.send('clerk', 'POST', '/presentations/redeem', {
      ...{ code, matter: kitchen, purpose: '开办餐馆', caseId: id },
    });

    expect(redeemed.status).toBe(200);
    expect(stateOf(await read(id, 'clerk'), 'foodLicence')).toBe('needed');
  });

  it.each([
    ['with too few fields', { fields: ['premises'] }],
    ['with none', { fields: [] }],
  ])('are not waived by a licence shown %s', async (_, showing) => {
    const { identifier } = await city.app.city.issue();
    const { id } = await city.open({ matter: kitchen });
    const made = await city.send('holder', 'POST', '/presentations', {
      ...{ licences: [{ identifier, ...showing }], window: 'W1', matter: kitchen },
    });
    const code = (made.body as unknown as { qr: string }).qr;

    const redeemed = await city.send('clerk', 'POST', '/presentations/redeem', {
      ...{ code, matter: kitchen, purpose: '开办餐馆', caseId: id },
    });

    expect(redeemed.status).toBe(200);
    expect(stateOf(await read(id), 'foodLicence')).toBe('waivable');
  });

  it.each([
    ['a material that is not asked for', { materialCode: 'drawing' }, 422, 'MATERIAL_NOT_IN_CASE'],
    ['no code', {}, 422, 'MATERIAL_NOT_IN_CASE'],
  ])('are not %s', async (_, fields, status, code) => {
    const { id } = await city.open({ matter: kitchen });

    const answer = await upload('clerk', { name: '材料', caseId: id, ...fields });

    expect(answer).toMatchObject({ status, body: { code } });
  });

  it('are not taken from strangers or after the end', async () => {
    const { id } = await city.open({ matter: kitchen });
    const fields = { name: '申请书', materialCode: 'application', caseId: id };
    const strangers = await upload('stranger', fields);
    await city.step('holder', id, 'withdraw');

    const late = await upload('holder', fields);

    expect(strangers).toMatchObject({ status: 404, body: { code: 'CASE_NOT_FOUND' } });
    expect(late).toMatchObject({ status: 409, body: { code: 'CASE_STATE_CONFLICT' } });
  });
});

describe('using a material again', () => {
  it('is the holder’s to do, once', async () => {
    const materialId = await give('申请书', 'application');
    const { id } = await city.open({ matter: kitchen });
    const json = { materialCode: 'application', materialId };

    const [first, second] = [
      await city.send('holder', 'POST', `/cases/${id}/materials`, json),
      await city.send('holder', 'POST', `/cases/${id}/materials`, json),
    ];

    expect(first.status).toBe(201);
    expect(second.body.id).toBe(first.body.id);
    expect(stateOf(await read(id), 'application')).toBe('submitted');
  });

  it('is offered by name, to the counter with a record', async () => {
    const fitting = await give('卫生检测报告');
    await give('别的材料');
    const { id } = await city.open({ matter: hygiene });
    const offersFor = async (who: CaseActorName): Promise<readonly string[]> => {
      const { body } = await city.send(who, 'GET', `/cases/${id}/offers`);
      const items = body.items as unknown as readonly {
        code: string;
        offers: readonly { documentId: string }[];
      }[];
      const report = items.find(({ code }) => code === 'report');
      return report?.offers.map(({ documentId }) => documentId) ?? [];
    };

    expect(await offersFor('holder')).toContain(fitting);
    const before = await usesOf(id);
    expect(await offersFor('clerk')).toEqual(await offersFor('holder'));
    expect(await usesOf(id)).toHaveLength(before.length + 1);
  });

  it('is proposed by the clerk and seen by nobody before the holder confirms', async () => {
    const materialId = await give('申请书', 'application');
    const { id } = await city.open({ matter: kitchen });
    const json = { materialCode: 'application', materialId };
    const seen = async (): Promise<readonly string[]> =>
      (await read(id, 'clerk')).materials.flatMap((one) =>
        one.submissions.map(({ documentId }) => documentId),
      );

    const taken = await city.send('clerk', 'POST', `/cases/${id}/materials`, json);
    const proposed = await city.send('clerk', 'POST', `/cases/${id}/material-requests`, json);
    const path = `/cases/${id}/material-requests/${proposed.body.id}`;
    const before = await seen();
    const byNeighbour = await city.send('neighbour', 'POST', `${path}/confirm`, {});
    const byClerk = await city.send('clerk', 'POST', `${path}/confirm`, {});
    const confirmed = await city.send('holder', 'POST', `${path}/confirm`, {});
    const again = await city.send('holder', 'POST', `${path}/decline`, {});

    expect(taken).toMatchObject({ status: 403, body: { code: 'NOT_AUTHORISED' } });
    expect(proposed).toMatchObject({ status: 201, body: { state: 'proposed' } });
    expect(before).toEqual([]);
    expect(byNeighbour.status).toBeGreaterThanOrEqual(401);
    expect(byClerk.status).toBe(403);
    expect(confirmed).toMatchObject({ status: 200, body: { state: 'confirmed' } });
    expect(again).toMatchObject({ status: 409, body: { code: 'MATERIAL_REQUEST_CONFLICT' } });
    expect(await seen()).toEqual([materialId]);
  });

  it('does not happen when the holder declines', async () => {
    const materialId = await give('申请书', 'application');
    const { id } = await city.open({ matter: kitchen });
    const json = { materialCode: 'application', materialId };
    const proposed = await city.send('clerk', 'POST', `/cases/${id}/material-requests`, json);
    const path = `/cases/${id}/material-requests/${proposed.body.id}`;

    const declined = await city.send('holder', 'POST', `${path}/decline`, {});
    const after = await city.send('holder', 'POST', `${path}/confirm`, {});

    expect(declined.body.state).toBe('declined');
    expect(after.status).toBe(409);
    expect(stateOf(await read(id), 'application')).toBe('needed');
  });

  it('is of a proposal to this case', async () => {
    const materialId = await give('申请书', 'application');
    const [one, other] = [await city.open(), await city.open()];
    const json = { materialCode: 'application', materialId };
    const proposed = await city.send('clerk', 'POST', `/cases/${one.id}/material-requests`, json);

    const path = `/cases/${other.id}/material-requests/${proposed.body.id}/confirm`;
    const answer = await city.send('holder', 'POST', path, {});

    expect(answer).toMatchObject({ status: 404, body: { code: 'MATERIAL_REQUEST_NOT_FOUND' } });
  });
});

describe('GET /cases/{id}/materials/{submission}/file', () => {
  it('gives it to the staff whom it concerns, and tells the holder', async () => {
    const { id } = await city.open({ matter: bundle });
    const { body } = await upload('clerk', { name: '报告', materialCode: 'report', caseId: id });
    const { materials } = await read(id, 'clerk');
    const [submission] = materials.flatMap(({ submissions }) => submissions);
    const get = (who: CaseActorName): Promise<CaseAnswer> =>
      city.send(who, 'GET', `/cases/${id}/materials/${submission?.id ?? ''}/file`);

    const [clerk, health, holder, market, stranger, auditor] = [
      await get('clerk'),
      await get('health'),
      await get('holder'),
      await get('market'),
      await get('stranger'),
      await get('auditor'),
    ];

    for (const answer of [clerk, health, holder]) expect(answer.bytes).toEqual(pdf);
    expect(market).toMatchObject({ status: 403, body: { code: 'NOT_AUTHORISED' } }); // none of its matters asks for it
    expect(stranger).toMatchObject({ status: 404, body: { code: 'CASE_NOT_FOUND' } });
    expect(auditor.status).toBe(403);
    expect(await usesOf(body.id)).toEqual(['copy', 'copy']);
  });
});

describe('a signed form', () => {
  const sign = async (who: 'holder' | 'clerk'): Promise<string> => {
    const name = who === 'holder' ? 'person' : 'case-clerk';
    const fields = { page: '1', x: '30', y: '40', typedName: name };
    const answer = await city.upload(who, '/personal-signatures', formOf(pdf, fields));
    expect(answer.status).toBe(201);
    return answer.headers.get('x-personal-signature-id') ?? '';
  };
  const hand = (who: 'holder' | 'clerk', id: string, signatureId: string): Promise<CaseAnswer> =>
    city.send(who, 'POST', `/cases/${id}/materials`, { materialCode: 'application', signatureId });

  it.each(['holder', 'clerk'] as const)('of the %s is taken once it verifies', async (who) => {
    const { id } = await city.open({ matter: kitchen });
    const signatureId = await sign(who);

    const answer = await hand(who, id, signatureId);

    expect(answer).toMatchObject({
      status: 201,
      body: { kind: 'signedForm', documentId: signatureId },
    });
    expect(stateOf(await read(id), 'application')).toBe('submitted');
  });

  it('of somebody else is not there', async () => {
    const { id } = await city.open({ matter: kitchen });

    const answer = await hand('clerk', id, await sign('holder'));

    expect(answer).toMatchObject({ status: 404, body: { code: 'PERSONAL_SIGNATURE_NOT_FOUND' } });
  });

  it('is offered to its signer again', async () => {
    const first = await city.open({ matter: kitchen });
    const signatureId = await sign('holder');
    await hand('holder', first.id, signatureId);
    const second = await city.open({ matter: kitchen });

    const { text } = await city.send('holder', 'GET', `/cases/${second.id}/offers`);
    const again = await hand('holder', second.id, signatureId);

    expect(text).toContain(signatureId);
    expect(again.status).toBe(201);
  });
});
