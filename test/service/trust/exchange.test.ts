import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TRUST_PURPOSES } from '@yinxin/chaincode/model';
import { unscopedAnchors } from '../../../service/src/pki/trustStore.ts';
import { exportTrust, importTrust } from '../../../service/src/trust/exchange.ts';
import { approveTrustProposal } from '../../../service/src/trust/proposals.ts';
import { readTrustExport } from '../../../service/src/trust/trustExport.ts';
import { testClock } from '../../support/testClock.ts';
import { TEST_ORGANISATIONS, testService, type TestService } from '../../support/testService.ts';

const DAY_MS = 86_400_000;
const clock = testClock('2026-06-01T02:00:00.000Z');
let south: TestService;
let north: TestService;
let text: string;
beforeAll(async () => {
  south = await testService({ clock });
  north = await testService({ clock });
  clock.advance(1000);
  text = await exportTrust(north.service.trustParts);
});
afterAll(async () => {
  await south.remove();
  await north.remove();
});

const take = (
  as: keyof TestService['people'],
  limits = {},
  given = text,
): ReturnType<typeof importTrust> =>
  importTrust(south.service.trustParts, south.people[as], given, limits);

describe('an export', () => {
  it('names this city’s own CAs for a month, each for every purpose', () => {
    const read = readTrustExport(text, clock.now());

    const own = unscopedAnchors(north.service.trust.own).map(({ fingerprint }) => fingerprint);
    expect(own).not.toHaveLength(0);
    expect(read.authorities.map(({ certificate }) => certificate.fingerprint)).toEqual(own);
    expect(read.issuer).toEqual(TEST_ORGANISATIONS.operator);
    expect(read.expiresAt.getTime() - read.issuedAt.getTime()).toBe(30 * DAY_MS);
    for (const { suggestedScope, certificate } of read.authorities) {
      expect(suggestedScope).toEqual({
        purposes: [...TRUST_PURPOSES],
        ...{ sealKinds: null, licenceTypes: null, until: null },
        from: certificate.notBefore.toISOString(),
      });
    }
  });
});

describe('an import', () => {
  it('is not for people of other duties', async () => {
    await expect(take('maker')).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });

  it('takes no export that was changed or is past its time', async () => {
    const [head, , signature] = text.split('.');
    const [, payload] = (await exportTrust(south.service.trustParts)).split('.');
    const changed = [head, payload, signature].join('.');
    await expect(take('security', {}, changed)).rejects.toMatchObject({
      code: 'TRUST_EXPORT_NOT_GENUINE',
    });
    await expect(take('security', {}, 'nonsense')).rejects.toMatchObject({
      code: 'TRUST_EXPORT_MALFORMED',
    });

    const { trustParts } = south.service;
    const later = { now: () => new Date(clock.now().getTime() + 31 * DAY_MS) };
    await expect(
      importTrust({ ...trustParts, clock: later }, south.people.security, text, {}),
    ).rejects.toMatchObject({ code: 'TRUST_EXPORT_EXPIRED' });
  });

  it('proposes each CA within the limits set here, and trusts none of them yet', async () => {
    const { authorities } = readTrustExport(text, clock.now());

    const { proposals, skipped } = await take('security', { purposes: ['documentSigner'] });

    expect(skipped).toEqual([]);
    expect(proposals.map(({ fingerprint }) => fingerprint)).toEqual(
      authorities.map(({ certificate }) => certificate.fingerprint),
    );
    const trusted = south.service.trust.current.anchors.map(({ fingerprint }) => fingerprint);
    for (const { fingerprint, state } of proposals) {
      expect(state).toBe('open');
      expect(trusted).not.toContain(fingerprint);
    }
    for (const { id } of proposals) {
      clock.advance(10);
      await approveTrustProposal(south.service.trustParts, south.people.operator, id);
    }
    for (const { fingerprint } of proposals) {
      const scope = south.service.trust.current.scopes?.get(fingerprint);
      expect(scope?.purposes).toEqual(['documentSigner']);
    }
  });

  it('skips what is trusted already and this city’s own CAs, and says why', async () => {
    const ownText = await exportTrust(south.service.trustParts);
    const known = await take('security');
    const own = await take('security', {}, ownText);

    expect([known.proposals, own.proposals]).toEqual([[], []]);
    expect(new Set(known.skipped.map(({ code }) => code))).toEqual(
      new Set(['TRUST_ANCHOR_ALREADY_EXISTS']),
    );
    expect(new Set(own.skipped.map(({ code }) => code))).toEqual(new Set(['TRUST_ANCHOR_UNFIT']));
  });
});
