/** Certificates of signers and makers that were revoked: before, after, or who knows. */
import { beforeAll, describe, expect, it } from '@jest/globals';

import { encodeBits, encodeExplicit } from '../../../service/src/pki/derEncoding.ts';
import type { Certificate } from '../../../service/src/pki/certificate.ts';
import { createTimeStampingAuthority } from '../../../service/src/pki/timeStamp/timeStampingAuthority.ts';
import type { TrustStore } from '../../../service/src/pki/trustStore.ts';
import { conclude, type Check } from '../../../service/src/report.ts';
import { parseSeal, type SealVersion } from '../../../service/src/sealing/seal.ts';
import { parseSealSignature } from '../../../service/src/sealing/sealSignature.ts';
import { verifySeal } from '../../../service/src/sealing/verifySeal.ts';
import { verifySealSignature } from '../../../service/src/sealing/verifySealSignature.ts';
import { encodeOctets, encodeSequence } from '../../../service/src/pki/derEncoding.ts';
import { buildCertificate, type Entity } from '../../support/certificates.ts';
import { buildCrl } from '../../support/crls.ts';
import {
  buildForeignSeal,
  buildForeignSignature,
  foreignSigner,
} from '../../support/foreignSeal.ts';
import { testCity, type TestCity } from '../../support/testCa.ts';
import { SEALED_AT } from '../../support/testSeal.ts';

const DIGEST = new Uint8Array(32).fill(9);
/** Sealed on 1 June 2026, asked on 1 September. */
const AT = new Date('2026-09-01T00:00:00Z');
const BEFORE = '2026-05-01T00:00:00Z';
const AFTER = '2026-07-01T00:00:00Z';

const root = buildCertificate(null, {
  ...{ name: 'root', isCa: true, keyUsage: ['keyCertSign', 'cRLSign'], algorithm: 'SM2' },
  notAfter: '2036-01-01T00:00:00Z',
});
const endEntity = (name: string): Entity =>
  buildCertificate(root, {
    ...{ name, algorithm: 'SM2', isCa: null, notAfter: '2028-01-01T00:00:00Z' },
    keyUsage: ['digitalSignature', 'nonRepudiation'],
  });
const maker = endEntity('maker');
const signer = endEntity('signer');

let city: TestCity;
beforeAll(async () => {
  city = await testCity();
});

/** The city's roots are there for its time-stamper, of whom no list is asked. */
function trusting(revoked: Certificate | null, revokedAt = BEFORE, thisUpdate = AT): TrustStore {
  const lines = revoked === null ? [] : [{ certificate: revoked, revokedAt }];
  const list = buildCrl(root, {
    ...{ thisUpdate: thisUpdate.toISOString(), nextUpdate: '2026-12-01T00:00:00Z', lines },
  });
  return {
    anchors: [root.certificate, ...city.trust.anchors],
    intermediates: city.trust.intermediates,
    revocation: { crls: [list], ocspResponses: [], demand: 'whereNamed' },
  };
}

async function judge(
  version: SealVersion,
  trust: TrustStore,
  isStamped = false,
): Promise<readonly Check[]> {
  const certList = encodeSequence(encodeOctets(signer.certificate.der));
  const bytes = await buildForeignSeal(city, version, {
    maker: foreignSigner(maker),
    members: { certList },
  });
  const stamper = createTimeStampingAuthority({
    signers: city.pki.timeStampers,
    clock: { now: () => SEALED_AT },
  });
  const signature = await buildForeignSignature(city, { version, bytes }, DIGEST, {
    signer: foreignSigner(signer),
    ...(isStamped
      ? {
          stamp: async (value: Uint8Array) =>
            encodeExplicit(0, encodeBits(await stamper.stamp(value, 'SM2'))),
        }
      : {}),
  });
  const read = parseSealSignature(signature);
  return verifySealSignature({ signature: read, documentDigest: DIGEST, trust, at: AT });
}

const failing = (checks: readonly Check[]): readonly string[] =>
  checks
    .filter(({ indication }) => indication !== 'TOTAL-PASSED')
    .map(({ name, indication, subIndication }) => `${name} ${indication} ${subIndication}`);

const SIGNER = 'signature.signerCertificate.revocation';
const MAKER = 'seal.makerCertificate.revocation';

describe.each<SealVersion>([1, 4, 5])('a signature of version %i', (version) => {
  it('passes while nobody is revoked', async () => {
    expect(failing(await judge(version, trusting(null)))).toEqual([]);
  });

  it('fails if the signer was revoked before signing', async () => {
    const trust = trusting(signer.certificate);

    expect(failing(await judge(version, trust))).toEqual([`${SIGNER} TOTAL-FAILED REVOKED`]);
  });

  it('is unclear if the signer was revoked after signing and nothing proves the time', async () => {
    const trust = trusting(signer.certificate, AFTER);

    expect(failing(await judge(version, trust))).toEqual([`${SIGNER} INDETERMINATE REVOKED`]);
  });
});

it.each<SealVersion>([4, 5])(
  'a stamp proves in version %i that a signature came before the revocation',
  async (version) => {
    expect(failing(await judge(version, trusting(signer.certificate, AFTER), true))).toEqual([]);
    expect(failing(await judge(version, trusting(signer.certificate, BEFORE), true))).toEqual([
      `${SIGNER} TOTAL-FAILED REVOKED`,
    ]);
  },
);

describe('a maker that was revoked after the seal was made', () => {
  it('fails versions 1 and 4, which judge by the use', async () => {
    expect(failing(await judge(1, trusting(maker.certificate)))).toEqual([
      `${MAKER} TOTAL-FAILED REVOKED`,
    ]);
    expect(failing(await judge(4, trusting(maker.certificate)))).toEqual([
      `${MAKER} TOTAL-FAILED REVOKED`,
    ]);
  });

  it('is a notice in version 5, which judges by the day the seal was made', async () => {
    const checks = await judge(5, trusting(maker.certificate));

    expect(failing(checks)).toEqual([]);
    expect(checks.filter(({ isNotice }) => isNotice).map(({ name }) => name)).toEqual([
      'seal.makerCertificate.now',
    ]);
  });

  it('fails version 5, too, if it came before that day', async () => {
    const trust = trusting(maker.certificate, '2026-01-01T12:00:00Z');

    expect(failing(await judge(5, trust))).toEqual([`${MAKER} TOTAL-FAILED REVOKED`]);
  });
});

it('an old list says nothing of now', async () => {
  const trust = trusting(null, BEFORE, new Date('2026-01-15T00:00:00Z'));
  const old = { ...trust, revocation: { ...trust.revocation!, crls: [buildCrl(root)] } };
  const bytes = await buildForeignSeal(city, 4, { maker: foreignSigner(maker) });

  expect(failing(verifySeal(parseSeal(bytes), old, AT))).toEqual([
    `${MAKER} INDETERMINATE TRY_LATER`,
  ]);
  expect(conclude(verifySeal(parseSeal(bytes), trusting(null), AT)).indication).toBe(
    'TOTAL-PASSED',
  );
});
