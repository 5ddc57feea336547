import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parseCertificate, type Certificate } from '../../../service/src/pki/certificate.ts';
import { parseTrustStore } from '../../../service/src/pki/trustStore.ts';
import type { FetchedRevocation } from '../../../service/src/trust/currentTrust.ts';
import {
  createRevocationGatherer,
  type RevocationGatherer,
} from '../../../service/src/trust/gatherRevocation.ts';
import { testClock } from '../../support/testClock.ts';
import { TEST_ORGANISATIONS, testService, type TestService } from '../../support/testService.ts';

const clock = testClock('2026-06-01T02:00:00.000Z');
let city: TestService;
/** Document signer, its CA, the root. */
let path: readonly Certificate[];
/** What that city publishes, by address. */
let published: Map<string, Uint8Array>;
beforeAll(async () => {
  city = await testService({ clock });
  const { service } = city;
  const signers = await service.licences.signersOf(TEST_ORGANISATIONS.market.creditCode);
  const [leaf, issuer] = signers.documentSignerEs256.certificationPath.map(parseCertificate);
  const root = parseTrustStore(service.pki.rootsPem).anchors.find(
    ({ subject }) => subject.comparisonKey === issuer!.issuer.comparisonKey,
  );
  path = [leaf!, issuer!, root!];
});
afterAll(async () => {
  await city.remove();
});

let asked: string[];
let fetched: FetchedRevocation | null;
let gatherer: RevocationGatherer;
beforeEach(() => {
  asked = [];
  fetched = null;
  published = new Map();
  gatherer = createRevocationGatherer({
    clock,
    trust: { setFetched: (next) => void (fetched = next) },
    source: {
      fetchCrl: async (url) => {
        asked.push(url);
        await Promise.resolve();
        const der = published.get(url);
        if (der === undefined) throw new Error('out of reach');
        return der;
      },
      askResponder: () => Promise.reject(new Error('out of reach')),
    },
  });
});

/** The list of the CA above a certificate of the path, as the city has it. */
function listOf(place: 0 | 1): Uint8Array {
  const crls = city.service.trust.own.revocation?.crls ?? [];
  const issuer = path[place + 1]!;
  const found = crls.find((der) => Buffer.from(der).includes(Buffer.from(issuer.subjectDer)));
  return found!.slice();
}

function publish(): void {
  for (const place of [0, 1] as const) published.set(path[place]!.crlUrls[0]!, listOf(place));
}

describe('gathering what others revoked', () => {
  it('fetches the list of every CA of a path once', async () => {
    publish();

    await Promise.all([gatherer.gather([path]), gatherer.gather([path])]);

    expect(asked.sort()).toEqual([...published.keys()].sort());
    expect(fetched?.crls).toHaveLength(2);
    await gatherer.gather([path]);
    expect(asked).toHaveLength(2);
  });

  it('asks again after ten minutes, and keeps what it has where nobody answers', async () => {
    publish();
    await gatherer.gather([path]);
    published.clear();
    clock.advance(600_001);

    await gatherer.gather([path]);

    expect(asked).toHaveLength(4);
    expect(fetched?.crls).toHaveLength(2);
  });

  it('leaves one who cannot be reached in peace for a while', async () => {
    await gatherer.gather([path]);
    await gatherer.gather([path]);
    expect(asked).toHaveLength(2);
    expect(fetched).toBeNull();

    clock.advance(15_001);
    publish();

    await gatherer.gather([path]);
    expect(fetched).not.toBeNull();
  });

  it.each<[string, () => Uint8Array]>([
    ['no list', () => Buffer.from('<html>')],
    ['nothing', () => new Uint8Array()],
  ])('keeps %s', async (_, answer) => {
    for (const place of [0, 1] as const) published.set(path[place]!.crlUrls[0]!, answer());

    await gatherer.gather([path]);
    expect(fetched).toBeNull();
  });

  it('does not let a list that somebody else signed take the place of the issuer’s', async () => {
    publish();
    await gatherer.gather([path]);
    const before = fetched!.crls;
    const forged = listOf(0);
    forged[forged.length - 1]! ^= 1;
    published.set(path[0]!.crlUrls[0]!, forged);
    clock.advance(600_001);

    await gatherer.gather([path]);

    expect(fetched!.crls).toEqual(before);
  });
});
