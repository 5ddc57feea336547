import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readTimeStampResponse } from '../../../service/src/pki/timeStamp/timeStampResponse.ts';
import { hasOpenssl, runOpenssl } from '../../support/openssl.ts';
import { testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';

const describeOpenssl = hasOpenssl ? describe : describe.skip;
const QUERY = 'application/timestamp-query';

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(async () => {
  await app.remove();
});

const ask = (raw: Uint8Array<ArrayBuffer>, type = QUERY): Promise<TestAnswer> =>
  app.send('POST', '/tsa', { raw, headers: { 'content-type': type } });

describeOpenssl('POST /tsa', () => {
  it('answers whoever asks, as openssl reads it', async () => {
    const query = Uint8Array.from(
      runOpenssl(['ts', '-query', '-data', 'data', '-sha256', '-cert'], { data: 'hello' }),
    );

    const { status, headers, bytes } = await ask(query);

    expect([status, headers.get('content-type')]).toStrictEqual([
      200,
      'application/timestamp-reply',
    ]);
    const roots = app.city.service.pki.rootsPem;
    const said = runOpenssl(
      ['ts', '-verify', '-in', 'response', '-queryfile', 'query', '-CAfile', 'roots.pem'],
      { query, response: bytes, 'roots.pem': roots },
    );
    expect(said.toString()).toContain('Verification: OK');
  });
});

describe('POST /tsa', () => {
  it('says in the answer what is wrong with a request', async () => {
    const { status, bytes } = await ask(Uint8Array.from(Buffer.from('hello')));

    expect(status).toBe(200);
    expect(readTimeStampResponse(bytes)).toMatchObject({
      status: 'rejection',
      failure: 'badDataFormat',
    });
  });

  it('takes no other media type', async () => {
    const { status, body } = await ask(new Uint8Array(1), 'application/json');

    expect([status, body.code]).toStrictEqual([400, 'REQUEST_MALFORMED']);
  });

  it('takes no long request', async () => {
    const { status, body } = await ask(new Uint8Array(5000));

    expect([status, body.code]).toStrictEqual([413, 'REQUEST_TOO_LARGE']);
  });
});
