import { describe, expect, it } from '@jest/globals';

import { encodeExtendedKeyUsage } from '../../../service/src/pki/certificateEncoding.ts';
import { validateCertificationPath } from '../../../service/src/pki/certificationPath.ts';
import { EXTENDED_KEY_USAGE } from '../../../service/src/pki/profiles.ts';
import type { AnchorScope } from '../../../service/src/pki/trustStore.ts';
import type { KeyPurpose } from '../../../service/src/keys/signer.ts';
import { conclude } from '../../../service/src/report.ts';
import { buildCa, buildCertificate } from '../../support/certificates.ts';

const root = buildCa(null, 'another city');
const signer = buildCertificate(root, {
  extensions: [encodeExtendedKeyUsage([EXTENDED_KEY_USAGE.documentSigner], false)],
});
const OUT = 'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND';

function judge(
  scope: Partial<AnchorScope>,
  asked: { readonly at?: string; readonly purpose?: KeyPurpose } = {},
): string {
  const whole: AnchorScope = {
    ...{ purposes: ['documentSigner'], sealKinds: null, licenceTypes: null, until: null },
    from: new Date('2026-03-01T00:00:00Z'),
    ...scope,
  };
  const { checks } = validateCertificationPath({
    leaf: signer.certificate,
    intermediates: [],
    anchors: [root.certificate],
    scopes: new Map([[root.certificate.fingerprint, whole]]),
    at: new Date(asked.at ?? '2026-06-01T00:00:00Z'),
    ...(asked.purpose === undefined ? {} : { purpose: asked.purpose }),
  });
  const { indication, subIndication } = conclude(checks);
  expect(checks.map(({ name }) => name)).toContain('certificationPath.scope');
  return subIndication === null ? indication : `${indication} ${subIndication}`;
}

describe('an anchor of others', () => {
  it.each([
    ['documentSigner', 'TOTAL-PASSED'],
    [undefined, 'TOTAL-PASSED'],
  ] as const)('is trusted for the purpose %s', (purpose, verdict) => {
    expect(judge({}, purpose === undefined ? {} : { purpose })).toBe(verdict);
  });

  it('is not trusted for another purpose', () => {
    expect(judge({ purposes: ['sealMaker'] }, { purpose: 'documentSigner' })).toBe(OUT);
    expect(judge({ purposes: ['timeStamper'] })).toBe(OUT);
    expect(judge({ purposes: [] })).toBe(OUT);
  });

  it.each([
    ['2026-02-28T23:59:59.999Z', OUT],
    ['2026-03-01T00:00:00.000Z', 'TOTAL-PASSED'],
    ['2026-09-01T00:00:00.000Z', 'TOTAL-PASSED'],
    ['2026-09-01T00:00:00.001Z', OUT],
  ])('is trusted within its time, both ends included: %s', (at, verdict) => {
    expect(judge({ until: new Date('2026-09-01T00:00:00Z') }, { at })).toBe(verdict);
  });

  it('without a scope is trusted for everything, and nothing is said of it', () => {
    const { checks } = validateCertificationPath({
      leaf: signer.certificate,
      intermediates: [],
      anchors: [root.certificate],
      scopes: new Map(),
      at: new Date('2026-06-01T00:00:00Z'),
    });

    expect(conclude(checks).indication).toBe('TOTAL-PASSED');
    expect(checks.map(({ name }) => name)).not.toContain('certificationPath.scope');
  });
});
