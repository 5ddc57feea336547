import { beforeAll, describe, expect, it } from '@jest/globals';

import { parseCertificate, type Certificate } from '../../../service/src/pki/certificate.ts';
import {
  encodeExtendedKeyUsage,
  encodeExtension,
} from '../../../service/src/pki/certificateEncoding.ts';
import {
  validateCertificationPath,
  type PathAnswer,
} from '../../../service/src/pki/certificationPath.ts';
import { encodeSequence } from '../../../service/src/pki/derEncoding.ts';
import { EXTENDED_KEY_USAGE } from '../../../service/src/pki/profiles.ts';
import { KEY_PURPOSES } from '../../../service/src/keys/signer.ts';
import { conclude } from '../../../service/src/report.ts';
import {
  buildCa,
  buildCertificate,
  type CertificateOverrides,
  type Entity,
} from '../../support/certificates.ts';
import { testCity, type TestCity } from '../../support/testCa.ts';

const JUNE = new Date('2026-06-01T00:00:00Z');

interface Given {
  readonly leaf: Entity;
  readonly intermediates?: readonly Entity[];
  readonly anchors: readonly Entity[];
  readonly at?: Date;
}

function validate({ leaf, intermediates = [], anchors, at = JUNE }: Given): PathAnswer {
  const certificatesOf = (entities: readonly Entity[]): Certificate[] =>
    entities.map(({ certificate }) => certificate);
  return validateCertificationPath({
    leaf: leaf.certificate,
    intermediates: certificatesOf(intermediates),
    anchors: certificatesOf(anchors),
    at,
  });
}

function verdictOf(answer: PathAnswer): string {
  const { indication, subIndication } = conclude(answer.checks);
  return subIndication === null ? indication : `${indication} ${subIndication}`;
}

/** Root, intermediate and leaf, each as overridden. */
function buildChain(
  overrides: {
    readonly root?: CertificateOverrides;
    readonly ca?: CertificateOverrides;
    readonly leaf?: CertificateOverrides;
  } = {},
): Required<Given> {
  const root = buildCa(null, 'root', overrides.root);
  const ca = buildCa(root, 'ca', overrides.ca);
  const leaf = buildCertificate(ca, overrides.leaf);
  return { leaf, intermediates: [ca], anchors: [root], at: JUNE };
}

describe.each(['ES256', 'SM2'] as const)('validateCertificationPath for %s', (algorithm) => {
  const chain = buildChain({ root: { algorithm }, ca: { algorithm }, leaf: { algorithm } });

  it('passes leaf, intermediate and root, and gives them in this order', () => {
    const answer = validate(chain);

    expect(verdictOf(answer)).toBe('TOTAL-PASSED');
    expect(answer.path.map(({ subject }) => subject.commonName)).toEqual(['leaf', 'ca', 'root']);
    expect(answer.checks.map(({ name }) => name)).toEqual([
      'certificationPath.trustAnchor',
      'certificationPath.signatures',
      'certificationPath.periods',
      'certificationPath.authorities',
      'certificationPath.pathLength',
      'certificationPath.criticalExtensions',
      'certificationPath.nameConstraints',
      'certificationPath.policies',
    ]);
  });

  it('fails a certificate with a changed signature', () => {
    const { der } = chain.leaf.certificate;
    const forged = parseCertificate(der.with(der.length - 1, der.at(-1)! ^ 1));

    expect(verdictOf(validate({ ...chain, leaf: { ...chain.leaf, certificate: forged } }))).toBe(
      'TOTAL-FAILED SIG_CRYPTO_FAILURE',
    );
  });

  it('fails a certificate with a changed period', () => {
    const { der } = chain.leaf.certificate;
    const offset = Buffer.from(der).indexOf('270101000000Z');
    const forged = parseCertificate(der.with(offset + 1, '9'.charCodeAt(0)));

    expect(forged.notAfter.getUTCFullYear()).toBe(2029);
    expect(verdictOf(validate({ ...chain, leaf: { ...chain.leaf, certificate: forged } }))).toBe(
      'TOTAL-FAILED SIG_CRYPTO_FAILURE',
    );
  });
});

describe('the period', () => {
  const chain = buildChain({
    ca: { notAfter: '2028-01-01T00:00:00Z' },
    root: { notAfter: '2028-01-01T00:00:00Z' },
  });

  it.each([
    ['2026-01-01T00:00:00.000Z', 'TOTAL-PASSED'],
    ['2027-01-01T00:00:00.000Z', 'TOTAL-PASSED'],
    ['2025-12-31T23:59:59.999Z', 'TOTAL-FAILED NOT_YET_VALID'],
    ['2027-01-01T00:00:00.001Z', 'TOTAL-FAILED EXPIRED'],
  ])('at %s gives %s', (at, verdict) => {
    expect(verdictOf(validate({ ...chain, at: new Date(at) }))).toBe(verdict);
  });

  it('of the intermediate and of the anchor count too', () => {
    const late = { notAfter: '2028-01-01T00:00:00Z' };
    const at = new Date('2027-06-01T00:00:00Z');

    expect(verdictOf(validate({ ...buildChain({ leaf: late, root: late }), at }))).toBe(
      'TOTAL-FAILED EXPIRED',
    );
    expect(verdictOf(validate({ ...buildChain({ leaf: late, ca: late }), at }))).toBe(
      'TOTAL-FAILED EXPIRED',
    );
  });

  it('is judged anew for a path that passed before', () => {
    expect(verdictOf(validate(chain))).toBe('TOTAL-PASSED');
    expect(verdictOf(validate({ ...chain, at: new Date('2030-01-01') }))).toBe(
      'TOTAL-FAILED EXPIRED',
    );
  });
});

describe('a path to no anchor', () => {
  it('is NO_TRUST without anchors', () => {
    expect(verdictOf(validate({ ...buildChain(), anchors: [] }))).toBe('INDETERMINATE NO_TRUST');
  });

  it('is not found under another root, not even of the same name', () => {
    expect(verdictOf(validate({ ...buildChain(), anchors: [buildCa(null, 'root')] }))).toBe(
      'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND',
    );
  });

  it('is not found without the intermediate', () => {
    expect(verdictOf(validate({ ...buildChain(), intermediates: [] }))).toBe(
      'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND',
    );
  });

  it('is not found with intermediate and leaf of different chains', () => {
    const [one, other] = [buildChain(), buildChain()];

    expect(verdictOf(validate({ ...one, leaf: other.leaf }))).toBe(
      'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND',
    );
  });

  it('is not found for a self-signed certificate that calls itself the root', () => {
    expect(verdictOf(validate({ ...buildChain(), leaf: buildCa(null, 'root') }))).toBe(
      'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND',
    );
  });

  it('never takes an intermediate for an anchor', () => {
    const root = buildCa(null, 'root');

    expect(
      verdictOf(
        validate({
          leaf: buildCertificate(root),
          intermediates: [root],
          anchors: [buildCa(null, 'other')],
        }),
      ),
    ).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
  });
});

describe('an issuer that may not issue', () => {
  const REFUSED = 'INDETERMINATE CERTIFICATE_CONSTRAINTS_FAILURE';

  it.each([
    ['an end-entity certificate', { isCa: false, keyUsage: ['digitalSignature'] }],
    ['a certificate without basicConstraints', { isCa: null }],
    ['a CA without keyCertSign', { keyUsage: ['cRLSign'] }],
    ['an end entity that claims keyCertSign', { isCa: false, keyUsage: ['keyCertSign'] }],
  ] as const)('is refused: %s', (_, ca) => {
    expect(verdictOf(validate(buildChain({ ca })))).toBe(REFUSED);
    expect(verdictOf(validate(buildChain({ root: ca })))).toBe(REFUSED);
  });

  it('may be a CA without keyUsage (RFC 5280 §6.1.4 (n))', () => {
    expect(verdictOf(validate(buildChain({ ca: { keyUsage: null } })))).toBe('TOTAL-PASSED');
  });
});

describe('the path length', () => {
  const build = (rootLength: number | null, firstLength: number | null): Given => {
    const root = buildCa(null, 'root', { pathLength: rootLength });
    const first = buildCa(root, 'first', { pathLength: firstLength });
    const second = buildCa(first, 'second');
    return { leaf: buildCertificate(second), intermediates: [second, first], anchors: [root] };
  };

  it.each([
    [null, null, 'TOTAL-PASSED'],
    [2, 1, 'TOTAL-PASSED'],
    [null, 0, 'INDETERMINATE CERTIFICATE_CONSTRAINTS_FAILURE'],
    [1, null, 'INDETERMINATE CERTIFICATE_CONSTRAINTS_FAILURE'],
    [1, 5, 'INDETERMINATE CERTIFICATE_CONSTRAINTS_FAILURE'],
  ])('of %j at the root and %j below gives %s', (rootLength, firstLength, verdict) => {
    expect(verdictOf(validate(build(rootLength, firstLength)))).toBe(verdict);
  });

  it('does not count a self-issued certificate', () => {
    const root = buildCa(null, 'root', { pathLength: 1 });
    const first = buildCa(root, 'first', { pathLength: 0 });
    const rolledOver = buildCa(first, 'first');

    const answer = validate({
      leaf: buildCertificate(rolledOver),
      intermediates: [first, rolledOver],
      anchors: [root],
    });

    expect(verdictOf(answer)).toBe('TOTAL-PASSED');
  });
});

describe('extensions that are not enforced', () => {
  const REFUSED = 'INDETERMINATE CERTIFICATE_CONSTRAINTS_FAILURE';
  const extension = (oid: string, isCritical: boolean): CertificateOverrides => ({
    extensions: [encodeExtension(oid, isCritical, encodeSequence())],
  });

  it.each([
    ['an unknown one', '2.999.1'],
    ['policies', '2.5.29.32'],
    ['policy constraints', '2.5.29.36'],
    ['name constraints', '2.5.29.30'],
  ])('refuse the path when critical, anywhere in it: %s', (_, oid) => {
    expect(verdictOf(validate(buildChain({ leaf: extension(oid, true) })))).toBe(REFUSED);
    expect(verdictOf(validate(buildChain({ ca: extension(oid, true) })))).toBe(REFUSED);
    expect(verdictOf(validate(buildChain({ root: extension(oid, true) })))).toBe(REFUSED);
  });

  it('do not matter when not critical, name constraints excepted', () => {
    expect(verdictOf(validate(buildChain({ ca: extension('2.999.1', false) })))).toBe(
      'TOTAL-PASSED',
    );
    expect(verdictOf(validate(buildChain({ ca: extension('2.5.29.30', false) })))).toBe(REFUSED);
  });
});

describe('building', () => {
  it('takes the path that passes when another one has expired', () => {
    const root = buildCa(null, 'root');
    const old = buildCa(root, 'ca', { notAfter: '2026-02-01T00:00:00Z' });
    const renewed = buildCa(root, 'ca', { key: old });
    const leaf = buildCertificate(old);

    expect(verdictOf(validate({ leaf, intermediates: [old, renewed], anchors: [root] }))).toBe(
      'TOTAL-PASSED',
    );
    expect(verdictOf(validate({ leaf, intermediates: [old], anchors: [root] }))).toBe(
      'TOTAL-FAILED EXPIRED',
    );
  });

  it('goes by names where there are no key identifiers', () => {
    const hasKeyIds = false;
    const chain = buildChain({ root: { hasKeyIds }, ca: { hasKeyIds }, leaf: { hasKeyIds } });

    expect(
      verdictOf(
        validate({ ...chain, intermediates: [buildCa(null, 'ca'), ...chain.intermediates] }),
      ),
    ).toBe('TOTAL-PASSED');
  });

  it('crosses from P-256 to SM2', () => {
    expect(verdictOf(validate(buildChain({ ca: { algorithm: 'SM2' } })))).toBe('TOTAL-PASSED');
  });

  it('accepts a certificate that is itself an anchor', () => {
    const root = buildCa(null, 'root');

    expect(verdictOf(validate({ leaf: root, anchors: [root] }))).toBe('TOTAL-PASSED');
  });

  it('ends soon among certificates that certify each other', () => {
    const key = buildCa(null, 'twin', { hasKeyIds: false });
    const twins = Array.from({ length: 200 }, (_, index) =>
      buildCa(key, 'twin', {
        hasKeyIds: false,
        notBefore: new Date(Date.UTC(2025, 0, index + 1)).toISOString(),
      }),
    );
    const started = process.cpuUsage();

    const answer = validate({
      leaf: twins[0]!,
      intermediates: twins,
      anchors: [buildCa(null, 'twin', { hasKeyIds: false })],
    });

    expect(verdictOf(answer)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
    expect(process.cpuUsage(started).user).toBeLessThan(5_000_000);
  });

  it('ends a chain of more than ten certificates', () => {
    const root = buildCa(null, 'root');
    const cas: Entity[] = [];
    for (let index = 0; index < 12; index += 1) {
      cas.push(buildCa(cas.at(-1) ?? root, `ca ${index}`));
    }

    expect(
      verdictOf(
        validate({ leaf: buildCertificate(cas.at(-1)!), intermediates: cas, anchors: [root] }),
      ),
    ).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
  });
});

describe('the purpose', () => {
  let city: TestCity;
  beforeAll(async () => {
    city = await testCity();
  });
  const SIGNERS = [
    'sealMaker',
    'act',
    'documentSignerSm2',
    'codeSigner',
    'credentialSigner',
    'timeStamper',
    'node',
  ] as const;
  const verdictFor = (
    signer: (typeof SIGNERS)[number],
    purpose: (typeof KEY_PURPOSES)[number],
  ): string => {
    const [leaf, ...intermediates] = city[signer].certificationPath.map(parseCertificate);
    const { anchors } = city.trust;
    return verdictOf(
      validateCertificationPath({ leaf: leaf!, intermediates, anchors, at: JUNE, purpose }),
    );
  };

  it.each(SIGNERS)('of %s is met by its certificate and no other is', (signer) => {
    for (const purpose of KEY_PURPOSES) {
      expect(verdictFor(signer, purpose)).toBe(
        purpose === city[signer].purpose
          ? 'TOTAL-PASSED'
          : 'INDETERMINATE CERTIFICATE_CONSTRAINTS_FAILURE',
      );
    }
  });

  it.each([
    ['documentSigner', null, ['digitalSignature'], 'TOTAL-PASSED'],
    ['documentSigner', null, ['nonRepudiation'], 'TOTAL-PASSED'],
    ['documentSigner', null, null, 'TOTAL-PASSED'],
    ['documentSigner', null, ['keyEncipherment'], 'INDETERMINATE CERTIFICATE_CONSTRAINTS_FAILURE'],
    [
      'documentSigner',
      '1.3.6.1.5.5.7.3.1',
      ['digitalSignature'],
      'INDETERMINATE CERTIFICATE_CONSTRAINTS_FAILURE',
    ],
    ['act', null, ['digitalSignature'], 'INDETERMINATE CERTIFICATE_CONSTRAINTS_FAILURE'],
    ['act', EXTENDED_KEY_USAGE.act, ['digitalSignature'], 'TOTAL-PASSED'],
  ] as const)(
    '%s of a foreign certificate with extended key usage %j and key usage %j gives %s',
    (purpose, oid, keyUsage, verdict) => {
      const root = buildCa(null, 'root');
      const extensions = oid === null ? [] : [encodeExtendedKeyUsage([oid], false)];
      const { certificate: leaf } = buildCertificate(root, { keyUsage, extensions });

      const answer = validateCertificationPath({
        leaf,
        intermediates: [],
        anchors: [root.certificate],
        at: JUNE,
        purpose,
      });

      expect(verdictOf(answer)).toBe(verdict);
    },
  );
});
