import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LedgerProof } from '../../../service/src/ledger/proofFormat.ts';
import { verifyProof } from '../../../service/src/ledger/verifyProof.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { draftLicence } from '../../../service/src/licences/draftLicence.ts';
import {
  licenceProof,
  sealProof,
  usageProof,
  type ProofParts,
} from '../../../service/src/proofs/proofs.ts';
import { conclude } from '../../../service/src/report.ts';
import { anchorPendingUses } from '../../../service/src/usage/anchorUses.ts';
import { PUBLIC_USE } from '../../../service/src/usage/recordUse.ts';
import { verify } from '../../../service/src/verification/verifier.ts';
import {
  buildRequest,
  testService,
  TEST_COMPANY,
  TEST_ORGANISATIONS,
  TEST_TYPES,
  type TestPersonName,
  type TestService,
} from '../../support/testService.ts';

let city: TestService;
let parts: ProofParts;
beforeAll(async () => {
  city = await testService();
  const { store, ledger, verification } = city.service;
  parts = { store, ledger, trust: verification.trust };
});
afterAll(async () => {
  await city.remove();
});

function judge(proof: LedgerProof): { readonly indication: string; readonly state: unknown } {
  const { checks, state } = verifyProof(proof, {
    ...{ anchors: parts.trust.anchors, at: new Date() },
  });
  return { indication: conclude(checks).indication, state };
}

describe('licenceProof', () => {
  it('holds every act of the licence and the state they lead to', async () => {
    const { identifier } = await city.issue();
    const request = { name: 'revoke', reason: 'other', effectiveFrom: null } as const;
    await actOnLicence(city.service.licences, city.people.maker, identifier, request);

    const proof = await licenceProof(parts, city.people.holder, identifier);

    expect(proof.acts.map(({ act }) => act.act.act)).toEqual(['licence.issue', 'licence.revoke']);
    expect(judge(proof)).toMatchObject({
      indication: 'TOTAL-PASSED',
      state: { state: 'revoked' },
    });
  });

  it.each<TestPersonName>(['outsider', 'clerk', 'sealMaker'])('is not for %s', async (by) => {
    const { identifier } = await city.issue();

    await expect(licenceProof(parts, city.people[by], identifier)).rejects.toMatchObject({
      code: 'LICENCE_NOT_FOUND',
    });
  });

  it('is not for another holder', async () => {
    const { identifier } = await city.issue({ holder: TEST_COMPANY });

    await expect(licenceProof(parts, city.people.holder, identifier)).rejects.toMatchObject({
      code: 'LICENCE_NOT_FOUND',
    });
  });

  it('does not exist for a draft', async () => {
    const request = buildRequest({ typeCode: TEST_TYPES.dual });
    const { identifier } = await draftLicence(city.service.licences, city.people.maker, request);

    await expect(licenceProof(parts, city.people.maker, identifier)).rejects.toMatchObject({
      code: 'LICENCE_NOT_FOUND',
    });
  });
});

describe('sealProof', () => {
  it('holds the acts of the seal', async () => {
    const proof = await sealProof(parts, city.esId);

    expect(proof.acts.map(({ act }) => act.act.act)).toEqual(['seal.make']);
    expect(judge(proof)).toMatchObject({ indication: 'TOTAL-PASSED' });
  });

  it('does not exist for a seal that does not', async () => {
    await expect(sealProof(parts, '0')).rejects.toMatchObject({ code: 'SEAL_NOT_FOUND' });
  });
});

describe('usageProof', () => {
  it('is for holder, department and auditor, and nobody else', async () => {
    const { identifier } = await city.issue();
    const evidence = { kind: 'identifier', text: identifier } as const;
    const request = { evidence, language: 'en', context: PUBLIC_USE } as const;
    await verify(city.service.verification, request);
    const { store, clock, licences } = city.service;
    const { items } = await store.usage.list({ licence: identifier }, { limit: 1 });
    const operator = TEST_ORGANISATIONS.operator.creditCode;
    const { act: signer } = await licences.signersOf(operator);
    const { recorder } = licences;
    await anchorPendingUses({ clock, usage: store.usage, recorder, signer, operator });

    const id = items[0]!.id;
    for (const by of ['holder', 'maker', 'auditor'] as const) {
      expect(judge(await usageProof(parts, city.people[by], id)).indication).toBe('TOTAL-PASSED');
    }
    for (const by of ['outsider', 'clerk', 'sealMaker'] as const) {
      await expect(usageProof(parts, city.people[by], id)).rejects.toMatchObject({
        code: 'USAGE_RECORD_NOT_FOUND',
      });
    }
  });
});
