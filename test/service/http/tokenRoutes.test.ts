import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disableClient, rotateSecret } from '../../../service/src/systems/clients.ts';
import { addClient } from '../../support/testClients.ts';
import { testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { testClock } from '../../support/testClock.ts';

const GRANT = { grant_type: 'client_credentials' };
const MINUTE_MS = 60_000;

const basic = (id: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
});

describe('POST /oauth/token', () => {
  const clock = testClock('2026-03-02T01:00:00Z');
  let app: TestApp;
  let client: { id: string; secret: string };

  const ask = async (
    form: Readonly<Record<string, string>> | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<TestAnswer> =>
    await app.send('POST', '/oauth/token', {
      raw: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  const faultOf = ({ status, body }: TestAnswer): readonly unknown[] => [status, body['error']];

  beforeAll(async () => {
    app = await testApp({ clock });
    const added = await addClient(app.city);
    client = { id: added.client.id, secret: added.secret };
  });
  afterAll(() => app.remove());

  it.each(['by HTTP Basic', 'in the form'])('gives a token for credentials %s', async (way) => {
    const answer =
      way === 'in the form'
        ? await ask({ ...GRANT, client_id: client.id, client_secret: client.secret })
        : await ask(GRANT, basic(client.id, client.secret));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toMatchObject({
      ...{ token_type: 'Bearer', expires_in: 600 },
      scope: 'licence.search licence.metadata licence.file verify',
    });
    const me = await app.send('GET', '/me', {
      headers: { authorization: `Bearer ${String(answer.body['access_token'])}` },
    });
    expect(me.body.roles).toMatchObject([{ role: 'system' }]);
  });

  it('gives the scopes that are asked for, and none that the client has not', async () => {
    const header = basic(client.id, client.secret);
    const some = await ask({ ...GRANT, scope: 'verify licence.search' }, header);
    expect(some.body['scope']).toBe('licence.search verify');
    const others = await ask({ ...GRANT, scope: 'verify admin' }, header);
    expect(faultOf(others)).toStrictEqual([400, 'invalid_scope']);
  });

  it('tells faults in the words of RFC 6749', async () => {
    const header = basic(client.id, client.secret);
    const wrong = await ask(GRANT, basic(client.id, 'wrong'));
    expect(faultOf(wrong)).toStrictEqual([401, 'invalid_client']);
    expect(wrong.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect(faultOf(await ask(GRANT, basic('nobody', client.secret)))).toStrictEqual([
      ...[401, 'invalid_client'],
    ]);
    expect(faultOf(await ask(GRANT))).toStrictEqual([401, 'invalid_client']);
    expect(faultOf(await ask(GRANT, { authorization: 'Basic %%%' }))).toStrictEqual([
      ...[401, 'invalid_client'],
    ]);
    expect(faultOf(await ask({}, header))).toStrictEqual([400, 'invalid_request']);
    expect(faultOf(await ask({ grant_type: 'password' }, header))).toStrictEqual([
      ...[400, 'unsupported_grant_type'],
    ]);
    const twice = 'grant_type=client_credentials&grant_type=client_credentials';
    expect(faultOf(await ask(twice, header))).toStrictEqual([400, 'invalid_request']);
    const both = { ...GRANT, client_id: client.id, client_secret: client.secret };
    expect(faultOf(await ask(both, header))).toStrictEqual([400, 'invalid_request']);
    const long = { ...GRANT, scope: 'x'.repeat(2000) };
    expect(faultOf(await ask(long, header))).toStrictEqual([400, 'invalid_request']);
    expect(faultOf(await ask('\u0000=%FF%zz', header))).toStrictEqual([400, 'invalid_request']);
  });

  it('lets a token end after ten minutes', async () => {
    const { body } = await ask(GRANT, basic(client.id, client.secret));
    const headers = { authorization: `Bearer ${String(body['access_token'])}` };
    clock.advance(10 * MINUTE_MS - 1);
    expect((await app.send('GET', '/me', { headers })).status).toBe(200);
    clock.advance(1);
    expect((await app.send('GET', '/me', { headers })).status).toBe(401);
  });

  it('takes the secret before as long as it was said, and not longer', async () => {
    const { service, people } = app.city;
    const before = client.secret;
    client.secret = (await rotateSecret(service, people.security, client.id, 5)).secret;
    expect((await ask(GRANT, basic(client.id, client.secret))).status).toBe(200);
    expect((await ask(GRANT, basic(client.id, before))).status).toBe(200);
    clock.advance(5 * MINUTE_MS);
    expect((await ask(GRANT, basic(client.id, before))).status).toBe(401);
    const next = await rotateSecret(service, people.security, client.id, 0);
    expect((await ask(GRANT, basic(client.id, client.secret))).status).toBe(401);
    client.secret = next.secret;
  });

  it('gives nothing to a disabled client, whose tokens end at once', async () => {
    const { service, people } = app.city;
    const { body } = await ask(GRANT, basic(client.id, client.secret));
    const headers = { authorization: `Bearer ${String(body['access_token'])}` };
    await disableClient(service, people.security, client.id);
    expect((await app.send('GET', '/me', { headers })).status).toBe(401);
    expect(faultOf(await ask(GRANT, basic(client.id, client.secret)))).toStrictEqual([
      ...[401, 'invalid_client'],
    ]);
  });

  it('writes neither secret nor token into the log', () => {
    expect(app.logText()).not.toContain(client.secret);
    expect(app.logText()).not.toContain(client.id);
  });
});
