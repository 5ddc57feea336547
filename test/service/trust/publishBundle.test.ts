import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { latestEnd } from '../../../service/src/credentials/signerPeriod.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import {
  exceptionName,
  parseTrustBundle,
  type TrustBundle,
} from '../../../service/src/trust/bundleFormat.ts';
import { bundlePublisher, type BundleParts } from '../../../service/src/trust/publishBundle.ts';
import { testClock } from '../../support/testClock.ts';
import { TEST_ORGANISATIONS, testService, type TestService } from '../../support/testService.ts';

const DAY_MS = 86_400_000;
const clock = testClock('2026-06-01T02:00:00.000Z');
let city: TestService;
let revoked: string;
/** What is awaited before a status list is there. */
let beforeList: () => void;
beforeAll(async () => {
  city = await testService({ clock });
  await city.issue(); // in force: no exception
  revoked = (await city.issue()).identifier;
  clock.advance(1000);
  await actOnLicence(city.service.licences, city.people.maker, revoked, {
    ...{ name: 'revoke', reason: 'error', effectiveFrom: null },
  });
});
beforeEach(() => {
  beforeList = () => undefined;
  clock.advance(60_000);
});
afterAll(async () => {
  await city.remove();
});

function publisher(overrides: Partial<BundleParts> = {}): () => Promise<string> {
  return bundlePublisher({
    ...city.service.trustParts,
    publishStatusList(list) {
      beforeList();
      return Promise.resolve(`status list ${list}`);
    },
    bundleLifeMs: 7 * DAY_MS,
    ...overrides,
  });
}

const read = async (publish: () => Promise<string>): Promise<TrustBundle> =>
  parseTrustBundle(await publish()).bundle;

describe('a published bundle', () => {
  it('holds what a verifier needs of this moment, licences that ended among it', async () => {
    const { service } = city;

    const bundle = await read(publisher());

    expect(bundle.issuer).toEqual(TEST_ORGANISATIONS.operator);
    expect(bundle.issuedAt).toEqual(clock.now());
    expect(bundle.expiresAt.getTime() - bundle.issuedAt.getTime()).toBe(7 * DAY_MS);
    expect(bundle.checkpoint).toBe(await service.ledger.checkpoint());
    expect(bundle.exceptions).toEqual([{ state: 'revoked', licences: [exceptionName(revoked)] }]);
    const lists = await service.store.status.lists();
    expect(lists).not.toHaveLength(0);
    expect(bundle.statusLists).toEqual(lists.map((list) => `status list ${list}`));
    const { codeSigner } = await service.trustParts.signersOf(TEST_ORGANISATIONS.market.creditCode);
    expect(bundle.codeSigners.map(({ der }) => Buffer.from(der).toString('hex'))).toContain(
      Buffer.from(codeSigner.certificationPath[0]!).toString('hex'),
    );
  });

  it('does not outlive the key that signs it', async () => {
    const { issuedAt, expiresAt } = await read(publisher({ bundleLifeMs: 36_500 * DAY_MS }));

    expect(expiresAt.getTime()).toBeGreaterThan(issuedAt.getTime());
    const { credentialSigner } = await city.service.trustParts.signersOf(
      TEST_ORGANISATIONS.operator.creditCode,
    );
    expect(expiresAt).toEqual(latestEnd(credentialSigner));
  });
});

describe('a publisher', () => {
  it('gives many who ask at once the same bundle, and a new one a second later', async () => {
    const publish = publisher();

    const [first, second] = await Promise.all([publish(), publish()]);
    clock.advance(999);
    const third = await publish();
    clock.advance(1);
    const fourth = await publish();

    expect(new Set([first, second, third]).size).toBe(1);
    expect(parseTrustBundle(fourth).bundle.issuedAt).toEqual(clock.now());
  });

  it('keeps a bundle that took long for twenty times as long', async () => {
    const publish = publisher();
    beforeList = () => {
      clock.advance(500);
    };
    const slow = await publish();

    clock.advance(9000);
    expect(await publish()).toBe(slow);
    clock.advance(1000);
    expect(await publish()).not.toBe(slow);
  });

  it('does not keep a failure', async () => {
    const publish = publisher();
    beforeList = () => {
      throw new Error('no list');
    };
    await expect(publish()).rejects.toThrow('no list');

    beforeList = () => undefined;
    expect((await read(publish)).issuedAt).toEqual(clock.now());
  });
});
