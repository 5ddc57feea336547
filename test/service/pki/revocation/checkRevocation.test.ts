import { describe, expect, it } from '@jest/globals';

import { encodeExtension } from '../../../../service/src/pki/certificateEncoding.ts';
import {
  validateCertificationPath,
  type PathQuestion,
} from '../../../../service/src/pki/certificationPath.ts';
import { encodeDer } from '../../../../service/src/pki/derEncoding.ts';
import { conclude, type Check } from '../../../../service/src/report.ts';
import {
  buildCa,
  buildCertificate,
  type CertificateOverrides,
  type Entity,
} from '../../../support/certificates.ts';
import { buildCrl, REASONS, type CrlLine, type CrlOverrides } from '../../../support/crls.ts';
import {
  encodeDistributionPoints,
  encodeOcspAccess,
  type PointValue,
} from '../../../support/pathExtensions.ts';

const MAY = new Date('2026-05-01T00:00:00Z');
const JUNE = new Date('2026-06-01T00:00:00Z');
const PASSED = 'TOTAL-PASSED';
const UNKNOWN = 'INDETERMINATE TRY_LATER';

interface Chain {
  readonly root: Entity;
  readonly ca: Entity;
  readonly leaf: Entity;
}

function buildChain(leaf: CertificateOverrides = {}, ca: CertificateOverrides = {}): Chain {
  const root = buildCa(null, 'root', ca);
  const issuer = buildCa(root, 'ca', ca);
  return { root, ca: issuer, leaf: buildCertificate(issuer, { ...ca, ...leaf }) };
}

interface Asked extends Partial<Pick<PathQuestion, 'at' | 'provenAt'>> {
  readonly crls?: readonly Uint8Array[];
  readonly demand?: 'always' | 'whereNamed';
  readonly others?: readonly Entity[];
}

function validate({ root, ca, leaf }: Chain, asked: Asked): readonly Check[] {
  const { crls = [], demand = 'always', others = [], at = JUNE, ...proof } = asked;
  return validateCertificationPath({
    leaf: leaf.certificate,
    intermediates: [ca, ...others].map(({ certificate }) => certificate),
    anchors: [root.certificate],
    revocation: { crls, ocspResponses: [], demand },
    at,
    ...proof,
  }).checks;
}

function judge(chain: Chain, asked: Asked): string {
  const { indication, subIndication } = conclude(validate(chain, asked));
  return subIndication === null ? indication : `${indication} ${subIndication}`;
}

const detailOf = (chain: Chain, asked: Asked): string =>
  validate(chain, asked).find(({ name }) => name === 'certificationPath.revocation')?.detail ?? '';

const lineOf = (entity: Entity, revokedAt: string, more: Partial<CrlLine> = {}): CrlLine => ({
  certificate: entity.certificate,
  revokedAt,
  ...more,
});

/** The root's list, empty, and one of the CA. */
const listsOf = ({ root, ca }: Chain, ofCa: CrlOverrides = {}): readonly Uint8Array[] => [
  buildCrl(root),
  buildCrl(ca, ofCa),
];

describe.each(['ES256', 'SM2'] as const)('lists signed with %s', (algorithm) => {
  const chain = buildChain({ algorithm }, { algorithm });

  it('clear a certificate that is on none', () => {
    expect(judge(chain, { crls: listsOf(chain) })).toBe(PASSED);
  });

  it('condemn a certificate that is on one', () => {
    const lines = [lineOf(chain.leaf, '2026-04-01T00:00:00Z', { reason: 1 })];

    expect(judge(chain, { crls: listsOf(chain, { lines }) })).toBe('TOTAL-FAILED REVOKED');
    expect(detailOf(chain, { crls: listsOf(chain, { lines }) })).toContain(
      'was revoked at 2026-04-01T00:00:00.000Z (keyCompromise)',
    );
  });

  it('condemn everything below a revoked CA', () => {
    const lines = [lineOf(chain.ca, '2026-04-01T00:00:00Z')];
    const crls = [buildCrl(chain.root, { lines }), buildCrl(chain.ca)];

    expect(judge(chain, { crls })).toBe('TOTAL-FAILED REVOKED');
  });

  it('do not count when forged', () => {
    const forged = Uint8Array.from(buildCrl(chain.ca));
    forged[forged.length - 1]! ^= 1;

    expect(judge(chain, { crls: [buildCrl(chain.root), forged] })).toBe(UNKNOWN);
  });

  it('do not count when another key of the same name signed them', () => {
    const impostor = buildCa(null, 'ca', { algorithm });

    expect(
      judge(chain, { crls: [buildCrl(chain.root), buildCrl(impostor)], others: [impostor] }),
    ).toBe(UNKNOWN);
  });
});

describe('the moment of revocation', () => {
  const chain = buildChain();
  const lines = [lineOf(chain.leaf, '2026-05-15T00:00:00Z')];
  const crls = listsOf(chain, { lines, thisUpdate: '2026-06-01T00:00:00Z' });

  it.each([
    ['2026-05-15T00:00:00Z', undefined, 'TOTAL-FAILED REVOKED'],
    ['2026-06-01T00:00:00Z', undefined, 'TOTAL-FAILED REVOKED'],
    ['2026-05-01T00:00:00Z', '2026-05-01T00:00:00Z', PASSED],
    ['2026-05-01T00:00:00Z', '2026-05-14T23:59:59Z', PASSED],
    ['2026-05-01T00:00:00Z', '2026-05-15T00:00:00Z', 'INDETERMINATE REVOKED'],
    ['2026-05-01T00:00:00Z', '2026-06-01T00:00:00Z', 'INDETERMINATE REVOKED'],
    ['2026-06-01T00:00:00Z', '2026-05-01T00:00:00Z', 'TOTAL-FAILED REVOKED'],
  ])('judged at %s, proven at %s gives %s', (at, provenAt, verdict) => {
    const asked = { crls, at: new Date(at) };

    expect(
      judge(chain, provenAt === undefined ? asked : { ...asked, provenAt: new Date(provenAt) }),
    ).toBe(verdict);
  });

  it('is said of a certificate that was revoked later', () => {
    expect(detailOf(chain, { crls, at: MAY })).toContain('was revoked at 2026-05-15');
  });

  it('is the invalidity date if that is earlier', () => {
    const early = { invalidSince: '2026-04-01T00:00:00Z' };
    const dated = [lineOf(chain.leaf, '2026-05-15T00:00:00Z', early)];

    expect(judge(chain, { crls: listsOf(chain, { lines: dated }), at: MAY })).toBe(
      'TOTAL-FAILED REVOKED',
    );
  });
});

describe('freshness', () => {
  const chain = buildChain();

  it.each([
    ['current', '2026-05-01T00:00:00Z', '2026-07-01T00:00:00Z', PASSED],
    ['from this very moment', '2026-06-01T00:00:00Z', null, PASSED],
    ['until this very moment', '2026-05-01T00:00:00Z', '2026-06-01T00:00:00Z', PASSED],
    ['made later', '2026-06-15T00:00:00Z', '2026-06-16T00:00:00Z', PASSED],
    ['over', '2026-05-01T00:00:00Z', '2026-05-31T23:59:59Z', UNKNOWN],
    ['older, without an end', '2026-05-01T00:00:00Z', null, UNKNOWN],
  ])('of a list that is %s', (_, thisUpdate, nextUpdate, verdict) => {
    expect(judge(chain, { crls: listsOf(chain, { thisUpdate, nextUpdate }) })).toBe(verdict);
  });

  it('is asked of the instant by which the signature existed', () => {
    const crls = listsOf(chain, { nextUpdate: '2026-05-15T00:00:00Z' });

    expect(judge(chain, { crls, at: MAY })).toBe(PASSED);
    expect(judge(chain, { crls, at: MAY, provenAt: JUNE })).toBe(UNKNOWN);
  });

  it('matters nothing to a revocation, unless the certificate was on hold', () => {
    const stale = { thisUpdate: '2026-04-01T00:00:00Z', nextUpdate: '2026-04-02T00:00:00Z' };
    const withReason = (reason: number): readonly Uint8Array[] =>
      listsOf(chain, { ...stale, lines: [lineOf(chain.leaf, '2026-03-01T00:00:00Z', { reason })] });

    expect(judge(chain, { crls: withReason(4) })).toBe('TOTAL-FAILED REVOKED');
    expect(judge(chain, { crls: withReason(6) })).toBe(UNKNOWN);
  });

  it('prefers the newest list', () => {
    const hold = { lines: [lineOf(chain.leaf, '2026-03-01T00:00:00Z', { reason: 6 })] };
    const [ofRoot, held] = listsOf(chain, hold) as [Uint8Array, Uint8Array];
    const released = buildCrl(chain.ca, { thisUpdate: '2026-05-01T00:00:00Z', number: 2 });

    expect(judge(chain, { crls: [ofRoot, held] })).toBe('TOTAL-FAILED REVOKED');
    expect(judge(chain, { crls: [ofRoot, held, released] })).toBe(PASSED);
  });

  it('is not had from a list made after the certificate expired, unless the list says so', () => {
    const short = buildChain({ notAfter: '2026-05-15T00:00:00Z' });
    const later = { thisUpdate: '2026-06-01T00:00:00Z' };
    const since = encodeExtension(
      '2.5.29.60',
      false,
      encodeDer(0x18, Buffer.from('20260101000000Z')),
    );

    expect(judge(short, { crls: listsOf(short, later), at: MAY })).toBe(UNKNOWN);
    expect(judge(short, { crls: listsOf(short, { ...later, extensions: [since] }), at: MAY })).toBe(
      PASSED,
    );
  });
});

describe('what must be known', () => {
  const silent = buildChain();
  const naming = buildChain({
    extensions: [encodeDistributionPoints([{ names: [{ uri: 'http://ca.example/1.crl' }] }])],
  });
  const responding = buildChain({ extensions: [encodeOcspAccess('http://ca.example/ocsp')] });

  it.each([
    ['always', silent, UNKNOWN],
    ['always', naming, UNKNOWN],
    ['whereNamed', silent, PASSED],
    ['whereNamed', naming, UNKNOWN],
    ['whereNamed', responding, UNKNOWN],
  ] as const)('%s', (demand, chain, verdict) => {
    expect(judge(chain, { demand })).toBe(verdict);
  });

  it('whereNamed: of a certificate that names nothing, if its issuer’s list is at hand', () => {
    const stale = buildCrl(silent.ca, { nextUpdate: '2026-02-01T00:00:00Z' });

    expect(judge(silent, { demand: 'whereNamed', crls: [buildCrl(silent.ca)] })).toBe(PASSED);
    expect(judge(silent, { demand: 'whereNamed', crls: [stale] })).toBe(UNKNOWN);
  });

  it('is nothing where no knowledge is given, but a critical extension that names lists', () => {
    const points = [{ names: [{ uri: 'http://ca.example/1.crl' }] }];
    const critical = buildChain({ extensions: [encodeDistributionPoints(points, true)] });
    const judgeWithout = ({ root, ca, leaf }: Chain): string =>
      conclude(
        validateCertificationPath({
          leaf: leaf.certificate,
          intermediates: [ca.certificate],
          anchors: [root.certificate],
          at: JUNE,
        }).checks,
      ).indication;

    expect(judgeWithout(naming)).toBe(PASSED);
    expect(judgeWithout(critical)).toBe('INDETERMINATE');
    expect(judge(critical, { crls: listsOf(critical) })).toBe(PASSED);
  });

  it('lists that cannot be read are passed over', () => {
    const garbage = [new Uint8Array(), Uint8Array.of(0x30, 0), Buffer.from('list')];

    expect(judge(silent, { crls: [...garbage, ...listsOf(silent)] })).toBe(PASSED);
    expect(judge(silent, { crls: garbage })).toBe(UNKNOWN);
  });
});

describe('partitions', () => {
  const chain = buildChain();
  const compromised = [lineOf(chain.leaf, '2026-04-01T00:00:00Z', { reason: 1 })];
  const part = (reasons: readonly number[], lines: readonly CrlLine[] = []): Uint8Array =>
    buildCrl(chain.ca, { scope: { reasons }, lines });

  it.each([
    ['one of two parts by reason', [part(REASONS.keyCompromise)], UNKNOWN],
    ['the other one', [part(REASONS.others)], UNKNOWN],
    ['both', [part(REASONS.keyCompromise), part(REASONS.others)], PASSED],
    [
      'both, with a line',
      [part(REASONS.others), part(REASONS.keyCompromise, compromised)],
      'TOTAL-FAILED REVOKED',
    ],
    [
      'the wrong part, with a line',
      [part(REASONS.keyCompromise, compromised)],
      'TOTAL-FAILED REVOKED',
    ],
  ])('%s', (_, parts, verdict) => {
    expect(judge(chain, { crls: [buildCrl(chain.root), ...parts] })).toBe(verdict);
  });

  it.each([
    ['userCerts', 'caCerts', PASSED],
    ['caCerts', 'caCerts', UNKNOWN],
    ['userCerts', 'userCerts', UNKNOWN],
    ['attributeCerts', 'caCerts', UNKNOWN],
  ] as const)('%s below, %s above: %s', (below, above, verdict) => {
    const crls = [
      buildCrl(chain.root, { scope: { only: above } }),
      buildCrl(chain.ca, { scope: { only: below } }),
    ];

    expect(judge(chain, { crls })).toBe(verdict);
  });

  it.each([
    ['http://ca.example/1.crl', PASSED],
    ['http://ca.example/2.crl', UNKNOWN],
  ])('a list for %s', (uri, verdict) => {
    const points: readonly PointValue[] = [{ names: [{ uri: 'http://ca.example/1.crl' }] }];
    const pointing = buildChain({ extensions: [encodeDistributionPoints(points)] });

    expect(judge(pointing, { crls: listsOf(pointing, { scope: { names: [{ uri }] } }) })).toBe(
      verdict,
    );
  });
});

describe('delta lists', () => {
  const chain = buildChain();
  const line = (reason: number): readonly CrlLine[] => [
    lineOf(chain.leaf, '2026-04-01T00:00:00Z', { reason }),
  ];
  const complete = (overrides: CrlOverrides = {}): readonly Uint8Array[] =>
    listsOf(chain, { number: 5, ...overrides });
  const delta = (overrides: CrlOverrides = {}): Uint8Array =>
    buildCrl(chain.ca, {
      ...{ thisUpdate: '2026-05-01T00:00:00Z', number: 7, baseNumber: 5 },
      ...overrides,
    });

  it('add to a complete list and take away from it', () => {
    expect(judge(chain, { crls: [...complete(), delta({ lines: line(1) })] })).toBe(
      'TOTAL-FAILED REVOKED',
    );
    expect(
      judge(chain, { crls: [...complete({ lines: line(6) }), delta({ lines: line(8) })] }),
    ).toBe(PASSED);
  });

  it('bring a stale list up to date', () => {
    const stale = complete({ nextUpdate: '2026-05-15T00:00:00Z' });

    expect(judge(chain, { crls: stale })).toBe(UNKNOWN);
    expect(judge(chain, { crls: [...stale, delta()] })).toBe(PASSED);
  });

  it.each([
    ['for a newer base', { baseNumber: 6 }],
    ['older than the list', { number: 5, baseNumber: 4 }],
    ['of another scope', { scope: { only: 'userCerts' } }],
  ] as const)('do not fit when %s', (_, overrides) => {
    const crls = [...complete(), delta({ ...overrides, lines: line(1) })];

    expect(judge(chain, { crls })).toBe(PASSED);
  });

  it('say nothing without a complete one', () => {
    expect(judge(chain, { crls: [buildCrl(chain.root), delta()] })).toBe(UNKNOWN);
  });
});

describe('issuers of lists', () => {
  const root = buildCa(null, 'root');
  const ca = buildCa(root, 'ca');

  it('may have a key of their own for them', () => {
    const leaf = buildCertificate(ca);
    const listKey = buildCertificate(root, { name: 'ca', keyUsage: ['cRLSign'] });
    const chain = { root, ca, leaf };
    const crls = [buildCrl(root), buildCrl(listKey)];

    expect(judge(chain, { crls, others: [listKey] })).toBe(PASSED);
    expect(judge(chain, { crls })).toBe(UNKNOWN);
  });

  it.each([
    ['was revoked', ['cRLSign'], true],
    ['may not sign lists', ['digitalSignature'], false],
  ] as const)('do not count if their certificate %s', (_, keyUsage, isRevoked) => {
    const leaf = buildCertificate(ca);
    const listKey = buildCertificate(root, { name: 'ca', keyUsage });
    const lines = isRevoked ? [lineOf(listKey, '2026-02-01T00:00:00Z')] : [];
    const crls = [buildCrl(root, { lines }), buildCrl(listKey)];

    expect(judge({ root, ca, leaf }, { crls, others: [listKey] })).toBe(UNKNOWN);
  });

  it('must lead to the same anchor', () => {
    const other = buildCa(null, 'other');
    const listKey = buildCertificate(other, { name: 'ca', keyUsage: ['cRLSign'] });
    const chain = { root, ca, leaf: buildCertificate(ca) };
    const crls = [buildCrl(root), buildCrl(other), buildCrl(listKey)];

    expect(judge(chain, { crls, others: [listKey, other] })).toBe(UNKNOWN);
  });

  it('may be someone else the certificate names, whose list is indirect', () => {
    const lister = buildCertificate(root, { name: 'lister', keyUsage: ['cRLSign'] });
    const directory = lister.certificate.subjectDer;
    const points = [{ crlIssuer: [{ directory }] }];
    const leaf = buildCertificate(ca, { extensions: [encodeDistributionPoints(points)] });
    const chain = { root, ca, leaf };
    const issuer = ca.certificate.subjectDer;
    const lines = [lineOf(leaf, '2026-04-01T00:00:00Z', { issuer })];
    const others = [lister];
    const judgeBy = (list: CrlOverrides): string =>
      judge(chain, { crls: [buildCrl(root), buildCrl(lister, list)], others });

    expect(judgeBy({ scope: { isIndirect: true } })).toBe(PASSED);
    expect(judgeBy({ scope: { isIndirect: true }, lines })).toBe('TOTAL-FAILED REVOKED');
    expect(judgeBy({})).toBe(UNKNOWN);
    expect(judgeBy({ scope: { only: 'userCerts' }, lines })).toBe(UNKNOWN);
  });

  it('are not asked in circles', () => {
    const one = buildCertificate(root, { name: 'one', keyUsage: ['cRLSign'] });
    const pointTo = (entity: Entity): CertificateOverrides => ({
      extensions: [
        encodeDistributionPoints([{ crlIssuer: [{ directory: entity.certificate.subjectDer }] }]),
      ],
    });
    const two = buildCertificate(root, { name: 'two', keyUsage: ['cRLSign'], ...pointTo(one) });
    const first = buildCertificate(root, {
      name: 'one',
      key: one,
      keyUsage: ['cRLSign'],
      ...pointTo(two),
    });
    const leaf = buildCertificate(ca, pointTo(two));
    const indirect = [first, two].map((signer) =>
      buildCrl(signer, { scope: { isIndirect: true } }),
    );
    const ofRoot = (only?: 'caCerts'): Uint8Array =>
      buildCrl(root, only === undefined ? {} : { scope: { only } });
    const judgeBy = (list: Uint8Array): string =>
      judge({ root, ca, leaf }, { crls: [list, ...indirect], others: [first, two] });

    expect(judgeBy(ofRoot('caCerts'))).toBe(UNKNOWN);
    expect(judgeBy(ofRoot())).toBe(PASSED);
  });
});

describe('lists of a kind that is not read', () => {
  const chain = buildChain();
  const unknown = (isCritical: boolean): readonly Uint8Array[] => [
    encodeExtension('2.999.1', isCritical, encodeDer(0x05)),
  ];
  const someone = { serialNumber: '7f' };
  const line = (more: Partial<CrlLine>): CrlOverrides => ({
    lines: [{ certificate: someone, revokedAt: '2026-02-01T00:00:00Z', ...more }],
  });

  it.each([
    ['a critical extension that is not known', { extensions: unknown(true) }, UNKNOWN],
    ['one that is not critical', { extensions: unknown(false) }, PASSED],
    [
      'a line with a critical extension that is not known',
      line({ extensions: unknown(true) }),
      UNKNOWN,
    ],
    ['a line with one that is not critical', line({ extensions: unknown(false) }), PASSED],
    [
      'a line of another issuer on a list of its own',
      line({ issuer: chain.root.certificate.subjectDer }),
      UNKNOWN,
    ],
    ['a line that takes away, on a complete list', line({ reason: 8 }), UNKNOWN],
    ['a reason that does not exist', line({ reason: 7 }), UNKNOWN],
    ['version 1', { isFirstVersion: true }, PASSED],
  ])('%s', (_, overrides, verdict) => {
    expect(judge(chain, { crls: listsOf(chain, overrides) })).toBe(verdict);
  });
});

describe('work', () => {
  it('ends soon among a thousand lists and issuers of the same name', () => {
    const chain = buildChain();
    const twins = Array.from({ length: 60 }, () => buildCa(null, 'ca', { hasKeyIds: false }));
    const crls = twins.flatMap((twin) =>
      Array.from({ length: 15 }, (_, n) =>
        buildCrl(twin, { number: n, thisUpdate: '2026-05-01T00:00:00Z' }),
      ),
    );
    const started = process.cpuUsage();

    expect(judge(chain, { crls, others: twins })).toBe(UNKNOWN);
    expect(process.cpuUsage(started).user).toBeLessThan(5_000_000);
  });
});
