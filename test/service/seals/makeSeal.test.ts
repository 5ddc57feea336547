import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statePlaces } from '@yinxin/chaincode/model';
import { sha256Hex, sm3Hex } from '../../../service/src/documents/digest.ts';
import { parseTrustStore } from '../../../service/src/pki/trustStore.ts';
import { conclude } from '../../../service/src/report.ts';
import { parseSeal } from '../../../service/src/sealing/seal.ts';
import { verifySeal } from '../../../service/src/sealing/verifySeal.ts';
import { makeSeal, requireSeal, type SealRequest } from '../../../service/src/seals/makeSeal.ts';
import type { Seal } from '../../../service/src/store/store.ts';
import { faultyRecorder } from '../../support/faultyRecorder.ts';
import {
  testService,
  TEST_ORGANISATIONS,
  type TestPersonName,
  type TestService,
} from '../../support/testService.ts';
import { worldSnapshot } from '../../support/worldSnapshot.ts';

let city: TestService;
beforeAll(async () => {
  city = await testService();
});
afterAll(async () => {
  await city.remove();
});

const NOW = Date.now();
const make = (
  overrides: Partial<SealRequest> = {},
  by: TestPersonName = 'sealMaker',
  parts = city.service.seals,
): Promise<Seal> =>
  makeSeal(parts, city.people[by], {
    ...{ holder: TEST_ORGANISATIONS.market, kind: 'official', name: '公章' },
    ...{ validFrom: new Date(NOW - 1000), validUntil: new Date(NOW + 1e10) },
    ...overrides,
  });

describe('makeSeal', () => {
  it('makes a file that verifies under the city’s roots', async () => {
    const { esId } = await make();

    const file = (await city.service.store.seals.file(esId))!;
    const { rootsPem, intermediatesPem } = city.service.pki;
    const trust = parseTrustStore(rootsPem, intermediatesPem);
    expect(conclude(verifySeal(parseSeal(file), trust, new Date())).indication).toBe(
      'TOTAL-PASSED',
    );
  });

  it('records digests, certificates and mandate', async () => {
    const { esId, signerKeys } = await make();

    const file = (await city.service.store.seals.file(esId))!;
    const places = [statePlaces.seal(esId), statePlaces.sealStatus(esId)];
    const { values } = await city.service.ledger.readStates(places);
    expect(values).toMatchObject([
      {
        holder: TEST_ORGANISATIONS.market.creditCode,
        maker: TEST_ORGANISATIONS.sealCentre.creditCode,
        file: { sha256: sha256Hex(file), sm3: sm3Hex(file) },
        signerCertificates: signerKeys,
        makerCertificate: city.service.pki.sealMaker.keyId,
      },
      { state: 'valid' },
    ]);
  });

  it.each<[string, Partial<SealRequest>, string]>([
    ['a period that ends before it begins', { validUntil: new Date(0) }, 'SEAL_PERIOD_INVALID'],
    [
      'a holder nobody registered',
      { holder: { ...TEST_ORGANISATIONS.hall } },
      'ORGANISATION_NOT_FOUND',
    ],
    [
      'a name that no font can draw',
      { holder: { ...TEST_ORGANISATIONS.market, name: '\u{2B740}局' } },
      'GLYPH_MISSING',
    ],
  ])('refuses %s and writes nothing', async (_, overrides, code) => {
    const before = await worldSnapshot(city);

    await expect(make(overrides)).rejects.toMatchObject({ code });

    expect(await worldSnapshot(city)).toEqual(before);
  });

  it.each<TestPersonName>(['maker', 'checker', 'operator', 'auditor', 'holder'])(
    'refuses %s',
    async (by) => {
      await expect(make({}, by)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
    },
  );

  it('leaves nothing when the ledger refuses', async () => {
    const { seals } = city.service;
    const before = await worldSnapshot(city);

    const parts = { ...seals, recorder: faultyRecorder(seals.recorder, 'refuses') };

    await expect(make({}, 'sealMaker', parts)).rejects.toMatchObject({ code: 'SEAL_SUSPENDED' });
    expect(await worldSnapshot(city)).toEqual(before);
  });
});

describe('requireSeal', () => {
  it('does not find what is not there', async () => {
    await expect(requireSeal(city.service.seals, '0')).rejects.toMatchObject({
      code: 'SEAL_NOT_FOUND',
    });
  });
});
