import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseProof } from '../../../service/src/ledger/parseProof.ts';
import type { LedgerProof } from '../../../service/src/ledger/proofFormat.ts';
import type { ProofTrust } from '../../../service/src/ledger/proofTrust.ts';
import { verifyProof, type ProofVerdict } from '../../../service/src/ledger/verifyProof.ts';
import { licenceProof } from '../../../service/src/proofs/proofs.ts';
import { stampCheckpoint } from '../../../service/src/proofs/stampCheckpoint.ts';
import { conclude } from '../../../service/src/report.ts';
import { testCity } from '../../support/testCa.ts';
import { testClock, type TestClock } from '../../support/testClock.ts';
import { testService, type TestService } from '../../support/testService.ts';
import { createTimeStampingAuthority } from '../../../service/src/pki/timeStamp/timeStampingAuthority.ts';

const HOUR_MS = 3_600_000;

let clock: TestClock;
let city: TestService;
let proof: LedgerProof;
let stampedAt: Date;
beforeAll(async () => {
  clock = testClock('2026-06-01T08:00:00Z');
  city = await testService({ clock });
  const { identifier } = await city.issue();
  await city.issue();
  clock.advance(HOUR_MS);
  stampedAt = clock.now();
  await stamp();
  clock.advance(HOUR_MS);
  await city.issue();
  await stamp();
  proof = await proofOf(identifier);
});
afterAll(async () => {
  await city.remove();
});

async function stamp(): Promise<number | null> {
  const { ledger, store, timeStampingAuthority: timeStamper } = city.service;
  return await stampCheckpoint({ clock, ledger, store, timeStamper });
}

async function proofOf(identifier: string): Promise<LedgerProof> {
  const { store, ledger, trust } = city.service;
  return await licenceProof({ store, ledger, trust: trust.own }, city.people.maker, identifier);
}

function verify(
  changes: Partial<LedgerProof> = {},
  at = clock.now(),
  trust: Partial<ProofTrust> = {},
): ProofVerdict {
  const { anchors } = city.service.trust.own;
  const text = JSON.stringify({ ...proof, ...changes });
  return verifyProof(parseProof(text), { anchors, at, ...trust });
}

const checkOf = ({ checks }: ProofVerdict): unknown =>
  checks.find(({ name }) => name === 'proof.timeStamp')?.subIndication;

describe('a proof of what was stamped', () => {
  it('shows the earliest time by which it was recorded', () => {
    const verdict = verify();

    expect(conclude(verdict.checks).indication).toBe('TOTAL-PASSED');
    expect(verdict.provenAt).toStrictEqual(stampedAt);
  });

  it.each([
    ['holds for who brings roots and no list of revoked certificates', 'whereNamed', undefined],
    ['does not pass where the state of every certificate is asked for', 'always', 'TRY_LATER'],
  ] as const)('%s', (_, demand, subIndication) => {
    const { anchors, intermediates } = city.service.trust.own;
    const revocation = { crls: [], ocspResponses: [], demand };

    const verdict = verify({}, clock.now(), { timeStamps: { anchors, intermediates, revocation } });

    expect(conclude(verdict.checks).subIndication ?? undefined).toBe(subIndication);
  });

  it('outlives the certificate of the node under its time-stamp', () => {
    const later = new Date('2036-01-01T00:00:00Z');

    expect(verify({}, later).provenAt).toStrictEqual(stampedAt);
  });

  it('does not pass with the token of another checkpoint', async () => {
    const token = await city.service.timeStampingAuthority.stamp(Buffer.from('other'), 'ES256');

    const verdict = verify({ timeStamp: Buffer.from(token).toString('base64') });

    expect(checkOf(verdict)).toBe('HASH_FAILURE');
    expect(verdict.provenAt).toBeNull();
  });

  it('does not pass with the token of a stranger', async () => {
    const stranger = await testCity(clock);
    const tsa = createTimeStampingAuthority({ signers: stranger.pki.timeStampers, clock });
    const token = await tsa.stamp(Buffer.from(proof.checkpoint), 'ES256');

    const verdict = verify({ timeStamp: Buffer.from(token).toString('base64') });

    expect(checkOf(verdict)).toBe('NO_CERTIFICATE_CHAIN_FOUND');
    expect(conclude(verdict.checks).indication).toBe('INDETERMINATE');
  });

  it('does not pass with something that is no token', () => {
    expect(checkOf(verify({ timeStamp: 'MAA=' }))).toBe('FORMAT_FAILURE');
  });
});

describe('a proof of what was recorded since', () => {
  it('leads to the newest checkpoint, without a time-stamp', async () => {
    const { identifier } = await city.issue();

    expect(await proofOf(identifier)).not.toHaveProperty('timeStamp');
  });
});

describe('stampCheckpoint', () => {
  it('waits for the log to grow', async () => {
    await stamp();

    expect(await stamp()).toBeNull();
    await city.issue();
    expect(await stamp()).toBe(await city.service.store.stampedCheckpoints.largestSize());
  });
});
