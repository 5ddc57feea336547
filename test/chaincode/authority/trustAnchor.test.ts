import { describe, expect, it } from '@jest/globals';

import type { ActBodies, SignedAct } from '../../../chaincode/src/act.js';
import { statePlaces } from '../../../chaincode/src/statePlaces.js';
import { cityFixture, TYPE } from '../support/city.js';
import type { City } from '../support/city.js';
import { APPROVER, later, MAKER, NOW, signAct } from '../support/contractFixture.js';
import type { ActOptions, TestAuthority } from '../support/contractFixture.js';
import { makeTestKey } from '../support/testKeys.js';

type Put = ActBodies['authority.putTrustAnchor'];
type Withdrawal = ActBodies['authority.withdrawTrustAnchor'];

const LATER = later(NOW, 60_000);

/** A CA of another city, trusted for seals without other limits. */
async function buildPut(overrides: Partial<Put> = {}): Promise<Put> {
  const { certificate } = await makeTestKey({ isCa: true });
  return { certificate, name: 'CA of another city', scope: buildScope(), ...overrides };
}

function buildScope(overrides: Partial<Put['scope']> = {}): Put['scope'] {
  return {
    purposes: ['sealMaker', 'documentSigner'],
    sealKinds: null,
    licenceTypes: null,
    from: '2025-01-01T00:00:00.000Z',
    until: null,
    ...overrides,
  };
}

function put(
  authority: TestAuthority,
  body: Put,
  options: ActOptions = { approver: APPROVER },
): SignedAct {
  return signAct(authority, 'authority.putTrustAnchor', body, options);
}

function withdraw(
  authority: TestAuthority,
  body: Partial<Withdrawal> & Pick<Withdrawal, 'fingerprint'>,
  options: ActOptions = { approver: APPROVER, at: LATER },
): SignedAct {
  const whole = { reason: 'keyCompromise', effectiveFrom: null, ...body } as const;
  return signAct(authority, 'authority.withdrawTrustAnchor', whole, options);
}

/** A city that trusts one CA of another. */
async function trustingCity(
  overrides: Partial<Put> = {},
): Promise<{ readonly city: City; readonly body: Put; readonly fingerprint: string }> {
  const city = await cityFixture();
  const { certificate, keyId } = await makeTestKey({ isCa: true });
  const body = await buildPut({ certificate, ...overrides });
  await city.submit([put(city.registrar, body)]);
  return { city, body, fingerprint: keyId };
}

describe('authority.putTrustAnchor', () => {
  it('writes the anchor with its scope, its place in the list, and the list', async () => {
    const city = await cityFixture();
    const { certificate, keyId } = await makeTestKey({ isCa: true });
    const body = await buildPut({ certificate });
    const act = put(city.registrar, body);

    const { outcomes, writes } = await city.submit([act]);

    expect(outcomes).toMatchObject([{ outcome: 'recorded' }]);
    expect(writes).toMatchObject({
      [`trustAnchor~${keyId}`]: {
        ...{ schemaVersion: 1, ...body, fingerprint: keyId, number: 1 },
        ...{ state: 'trusted', since: NOW, reason: null, actId: act.act.id },
      },
      'trustEntry~000001': { schemaVersion: 1, fingerprint: keyId },
      'registry~trustList': { schemaVersion: 1, size: 1, actId: act.act.id },
    });
  });

  it('numbers anchors in the order in which they come, also within a batch', async () => {
    const city = await cityFixture();
    const acts = [
      put(city.registrar, await buildPut()),
      put(city.registrar, await buildPut()),
      put(city.registrar, await buildPut()),
    ];

    await city.submit(acts.slice(0, 1));
    await city.submit(acts.slice(1));

    expect(await city.read(statePlaces.trustList())).toMatchObject({ size: 3 });
    expect(await city.read(statePlaces.trustEntry(3))).not.toBeNull();
    expect(await city.read(statePlaces.trustEntry(4))).toBeNull();
  });

  it.each<[string, ActOptions, string]>([
    ['without a second person', {}, 'APPROVER_MISSING'],
    ['with the maker as approver', { approver: MAKER }, 'APPROVER_IS_MAKER'],
  ])('is refused %s', async (_, options, code) => {
    const city = await cityFixture();

    expect(await city.outcomeOf(put(city.registrar, await buildPut(), options))).toBe(code);
  });

  it('is refused to everybody but a registrar', async () => {
    const city = await cityFixture();
    const body = await buildPut();

    for (const stranger of [city.issuer, city.sealMaker, city.operator])
      expect(await city.outcomeOf(put(stranger, body))).toBe('NOT_AUTHORISED');
  });

  it('refuses the certificate of an end entity', async () => {
    const city = await cityFixture();
    const { certificate } = await makeTestKey();

    expect(await city.outcomeOf(put(city.registrar, await buildPut({ certificate })))).toBe(
      'TRUST_ANCHOR_UNFIT',
    );
  });

  it('refuses a certificate that has ended', async () => {
    const city = await cityFixture();
    const { certificate } = await makeTestKey({
      isCa: true,
      notAfter: '2026-01-30T00:00:00.000Z',
    });

    expect(await city.outcomeOf(put(city.registrar, await buildPut({ certificate })))).toBe(
      'CERTIFICATE_EXPIRED',
    );
  });

  it('refuses what is no certificate', async () => {
    const city = await cityFixture();
    const body = await buildPut({ certificate: 'A'.repeat(400) });

    expect(await city.outcomeOf(put(city.registrar, body))).toBe('CERTIFICATE_MALFORMED');
  });

  it.each<[string, Partial<Put['scope']>]>([
    ['that ends before it begins', { until: '2024-12-31T00:00:00.000Z' }],
    ['that names a purpose twice', { purposes: ['sealMaker', 'sealMaker'] }],
    ['that names a kind of seal twice', { sealKinds: ['official', 'official'] }],
    ['that names a licence type twice', { licenceTypes: [TYPE, TYPE] }],
    ['with a wrong type code', { licenceTypes: ['21100000000013338W011'] }],
  ])('refuses a scope %s', async (_, scope) => {
    const city = await cityFixture();
    const body = await buildPut({ scope: buildScope(scope) });

    expect(await city.outcomeOf(put(city.registrar, body))).toBe('TRUST_SCOPE_INVALID');
  });

  it.each<[string, object]>([
    ['without purposes', { purposes: [] }],
    ['with a purpose of the city itself', { purposes: ['codeSigner'] }],
    ['that trusts no kind of seal', { sealKinds: [] }],
    ['that trusts no licence type', { licenceTypes: [] }],
    ['without a beginning', { from: null }],
  ])('takes no scope %s', async (_, scope) => {
    const city = await cityFixture();
    const body = await buildPut({ scope: { ...buildScope(), ...scope } });

    await expect(city.submit([put(city.registrar, body)])).rejects.toThrow(/^ACTS_MALFORMED/);
  });

  it('refuses an anchor that is trusted already', async () => {
    const { city, body } = await trustingCity();

    expect(await city.outcomeOf(put(city.registrar, body))).toBe('TRUST_ANCHOR_ALREADY_EXISTS');
  });
});

describe('authority.withdrawTrustAnchor', () => {
  it('ends the trust at the act’s time', async () => {
    const { city, fingerprint } = await trustingCity();
    const act = withdraw(city.registrar, { fingerprint });

    await city.submit([act]);

    expect(await city.read(statePlaces.trustAnchor(fingerprint))).toMatchObject({
      ...{ state: 'withdrawn', since: LATER, reason: 'keyCompromise', number: 1 },
      actId: act.act.id,
    });
    expect(await city.read(statePlaces.trustList())).toEqual({
      ...{ schemaVersion: 1, size: 1, actId: act.act.id },
    });
  });

  it('may reach back to the beginning of the scope, and no further', async () => {
    const { city, fingerprint } = await trustingCity();
    const reaching = (effectiveFrom: string): SignedAct =>
      withdraw(city.registrar, { fingerprint, effectiveFrom });

    expect(await city.outcomeOf(reaching('2024-12-31T23:59:59.999Z'))).toBe(
      'EFFECTIVE_TIME_INVALID',
    );
    expect(await city.outcomeOf(reaching(later(LATER, 1)))).toBe('EFFECTIVE_TIME_INVALID');
    expect(await city.outcomeOf(reaching('2025-01-01T00:00:00.000Z'))).toBe('recorded');
    expect(await city.read(statePlaces.trustAnchor(fingerprint))).toMatchObject({
      since: '2025-01-01T00:00:00.000Z',
    });
  });

  it.each<[string, ActOptions, string]>([
    ['without a second person', { at: LATER }, 'APPROVER_MISSING'],
    ['with the maker as approver', { at: LATER, approver: MAKER }, 'APPROVER_IS_MAKER'],
    [
      'dated before the anchor was put',
      { at: later(NOW, -1), approver: APPROVER },
      'ACT_BEFORE_SUBJECT',
    ],
  ])('is refused %s', async (_, options, code) => {
    const { city, fingerprint } = await trustingCity();

    expect(await city.outcomeOf(withdraw(city.registrar, { fingerprint }, options))).toBe(code);
  });

  it('is refused to everybody but a registrar', async () => {
    const { city, fingerprint } = await trustingCity();

    expect(await city.outcomeOf(withdraw(city.operator, { fingerprint }))).toBe('NOT_AUTHORISED');
  });

  it('refuses what is no anchor, or no longer', async () => {
    const { city, fingerprint } = await trustingCity();
    const unknown = withdraw(city.registrar, { fingerprint: 'f'.repeat(64) });

    await city.submit([withdraw(city.registrar, { fingerprint })]);

    expect(await city.outcomeOf(unknown)).toBe('TRUST_ANCHOR_NOT_FOUND');
    expect(await city.outcomeOf(withdraw(city.registrar, { fingerprint }))).toBe(
      'TRUST_ANCHOR_NOT_FOUND',
    );
  });

  it('lets an anchor be put again, under its number and with another scope', async () => {
    const { city, body, fingerprint } = await trustingCity();
    const scope = buildScope({ sealKinds: ['finance'] });
    await city.submit([withdraw(city.registrar, { fingerprint })]);

    const early = put(city.registrar, { ...body, scope }, { approver: APPROVER });
    const again = put(city.registrar, { ...body, scope }, { approver: APPROVER, at: LATER });

    expect(await city.outcomeOf(early)).toBe('ACT_BEFORE_SUBJECT');
    expect(await city.outcomeOf(again)).toBe('recorded');
    expect(await city.read(statePlaces.trustAnchor(fingerprint))).toMatchObject({
      ...{ state: 'trusted', since: LATER, number: 1, scope, reason: null },
    });
    expect(await city.read(statePlaces.trustList())).toMatchObject({ size: 1 });
  });
});
