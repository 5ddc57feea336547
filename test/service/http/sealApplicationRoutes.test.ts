import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { formOf, testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { TEST_ORGANISATIONS, type TestPersonName } from '../../support/testService.ts';

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(async () => {
  await app.remove();
});

const sealRequest = {
  holder: TEST_ORGANISATIONS.market,
  kind: 'finance',
  name: '南湖市市场监督管理局财务专用章',
  validFrom: '2026-01-01',
  validUntil: '2030-12-31',
};
const request = { ...sealRequest, grounds: '新设财务科' };

const post = (path: string, as: TestPersonName, json: object = {}): Promise<TestAnswer> =>
  app.send('POST', path, { as, json });

const apply = (overrides: object = {}, as: TestPersonName = 'maker'): Promise<TestAnswer> =>
  post('/seal-applications', as, { ...request, ...overrides });

const idOf = ({ body }: TestAnswer): string => (body as unknown as { id: string }).id;

describe('/seal-applications', () => {
  it('become seals when somebody else approves, and the act names both persons', async () => {
    const application = await apply({ mandate: { usesPerDay: 7 } });

    const path = `/seal-applications/${idOf(application)}`;
    const made = await post(`${path}/approve`, 'sealMaker');

    const { seal } = made.body as unknown as { seal: { esId: string } };
    expect([application.status, made.status]).toEqual([201, 201]);
    expect(made.body).toMatchObject({
      application: { state: 'made', esId: seal.esId },
      seal: { kind: 'finance', holder: request.holder, mandate: { usesPerDay: 7 } },
    });
    const { store, ledger } = app.city.service;
    const kept = await store.seals.find(seal.esId);
    const [recorded] = (await ledger.batchActs(kept!.ledger!.root)) ?? [];
    const { by } = recorded!.act;
    const hash = (name: TestPersonName): string =>
      store.holders.keyedHash('actor', app.city.people[name].id);
    expect(by).toMatchObject({ maker: hash('maker'), approver: hash('sealMaker') });
  });

  it('are not approved by the applicant, nor twice', async () => {
    const own = await apply({}, 'sealMaker');
    const other = await apply();

    const codes: string[] = [];
    for (const path of [own, other, other].map((one) => `/seal-applications/${idOf(one)}`)) {
      codes.push((await post(`${path}/approve`, 'sealMaker')).body.code);
    }

    expect(codes).toEqual(['APPROVER_IS_MAKER', undefined, 'SEAL_APPLICATION_CONFLICT']);
  });

  it('are returned with a note, and taken back by their applicant', async () => {
    const id = idOf(await apply());

    const returned = await post(`/seal-applications/${id}/return`, 'sealMaker', { note: '缺件' });
    const approved = await post(`/seal-applications/${id}/approve`, 'sealMaker');
    const removed = await app.send('DELETE', `/seal-applications/${id}`, { as: 'maker' });
    const { body } = await app.send('GET', `/seal-applications/${id}`, { as: 'maker' });

    expect(returned.body).toMatchObject({ state: 'returned', note: '缺件' });
    expect([approved.body.code, removed.status]).toEqual(['SEAL_APPLICATION_CONFLICT', 204]);
    expect(body).toMatchObject({ state: 'withdrawn', grounds: request.grounds });
  });

  it('go back to waiting when the seal cannot be made', async () => {
    const id = idOf(await apply({ mandate: { licenceTypes: ['NO-TYPE-CODE-AT-ALL-0'] } }));

    const failed = await post(`/seal-applications/${id}/approve`, 'sealMaker');
    const { body } = await app.send('GET', `/seal-applications/${id}`, { as: 'sealMaker' });

    expect(failed.status).toBeGreaterThanOrEqual(400);
    expect(body).toMatchObject({ state: 'applied', esId: null });
  });

  it.each([
    ['for another department', { holder: TEST_ORGANISATIONS.health }, 403],
    ['with a period that ends before it begins', { validUntil: '2020-01-01' }, 422],
    ['with a name no font has', { holder: { ...request.holder, name: '𰻝𰻝面馆' } }, 422],
    ['without grounds', { grounds: '' }, 400],
    ['in place of no seal', { predecessor: '1' }, 404],
  ])('are refused %s', async (_, overrides, status) => {
    expect((await apply(overrides)).status).toBe(status);
  });

  it('are seen by their department, seal makers and auditors', async () => {
    const id = idOf(await apply());

    const seen = async (as: TestPersonName): Promise<boolean> => {
      const { body } = await app.send('GET', '/seal-applications', { as });
      return (body.items as unknown as { id: string }[]).some((one) => one.id === id);
    };

    expect(await Promise.all((['maker', 'sealMaker', 'auditor'] as const).map(seen))).toEqual([
      true,
      true,
      true,
    ]);
    const path = `/seal-applications/${id}`;
    expect((await app.send('GET', path, { as: 'outsider' })).body.code).toBe(
      'SEAL_APPLICATION_NOT_FOUND',
    );
  });
});

describe('/seals/{esId}/renew', () => {
  const make = async (kind = 'official'): Promise<string> => {
    const seal = { ...sealRequest, kind, name: '欧阳静宜' };
    return (await post('/seals', 'sealMaker', seal)).body.esId;
  };
  const renew = (esId: string, body: object = { validUntil: '2031-12-31' }): Promise<TestAnswer> =>
    post(`/seals/${esId}/renew`, 'sealMaker', body);
  const seal = async (esId: string): Promise<TestAnswer> =>
    app.send('POST', '/seal-signatures', {
      as: 'maker',
      form: formOf(await foreignPdf(), { esId, page: '1', x: '30', y: '40' }),
    });

  it('puts a seal in the place of another, which seals no more; what it sealed still passes', async () => {
    const first = await make();
    const sealed = await seal(first);
    const second = (await renew(first)).body.esId;
    const third = (await renew(second)).body.esId;

    const refused = await seal(first);
    const again = await renew(first);
    const verdict = await app.send('POST', '/verifications', { form: formOf(sealed.bytes) });
    const chain = await app.send('GET', `/seals/${second}/renewals`, { as: 'maker' });
    const shown = await app.send('GET', `/seals/${first}`, { as: 'maker' });

    expect([refused.status, refused.body.code]).toEqual([409, 'SEAL_SUPERSEDED']);
    expect(again.body.code).toBe('SEAL_STATE_CONFLICT');
    expect(verdict.body.indication).toBe('TOTAL-PASSED');
    expect(chain.body).toEqual({ esId: second, predecessors: [first], successors: [third] });
    expect(shown.body).toMatchObject({ state: 'superseded', supersededBy: second });
    expect((await seal(third)).status).toBe(201);
  });

  it('keeps holder, kind and mandate', async () => {
    const esId = await make('contract');
    await app.send('PUT', `/seals/${esId}/mandate`, { as: 'sealMaker', json: { usesPerDay: 3 } });

    const { status, body } = await renew(esId);

    expect(status).toBe(201);
    expect(body).toMatchObject({
      holder: request.holder,
      kind: 'contract',
      supersedes: esId,
      mandate: { usesPerDay: 3 },
    });
  });

  it('is refused for a seal that is suspended or revoked, and for a period that is over', async () => {
    const esId = await make();
    const over = await renew(esId, { validUntil: '2020-01-01' });
    await post(`/seals/${esId}/suspend`, 'sealMaker', { reason: 'other' });

    const suspended = await renew(esId);

    expect([over.body.code, suspended.body.code]).toEqual([
      'SEAL_PERIOD_INVALID',
      'SEAL_STATE_CONFLICT',
    ]);
  });

  it('leaves the name of a legal representative off the ledger', async () => {
    const esId = await make('legalRepresentative');
    const { store, ledger } = app.city.service;
    const kept = await store.seals.find(esId);

    const [recorded] = (await ledger.batchActs(kept!.ledger!.root)) ?? [];
    const { body } = recorded!.act;

    expect(kept?.name).toBe('欧阳静宜');
    expect(body).toMatchObject({ name: '法定代表人章' });
  });
});

describe('/seals/{esId}/{suspend,revoke}', () => {
  it('reach back, but not forward, and not to before the seal', async () => {
    const { esId, createdAt } = (await post('/seals', 'sealMaker', sealRequest))
      .body as unknown as {
      esId: string;
      createdAt: string;
    };
    const revoke = (effectiveFrom: string): Promise<TestAnswer> =>
      post(`/seals/${esId}/revoke`, 'sealMaker', { reason: 'keyCompromise', effectiveFrom });

    const future = await revoke('2099-01-01T00:00:00Z');
    const before = await revoke('2000-01-01T00:00:00Z');
    const back = await revoke(createdAt);

    expect([future.status, before.status]).toEqual([422, 422]);
    expect([future.body.code, back.body.state]).toEqual(['EFFECTIVE_TIME_INVALID', 'revoked']);
  });
});
