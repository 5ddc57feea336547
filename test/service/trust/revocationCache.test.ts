import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ocspResponder } from '../../../service/src/certificates/answerOcsp.ts';
import { parseCertificate, type Certificate } from '../../../service/src/pki/certificate.ts';
import { encodeOcspRequest } from '../../../service/src/pki/revocation/ocspRequest.ts';
import type { FetchedRevocation } from '../../../service/src/trust/currentTrust.ts';
import {
  createRevocationCache,
  type RevocationCache,
  type UnknownStatus,
} from '../../../service/src/trust/revocationCache.ts';
import { testClock, type TestClock } from '../../support/testClock.ts';
import { TEST_ORGANISATIONS, testService, type TestService } from '../../support/testService.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The other city; what it publishes is as of its start. */
let city: TestService;
let leaf: UnknownStatus;
let intermediate: UnknownStatus;

beforeAll(async () => {
  city = await testService({ clock: testClock('2026-06-01T02:00:00Z') });
  const { service } = city;
  const signers = await service.licences.signersOf(TEST_ORGANISATIONS.market.creditCode);
  const [certificate, issuer] = signers.documentSignerEs256.certificationPath.map((der) =>
    parseCertificate(der),
  );
  const root = service.trust.own.anchors.find(
    ({ subjectKeyId }) => subjectKeyId === issuer!.authorityKeyId,
  );
  leaf = { certificate: certificate!, issuer: issuer! };
  intermediate = { certificate: issuer!, issuer: root! };
});
afterAll(async () => {
  await city.remove();
});

let clock: TestClock;
let asked: string[];
let fetched: FetchedRevocation;
let published: Map<string, Uint8Array>;
let respond: (request: Uint8Array) => Promise<Uint8Array>;
let cache: RevocationCache;

beforeEach(() => {
  clock = testClock('2026-06-01T02:00:00Z');
  asked = [];
  fetched = { crls: [], ocspResponses: [] };
  published = new Map([
    [leaf.certificate.crlUrls[0]!, listOf(leaf.issuer)],
    [intermediate.certificate.crlUrls[0]!, listOf(intermediate.issuer)],
  ]);
  respond = () => Promise.reject(new Error('out of reach'));
  cache = createRevocationCache({
    clock,
    trust: { setFetched: (next) => void (fetched = next) },
    source: {
      async fetchCrl(url) {
        asked.push(url);
        await Promise.resolve();
        const der = published.get(url);
        if (der === undefined) throw new Error('out of reach');
        return der;
      },
      async askResponder(url, request) {
        asked.push(url);
        return await respond(request);
      },
    },
  });
});

function listOf({ subjectKeyId }: Certificate): Uint8Array {
  return city.service.certificates.parts.crls.find(subjectKeyId!)!.der.slice();
}

describe('createRevocationCache', () => {
  it('fetches each list once, whoever asks at the same time or later', async () => {
    const both = [leaf, intermediate];
    const outcomes = await Promise.all([cache.gather(both), cache.gather(both)]);

    expect(outcomes).toEqual([true, true]);
    expect(asked).toHaveLength(2);
    expect(fetched.crls).toHaveLength(2);
    expect(await cache.gather(both)).toBe(false);
  });

  it('asks the responder where a list was no help', async () => {
    await cache.gather([leaf]);
    respond = ocspResponder({ ...city.service, clock });

    expect(await cache.gather([leaf])).toBe(true);
    expect(asked).toEqual([leaf.certificate.crlUrls[0], leaf.certificate.ocspUrls[0]]);
    expect(fetched.ocspResponses).toHaveLength(1);
  });

  it.each([
    ['about another certificate', () => intermediate],
    ['with another nonce', () => leaf],
  ])('takes no answer %s', async (_, about) => {
    published.clear();
    const { certificate, issuer } = about();
    const request = encodeOcspRequest(certificate, issuer, Uint8Array.of(1, 2, 3));
    const stock = await ocspResponder({ ...city.service, clock })(request);
    respond = () => Promise.resolve(stock);

    expect(await cache.gather([leaf])).toBe(false);
    expect(fetched.ocspResponses).toHaveLength(0);
  });

  it('remembers for a minute that nobody answered', async () => {
    published.clear();
    expect(await cache.gather([leaf])).toBe(false);
    expect(await cache.gather([leaf])).toBe(false);
    expect(asked).toHaveLength(2); // list and responder

    clock.advance(MINUTE_MS);
    await cache.gather([leaf]);
    expect(asked).toHaveLength(4);
  });

  it('asks again after an hour, and keeps what it has where nobody answers', async () => {
    await cache.gather([leaf]);
    clock.advance(HOUR_MS);
    cache.sweep();
    expect(fetched.crls).toHaveLength(0);

    published.clear();
    expect(await cache.gather([leaf])).toBe(true);
    expect(asked).toHaveLength(2);
    expect(fetched.crls).toHaveLength(1);
  });

  it.each([
    ['no list', () => Buffer.from('<html>')],
    ['nothing', () => new Uint8Array()],
    ['a list of somebody else', () => listOf(intermediate.issuer)],
    ['a forged list', () => listOf(leaf.issuer).map((byte, at) => (at === 200 ? byte ^ 1 : byte))],
  ])('takes %s for no answer', async (_, answer) => {
    published.set(leaf.certificate.crlUrls[0]!, answer());

    expect(await cache.gather([leaf])).toBe(false);
    expect(fetched.crls).toHaveLength(0);
  });
});
