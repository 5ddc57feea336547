/** Verdicts with a trust bundle: what it brings, how old it may be, and whose word it is. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signJws } from '../../../service/src/credentials/jws.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { detectEvidence } from '../../../service/src/verification/detectEvidence.ts';
import { verifyOffline } from '../../../service/src/offline/verifyOffline.ts';
import { parseTrustStore, type TrustStore } from '../../../service/src/pki/trustStore.ts';
import type { Report } from '../../../service/src/report.ts';
import {
  parseTrustBundle,
  signTrustBundle,
  TRUST_BUNDLE_TYPE,
  type TrustBundle,
} from '../../../service/src/trust/bundleFormat.ts';
import { verificationTime } from '../../../service/src/verification/parts.ts';
import { testClock } from '../../support/testClock.ts';
import {
  TEST_ORGANISATIONS,
  TEST_TYPES,
  testService,
  type TestService,
} from '../../support/testService.ts';

const DAY_MS = 86_400_000;
const clock = testClock('2026-06-01T02:00:00.000Z');
let city: TestService;
let roots: TrustStore;
let bundleText: string;
let inForce: Evidences;
let ended: Readonly<Record<'suspend' | 'revoke' | 'cancel', Evidences>>;

type Evidences = Readonly<Record<Entrance, Uint8Array>>;
const ENTRANCES = ['code', 'credential', 'ofd', 'pdf'] as const;
type Entrance = (typeof ENTRANCES)[number];

beforeAll(async () => {
  city = await testService({ clock });
  roots = parseTrustStore(city.service.pki.rootsPem);
  inForce = await issueOne();
  ended = {
    suspend: await issueOne('suspend'),
    revoke: await issueOne('revoke'),
    cancel: await issueOne('cancel'),
  };
  clock.advance(1000);
  bundleText = await city.service.trustParts.publishBundle();
});
afterAll(async () => {
  await city.remove();
});

/** All that a holder can show of a new licence. */
async function issueOne(act?: 'suspend' | 'revoke' | 'cancel'): Promise<Evidences> {
  const { identifier } = await city.issue({ typeCode: TEST_TYPES.dual });
  clock.advance(1000);
  const { licences } = city.service.store;
  const parts = (await licences.parts(identifier))!;
  if (act !== undefined) {
    const request = { name: act, reason: 'other', effectiveFrom: null } as const;
    await actOnLicence(city.service.licences, city.people.maker, identifier, request);
  }
  return {
    code: Buffer.from(parts.codeText),
    credential: Buffer.from(parts.credential),
    ofd: (await licences.file(identifier, 'ofd'))!,
    pdf: (await licences.file(identifier, 'pdf'))!,
  };
}

function ask(
  evidence: Uint8Array,
  {
    bundle = bundleText,
    at,
    trust = roots,
  }: { bundle?: string; at?: Date; trust?: TrustStore } = {},
): Report {
  return verifyOffline(
    detectEvidence(evidence),
    { trust, codeSigners: [], bundle: parseTrustBundle(bundle) },
    { time: verificationTime(clock, { at }), language: 'en' },
  );
}

const verdictOf = ({ indication, subIndication }: Report): string =>
  subIndication === null ? indication : `${indication} ${subIndication}`;

describe.each(ENTRANCES)('a licence by its %s, with a bundle', (entrance) => {
  it('passes while it is in force, with the age of that word', () => {
    clock.advance(60_000);
    const report = ask(inForce[entrance]);

    expect(verdictOf(report)).toBe('TOTAL-PASSED');
    expect(report.statusSource).toBe('status-list');
    expect(report.statusAgeSeconds).toBeGreaterThanOrEqual(60);
  });

  it.each([
    ['suspend', 'LICENCE_SUSPENDED'],
    ['revoke', 'LICENCE_REVOKED'],
    ['cancel', 'LICENCE_CANCELLED'],
  ] as const)('fails after a %s', (act, subIndication) => {
    expect(verdictOf(ask(ended[act][entrance]))).toBe(`TOTAL-FAILED ${subIndication}`);
  });

  it('cannot be told of another moment than the present', () => {
    const at = new Date(clock.now().getTime() - 1000);

    expect(verdictOf(ask(inForce[entrance], { at }))).toBe('INDETERMINATE TRY_LATER');
  });

  it('is not told without roots', () => {
    const trust = { anchors: [], intermediates: [] };

    expect(verdictOf(ask(inForce[entrance], { trust }))).toBe('INDETERMINATE NO_TRUST');
  });
});

describe('a bundle', () => {
  it('past its expiry is as good as none', () => {
    const { bundle } = parseTrustBundle(bundleText);
    const past = testClock(new Date(bundle.expiresAt.getTime() + 1).toISOString());
    const report = verifyOffline(
      detectEvidence(inForce.code),
      { trust: roots, codeSigners: [], bundle: parseTrustBundle(bundleText) },
      { time: verificationTime(past, {}), language: 'en' },
    );

    expect(verdictOf(report)).toBe('INDETERMINATE BUNDLE_EXPIRED');
    expect(report.statusAgeSeconds).toBeNull();
  });

  it('is good for a week', () => {
    const { issuedAt, expiresAt } = parseTrustBundle(bundleText).bundle;

    expect(expiresAt.getTime() - issuedAt.getTime()).toBe(7 * DAY_MS);
  });

  it.each(['payload', 'signature'] as const)('with a changed %s counts for nothing', (part) => {
    const parts = bundleText.split('.');
    const place = part === 'payload' ? 1 : 2;
    const text = Buffer.from(parts[place] ?? '', 'base64url');
    if (part === 'payload') text.write('南山', text.indexOf('南湖'), 'utf8');
    else text[0]! ^= 1;
    parts[place] = text.toString('base64url');

    expect(verdictOf(ask(inForce.code, { bundle: parts.join('.') }))).toBe(
      'INDETERMINATE SIG_CRYPTO_FAILURE',
    );
  });

  it('signed by a department and not by the operator counts for nothing', async () => {
    const { jws } = parseTrustBundle(bundleText);
    const { credentialSigner } = await city.service.pki.authority(TEST_ORGANISATIONS.market);
    const bundle = await signJws(TRUST_BUNDLE_TYPE, jws.payload, credentialSigner);

    expect(verdictOf(ask(inForce.code, { bundle }))).toBe(
      'INDETERMINATE CERTIFICATE_CONSTRAINTS_FAILURE',
    );
  });

  it.each<[string, Partial<TrustBundle>, string]>([
    [
      'from the future',
      { issuedAt: new Date('2026-06-02T00:00:00Z'), expiresAt: new Date('2026-06-03T00:00:00Z') },
      'NOT_YET_VALID',
    ],
    [
      'for half a year',
      { expiresAt: new Date('2026-12-01T00:00:00Z') },
      'CERTIFICATE_CONSTRAINTS_FAILURE',
    ],
  ])('%s counts for nothing', async (_, change, subIndication) => {
    const { bundle } = parseTrustBundle(bundleText);
    const { credentialSigner } = await city.service.pki.authority(city.config.operator);
    const text = await signTrustBundle({ ...bundle, ...change }, credentialSigner);

    expect(verdictOf(ask(inForce.code, { bundle: text }))).toBe(`INDETERMINATE ${subIndication}`);
  });

  it('says nothing of licences of authorities that it does not name', async () => {
    const { bundle } = parseTrustBundle(bundleText);
    const { credentialSigner } = await city.service.pki.authority(city.config.operator);
    const credentialSigners = bundle.credentialSigners.filter(
      ({ subject }) => subject.creditCode !== TEST_ORGANISATIONS.market.creditCode,
    );
    const text = await signTrustBundle({ ...bundle, credentialSigners }, credentialSigner);

    expect(verdictOf(ask(inForce.ofd, { bundle: text }))).toBe('INDETERMINATE TRY_LATER');
  });

  it('is not another signed object', async () => {
    const { credentialSigner } = await city.service.pki.authority(city.config.operator);
    const other = await signJws('yinxin-other+jws', {}, credentialSigner);

    expect(() => parseTrustBundle(other)).toThrow(/no trust bundle|not a signed JSON object/);
  });
});
