import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Signer } from '../../../service/src/keys/signer.ts';
import { setMandate } from '../../../service/src/seals/actOnSeal.ts';
import { OPEN_MANDATE } from '../../../service/src/seals/makeSeal.ts';
import { sealDocument, type SealedDocument } from '../../../service/src/seals/sealDocument.ts';
import type { SealParts } from '../../../service/src/seals/parts.ts';
import { addSealedType } from '../../support/evidence.ts';
import { faultyRecorder } from '../../support/faultyRecorder.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { testService, type TestService } from '../../support/testService.ts';

let city: TestService;
let pdf: Uint8Array;
let suffix = 700;
beforeAll(async () => {
  city = await testService();
  pdf = await foreignPdf();
});
afterAll(async () => {
  await city.remove();
});

const limitedSeal = async (usesPerDay: number): Promise<string> => {
  suffix += 1;
  const esId = (await addSealedType(city, String(suffix))).sealEsId;
  const { seals } = city.service;
  await setMandate(seals, city.people.sealMaker, esId, { ...OPEN_MANDATE, usesPerDay });
  return esId;
};

const seal = (parts: SealParts, esId: string): Promise<SealedDocument> =>
  sealDocument(parts, city.people.maker, { bytes: pdf, esId, page: 1, xMm: 30, yMm: 40 });

/** Parts whose document signers count what they sign. */
function counting(parts: SealParts): { readonly parts: SealParts; readonly signed: () => number } {
  let count = 0;
  const counted = (signer: Signer): Signer => ({
    ...signer,
    sign: (bytes) => {
      count += 1;
      return signer.sign(bytes);
    },
  });
  return {
    signed: () => count,
    parts: {
      ...parts,
      signersOf: async (creditCode) => {
        const signers = await parts.signersOf(creditCode);
        return {
          ...signers,
          documentSignerSm2: counted(signers.documentSignerSm2),
          documentSignerEs256: counted(signers.documentSignerEs256),
        };
      },
    },
  };
}

const codesOf = (results: readonly PromiseSettledResult<unknown>[]): readonly string[] =>
  results.map((result) =>
    result.status === 'fulfilled' ? 'sealed' : (result.reason as { code: string }).code,
  );

describe('uses of a seal that its mandate limits a day', () => {
  it('are five of twenty who come at once, and nothing is signed for the others', async () => {
    const esId = await limitedSeal(5);
    const { parts, signed } = counting(city.service.seals);

    const results = await Promise.allSettled(Array.from({ length: 20 }, () => seal(parts, esId)));

    const codes = codesOf(results);
    expect(codes.filter((code) => code === 'sealed')).toHaveLength(5);
    expect(codes.filter((code) => code === 'SEAL_OUTSIDE_MANDATE')).toHaveLength(15);
    expect(signed()).toBe(5);
  });

  it('do not count what failed', async () => {
    const esId = await limitedSeal(1);
    const { seals } = city.service;
    const failing = { ...seals, recorder: faultyRecorder(seals.recorder, 'refuses') };

    const failed = await Promise.allSettled([seal(failing, esId)]);
    const codes = codesOf(await Promise.allSettled([seal(seals, esId), seal(seals, esId)]));

    expect(codesOf(failed)).toEqual(['SEAL_SUSPENDED']);
    expect([...codes].sort()).toEqual(['SEAL_OUTSIDE_MANDATE', 'sealed']);
  });

  it('are counted by the ledger, whoever asked before', async () => {
    const esId = await limitedSeal(2);
    const { seals } = city.service;

    for (const expected of ['sealed', 'sealed', 'SEAL_OUTSIDE_MANDATE']) {
      expect(codesOf(await Promise.allSettled([seal(seals, esId)]))).toEqual([expected]);
    }
  });
});
