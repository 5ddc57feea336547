import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServiceError } from '../../../service/src/errors.ts';
import { parseTrustStore } from '../../../service/src/pki/trustStore.ts';
import type { TrustParts } from '../../../service/src/trust/parts.ts';
import {
  approveTrustProposal,
  proposeTrustAnchor,
  proposeWithdrawal,
  settleTrustProposals,
  withdrawTrustProposal,
} from '../../../service/src/trust/proposals.ts';
import type { TrustProposal } from '../../../service/src/store/store.ts';
import { faultyRecorder, type Fault } from '../../support/faultyRecorder.ts';
import { testCity } from '../../support/testCa.ts';
import { testClock } from '../../support/testClock.ts';
import { testService, type TestService } from '../../support/testService.ts';

const clock = testClock('2026-06-01T02:00:00.000Z');
let city: TestService;
let parts: TrustParts;
beforeAll(async () => {
  city = await testService({ clock });
  parts = city.service.trustParts;
});
afterAll(async () => {
  await city.remove();
});

const SCOPE = {
  purposes: ['sealMaker', 'documentSigner'],
  ...{ sealKinds: null, licenceTypes: null, until: null },
  from: '2026-01-01T00:00:00.000Z',
} as const;

/** A root of some other city. */
async function foreignRoot(): Promise<string> {
  const { rootsPem } = await testCity('2026-01-01T00:00:00Z');
  const [root] = parseTrustStore(rootsPem).anchors;
  return Buffer.from(root!.der).toString('base64');
}

async function propose(certificate?: string): Promise<TrustProposal> {
  clock.advance(10);
  const body = {
    certificate: certificate ?? (await foreignRoot()),
    name: '北湖市根CA',
    scope: SCOPE,
  };
  return await proposeTrustAnchor(parts, city.people.security, body, null);
}

const approve = (id: string, using = parts): Promise<TrustProposal> =>
  approveTrustProposal(using, city.people.operator, id);

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) => (error as ServiceError).code,
  );

const isTrusted = (fingerprint: string): boolean =>
  city.service.trust.current.anchors.some((anchor) => anchor.fingerprint === fingerprint);

describe('a proposal', () => {
  it('changes nothing until somebody else approves it', async () => {
    const { id, fingerprint, state } = await propose();
    expect([state, isTrusted(fingerprint)]).toEqual(['open', false]);

    const approved = await approve(id);

    expect(approved).toMatchObject({ state: 'approved', approverId: city.people.operator.id });
    expect(isTrusted(fingerprint)).toBe(true);
    expect(city.service.trust.current.scopes?.get(fingerprint)?.purposes).toEqual(SCOPE.purposes);
    expect(city.service.trust.own.anchors.map((own) => own.fingerprint)).not.toContain(fingerprint);
  });

  it.each<[string, (id: string) => Promise<unknown>, string]>([
    [
      'by its maker',
      (id) => approveTrustProposal(parts, city.people.security, id),
      'APPROVER_IS_MAKER',
    ],
    [
      'by people of other duties',
      (id) => approveTrustProposal(parts, city.people.maker, id),
      'NOT_AUTHORISED',
    ],
    ['that is not there', () => approve('0'.repeat(26)), 'TRUST_PROPOSAL_NOT_FOUND'],
  ])('is not approved %s', async (_, attempt, code) => {
    const { id, fingerprint } = await propose();

    expect(await codeOf(attempt(id))).toBe(code);
    expect(isTrusted(fingerprint)).toBe(false);
  });

  it('is decided once, whoever is faster', async () => {
    const { id } = await propose();

    const outcomes = await Promise.all([codeOf(approve(id)), codeOf(approve(id))]);

    expect(outcomes.sort()).toEqual(['TRUST_PROPOSAL_STATE_CONFLICT', 'done']);
  });

  it('is taken back by its maker alone, and only while it is open', async () => {
    const { id } = await propose();

    expect(await codeOf(withdrawTrustProposal(parts, city.people.operator, id))).toBe(
      'NOT_AUTHORISED',
    );
    await withdrawTrustProposal(parts, city.people.security, id);
    expect(await codeOf(approve(id))).toBe('TRUST_PROPOSAL_STATE_CONFLICT');
    expect(await codeOf(withdrawTrustProposal(parts, city.people.security, id))).toBe(
      'TRUST_PROPOSAL_STATE_CONFLICT',
    );
  });

  it.each<[string, () => Promise<string> | string, string]>([
    ['an end entity', () => leafOf(), 'TRUST_ANCHOR_UNFIT'],
    ['one of this city’s own CAs', () => ownRoot(), 'TRUST_ANCHOR_UNFIT'],
    ['no certificate', () => 'A'.repeat(400), 'CERTIFICATE_MALFORMED'],
  ])('is not made of %s', async (_, certificate, code) => {
    expect(await codeOf(propose(await certificate()))).toBe(code);
  });

  it('is refused for what is trusted already, and for withdrawing what is not', async () => {
    const certificate = await foreignRoot();
    const { id, fingerprint } = await propose(certificate);
    await approve(id);
    const withdrawal = { fingerprint, reason: 'other', effectiveFrom: null } as const;

    expect(await codeOf(propose(certificate))).toBe('TRUST_ANCHOR_ALREADY_EXISTS');
    const ended = await proposeWithdrawal(parts, city.people.security, withdrawal);
    await approve(ended.id);
    expect(isTrusted(fingerprint)).toBe(false);
    expect(await codeOf(proposeWithdrawal(parts, city.people.security, withdrawal))).toBe(
      'TRUST_ANCHOR_NOT_FOUND',
    );
  });

  it('that the ledger refuses ends with its reason', async () => {
    const certificate = await foreignRoot();
    const [first, second] = [await propose(certificate), await propose(certificate)];
    await approve(first.id);

    expect(await codeOf(approve(second.id))).toBe('TRUST_ANCHOR_ALREADY_EXISTS');
    expect(await parts.store.trustProposals.find(second.id)).toMatchObject({
      state: 'refused',
      refusal: expect.stringContaining('TRUST_ANCHOR_ALREADY_EXISTS') as unknown,
    });
  });
});

describe('a proposal whose outcome is not known', () => {
  it.each<Fault>(['diesBefore', 'diesAfter', 'unknown', 'unavailable'])(
    'is recorded once after the recorder broke (%s)',
    async (fault) => {
      const { id, fingerprint } = await propose();
      const recorder = faultyRecorder(parts.recorder, fault);
      await expect(approve(id, { ...parts, recorder })).rejects.toThrow();
      expect(await parts.store.trustProposals.find(id)).toMatchObject({ state: 'recording' });

      const kept: string[] = [];
      await settleTrustProposals(parts, (proposal) => void kept.push(proposal.id));

      const settled = await parts.store.trustProposals.find(id);
      expect(kept).toEqual([]);
      expect(settled?.state).toBe('approved');
      expect(settled?.signedAct).toEqual(recorder.seen[0]);
      expect(isTrusted(fingerprint)).toBe(true);
    },
  );

  it('stays while the ledger is out of reach', async () => {
    const { id } = await propose();
    const recorder = faultyRecorder(parts.recorder, 'unavailable');
    await expect(approve(id, { ...parts, recorder })).rejects.toThrow();

    const kept: string[] = [];
    await settleTrustProposals({ ...parts, recorder }, (one) => void kept.push(one.id));

    expect(kept).toEqual([id]);
  });
});

describe('the list', () => {
  it('is the same after a restart', async () => {
    const { id, fingerprint } = await propose();
    await approve(id);
    await settleTrustProposals(parts, () => undefined);
    const before = parts.trustList.list;

    const service = await city.reopen();
    parts = service.trustParts;

    expect(parts.trustList.list.entries).toEqual(before.entries);
    expect(isTrusted(fingerprint)).toBe(true);
  });
});

async function leafOf(): Promise<string> {
  const { act } = await testCity('2026-01-01T00:00:00Z');
  return Buffer.from(act.certificationPath[0]!).toString('base64');
}

function ownRoot(): string {
  return Buffer.from(city.service.trust.own.anchors[0]!.der).toString('base64');
}
