import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { EndorsedRead, Ledger } from '../../../service/src/ledger/ledger.ts';
import { parseProof } from '../../../service/src/ledger/parseProof.ts';
import { buildActProof } from '../../../service/src/ledger/proof.ts';
import type { LedgerProof, ProvenRead } from '../../../service/src/ledger/proofFormat.ts';
import type { EndorsementTrust } from '../../../service/src/ledger/proofTrust.ts';
import { verifyProof } from '../../../service/src/ledger/verifyProof.ts';
import type { ProofVerdict } from '../../../service/src/ledger/verifyProof.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import type { Certificate } from '../../../service/src/pki/certificate.ts';
import { conclude } from '../../../service/src/report.ts';
import { buildCa } from '../../support/certificates.ts';
import { buildEndorsedRead, buildOrganisation } from '../../support/endorsedReads.ts';
import type { TestOrganisation } from '../../support/endorsedReads.ts';
import {
  buildLedgerCity,
  foundCity,
  identifierOf,
  issueAct,
  openTestLedger,
  revokeAct,
} from '../../support/ledgerCity.ts';
import type { LedgerCity, TestLedger } from '../../support/ledgerCity.ts';

const AT = new Date('2026-02-01T00:00:00Z');

let city: LedgerCity;
let test: TestLedger;
let operator: TestOrganisation;
let auditor: TestOrganisation;
let plain: LedgerProof;
let endorsed: LedgerProof;
let asked: string[][] = [];

/** The ledger as several organisations would keep it. */
function keptBy(organisations: readonly TestOrganisation[]): Ledger {
  return new Proxy<Ledger>(test.ledger, {
    get(ledger, name) {
      if (name === 'endorseBatches') return endorseBatches;
      const member: unknown = Reflect.get(ledger, name);
      return typeof member === 'function' ? (member.bind(ledger) as unknown) : member; // private members need it
    },
  });

  async function endorseBatches(roots: readonly string[]): Promise<EndorsedRead> {
    asked.push([...roots]);
    const { values } = await test.ledger.readStates(
      roots.map((root) => ({ contract: 'usage', objectType: 'batch', attributes: [root] })),
    );
    return buildEndorsedRead(organisations, values as { readonly root: string }[]); // all of them exist
  }
}

beforeAll(async () => {
  city = await buildLedgerCity();
  test = await openTestLedger(city);
  await foundCity(city, test.ledger);
  await test.ledger.submit('licence', [await issueAct(city, 'A1'), await issueAct(city, 'A2')]);
  await test.ledger.submit('licence', [await revokeAct(city, 'A1')]);
  operator = buildOrganisation('OperatorMSP');
  auditor = buildOrganisation('AuditorMSP');
  plain = await build(test.ledger);
  asked = [];
  endorsed = await build(keptBy([operator, auditor]));
});

afterAll(async () => {
  await test.remove();
});

async function build(ledger: Ledger, serial = 'A1'): Promise<LedgerProof> {
  const intermediates = city.node.certificationPath.slice(1).map(parseCertificate);
  const subject = { kind: 'licence', identifier: identifierOf(city, serial) } as const;
  return await buildActProof({ ledger, intermediates }, subject);
}

function roots(...organisations: readonly TestOrganisation[]): Certificate[] {
  return [city.root, ...organisations.map(({ ca }) => ca.certificate)];
}

function verify(
  proof: LedgerProof,
  anchors: readonly Certificate[],
  endorsement?: EndorsementTrust,
): ProofVerdict {
  const trust = { anchors, at: AT, ...(endorsement === undefined ? {} : { endorsement }) };
  return verifyProof(parseProof(JSON.stringify(proof)), trust);
}

function verdictOf(...given: Parameters<typeof verify>): string {
  const { indication, subIndication } = conclude(verify(...given).checks);
  return subIndication === null ? indication : `${indication} ${subIndication}`;
}

describe('a proof from a ledger that two organisations keep', () => {
  it('has all its batches endorsed by one read', () => {
    expect(asked).toEqual([plain.acts.map(({ batch }) => batch.root)]);
    expect(endorsed.endorsedReads).toHaveLength(1);
  });

  it('passes under the roots of the city and of both, and names them', () => {
    expect(verdictOf(endorsed, roots(operator, auditor))).toBe('TOTAL-PASSED');
    expect(verify(endorsed, roots(operator, auditor)).organisations).toEqual([
      'AuditorMSP',
      'OperatorMSP',
    ]);
  });

  it('passes under roots of organisations that are named as such', () => {
    const endorsement = { anchors: roots(operator, auditor).slice(1) };

    expect(verdictOf(endorsed, [city.root], endorsement)).toBe('TOTAL-PASSED');
  });

  it('passes under roots that count for endorsements only, and they for nothing else', () => {
    const furtherAnchors = [operator, auditor].map(({ ca }) => ca.certificate);

    expect(verdictOf(endorsed, [city.root], { furtherAnchors })).toBe('TOTAL-PASSED');
    expect(verdictOf(endorsed, [operator.ca.certificate], { furtherAnchors: [city.root] })).toMatch(
      'INDETERMINATE',
    );
  });

  it('says nothing for sure without roots', () => {
    const { checks } = verify(endorsed, []);

    expect(conclude(checks)).toEqual({ indication: 'INDETERMINATE', subIndication: 'NO_TRUST' });
    expect(checks.filter(({ indication }) => indication === 'TOTAL-FAILED')).toEqual([]);
  });

  it.each<[string, () => readonly TestOrganisation[]]>([
    ['of none', () => []],
    ['of one', () => [auditor]],
    ['of others', () => [buildOrganisation('OperatorMSP'), buildOrganisation('AuditorMSP')]],
  ])('cannot be told with the roots %s', (_, organisations) => {
    expect(verdictOf(endorsed, roots(...organisations()))).toBe(
      'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND',
    );
  });

  it('does not count whoever certifies the node, by any root of that name', async () => {
    const twin = buildCa(null, '', { subject: city.root.subjectDer });
    const anchors = [...roots(operator), twin.certificate];

    const proof = await build(keptBy([operator, buildOrganisation('AuditorMSP', { ca: twin })]));

    expect(verdictOf(proof, anchors)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
  });
});

describe('endorsements of another proof', () => {
  it('fail', async () => {
    const { endorsedReads } = await build(keptBy([operator, auditor]), 'A2');

    expect(
      verdictOf({ ...endorsed, endorsedReads: endorsedReads! }, roots(operator, auditor)),
    ).toBe('TOTAL-FAILED PROOF_FAILURE');
  });
});

describe('a proof without endorsements', () => {
  it('is judged as ever, whether it never had any or lost them', () => {
    const { endorsedReads, ...stripped } = endorsed;

    expect(endorsedReads).toBeDefined();
    expect(plain).not.toHaveProperty('endorsedReads');
    expect(verdictOf(plain, [city.root])).toBe('TOTAL-PASSED');
    expect(verdictOf(stripped, roots(operator, auditor))).toBe('TOTAL-PASSED');
    expect(verify(stripped, roots(operator, auditor)).organisations).toEqual([]);
  });

  it.each([1, 2])('cannot pass where %i are demanded', (organisations) => {
    expect(verdictOf(plain, roots(operator, auditor), { organisations })).toBe(
      'INDETERMINATE NOT_ENDORSED',
    );
  });

  it('passes where the demand is met', () => {
    const demand = (organisations: number): string =>
      verdictOf(endorsed, roots(operator, auditor), { organisations });

    expect([demand(1), demand(2)]).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED']);
    expect(demand(3)).toBe('INDETERMINATE NOT_ENDORSED');
  });
});

describe('parseProof', () => {
  const read = (): ProvenRead => endorsed.endorsedReads![0]!;

  it.each<[string, () => unknown]>([
    ['no list', () => read()],
    ['an empty list', () => []],
    ['too many reads', () => Array.from({ length: 11 }, read)],
    ['no endorsements', () => [{ ...read(), endorsements: [] }]],
    ['too many', () => [{ ...read(), endorsements: Array(17).fill(read().endorsements[0]) }]],
    ['bytes in another spelling', () => [{ ...read(), proposal: `${read().proposal}=` }]],
    ['a part that is too long', () => [{ ...read(), channelHeader: 'AAAA'.repeat(1400) }]],
    ['a member to spare', () => [{ ...read(), more: 1 }]],
  ])('refuses endorsements: %s', (_, endorsedReads) => {
    const text = JSON.stringify({ ...endorsed, endorsedReads: endorsedReads() });

    expect(() => parseProof(text)).toThrow(expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }));
  });
});
