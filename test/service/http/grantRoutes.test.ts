import { citizenIdCheckCharacter } from '@yinxin/chaincode/model';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Licence } from '../../../service/src/store/store.ts';
import { addAccount, type TestAccount } from '../../support/testAccounts.ts';
import { testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import {
  TEST_COMPANY,
  TEST_FIELDS,
  TEST_ORGANISATIONS,
  TEST_PERSON,
  TEST_TYPES,
} from '../../support/testService.ts';

const AGENT = {
  ...{ name: '沈砚秋', codeType: '111' },
  code: `33040219880412999${citizenIdCheckCharacter('33040219880412999')}`,
};

describe('grants over HTTP', () => {
  let app: TestApp;
  let agent: TestAccount;
  let clerk: TestAccount;
  let licence: Licence;
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();

  beforeAll(async () => {
    app = await testApp();
    const { hall, market } = TEST_ORGANISATIONS;
    await app.city.service.store.windows.add({
      ...{ code: 'W1', name: '1号窗口', organisation: market.creditCode },
    });
    agent = await addAccount(app.city, 'agent', { holder: AGENT });
    clerk = await addAccount(app.city, 'clerk-at-1', {
      roles: [{ role: 'clerk', organisation: hall.creditCode }],
      windowCode: 'W1',
    });
    licence = await app.city.issue();
    await app.city.issue({ typeCode: TEST_TYPES.dual });
  });
  afterAll(() => app.remove());

  const give = async (): Promise<TestAnswer> =>
    await app.send('POST', '/grants', {
      as: 'holder',
      json: { agent: AGENT, scope: { licences: [licence.identifier] }, validUntil: tomorrow },
    });

  it('are made by the holder and seen by both sides', async () => {
    const made = await give();
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...{ kind: 'delegation', side: 'holder', state: 'inForce', agent: AGENT },
      scope: { licences: [licence.identifier], typeCodes: null, matters: null },
    });
    const seen = await app.send('GET', '/grants', { headers: agent.headers });
    expect(seen.body.items[0]).toMatchObject({
      ...{ id: made.body.id, side: 'agent' },
      holder: { name: TEST_PERSON.name, code: null },
    });
    const one = await app.send('GET', `/grants/${made.body.id}`, { headers: agent.headers });
    expect(one.body).toStrictEqual(seen.body.items[0]);
  });

  it('show an agent which licences they reach, not what these say', async () => {
    const { id } = (await give()).body;
    const answer = await app.send('GET', `/grants/${id}/licences`, { headers: agent.headers });
    expect(answer.body.items).toHaveLength(1);
    expect(answer.body.items[0]).toMatchObject({
      identifier: licence.identifier,
      fieldNames: expect.arrayContaining(Object.keys(TEST_FIELDS)),
    });
    expect(answer.text).not.toContain(TEST_FIELDS.premises);
    const uses = await app.send('GET', `/grants/${id}/uses`, { as: 'holder' });
    expect(uses.body.items.map(({ reason }) => reason).sort()).toStrictEqual([
      'GRANT_MADE',
      'GRANT_READ',
    ]);
    const own = await app.send('GET', '/me/uses', { as: 'holder' });
    expect(own.text).toContain('依授权查看了证照清单');
  });

  it('end at once, and are then of no use to the agent', async () => {
    const { id } = (await give()).body;
    const ended = await app.send('POST', `/grants/${id}/withdraw`, { as: 'holder', json: {} });
    expect(ended.body).toMatchObject({ state: 'withdrawn' });
    const licences = await app.send('GET', `/grants/${id}/licences`, { headers: agent.headers });
    expect([licences.status, licences.body.code]).toStrictEqual([409, 'GRANT_STATE_CONFLICT']);
    const again = await app.send('POST', `/grants/${id}/withdraw`, {
      headers: agent.headers,
      json: {},
    });
    expect([again.status, again.body.code]).toStrictEqual([409, 'GRANT_STATE_CONFLICT']);
  });

  it('of others do not exist for anybody else', async () => {
    const { id } = (await give()).body;
    const stranger = await addAccount(app.city, 'stranger', { holder: TEST_COMPANY });
    for (const path of [`/grants/${id}`, `/grants/${id}/licences`, `/grants/${id}/uses`]) {
      const answer = await app.send('GET', path, { headers: stranger.headers });
      expect([answer.status, answer.body.code]).toStrictEqual([404, 'GRANT_NOT_FOUND']);
    }
    const ended = await app.send('POST', `/grants/${id}/withdraw`, {
      headers: stranger.headers,
      json: {},
    });
    expect(ended.status).toBe(404);
  });

  it('must name something and begin and end at times', async () => {
    const json = { agent: AGENT, scope: {}, validUntil: tomorrow };
    const empty = await app.send('POST', '/grants', { as: 'holder', json });
    expect([empty.status, empty.body.code]).toStrictEqual([422, 'GRANT_SCOPE_INVALID']);
    const odd = await app.send('POST', '/grants', {
      as: 'holder',
      json: { ...json, validUntil: 'soon', scope: { typeCodes: [TEST_TYPES.single] } },
    });
    expect([odd.status, odd.body.code]).toStrictEqual([400, 'REQUEST_MALFORMED']);
  });

  it('are registered, found and ended at a window', async () => {
    const representation = {
      ...{ kind: 'legalRepresentative', holder: TEST_COMPANY, agent: AGENT },
      basis: '营业执照登记的法定代表人',
    };
    const made = await app.send('POST', '/representations', {
      headers: clerk.headers,
      json: { ...representation, validUntil: tomorrow },
    });
    expect([made.status, made.body['side']]).toStrictEqual([201, 'window']);
    const { code, codeType } = TEST_COMPANY;
    const found = await app.send('POST', '/representations/search', {
      headers: clerk.headers,
      json: { holder: { code, codeType } },
    });
    expect(found.body.items.map(({ id }) => id)).toStrictEqual([made.body.id]);
    const ended = await app.send('POST', `/grants/${made.body.id}/withdraw`, {
      headers: clerk.headers,
      json: { reason: '登记有误' },
    });
    expect(ended.body).toMatchObject({ state: 'withdrawn', note: '登记有误' });
    const elsewhere = await app.send('POST', '/representations/search', {
      as: 'clerk',
      json: { holder: { code, codeType } },
    });
    expect(elsewhere.status).toBe(403);
  });
});
