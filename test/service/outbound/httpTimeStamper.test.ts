import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError } from '../../../service/src/errors.ts';
import {
  createHttpTimeStamper,
  type HttpTimeStamperOptions,
} from '../../../service/src/outbound/httpTimeStamper.ts';
import { OID } from '../../../service/src/pki/cms/cmsOids.ts';
import { parseCms } from '../../../service/src/pki/cms/cmsParsing.ts';
import type { TimeStamper } from '../../../service/src/pki/timeStamp/timeStamper.ts';
import { verifyTimeStamp } from '../../../service/src/pki/timeStamp/verifyTimeStamp.ts';
import { encodeRejection } from '../../../service/src/pki/timeStamp/timeStampResponse.ts';
import { testCity } from '../../support/testCa.ts';
import { testClock, type TestClock } from '../../support/testClock.ts';
import { testTsa, type TestTsa } from '../../support/testTsa.ts';

const DATA = Buffer.from('signature value');

let clock: TestClock;
let tsa: TestTsa;
beforeAll(async () => {
  clock = testClock('2026-06-01T08:00:00Z');
  tsa = await testTsa(clock);
});
afterEach(() => {
  tsa.answer = null;
});
afterAll(async () => {
  await tsa.close();
});

function client(options: Partial<HttpTimeStamperOptions> = {}): TimeStamper {
  return createHttpTimeStamper({ url: tsa.url, clock, trust: () => tsa.city.trust, ...options });
}

const UNAVAILABLE = expect.objectContaining({ code: 'TSA_UNAVAILABLE' });

describe('the client of a time-stamping authority elsewhere', () => {
  it.each([
    ['ES256', OID.ecdsaWithSha256],
    ['SM2', OID.sm2WithSm3],
  ] as const)('gets a token by %s', async (algorithm, oid) => {
    const token = await client().stamp(DATA, algorithm);

    expect(parseCms(token).signatureAlgorithm.oid).toBe(oid);
  });

  it('asks with SHA-256 where SM3 is not known', async () => {
    tsa.answer = async (request, right) => ({
      body: Buffer.from(request).includes(Buffer.from('2a811ccf55018311', 'hex'))
        ? encodeRejection('badAlg', 'no')
        : await right(),
    });

    const token = await client().stamp(DATA, 'SM2');

    expect(parseCms(token).signatureAlgorithm.oid).toBe(OID.ecdsaWithSha256);
  });

  it('takes no token for another request', async () => {
    let first: Uint8Array | null = null;
    tsa.answer = async (_, right) => ({ body: (first ??= await right()) });
    const stamper = client();
    await stamper.stamp(DATA, 'ES256');

    await expect(stamper.stamp(DATA, 'ES256')).rejects.toThrow(UNAVAILABLE);
  });

  it('takes no token of an authority that the operator does not trust', async () => {
    const stranger = await testCity(clock);

    await expect(client({ trust: () => stranger.trust }).stamp(DATA, 'ES256')).rejects.toThrow(
      UNAVAILABLE,
    );
  });

  it('takes no token about another time', async () => {
    const late = testClock(new Date(clock.now().getTime() + 600_000).toISOString());

    await expect(client({ clock: late }).stamp(DATA, 'ES256')).rejects.toThrow(UNAVAILABLE);
  });

  it.each([
    ['a rejection', { body: encodeRejection('systemFailure', 'no') }],
    ['an error', { status: 500, body: new Uint8Array() }],
    ['a redirection', { status: 302, body: new Uint8Array() }],
    ['too many bytes', { body: new Uint8Array(100_000) }],
    ['nothing', { body: new Uint8Array() }],
    ['HTML', { body: Buffer.from('<html></html>') }],
  ])('does without it on %s', async (_, answer) => {
    tsa.answer = () => Promise.resolve(answer);

    await expect(client().stamp(DATA, 'ES256')).rejects.toThrow(UNAVAILABLE);
  });

  it('does not wait for long', async () => {
    tsa.answer = () => new Promise(() => undefined);

    await expect(client({ timeoutMs: 50 }).stamp(DATA, 'ES256')).rejects.toThrow(UNAVAILABLE);
  });

  it('leaves an authority that failed alone for a while', async () => {
    let asked = 0;
    tsa.answer = () => {
      asked += 1;
      return Promise.resolve({ status: 503, body: new Uint8Array() });
    };
    const stamper = client();
    for (let n = 0; n < 3; n++)
      await expect(stamper.stamp(DATA, 'ES256')).rejects.toThrow(UNAVAILABLE);
    expect(asked).toBe(1);

    tsa.answer = null;
    clock.advance(60_000);
    await expect(stamper.stamp(DATA, 'ES256')).resolves.toBeInstanceOf(Uint8Array);
  });

  it('takes no answer of which a byte was changed, or that is noise', async () => {
    const change = fc.tuple(fc.nat({ max: 5000 }), fc.integer({ min: 1, max: 255 }));
    const outcomes: unknown[] = [];
    const trust = tsa.city.trust;
    await fc.assert(
      fc.asyncProperty(change, async ([place, mask]) => {
        tsa.answer = async (_, right) => {
          const body = Uint8Array.from(await right());
          const at = place % body.length;
          body[at] = body[at]! ^ mask;
          return { body };
        };
        await client()
          .stamp(DATA, 'ES256')
          .then((token) => {
            const question = { name: 'x', token, stamped: [DATA], trust, at: clock.now() };
            outcomes.push(verifyTimeStamp(question).isSealedUp); // the byte changed is gone
          })
          .catch((error: unknown) => outcomes.push(error));
      }),
      { numRuns: 200 },
    );
    for (const one of outcomes) expect(one === true || one instanceof ServiceError).toBe(true);
  });
});
