import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Service } from '../../../service/src/composition/openService.ts';
import { rebuildStore } from '../../../service/src/rebuild/rebuildStore.ts';
import { settleStages } from '../../../service/src/composition/recovery.ts';
import {
  applyForSeal,
  approveSealApplication,
  findSealApplication,
  returnSealApplication,
  withdrawSealApplication,
} from '../../../service/src/seals/applyForSeal.ts';
import { setMandate } from '../../../service/src/seals/actOnSeal.ts';
import { OPEN_MANDATE } from '../../../service/src/seals/makeSeal.ts';
import type { SealParts } from '../../../service/src/seals/parts.ts';
import {
  approveSealing,
  findSealingRequest,
  requestSealing,
  returnSealing,
  withdrawSealing,
} from '../../../service/src/seals/requestSealing.ts';
import type { SealApplication, SealingRequest } from '../../../service/src/store/store.ts';
import { addSealedType } from '../../support/evidence.ts';
import { faultyRecorder, type Fault, type FaultyRecorder } from '../../support/faultyRecorder.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { testService, TEST_ORGANISATIONS, type TestService } from '../../support/testService.ts';

let city: TestService;
let pdf: Uint8Array;
let esId: string;
beforeAll(async () => {
  city = await testService();
  pdf = await foreignPdf();
  esId = (await addSealedType(city, '801')).sealEsId;
  const mandate = { ...OPEN_MANDATE, requiresSecondPerson: true };
  await setMandate(city.service.seals, city.people.sealMaker, esId, mandate);
});
afterAll(async () => {
  await city.remove();
});

const breaking = (fault: Fault): Readonly<{ seals: SealParts; recorder: FaultyRecorder }> => {
  const recorder = faultyRecorder(city.service.seals.recorder, fault);
  return { seals: { ...city.service.seals, recorder }, recorder };
};

/** One round of the job that settles what has no certain outcome, with the ledger in reach. */
const settle = async (
  { store, ledger, seals }: Service,
  recorder = seals.recorder,
): Promise<number> =>
  await settleStages(
    { store, ledger, recorder },
    await store.stages.overdue(new Date(Date.now() + 1000)),
    () => undefined,
  );

const hand = async (): Promise<string> => {
  const answer = await requestSealing(city.service.seals, city.people.maker, {
    ...{ bytes: pdf, esId },
    manner: {
      ...{ at: { kind: 'point', page: 1, xMm: 30, yMm: 40 }, straddle: null },
      ...{ level: 'B', isClosing: false },
    },
  });
  if (answer.kind !== 'requested') throw new Error('sealed at once');
  return answer.request.id;
};

const approve = (id: string, parts = city.service.seals): Promise<unknown> =>
  approveSealing(parts, city.people.checker, id);
const request = (id: string): Promise<SealingRequest> =>
  findSealingRequest(city.service.seals, city.people.checker, id);
const sealedBy = async (): Promise<readonly string[]> =>
  (await city.service.store.seals.listSignatures(esId, { limit: 50 })).items.map(({ id }) => id);

describe('a sealing whose outcome nobody knows', () => {
  it.each<Fault>(['unavailable', 'unknown'])('is not sealed a second time (%s)', async (fault) => {
    const id = await hand();
    const before = await sealedBy();
    const { seals, recorder } = breaking(fault);

    await expect(approve(id, seals)).rejects.toMatchObject({
      code: fault === 'unavailable' ? 'LEDGER_UNAVAILABLE' : 'LEDGER_OUTCOME_UNKNOWN',
    });

    const actId = recorder.seen[0]!.act.id;
    expect(await request(id)).toMatchObject({ state: 'approving', signatureId: actId });
    const conflict = { code: 'SEALING_REQUEST_CONFLICT' };
    const { checker, maker } = city.people;
    await expect(approve(id)).rejects.toMatchObject(conflict);
    await expect(returnSealing(seals, checker, id, '不')).rejects.toMatchObject(conflict);
    await expect(withdrawSealing(seals, maker, id)).rejects.toMatchObject(conflict);
    await settle(city.service);
    expect(await request(id)).toMatchObject({
      ...{ state: 'sealed', signatureId: actId, decidedBy: checker.id },
    });
    expect(await sealedBy()).toEqual([actId, ...before]);
    expect(await city.service.store.sealingRequests.file(id)).toBeNull();
  });

  it('waits again once the ledger refused it, and can then be sealed', async () => {
    const id = await hand();
    await expect(approve(id, breaking('unavailable').seals)).rejects.toThrow();

    await settle(city.service, breaking('refuses').recorder);

    expect(await request(id)).toMatchObject({
      ...{ state: 'requested', signatureId: null, decidedBy: null },
    });
    await approve(id);
    expect((await request(id)).state).toBe('sealed');
  });

  it('stays as it is while the ledger is out of reach', async () => {
    const id = await hand();
    await expect(approve(id, breaking('unavailable').seals)).rejects.toThrow();

    await settle(city.service, breaking('unavailable').recorder);

    expect((await request(id)).state).toBe('approving');
    await settle(city.service);
    expect((await request(id)).state).toBe('sealed');
  });

  it('waits again at once where the ledger refuses it to the approver', async () => {
    const id = await hand();

    await expect(approve(id, breaking('refuses').seals)).rejects.toMatchObject({
      code: 'SEAL_SUSPENDED',
    });

    expect((await request(id)).state).toBe('requested');
  });

  it.each<Fault>(['diesBefore', 'diesAfter'])(
    'is sealed once when a process that died is open again (%s)',
    async (fault) => {
      const id = await hand();
      const { seals, recorder } = breaking(fault);
      await expect(approve(id, seals)).rejects.toThrow();
      expect((await request(id)).state).toBe('approving');

      await city.reopen();

      const actId = recorder.seen[0]!.act.id;
      expect(await request(id)).toMatchObject({ state: 'sealed', signatureId: actId });
      expect((await sealedBy())[0]).toBe(actId);
    },
  );

  it('is sealed, too, where the store was rebuilt from the ledger meanwhile', async () => {
    const id = await hand();
    const made = await apply();
    const { seals, recorder } = breaking('unknown');
    await expect(approve(id, seals)).rejects.toThrow();
    await expect(decide(made, seals)).rejects.toThrow();

    await rebuildStore(city.service);
    await settle(city.service);

    expect(await request(id)).toMatchObject({
      ...{ state: 'sealed', signatureId: recorder.seen[0]!.act.id },
    });
    expect((await application(made)).state).toBe('made');
    const { stages } = city.service.store;
    expect(await stages.overdue(new Date(Date.now() + 1000))).toEqual([]);
  });

  it('waits still when the process died before it was staged', async () => {
    const id = await hand();
    const { seals } = city.service;
    const dying: SealParts = {
      ...seals,
      signersOf: () => Promise.reject(new Error('died')),
    };
    await expect(approve(id, dying)).rejects.toThrow('died');

    await city.reopen();

    expect((await request(id)).state).toBe('requested');
  });
});

const apply = async (predecessor: string | null = null): Promise<string> => {
  const { id } = await applyForSeal(city.service.seals, city.people.maker, {
    ...{ holder: TEST_ORGANISATIONS.market, kind: 'contract', name: '合同专用章' },
    ...{ validFrom: new Date(0), validUntil: new Date(Date.now() + 1e10) },
    ...{ mandate: null, predecessor, grounds: '启用' },
  });
  return id;
};
const decide = (
  id: string,
  parts = city.service.seals,
): ReturnType<typeof approveSealApplication> =>
  approveSealApplication(parts, city.people.sealMaker, id);
const application = (id: string): Promise<SealApplication> =>
  findSealApplication(city.service.seals, city.people.sealMaker, id);

describe('a seal whose making nobody knows of', () => {
  it.each<Fault>(['unavailable', 'unknown'])('is not made a second time (%s)', async (fault) => {
    const id = await apply();
    const { seals, recorder } = breaking(fault);

    await expect(decide(id, seals)).rejects.toThrow();

    const made = (recorder.seen[0]!.act.body as { readonly esId: string }).esId;
    expect(await application(id)).toMatchObject({ state: 'approving', esId: made });
    const conflict = { code: 'SEAL_APPLICATION_CONFLICT' };
    const { sealMaker, maker } = city.people;
    await expect(decide(id)).rejects.toMatchObject(conflict);
    await expect(returnSealApplication(seals, sealMaker, id, '不')).rejects.toMatchObject(conflict);
    await expect(withdrawSealApplication(seals, maker, id)).rejects.toMatchObject(conflict);
    await settle(city.service);
    expect(await application(id)).toMatchObject({
      ...{ state: 'made', esId: made, decidedBy: sealMaker.id },
    });
    expect(await city.service.store.seals.find(made)).toMatchObject({ state: 'valid' });
  });

  it('waits again once the ledger refused it', async () => {
    const id = await apply();
    await expect(decide(id, breaking('unavailable').seals)).rejects.toThrow();

    await settle(city.service, breaking('refuses').recorder);

    expect(await application(id)).toMatchObject({ state: 'applied', esId: null, decidedBy: null });
    expect((await decide(id)).application.state).toBe('made');
  });

  it.each<Fault>(['diesBefore', 'diesAfter'])(
    'takes the place of another once a process that died is open again (%s)',
    async (fault) => {
      const { seal: first } = await decide(await apply());
      const id = await apply(first.esId);
      const { seals, recorder } = breaking(fault);
      await expect(decide(id, seals)).rejects.toThrow();

      const { store } = await city.reopen();

      const made = (recorder.seen[0]!.act.body as { readonly esId: string }).esId;
      expect(await application(id)).toMatchObject({ state: 'made', esId: made });
      expect(await store.seals.find(first.esId)).toMatchObject({
        ...{ state: 'superseded', supersededBy: made },
      });
    },
  );
});
