import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { approveLicence } from '../../../service/src/licences/approveLicence.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { draftLicence } from '../../../service/src/licences/draftLicence.ts';
import type { Service } from '../../../service/src/composition/openService.ts';
import { settleStages } from '../../../service/src/composition/recovery.ts';
import { actOnSeal, setMandate } from '../../../service/src/seals/actOnSeal.ts';
import { makeSeal, OPEN_MANDATE } from '../../../service/src/seals/makeSeal.ts';
import { sealDocument } from '../../../service/src/seals/sealDocument.ts';
import type { LicenceType, Stage } from '../../../service/src/store/store.ts';
import { addSealedType } from '../../support/evidence.ts';
import { faultyRecorder, type Fault, type FaultyRecorder } from '../../support/faultyRecorder.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import {
  buildRequest,
  testService,
  TEST_ORGANISATIONS,
  TEST_TYPES,
  type TestService,
} from '../../support/testService.ts';

const OTHER = { reason: 'other', effectiveFrom: null } as const;

let city: TestService;
let suffix = 300;
beforeAll(async () => {
  city = await testService();
});
afterEach(async () => {
  const { store, ledger, licences } = city.service;
  const { recorder } = licences;
  await settleStages({ store, ledger, recorder }, await stagesOf(city.service), () => undefined);
});
afterAll(async () => {
  await city.remove();
});

/** A type with a seal of its own, for what concerns nobody else. */
const newType = async (): Promise<LicenceType> => {
  suffix += 1;
  return await addSealedType(city, String(suffix));
};

/** What breaks after staging, and what the ledger then has. */
const FAULTS: readonly [string, Fault][] = [
  ['before the ledger had the act', 'diesBefore'],
  ['after the ledger recorded it', 'diesAfter'],
];

/** The parts of a service whose recorder breaks. */
function breaking(service: Service, fault: Fault): Service & { readonly recorder: FaultyRecorder } {
  const recorder = faultyRecorder(service.licences.recorder, fault);
  return {
    ...service,
    recorder,
    licences: { ...service.licences, recorder },
    seals: { ...service.seals, recorder },
  };
}

const stagesOf = async ({ store }: Service): Promise<readonly Stage[]> =>
  await store.stages.overdue(new Date(Date.now() + 1000));

describe.each(FAULTS)('a process that died %s', (_, fault) => {
  it('has issued its licence once it is open again', async () => {
    const { licences, recorder } = breaking(city.service, fault);
    const request = buildRequest();
    await expect(draftLicence(licences, city.people.maker, request)).rejects.toThrow();
    const identifier = (recorder.seen[0]?.act.body as { identifier: string }).identifier;
    expect(await city.service.store.licences.find(identifier)).toBeNull(); // readers never see a stage

    const { store, ledger } = await city.reopen();

    const licence = (await store.licences.find(identifier))!;
    expect(licence).toMatchObject({ state: 'issued' });
    expect(await ledger.actPosition(recorder.seen[0]!.act.id)).toEqual({
      root: licence.ledger!.root,
      index: licence.ledger!.position,
    });
    expect(await store.licences.file(identifier, 'ofd')).not.toBeNull();
    expect(await stagesOf(city.service)).toEqual([]);
  });

  it('has approved its draft', async () => {
    const { licences } = breaking(city.service, fault);
    const request = buildRequest({ typeCode: TEST_TYPES.dual });
    const { identifier } = await draftLicence(licences, city.people.maker, request);
    await expect(approveLicence(licences, city.people.checker, identifier)).rejects.toThrow();

    const { store } = await city.reopen();

    expect(await store.licences.find(identifier)).toMatchObject({
      state: 'issued',
      approverId: city.people.checker.id,
    });
  });

  it('has changed the state of a licence', async () => {
    const { identifier } = await city.issue();
    const { licences } = breaking(city.service, fault);
    const request = { name: 'revoke', ...OTHER } as const;
    await expect(
      actOnLicence(licences, city.people.checker, identifier, request),
    ).rejects.toThrow();

    const { store } = await city.reopen();

    expect(await store.licences.find(identifier)).toMatchObject({ state: 'revoked' });
    expect(await stagesOf(city.service)).toEqual([]);
  });

  it('has made its seal', async () => {
    const { seals, recorder } = breaking(city.service, fault);
    const attempt = makeSeal(seals, city.people.sealMaker, {
      ...{ holder: TEST_ORGANISATIONS.health, kind: 'official', name: '公章' },
      ...{ validFrom: new Date(0), validUntil: new Date(Date.now() + 1e9) },
    });
    await expect(attempt).rejects.toThrow();
    const { esId } = recorder.seen[0]!.act.body as { esId: string };
    expect(await city.service.store.seals.find(esId)).toBeNull();

    const { store } = await city.reopen();

    expect(await store.seals.find(esId)).toMatchObject({ state: 'valid' });
  });

  it('has set the mandate and the state of a seal', async () => {
    const { sealEsId: esId } = await newType();
    const mandate = { ...OPEN_MANDATE, usesPerDay: 7 };
    const { seals } = breaking(city.service, fault);
    const { sealMaker } = city.people;
    await expect(setMandate(seals, sealMaker, esId, mandate)).rejects.toThrow();
    const request = { name: 'suspend', ...OTHER } as const;
    await expect(actOnSeal(seals, sealMaker, esId, request)).rejects.toThrow();

    const { store } = await city.reopen();

    expect(await store.seals.find(esId)).toMatchObject({ state: 'suspended', mandate });
  });

  it('has sealed its document', async () => {
    const { seals, recorder } = breaking(city.service, fault);
    const bytes = await foreignPdf();
    const request = { bytes, esId: city.esId, page: 1, xMm: 30, yMm: 40 };
    await expect(sealDocument(seals, city.people.maker, request)).rejects.toThrow();
    const { id } = recorder.seen[0]!.act;
    expect(await city.service.store.seals.findSignature(id)).toBeNull();

    const { store } = await city.reopen();

    expect(await store.seals.findSignature(id)).toMatchObject({ esId: city.esId });
    expect(await store.seals.signatureFile(id)).not.toBeNull();
  });
});

describe('a ledger out of reach', () => {
  it.each<Fault>(['unavailable', 'unknown'])(
    'leaves the stage, and the same act settles it later (%s)',
    async (fault) => {
      const { licences, recorder } = breaking(city.service, fault);
      await expect(draftLicence(licences, city.people.maker, buildRequest())).rejects.toMatchObject(
        {
          code: fault === 'unknown' ? 'LEDGER_OUTCOME_UNKNOWN' : 'LEDGER_UNAVAILABLE',
        },
      );
      const stages = await stagesOf(city.service);
      const { store, ledger } = city.service;

      const settled = await settleStages(
        { store, ledger, recorder: city.service.licences.recorder },
        stages,
        () => undefined,
      );

      const { identifier } = recorder.seen[0]!.act.body as { identifier: string };
      expect(stages.map(({ act }) => act.act.id)).toEqual([recorder.seen[0]!.act.id]);
      expect(settled).toBe(1);
      expect(await store.licences.find(identifier)).toMatchObject({ state: 'issued' });
      expect(await stagesOf(city.service)).toEqual([]);
    },
  );

  it('keeps every stage while it lasts, and says why', async () => {
    const { licences, recorder } = breaking(city.service, 'unavailable');
    await draftLicence(licences, city.people.maker, buildRequest()).catch(() => undefined);
    const stages = await stagesOf(city.service);
    const kept: unknown[] = [];

    const { store, ledger } = city.service;
    const settled = await settleStages({ store, ledger, recorder }, stages, (stage, error) =>
      kept.push([stage.id, (error as { code: string }).code]),
    );

    expect(settled).toBe(0);
    expect(kept).toEqual([[stages[0]!.id, 'LEDGER_UNAVAILABLE']]);
    expect(await stagesOf(city.service)).toHaveLength(1);
  });

  it('gives a draft no second approval meanwhile', async () => {
    const { licences } = breaking(city.service, 'unavailable');
    const request = buildRequest({ typeCode: TEST_TYPES.dual });
    const { identifier } = await draftLicence(licences, city.people.maker, request);
    await approveLicence(licences, city.people.checker, identifier).catch(() => undefined);

    await expect(
      approveLicence(city.service.licences, city.people.checker, identifier),
    ).rejects.toMatchObject({ code: 'LICENCE_STATE_CONFLICT' });
  });
});

describe('recovery', () => {
  it('removes what the ledger refuses by now', async () => {
    const { typeCode, sealEsId } = await newType();
    const { licences, recorder } = breaking(city.service, 'diesBefore');
    const request = buildRequest({ typeCode });
    await draftLicence(licences, city.people.maker, request).catch(() => undefined);
    const { identifier } = recorder.seen[0]!.act.body as { identifier: string };
    const revoke = { name: 'revoke', ...OTHER } as const;
    await actOnSeal(city.service.seals, city.people.sealMaker, sealEsId, revoke);

    const { store } = await city.reopen();

    expect(await store.licences.facts(identifier)).toBeNull();
    expect(await store.licences.file(identifier, 'ofd')).toBeNull();
    expect(await stagesOf(city.service)).toEqual([]);
  });

  it('does not undo later acts with an old one', async () => {
    const { identifier } = await city.issue();
    const { checker } = city.people;
    const { licences } = breaking(city.service, 'diesAfter');
    const suspend = { name: 'suspend', ...OTHER } as const;
    await actOnLicence(licences, checker, identifier, suspend).catch(() => undefined);
    await actOnLicence(city.service.licences, checker, identifier, { name: 'reinstate', ...OTHER });

    const { store } = await city.reopen();

    expect(await store.licences.find(identifier)).toMatchObject({ state: 'issued' });
  });

  it('does not undo later acts on a seal either', async () => {
    const { sealMaker } = city.people;
    const { seals } = breaking(city.service, 'diesAfter');
    const suspend = { name: 'suspend', ...OTHER } as const;
    await actOnSeal(seals, sealMaker, city.esId, suspend).catch(() => undefined);
    await actOnSeal(city.service.seals, sealMaker, city.esId, { name: 'reinstate', ...OTHER });

    const { store } = await city.reopen();

    expect(await store.seals.find(city.esId)).toMatchObject({ state: 'valid' });
  });
});
