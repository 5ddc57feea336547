import { describe, expect, it } from '@jest/globals';

import { parseCertificate, parseCertificates } from '../../../service/src/pki/certificate.ts';
import { validateCertificationPath } from '../../../service/src/pki/certificationPath.ts';
import { openCityPki, type CityPki } from '../../../service/src/pki/cityPki.ts';
import { parseTrustStore } from '../../../service/src/pki/trustStore.ts';
import type { KeyStore } from '../../../service/src/keys/keyStore.ts';
import { conclude } from '../../../service/src/report.ts';
import { memoryKeyStore } from '../../support/testCa.ts';

const OPERATOR = { name: '南湖市数据资源管理局', creditCode: '11330402MB00000029' };
const AUTHORITY = { name: '南湖市市场监督管理局', creditCode: '11330402MB00000016' };

/** A city whose time can be set. */
function buildCity(): {
  open: () => Promise<CityPki>;
  keyStore: KeyStore;
  setTime: (at: string) => void;
} {
  let now = new Date('2026-01-01T00:00:00Z');
  const clock = { now: () => now };
  const keyStore = memoryKeyStore(clock);
  return {
    keyStore,
    open: () => openCityPki({ keyStore, clock, operator: OPERATOR }),
    setTime: (at) => {
      now = new Date(at);
    },
  };
}

describe('openCityPki', () => {
  it('makes two roots, an intermediate each, and the keys of the city', async () => {
    const { open, keyStore } = buildCity();

    const city = await open();

    expect(parseCertificates(city.rootsPem).map(({ publicKey }) => publicKey.algorithm)).toEqual([
      'ES256',
      'SM2',
    ]);
    expect(parseCertificates(city.intermediatesPem)).toHaveLength(2);
    expect(city.sealMaker).toMatchObject({ algorithm: 'SM2', purpose: 'sealMaker' });
    expect(city.node).toMatchObject({ algorithm: 'ES256', purpose: 'node' });
    expect(await keyStore.list()).toHaveLength(8);
  });

  it('keeps every key when opened again', async () => {
    const { open, keyStore } = buildCity();
    const first = await (await open()).authority(AUTHORITY);
    const keys = await keyStore.list();

    const second = await (await open()).authority(AUTHORITY);

    expect(second.codeSigner.keyId).toBe(first.codeSigner.keyId);
    expect(second.documentSignerSm2.keyId).toBe(first.documentSignerSm2.keyId);
    expect(await keyStore.list()).toEqual(keys);
  });

  it('finishes a key that has no certificate yet', async () => {
    const { open, keyStore } = buildCity();
    await keyStore.create(`${OPERATOR.creditCode}.rootCa.ES256.1`, 'rootCa', 'ES256');
    await keyStore.create(`${OPERATOR.creditCode}.node.ES256.1`, 'node', 'ES256');

    const city = await open();

    expect(await city.node.sign(Buffer.from('block'))).toHaveLength(64);
    expect(await keyStore.list()).toHaveLength(8);
  });

  it('gives an authority signers whose paths end in the roots', async () => {
    const { open } = buildCity();
    const city = await open();
    const { anchors } = parseTrustStore(city.rootsPem);

    const signers = await city.authority(AUTHORITY);

    for (const { certificationPath, purpose } of Object.values(signers) as (typeof signers.act)[]) {
      const [leaf, ...intermediates] = certificationPath.map(parseCertificate);
      const at = new Date('2026-06-01T00:00:00Z');
      const { checks } = validateCertificationPath({
        leaf: leaf!,
        intermediates,
        anchors,
        at,
        purpose,
      });
      expect(conclude(checks).indication).toBe('TOTAL-PASSED');
      expect(leaf!.subject.creditCode).toBe(AUTHORITY.creditCode);
    }
  });

  it('cuts names to what a certificate holds', async () => {
    const city = await buildCity().open();
    const name = '长'.repeat(100);

    const { act } = await city.authority({ ...AUTHORITY, name });

    const { subject } = parseCertificate(act.certificationPath[0]!);
    expect(subject.organisation).toBe('长'.repeat(64));
    expect(subject.commonName).toBe(`${'长'.repeat(60)}业务操作`);
  });
});

describe('a key that soon stops signing', () => {
  it('is followed by a new one, while the certificate lives on', async () => {
    const { open, setTime } = buildCity();
    const before = await (await open()).authority(AUTHORITY);
    setTime('2026-12-15T00:00:00Z');

    const after = await (await open()).authority(AUTHORITY);

    expect(after.codeSigner.keyId).not.toBe(before.codeSigner.keyId);
    expect(after.act.keyId).toBe(before.act.keyId);
  });

  it('may be a CA: the new generation issues, the old one stays trusted', async () => {
    const { open, setTime } = buildCity();
    const before = await (await open()).authority(AUTHORITY);
    setTime('2040-01-01T00:00:00Z');

    const city = await open();
    const after = await city.authority(AUTHORITY);

    const trust = parseTrustStore(city.rootsPem, city.intermediatesPem);
    expect(trust.anchors).toHaveLength(4);
    expect(trust.intermediates).toHaveLength(4);
    for (const [signer, at] of [
      [before.act, '2026-06-01'],
      [after.act, '2040-06-01'],
    ] as const) {
      const [leaf, ...intermediates] = signer.certificationPath.map(parseCertificate);
      const { checks } = validateCertificationPath({
        leaf: leaf!,
        intermediates,
        anchors: trust.anchors,
        at: new Date(at),
      });
      expect(conclude(checks).indication).toBe('TOTAL-PASSED');
    }
  });
});
