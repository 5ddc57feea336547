import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { parseCertificate, type Certificate } from '../../../service/src/pki/certificate.ts';
import {
  validateCertificationPath,
  type PathQuestion,
} from '../../../service/src/pki/certificationPath.ts';
import type { PolicyInputs } from '../../../service/src/pki/policyTree.ts';
import { conclude, type Indication } from '../../../service/src/report.ts';
import { vectorsFolder } from '../../support/vectors.ts';

const AT = new Date('2026-11-22T00:00:00Z');

/** Sections of PKITS 1.0.1 by what the names of their end entities have in common; the first that fits. */
const SECTIONS: readonly (readonly [section: string, name: RegExp])[] = [
  ['4.15 delta-CRLs', /deltaCRL/],
  ['4.13 name constraints', /nameConstraints/i],
  ['4.12 inhibit any policy', /inhibitAnyPolicy/],
  ['4.11 inhibit policy mapping', /inhibitPolicyMapping/],
  ['4.10 policy mappings', /PolicyMapping|Mapping(?:From|To)any/],
  ['4.9 require explicit policy', /requireExplicitPolicy/],
  ['4.8 certificate policies', /Policies|[aA]nyPolicyTest|UserNotice|CPSPointer/],
  ['4.7 key usage', /keyUsage/],
  ['4.6 basic constraints', /basicConstraints|cAFalse|pathLen/],
  ['4.5 self-issued', /BasicSelfIssued/],
  ['4.14 distribution points', /[dD]istributionPoint|onlyContains|onlySome|IDP|cRLIssuer/],
  ['4.4 basic revocation', /CRL|Revoked|SerialNumber/],
  ['4.3 name chaining', /Name|RFC3280|UTF8String|UIDs/],
  ['4.2 validity', /not(?:Before|After)/],
  ['4.16 private extensions', /CertificateExtension/],
  ['4.1 signatures', /Signature|CertificatePath/],
];

/** Valid paths that are refused: DSA is out of scope, and never accepted. */
const OUT_OF_SCOPE: readonly string[] = [
  'ValidDSASignaturesTest4EE',
  'ValidDSAParameterInheritanceTest5EE',
];

const [P1, P2, P3, P6] = ['48.1', '48.2', '48.3', '48.6'].map(
  (place) => `2.16.840.1.101.3.2.1.${place}`,
) as [string, string, string, string];

interface Outcome {
  readonly name: string;
  readonly section: string;
  readonly expected: string;
  readonly indication: Indication;
  readonly why: string;
}

const folder = vectorsFolder('pkits');
const describeVectors = folder === null ? describe.skip : describe;
const judge = folder === null ? null : openPkits(folder);

describeVectors('validateCertificationPath on PKITS, by default inputs', () => {
  const outcomes = folder === null ? [] : judgeAll(folder);

  it('accepts no invalid path', () => {
    const wrong = outcomes.filter(
      ({ expected, indication }) => expected === 'invalid' && indication === 'TOTAL-PASSED',
    );

    expect(outcomes.length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  it('accepts every valid path within its scope', () => {
    const wrong = outcomes.filter(
      ({ name, expected, indication }) =>
        expected === 'valid' && indication !== 'TOTAL-PASSED' && !OUT_OF_SCOPE.includes(name),
    );

    expect(wrong).toEqual([]);
  });

  it('knows the section of each, and prints the table', () => {
    expect(outcomes.filter(({ section }) => section === '')).toEqual([]);
    process.stdout.write(tableOf(outcomes));
  });
});

/** Inputs and results as sections 4.8, 4.10 and 4.12 of the PKITS description give them. */
const WITH_INPUTS: readonly (readonly [name: string, inputs: PolicyInputs, isValid: boolean])[] = [
  ['ValidCertificatePathTest1EE', { requireExplicitPolicy: true }, true],
  ['ValidCertificatePathTest1EE', explicitly(P1), true],
  ['ValidCertificatePathTest1EE', explicitly(P2), false],
  ['ValidCertificatePathTest1EE', explicitly(P1, P2), true],
  ['AllCertificatesNoPoliciesTest2EE', {}, true],
  ['AllCertificatesNoPoliciesTest2EE', { requireExplicitPolicy: true }, false],
  ['DifferentPoliciesTest4EE', {}, false],
  ['OverlappingPoliciesTest6EE', {}, true],
  ['OverlappingPoliciesTest6EE', { initialPolicies: [P1] }, true],
  ['OverlappingPoliciesTest6EE', { initialPolicies: [P2] }, false],
  ['AllCertificatesSamePoliciesTest10EE', {}, true],
  ['AllCertificatesSamePoliciesTest10EE', { initialPolicies: [P1] }, true],
  ['AllCertificatesSamePoliciesTest10EE', { initialPolicies: [P2] }, true],
  ['AllCertificatesanyPolicyTest11EE', {}, true],
  ['AllCertificatesanyPolicyTest11EE', { initialPolicies: [P1] }, true],
  ['DifferentPoliciesTest12EE', {}, false],
  ['AllCertificatesSamePoliciesTest13EE', { initialPolicies: [P1] }, true],
  ['AllCertificatesSamePoliciesTest13EE', { initialPolicies: [P2] }, true],
  ['AllCertificatesSamePoliciesTest13EE', { initialPolicies: [P3] }, true],
  ['AnyPolicyTest14EE', { initialPolicies: [P1] }, true],
  ['AnyPolicyTest14EE', { initialPolicies: [P2] }, false],
  ['UserNoticeQualifierTest17EE', {}, true],
  ['UserNoticeQualifierTest18EE', { initialPolicies: [P1] }, true],
  ['UserNoticeQualifierTest18EE', { initialPolicies: [P2] }, true],
  ['UserNoticeQualifierTest19EE', {}, true],
  ['CPSPointerQualifierTest20EE', {}, true],
  ['CPSPointerQualifierTest20EE', explicitly(P1), true],
  ['ValidPolicyMappingTest3EE', { initialPolicies: [P1] }, false],
  ['ValidPolicyMappingTest3EE', { initialPolicies: [P2] }, true],
  ['ValidPolicyMappingTest12EE', { initialPolicies: [P1] }, true],
  ['ValidPolicyMappingTest12EE', { initialPolicies: [P2] }, true],
  ['ValidPolicyMappingTest12EE', explicitly(P6), false],
  ['inhibitAnyPolicyTest3EE', {}, true],
  ['inhibitAnyPolicyTest3EE', { inhibitAnyPolicy: true }, false],
];

function explicitly(...initialPolicies: readonly string[]): PolicyInputs {
  return { initialPolicies, requireExplicitPolicy: true };
}

describeVectors('validateCertificationPath on PKITS, by policy inputs', () => {
  it.each(WITH_INPUTS)('judges %s with %j: %s', (name, policies, isValid) => {
    expect(judge!(name, { policies }).indication === 'TOTAL-PASSED').toBe(isValid);
  });
});

function openPkits(pkits: string): (name: string, asked?: Partial<PathQuestion>) => Outcome {
  const certs = join(pkits, 'certs');
  const read = (name: string): Certificate => parseCertificate(readFileSync(join(certs, name)));
  const anchor = read('TrustAnchorRootCertificate.crt');
  const intermediates = Object.freeze(
    readdirSync(certs)
      .filter((name) => !name.endsWith('EE.crt') && !name.startsWith('TrustAnchor'))
      .map(read),
  );
  const anchors = Object.freeze([anchor]);
  const crls = Object.freeze(
    readdirSync(join(pkits, 'crls')).map(
      (name) => new Uint8Array(readFileSync(join(pkits, 'crls', name))),
    ),
  );
  const revocation = { crls, ocspResponses: [], demand: 'always' } as const;
  return (name, asked = {}) => {
    const leaf = read(`${name}.crt`);
    const { checks } = validateCertificationPath({
      ...{ leaf, intermediates, anchors, revocation, at: AT },
      ...asked,
    });
    const { indication } = conclude(checks);
    const decisive = checks.find((check) => check.indication === indication);
    const section = SECTIONS.find(([, pattern]) => pattern.test(name))?.[0] ?? '';
    return { name, section, expected: '', indication, why: decisive?.detail ?? '' };
  };
}

function judgeAll(pkits: string): readonly Outcome[] {
  const expected = JSON.parse(readFileSync(join(pkits, 'expected.json'), 'utf8')) as Record<
    string,
    string
  >;
  return Object.entries(expected).map(([file, outcome]) => ({
    ...judge!(file.replace(/\.crt$/, '')),
    expected: outcome,
  }));
}

function tableOf(outcomes: readonly Outcome[]): string {
  const sections = [...new Set(outcomes.map(({ section }) => section))];
  const number = (section: string): number => Number(section.split(' ')[0]?.split('.')[1]);
  sections.sort((left, right) => number(left) - number(right));
  const rows = sections.map((section) => {
    const own = outcomes.filter((one) => one.section === section);
    const isRight = ({ expected, indication }: Outcome): boolean =>
      (expected === 'valid') === (indication === 'TOTAL-PASSED');
    const judged = own.filter(({ expected }) => expected === 'valid' || expected === 'invalid');
    const wrongAccepts = judged.filter((one) => one.expected === 'invalid' && !isRight(one));
    const outOfScope = judged.filter(
      ({ name, ...one }) => OUT_OF_SCOPE.includes(name) && !isRight({ name, ...one }),
    );
    const cells = [
      section.padEnd(28),
      judged.filter(isRight).length,
      wrongAccepts.length,
      outOfScope.length,
    ];
    return [...cells, own.length - judged.length, outOfScope.map(({ name }) => name).join()].join(
      '\t',
    );
  });
  const head = 'PKITS section               \tright\twrong accepts\tout of scope\tby policy inputs';
  return `${[head, ...rows].join('\n')}\n`;
}
