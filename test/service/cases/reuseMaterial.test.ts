import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uploadMaterial } from '../../../service/src/cases/materialSpace.ts';
import { readSubmission } from '../../../service/src/cases/readSubmission.ts';
import { decideProposal, proposeMaterial } from '../../../service/src/cases/reuseMaterial.ts';
import { submitMaterial } from '../../../service/src/cases/submitMaterial.ts';
import type { ServiceError } from '../../../service/src/errors.ts';
import type { HolderMaterial } from '../../../service/src/store/store.ts';
import {
  caseCity,
  CASE_MATTERS,
  type CaseActorName,
  type CaseCity,
} from '../../support/caseCity.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { TEST_COMPANY } from '../../support/testService.ts';

let city: CaseCity;
let bytes: Uint8Array;
beforeAll(async () => {
  city = await caseCity();
  bytes = await foreignPdf();
});
afterAll(async () => {
  await city.remove();
});

const { kitchen } = CASE_MATTERS;
const upload = (who: CaseActorName, caseId: string | null = null): Promise<HolderMaterial> =>
  uploadMaterial(city.app.city.service, city.people[who].principal, {
    ...{ bytes, name: '申请书', materialCode: 'application', caseId },
  });
const codeOf = (doing: Promise<unknown>): Promise<string | null> =>
  doing.then(
    () => null,
    (error: unknown) => (error as ServiceError).code,
  );

describe('uploadMaterial', () => {
  it('fills no space beyond its limits', async () => {
    const { store, clock } = city.app.city.service;
    const { principal } = city.people.neighbour;
    const material = await upload('neighbour');
    const next = { ...material, id: 'NEXT', uploadedAt: clock.now() };
    const add = (limits: { files: number; bytes: number }): Promise<string | null> =>
      codeOf(store.holderMaterials.add(next, bytes, limits));

    expect(material.holderHash).toBe(principal.holderHash);
    expect(await add({ files: 1, bytes: 10 ** 9 })).toBe('REQUEST_TOO_LARGE');
    expect(await add({ files: 9, bytes: 2 * bytes.length - 1 })).toBe('REQUEST_TOO_LARGE');
    expect(await add({ files: 2, bytes: 2 * bytes.length })).toBeNull();
  });
});

describe('decideProposal', () => {
  it('is decided once, however often it is asked for at once', async () => {
    const { service } = city.app.city;
    const material = await upload('holder');
    const { id: caseId } = await city.open({ matter: kitchen });
    const { clerk, holder } = city.people;
    const request = await proposeMaterial(service, clerk.principal, {
      ...{ caseId, materialCode: 'application', materialId: material.id },
    });

    const codes = await Promise.all(
      Array.from({ length: 10 }, (_, index) => {
        const decision = { caseId, requestId: request.id, isConfirmed: index % 2 === 0 };
        return codeOf(decideProposal(service, holder.principal, decision));
      }),
    );

    const submissions = await service.store.cases.submissions(caseId);
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set([null, 'MATERIAL_REQUEST_CONFLICT']));
    expect(submissions).toHaveLength(codes.indexOf(null) % 2 === 0 ? 1 : 0);
  });

  it('proposes nothing of another holder', async () => {
    const material = await upload('neighbour');
    const { id: caseId } = await city.open({ matter: kitchen });

    const proposing = proposeMaterial(city.app.city.service, city.people.clerk.principal, {
      ...{ caseId, materialCode: 'application', materialId: material.id },
    });

    expect(await codeOf(proposing)).toBe('MATERIAL_NOT_FOUND');
  });
});

describe('submitMaterial', () => {
  it('takes another holder’s file from nobody', async () => {
    const material = await upload('neighbour');
    const { id: caseId } = await city.open({ matter: kitchen });

    const submitting = submitMaterial(city.app.city.service, city.people.holder.principal, {
      ...{ caseId, materialCode: 'application', language: 'zh-CN' },
      document: { kind: 'file', documentId: material.id },
    });

    expect(await codeOf(submitting)).toBe('MATERIAL_NOT_FOUND');
  });
});

describe('readSubmission', () => {
  it('has nothing left of an erased holder', async () => {
    const { service } = city.app.city;
    const { id: caseId } = await city.open({ matter: kitchen, holder: TEST_COMPANY });
    await upload('clerk', caseId);
    const [submission] = await service.store.cases.submissions(caseId);
    const { principal } = city.people.clerk;
    const read = (): Promise<unknown> =>
      readSubmission(service, principal, { caseId, submissionId: submission?.id ?? '' });
    const before = await codeOf(read());
    const { holders } = service.store;
    await holders.erase(holders.holderHash(TEST_COMPANY), service.clock.now());

    expect(before).toBeNull();
    expect(await codeOf(read())).toBe('MATERIAL_NOT_FOUND');
  });
});
