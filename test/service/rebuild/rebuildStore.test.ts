import { rmSync } from 'node:fs';
import { PDFDocument } from '@cantoo/pdf-lib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { rebuildStore } from '../../../service/src/rebuild/rebuildStore.ts';
import { sealDocument } from '../../../service/src/seals/sealDocument.ts';
import { PUBLIC_USE } from '../../../service/src/usage/recordUse.ts';
import { verify } from '../../../service/src/verification/verifier.ts';
import { TEST_ORGANISATIONS, testService, type TestService } from '../../support/testService.ts';

let city: TestService;

beforeEach(async () => {
  city = await testService();
});

afterEach(async () => {
  await city.remove();
});

async function loseStore(): Promise<void> {
  await city.stop();
  const path = city.config.databaseUrl.replace(/^file:/, '');
  for (const end of ['', '-wal', '-shm', '-owners']) {
    rmSync(path + end, { force: true, recursive: true });
  }
  await city.reopen();
}

const revocation = { name: 'revoke', reason: 'fraud', effectiveFrom: null } as const;

describe('rebuildStore', () => {
  it('brings back what a lost store held of the ledger', async () => {
    const kept = await city.issue();
    const revoked = await city.issue();
    await actOnLicence(city.service.licences, city.people.maker, revoked.identifier, revocation);
    const file = await PDFDocument.create();
    file.addPage([400, 400]);
    const request = { bytes: await file.save(), esId: city.esId, page: 1, xMm: 20, yMm: 20 };
    const sealed = await sealDocument(city.service.seals, city.people.maker, request);
    const before = await city.service.store.licences.facts(revoked.identifier);
    await loseStore();

    const summary = await rebuildStore(city.service);

    const { store } = city.service;
    expect(summary).toEqual({ organisations: 3, licences: 2, seals: 1, sealSignatures: 1 });
    expect(await store.licences.facts(kept.identifier)).toMatchObject({ state: 'issued' });
    expect(await store.licences.facts(revoked.identifier)).toEqual({
      ...before,
      ...{ holderHash: null, makerId: null, approverId: null },
      // the ledger does not say which files carry a time-stamp
      documents: before!.documents.map(({ format, sha256, sm3, size }) => {
        return { format, sha256, sm3, size };
      }),
      createdAt: expect.any(Date),
    });
    expect(await store.seals.find(city.esId)).toMatchObject({
      state: 'valid',
      holder: TEST_ORGANISATIONS.market,
    });
    expect(await store.seals.findSignatureByDigest(sealed.signature.document.sha256)).toMatchObject(
      { id: sealed.signature.id, esId: city.esId },
    );
  });

  it('keeps personal data that is still there', async () => {
    const { identifier } = await city.issue();
    const before = await city.service.store.licences.find(identifier);

    await rebuildStore(city.service);

    expect(await city.service.store.licences.find(identifier)).toEqual(before);
  });

  it('hands out no status place twice', async () => {
    const { status } = await city.issue();
    await loseStore();
    await rebuildStore(city.service);

    const next = await city.service.store.status.allocate();

    expect(next.list).toBeGreaterThan(status!.list);
  });

  it('leaves a store in which licences can be verified', async () => {
    const { identifier } = await city.issue();
    await loseStore();
    await rebuildStore(city.service);

    const report = await verify(city.service.verification, {
      evidence: { kind: 'identifier', text: identifier },
      language: 'en',
      context: PUBLIC_USE,
    });

    expect(report.indication).toBe('TOTAL-PASSED');
  });
});
