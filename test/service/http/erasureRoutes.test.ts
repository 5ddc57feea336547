import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { executeErasure } from '../../../service/src/holders/erasure.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { runYinxin } from '../../support/runYinxin.ts';
import { testApp, type TestApp } from '../../support/testApp.ts';

let app: TestApp;
let licence: Licence;

beforeEach(async () => {
  app = await testApp({ retentionYears: 0 });
  licence = await app.city.issue();
});

afterEach(async () => {
  await app.remove();
});

async function revoke(): Promise<void> {
  const path = `/licences/${licence.identifier}/revoke`;
  await app.send('POST', path, { as: 'maker', json: { reason: 'holderRequest' } });
}

const ask = (): ReturnType<TestApp['send']> => app.send('POST', '/me/erasures', { as: 'holder' });

describe('a wish to be erased', () => {
  it('is refused while a licence is in force, with the reason, and the refusal is kept', async () => {
    const answer = await ask();
    const { body } = await app.send('GET', '/me/erasures', { as: 'holder' });

    expect(answer).toMatchObject({ status: 409, body: { code: 'ERASURE_RETAINED' } });
    expect(answer.body.faults[0]?.detail).toBe(`LICENCE_IN_FORCE: ${licence.identifier}`);
    expect(body.items).toMatchObject([
      { state: 'refused', reasons: [{ code: 'LICENCE_IN_FORCE', until: null }] },
    ]);
  });

  it('waits for the security administrator, once', async () => {
    await revoke();
    const first = await ask();
    const second = await ask();
    const { body } = await app.send('GET', '/erasures?state=requested', { as: 'security' });

    expect(first).toMatchObject({ status: 201, body: { state: 'requested', reasons: [] } });
    expect(second).toMatchObject({ status: 409, body: { code: 'ERASURE_STATE_CONFLICT' } });
    expect(body.items).toMatchObject([{ id: first.body.id }]);
  });

  it('can be taken back, or turned down, and then it is decided', async () => {
    await revoke();
    const first = (await ask()).body.id;
    const back = await app.send('POST', `/erasures/${first}/withdraw`, { as: 'holder' });
    const second = (await ask()).body.id;
    const down = await app.send('POST', `/erasures/${second}/refuse`, { as: 'security' });
    const late = await app.send('POST', `/erasures/${second}/approve`, { as: 'security' });

    expect([back.body.state, down.body.state]).toEqual(['withdrawn', 'refused']);
    expect(late).toMatchObject({ status: 409, body: { code: 'ERASURE_STATE_CONFLICT' } });
  });

  it('is refused where something must be kept since it was made', async () => {
    await revoke();
    const { id } = (await ask()).body;
    await app.city.issue();

    const answer = await app.send('POST', `/erasures/${id}/approve`, { as: 'security' });

    expect(answer).toMatchObject({ status: 409, body: { code: 'ERASURE_RETAINED' } });
  });

  it('that nobody made is not found', async () => {
    for (const [act, as] of [
      ['approve', 'security'],
      ['withdraw', 'holder'],
    ] as const) {
      const path = `/erasures/01ARZ3NDEKTSV4RRFFQ69G5FAV/${act}`;

      expect(await app.send('POST', path, { as })).toMatchObject({
        ...{ status: 404, body: { code: 'ERASURE_NOT_FOUND' } },
      });
    }
  });
});

describe('an erased holder', () => {
  it('whose erasure was cut off before it was noted is noted when it is approved again', async () => {
    await revoke();
    const { id } = (await ask()).body;
    const { clock, store, ledger } = app.city.service;
    const holderHash = app.city.people.holder.holderHash ?? '';
    await store.holders.erase(holderHash, clock.now());

    const parts = { clock, store, ledger, retentionYears: 0 };
    const done = await executeErasure(parts, app.city.people.security, id);

    expect(done).toMatchObject({ state: 'done', holderHash: null });
  });

  it('is signed out and nameless, their licence empty, and the ledger verifies', async () => {
    await revoke();
    const { id } = (await ask()).body;
    const done = await app.send('POST', `/erasures/${id}/approve`, { as: 'security' });
    const { store } = app.city.service;
    const account = await store.accounts.find(app.city.people.holder.id);
    const seen = await app.send('GET', `/licences/${licence.identifier}`, { as: 'auditor' });
    const verdict = await app.send('POST', '/verifications', {
      json: { identifier: licence.identifier },
    });

    expect(done).toMatchObject({ status: 200, body: { state: 'done' } });
    expect(await app.send('GET', '/me', { as: 'holder' })).toMatchObject({ status: 401 });
    expect(account).toMatchObject({ displayName: '', holderHash: null });
    expect(account?.username).toBe(`erased-${app.city.people.holder.id.toLowerCase()}`);
    expect(seen.body).toMatchObject({ holder: null, fields: null, state: 'revoked' });
    expect(verdict.body.subIndication).toBe('LICENCE_REVOKED');

    await app.city.stop();
    const { dataDir } = app.city.config;
    const { exit } = await runYinxin(['ledger', 'verify', '--data-dir', dataDir]);
    expect(exit).toBe(0);
  });
});
