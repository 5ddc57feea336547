import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalBytes, leafHash } from '@yinxin/chaincode/model';
import fc from 'fast-check';

import { parseProof } from '../../../service/src/ledger/parseProof.ts';
import { buildActProof, buildUsageProof } from '../../../service/src/ledger/proof.ts';
import type { LedgerProof } from '../../../service/src/ledger/proofFormat.ts';
import { verifyProof } from '../../../service/src/ledger/verifyProof.ts';
import type { ProofVerdict } from '../../../service/src/ledger/verifyProof.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import { conclude } from '../../../service/src/report.ts';
import {
  buildLedgerCity,
  foundCity,
  identifierOf,
  issueAct,
  openTestLedger,
  revokeAct,
  SEAL,
} from '../../support/ledgerCity.ts';
import type { LedgerCity, TestLedger } from '../../support/ledgerCity.ts';

const AT = new Date('2026-02-01T00:00:00Z');
const salt = Buffer.alloc(16, 7);
const record = { id: 'use-1', at: '2026-01-02T00:00:00.000Z', kind: 'verification' };

let city: LedgerCity;
let test: TestLedger;
let licenceProof: LedgerProof;
let usageProof: LedgerProof;

beforeAll(async () => {
  city = await buildLedgerCity();
  test = await openTestLedger(city);
  const { ledger } = test;
  await foundCity(city, ledger);
  await ledger.submit(
    'licence',
    await Promise.all(['A1', 'A2', 'A3'].map((serial) => issueAct(city, serial))),
  );
  await ledger.submit('licence', [await revokeAct(city, 'A2')]);
  const leaves = [
    Buffer.alloc(32, 1),
    leafHash(Buffer.concat([salt, canonicalBytes(record)])),
    Buffer.alloc(32, 2),
  ];
  const body = { leaves: leaves.map((leaf) => Buffer.from(leaf).toString('hex')) };
  const [anchored] = await ledger.submit('usage', [
    await city.sign(city.operator, 'usage.anchor', body),
  ]);
  const root = anchored!.outcome === 'recorded' ? anchored!.position.root : '';
  const intermediates = city.node.certificationPath.slice(1).map(parseCertificate);
  const subject = { kind: 'licence', identifier: identifierOf(city, 'A2') } as const;
  licenceProof = await buildActProof({ ledger, intermediates }, subject);
  usageProof = await buildUsageProof({ ledger }, { record, salt, root, index: 1 });
});

afterAll(async () => {
  await test.remove();
});

function verify(proof: LedgerProof, at = AT): ProofVerdict {
  return verifyProof(parseProof(JSON.stringify(proof)), { anchors: [city.root], at });
}

function verdictOf(proof: LedgerProof): string {
  const { indication, subIndication } = conclude(verify(proof).checks);
  return subIndication === null ? indication : `${indication} ${subIndication}`;
}

describe('a proof of a licence', () => {
  it('passes every step under the right root', () => {
    const { checks } = verify(licenceProof);

    expect(checks.map(({ name, indication }) => `${name} ${indication}`)).toEqual([
      'proof.format TOTAL-PASSED',
      'proof.actSignature TOTAL-PASSED',
      'proof.authorityPath TOTAL-PASSED',
      'proof.batchInclusion TOTAL-PASSED',
      'proof.logInclusion TOTAL-PASSED',
      'proof.checkpointSignature TOTAL-PASSED',
      'proof.timeStamp TOTAL-PASSED',
      'proof.nodePath TOTAL-PASSED',
    ]);
  });

  it('says that nobody but the operator vouches for the time', () => {
    const { checks, provenAt } = verify(licenceProof);

    expect(provenAt).toBeNull();
    expect(checks.find(({ name }) => name === 'proof.timeStamp')).toMatchObject({
      isNotice: true,
      detail: expect.stringContaining('operator’s clock'),
    });
  });

  it('shows its acts in order and the state they lead to', () => {
    const { acts, state } = verify(licenceProof);

    expect(acts.map(({ act }) => act)).toEqual(['licence.issue', 'licence.revoke']);
    expect(state).toMatchObject({ state: 'revoked', identifier: identifierOf(city, 'A2') });
  });

  it('says nothing for sure without roots', () => {
    const { checks } = verifyProof(licenceProof, { anchors: [], at: AT });

    expect(conclude(checks)).toEqual({ indication: 'INDETERMINATE', subIndication: 'NO_TRUST' });
    expect(checks.filter(({ indication }) => indication !== 'TOTAL-PASSED')).toHaveLength(1);
  });

  it('cannot tell under another root', async () => {
    const stranger = await buildLedgerCity();

    const { checks } = verifyProof(licenceProof, { anchors: [stranger.root], at: AT });

    expect(conclude(checks).indication).toBe('INDETERMINATE');
  });

  it('cannot tell after the node certificate has expired', () => {
    const { checks } = verify(licenceProof, new Date('2040-01-01T00:00:00Z'));

    expect(conclude(checks)).toEqual({ indication: 'INDETERMINATE', subIndication: 'EXPIRED' });
  });
});

describe('a proof that was tampered with', () => {
  const change = (act: Partial<LedgerProof['acts'][number]>): LedgerProof => ({
    ...licenceProof,
    acts: [{ ...licenceProof.acts[0]!, ...act }, licenceProof.acts[1]!],
  });
  const flip = (hex: string): string => (hex.startsWith('0') ? '1' : '0') + hex.slice(1);

  it('fails when an act was changed', () => {
    const { act, signature } = licenceProof.acts[0]!.act;
    const at = '2026-01-03T00:00:00.000Z';

    expect(verdictOf(change({ act: { act: { ...act, at }, signature } }))).toBe(
      'TOTAL-FAILED SIG_CRYPTO_FAILURE',
    );
  });

  it('fails when a path was changed', () => {
    const [first = '', ...rest] = licenceProof.acts[0]!.inclusion;

    expect(verdictOf(change({ inclusion: [flip(first), ...rest] }))).toBe(
      'TOTAL-FAILED PROOF_FAILURE',
    );
    expect(verdictOf(change({ logInclusion: [] }))).toBe('TOTAL-FAILED PROOF_FAILURE');
  });

  it('fails when the batch record was changed', () => {
    const { batch } = licenceProof.acts[0]!;

    expect(verdictOf(change({ batch: { ...batch, at: '2026-01-01T00:00:00.000Z' } }))).toBe(
      'TOTAL-FAILED PROOF_FAILURE',
    );
    expect(verdictOf(change({ batch: { ...batch, kind: 'usage' } }))).toBe(
      'TOTAL-FAILED PROOF_FAILURE',
    );
  });

  it('fails when the checkpoint was changed', () => {
    const [origin, , ...rest] = licenceProof.checkpoint.split('\n');

    expect(verdictOf({ ...licenceProof, checkpoint: [origin, '99', ...rest].join('\n') })).toMatch(
      /^TOTAL-FAILED/,
    );
    expect(verdictOf({ ...licenceProof, checkpoint: 'none' })).toBe('TOTAL-FAILED FORMAT_FAILURE');
  });

  it('fails when acts were swapped, or belong to another subject', () => {
    const swapped = [...licenceProof.acts].reverse();
    const other = { kind: 'licence', identifier: identifierOf(city, 'A1') } as const;

    expect(verdictOf({ ...licenceProof, acts: swapped })).toBe('TOTAL-FAILED FORMAT_FAILURE');
    expect(verdictOf({ ...licenceProof, subject: other })).toBe('TOTAL-FAILED FORMAT_FAILURE');
    expect(verdictOf({ ...licenceProof, acts: [] })).toBe('TOTAL-FAILED FORMAT_FAILURE');
  });

  it('names no state when the making was left out', () => {
    const { state } = verify({ ...licenceProof, acts: licenceProof.acts.slice(1) });

    expect(state).toBeNull();
  });

  it('never passes with any one character changed', () => {
    const text = JSON.stringify(licenceProof);
    const intact = JSON.stringify(parseProof(text));

    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.constantFrom('0', 'A', 'z', '"', ' ', '='),
        (place, character) => {
          const changed = text.slice(0, place) + character + text.slice(place + 1);
          try {
            const proof = parseProof(changed);
            if (JSON.stringify(proof) === intact) return true;
            const { checks } = verifyProof(proof, { anchors: [city.root], at: AT });
            return conclude(checks).indication !== 'TOTAL-PASSED';
          } catch (error) {
            return (error as { code?: string }).code === 'DOCUMENT_MALFORMED';
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a licence that the ledger does not know', () => {
  it.each([
    ['another serial', () => identifierOf(city, 'NONE')],
    ['another version', () => identifierOf(city, 'A1', 2)],
    ['no identifier at all', () => 'x'],
  ])('has no proof: %s', async (_, identifier) => {
    const subject = { kind: 'licence', identifier: identifier() } as const;

    const built = buildActProof({ ledger: test.ledger, intermediates: [] }, subject);

    await expect(built).rejects.toMatchObject({ code: 'LICENCE_NOT_FOUND' });
  });
});

describe('a proof of a seal', () => {
  it('holds its making', async () => {
    const intermediates = city.node.certificationPath.slice(1).map(parseCertificate);

    const proof = await buildActProof(
      { ledger: test.ledger, intermediates },
      { kind: 'seal', identifier: SEAL },
    );

    expect(verdictOf(proof)).toBe('TOTAL-PASSED');
    expect(verify(proof).state).toMatchObject({ state: 'valid', identifier: SEAL });
  });

  it('is refused for an unknown one', async () => {
    const subject = { kind: 'seal', identifier: 'NONE' } as const;

    await expect(
      buildActProof({ ledger: test.ledger, intermediates: [] }, subject),
    ).rejects.toMatchObject({ code: 'SEAL_NOT_FOUND' });
  });
});

describe('a proof of a use', () => {
  it('passes, and gives the record', () => {
    expect(verdictOf(usageProof)).toBe('TOTAL-PASSED');
    expect(verify(usageProof)).toMatchObject({ record, acts: [], state: null });
  });

  it('fails with another record or salt', () => {
    const usage = usageProof.usage!;
    const otherSalt = Buffer.alloc(16, 8).toString('base64');

    expect(
      verdictOf({ ...usageProof, usage: { ...usage, record: { ...record, kind: 'disclosure' } } }),
    ).toBe('TOTAL-FAILED PROOF_FAILURE');
    expect(verdictOf({ ...usageProof, usage: { ...usage, salt: otherSalt } })).toBe(
      'TOTAL-FAILED PROOF_FAILURE',
    );
  });

  it('is not ready while its batch is not on the ledger', async () => {
    const usage = { record, salt, root: '00'.repeat(32), index: 0 };

    await expect(buildUsageProof({ ledger: test.ledger }, usage)).rejects.toMatchObject({
      code: 'PROOF_NOT_READY',
    });
  });
});

describe('parseProof', () => {
  it.each([
    ['text that is no JSON', '{'],
    ['another type', '{"typ":"other"}'],
    ['a text that is too long', ' '.repeat(5_000_000)],
    ['deep nesting', `{"typ":${'['.repeat(5000)}${']'.repeat(5000)}}`],
  ])('refuses %s', (_, text) => {
    expect(() => parseProof(text)).toThrow(expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }));
  });

  it('refuses an act without a real instant', () => {
    const text = JSON.stringify(licenceProof).replace(/"at":"2026-01-02/, '"at":"2026-13-99');

    expect(() => parseProof(text)).toThrow(expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }));
  });
});
