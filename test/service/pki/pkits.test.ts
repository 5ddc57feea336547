import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { parseCertificate, type Certificate } from '../../../service/src/pki/certificate.ts';
import { validateCertificationPath } from '../../../service/src/pki/certificationPath.ts';
import { conclude } from '../../../service/src/report.ts';
import { vectorsFolder } from '../../support/vectors.ts';

const AT = new Date('2026-11-22T00:00:00Z');
/** Cases that are about certificate revocation lists, by PKITS section 4.4, 4.5, 4.7.4, 4.14 and 4.15. */
const REVOCATION =
  /crl|Revoked|SerialNumber|BasicSelfIssued|IDP|distributionPoint|DistributionPoint|onlyContains|onlySome/i;
/** Refused, never accepted: name constraints, critical policy extensions, DSA. */
const OUT_OF_SCOPE = ['CERTIFICATE_CONSTRAINTS_FAILURE', 'CRYPTO_CONSTRAINTS_FAILURE'];

const folder = vectorsFolder('pkits');
const describeVectors = folder === null ? describe.skip : describe;

describeVectors('validateCertificationPath on PKITS', () => {
  const outcomes = folder === null ? [] : judgeAll(folder);

  it('accepts no invalid path, revocation apart', () => {
    const wrong = outcomes.filter(
      ({ name, expected, verdict }) =>
        expected === 'invalid' && verdict === null && !REVOCATION.test(name),
    );

    expect(outcomes.length).toBeGreaterThan(100);
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('accepts every valid path within its scope', () => {
    const wrong = outcomes.filter(
      ({ expected, verdict }) =>
        expected === 'valid' && verdict !== null && !OUT_OF_SCOPE.includes(verdict),
    );

    expect(wrong).toEqual([]);
  });

  it('keeps its scope: constraints, policies and DSA only are refused', () => {
    const refused = outcomes.filter(
      ({ expected, verdict }) => expected === 'valid' && verdict !== null,
    );

    expect(refused.every(({ name }) => /nameConstraints|[pP]olicy|Policy|DSA/.test(name))).toBe(
      true,
    );
  });
});

interface Outcome {
  readonly name: string;
  readonly expected: string;
  /** Sub-indication; `null`: passed. */
  readonly verdict: string | null;
}

function judgeAll(pkits: string): Outcome[] {
  const certs = join(pkits, 'certs');
  const read = (name: string): Certificate => parseCertificate(readFileSync(join(certs, name)));
  const expected = JSON.parse(readFileSync(join(pkits, 'expected.json'), 'utf8')) as Record<
    string,
    string
  >;
  const anchor = read('TrustAnchorRootCertificate.crt');
  const intermediates = readdirSync(certs)
    .filter((name) => !name.endsWith('EE.crt') && !name.startsWith('TrustAnchor'))
    .map(read);
  return Object.entries(expected).map(([name, outcome]) => {
    const { checks } = validateCertificationPath({
      leaf: read(name),
      intermediates,
      anchors: [anchor],
      at: AT,
    });
    return { name, expected: outcome, verdict: conclude(checks).subIndication };
  });
}
