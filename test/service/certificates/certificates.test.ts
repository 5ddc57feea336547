import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listCertificates } from '../../../service/src/certificates/listCertificates.ts';
import { certificateOf, keyIdOf } from '../../../service/src/certificates/publishCrls.ts';
import { revokeCertificate } from '../../../service/src/certificates/revokeCertificate.ts';
import type { Signer } from '../../../service/src/keys/signer.ts';
import {
  parseCertificate,
  parseCertificates,
  toPem,
} from '../../../service/src/pki/certificate.ts';
import { validateCertificationPath } from '../../../service/src/pki/certificationPath.ts';
import { readChildren, readDer, TAG } from '../../../service/src/pki/der.ts';
import { conclude } from '../../../service/src/report.ts';
import { hasOpenssl, runOpenssl } from '../../support/openssl.ts';
import { testClock, type TestClock } from '../../support/testClock.ts';
import { TEST_ORGANISATIONS, testService, type TestService } from '../../support/testService.ts';

const MARKET = TEST_ORGANISATIONS.market.creditCode;
const DAY_MS = 86_400_000;
const describeOpenssl = hasOpenssl ? describe : describe.skip;

let clock: TestClock;
let city: TestService;

beforeEach(async () => {
  clock = testClock('2026-06-01T00:00:00Z');
  city = await testService({ clock });
});
afterEach(async () => {
  await city.remove();
});

const parts = (): TestService['service']['certificates']['parts'] =>
  city.service.certificates.parts;
const trustFile = (name: string): string =>
  readFileSync(join(city.config.dataDir, 'trust', name), 'utf8');

async function signerOf(
  purpose: 'documentSignerEs256' | 'documentSignerSm2' | 'act' | 'codeSigner',
): Promise<Signer> {
  return (await city.service.licences.signersOf(MARKET))[purpose];
}

async function revoke(fingerprint: string): Promise<void> {
  clock.advance(1000);
  await revokeCertificate(parts(), city.people.security, {
    fingerprint,
    reason: 'keyCompromise',
  });
  clock.advance(1000);
}

function fingerprintOf(certificate: Uint8Array): string {
  return createHash('sha256').update(certificate).digest('hex');
}

function verdict(leaf: Uint8Array, at = clock.now(), provenAt?: Date): object {
  const { checks } = validateCertificationPath({
    ...city.service.trust.own,
    leaf: parseCertificate(leaf),
    at,
    ...(provenAt === undefined ? {} : { provenAt }),
  });
  return conclude(checks);
}

describe('revokeCertificate', () => {
  it('is for the security administrator alone', async () => {
    const { keyId } = await signerOf('codeSigner');

    await expect(
      revokeCertificate(parts(), city.people.operator, {
        fingerprint: keyId,
        reason: 'superseded',
      }),
    ).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });

  it('knows our own certificates only, revokes no root and nothing twice', async () => {
    const { security } = city.people;
    const root = parseCertificates(city.service.pki.rootsPem)[0]!.fingerprint;
    const { keyId } = await signerOf('codeSigner');
    const attempt = (fingerprint: string): Promise<unknown> =>
      revokeCertificate(parts(), security, { fingerprint, reason: 'superseded' });

    await expect(attempt('0'.repeat(64))).rejects.toMatchObject({ code: 'CERTIFICATE_NOT_FOUND' });
    await expect(attempt(root)).rejects.toMatchObject({ code: 'CERTIFICATE_STATE_CONFLICT' });
    await attempt(keyId);
    await expect(attempt(keyId)).rejects.toMatchObject({ code: 'CERTIFICATE_STATE_CONFLICT' });
  });

  it('lets the key sign nothing more and puts a new one in its place', async () => {
    const signer = await signerOf('codeSigner');
    await revoke(signer.keyId);
    const next = await signerOf('codeSigner');

    await expect(signer.sign(new Uint8Array(3))).rejects.toMatchObject({ code: 'KEY_UNFIT' });
    expect(next.keyId).not.toBe(signer.keyId);
    expect((await next.sign(new Uint8Array(3))).length).toBe(64);
    await city.issue(); // with a code of the new one
  });

  it('replaces an act key on the ledger, the old one retired', async () => {
    const signer = await signerOf('act');
    await revoke(signer.keyId);
    const next = await signerOf('act');

    expect(next.keyId).not.toBe(signer.keyId);
    await city.issue(); // by an act of the new one
    expect(city.warnings).toEqual([]);
  });

  it('replaces the node key under a ledger that goes on', async () => {
    const { ledger, pki } = city.service;
    const before = pki.node.keyId;
    const earlier = await ledger.checkpoint();
    await revoke(before);
    const later = await ledger.checkpoint();
    await city.issue();
    const { height } = await ledger.head();

    expect(pki.node.keyId).not.toBe(before);
    expect(later).not.toBe(earlier); // of the same log, by the new key
    expect((await ledger.block(height - 1))?.signatures[0]?.keyId).toBe(pki.node.keyId);
    await city.reopen(); // the newest block stands up
  });

  it('counts from its instant on: what was signed before and proven stays', async () => {
    const before = clock.now();
    const { keyId, certificationPath } = await signerOf('documentSignerSm2');
    expect(verdict(certificationPath[0]!)).toMatchObject({ indication: 'TOTAL-PASSED' });
    await revoke(keyId);

    expect(verdict(certificationPath[0]!)).toEqual({
      indication: 'TOTAL-FAILED',
      subIndication: 'REVOKED',
    });
    expect(verdict(certificationPath[0]!, before, before)).toMatchObject({
      indication: 'TOTAL-PASSED',
    });
    expect(verdict(certificationPath[0]!, before, clock.now())).toEqual({
      indication: 'INDETERMINATE',
      subIndication: 'REVOKED',
    });
  });

  it('takes everything below a revoked authority along', async () => {
    const { certificationPath } = await signerOf('act');
    const before = clock.now();
    await revoke(fingerprintOf(certificationPath[1]!));
    const next = await signerOf('act');

    expect(verdict(certificationPath[0]!)).toMatchObject({ subIndication: 'REVOKED' });
    expect(verdict(certificationPath[0]!, before, before)).toMatchObject({
      indication: 'TOTAL-PASSED',
    });
    expect(fingerprintOf(next.certificationPath[1]!)).not.toBe(
      fingerprintOf(certificationPath[1]!),
    );
    expect(verdict(next.certificationPath[0]!)).toMatchObject({ indication: 'TOTAL-PASSED' });
    const entries = await listCertificates(parts());
    expect(entries.filter(({ state }) => state === 'issuerRevoked').length).toBeGreaterThan(5);
    expect(city.warnings).toEqual([]);
  });

  it('outlives a restart', async () => {
    const { keyId, certificationPath } = await signerOf('codeSigner');
    await revoke(keyId);
    await city.reopen();

    expect(verdict(certificationPath[0]!)).toMatchObject({ subIndication: 'REVOKED' });
    const entry = (await listCertificates(parts())).find(
      ({ fingerprint }) => fingerprint === keyId,
    );
    expect(entry).toMatchObject({
      ...{ owner: MARKET, purpose: 'codeSigner', state: 'revoked', reason: 'keyCompromise' },
      revokedAt: new Date('2026-06-01T00:00:01Z'),
    });
    expect((await signerOf('codeSigner')).keyId).not.toBe(keyId);
  });
});

describe('publishing lists', () => {
  it('makes one a CA at the first start', async () => {
    const crls = await city.service.store.revocations.crls();

    expect(crls).toHaveLength(4);
    expect(crls.map(({ number }) => number)).toEqual([1, 1, 1, 1]);
    expect(trustFile('crls.pem').match(/BEGIN X509 CRL/g)).toHaveLength(4);
  });

  it('makes them anew after a day, also over restarts, with higher numbers', async () => {
    await city.service.certificates.keepCrlsFresh();
    expect((await city.service.store.revocations.crls()).map(({ number }) => number)).toEqual([
      1, 1, 1, 1,
    ]);
    clock.advance(DAY_MS);
    await city.service.certificates.keepCrlsFresh();
    await city.reopen();
    clock.advance(DAY_MS);
    await city.reopen();

    const crls = await city.service.store.revocations.crls();
    expect(crls.map(({ number }) => number)).toEqual([3, 3, 3, 3]);
    expect(crls[0]).toMatchObject({
      thisUpdate: new Date('2026-06-03T00:00:00Z'),
      nextUpdate: new Date('2026-06-10T00:00:00Z'),
    });
  });

  it('keeps the trust store while nothing changes', async () => {
    const { own } = city.service.trust;
    await city.service.certificates.keepCrlsFresh();
    expect(city.service.trust.own).toBe(own);

    clock.advance(DAY_MS);
    await city.service.certificates.keepCrlsFresh();
    expect(city.service.trust.own).not.toBe(own);
    expect(city.service.trust.own.anchors).toBe(own.anchors); // paths stay remembered
  });

  it('cannot be told once the lists are too old', async () => {
    const [leaf] = (await signerOf('documentSignerEs256')).certificationPath;
    clock.advance(8 * DAY_MS);
    expect(verdict(leaf!)).toEqual({ indication: 'INDETERMINATE', subIndication: 'TRY_LATER' });

    await city.service.certificates.keepCrlsFresh();
    expect(verdict(leaf!)).toMatchObject({ indication: 'TOTAL-PASSED' });
  });
});

describeOpenssl('beside the openssl command', () => {
  it('reads every list', async () => {
    for (const { der } of await city.service.store.revocations.crls()) {
      const args = ['-inform', 'DER', '-in', 'list.crl', '-noout', '-crlnumber', '-text'];
      const text = runOpenssl(['crl', ...args], { 'list.crl': der }).toString();

      expect(text).toMatch(/crlNumber=(0x)?0?1\n/);
      expect(text).toContain('Version 2 (0x1)');
      expect(text).toContain('X509v3 Authority Key Identifier');
    }
  });

  it('verifies every list', async () => {
    const issuers = await city.service.pki.issuers();
    for (const { der, issuerKeyId } of await city.service.store.revocations.crls()) {
      const issuer = issuers.find((one) => keyIdOf(one) === issuerKeyId)!;
      const output = issuer.algorithm === 'SM2' ? verifySm2(der, issuer) : verifyEs256(der, issuer);

      expect(output).toMatch(/Verified Successfully|verify OK/i);
    }
  });

  it('verifies paths with lists, and finds what is revoked', async () => {
    const { keyId, certificationPath } = await signerOf('documentSignerEs256');
    const [leaf] = certificationPath;
    const verify = (): string => {
      const at = String(clock.now().getTime() / 1000);
      const trust = ['-CAfile', 'roots.pem', '-untrusted', 'intermediates.pem'];
      const lists = ['-CRLfile', 'crls.pem', '-crl_check_all', '-attime', at];
      const files = {
        'roots.pem': trustFile('roots.pem'),
        'intermediates.pem': trustFile('intermediates.pem'),
        'crls.pem': trustFile('crls.pem'),
        'leaf.der': leaf!,
      };
      return runOpenssl(['verify', ...trust, ...lists, 'leaf.der'], files).toString();
    };
    expect(verify()).toContain('leaf.der: OK');
    await revoke(keyId);

    expect(verify).toThrow(/certificate revoked/);
  });
});

function verifyEs256(crl: Uint8Array, issuer: Signer): string {
  const files = {
    'list.crl': crl,
    'ca.pem': toPem([...issuer.certificationPath]) + trustFile('roots.pem'),
  };
  const args = ['-inform', 'DER', '-in', 'list.crl', '-noout', '-CAfile', 'ca.pem', '-verify'];
  return runOpenssl(['crl', ...args], files).toString() || 'verify OK'; // it says so on the other channel
}

/** The command verifies no SM2 list as such: its parts are handed over. */
function verifySm2(crl: Uint8Array, issuer: Signer): string {
  const [tbs, , bits] = readChildren(readDer(crl, TAG.sequence));
  const { publicKey } = certificateOf(issuer);
  const files = {
    tbs: tbs!.bytes,
    'key.der': publicKey.spki,
    signature: bits!.content.subarray(1),
  };
  const key = ['-pubin', '-keyform', 'DER', '-inkey', 'key.der'];
  const how = ['-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678'];
  const args = ['-verify', ...key, ...how, '-in', 'tbs', '-sigfile', 'signature'];
  return runOpenssl(['pkeyutl', ...args], files).toString();
}
