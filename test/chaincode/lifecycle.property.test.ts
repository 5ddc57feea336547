import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { SignedAct } from '../../chaincode/src/act.js';
import { statePlaces } from '../../chaincode/src/statePlaces.js';
import { LICENCE_STATES } from '../../chaincode/src/transitions.js';
import {
  base,
  buildDocument,
  buildLicence,
  buildSeal,
  cityFixture,
  digest,
  ES_ID,
  identifier,
} from './support/city.js';
import type { City } from './support/city.js';
import { later, NOW, signAct } from './support/contractFixture.js';

const SEAL_STEPS = [
  'seal.suspend',
  'seal.reinstate',
  'seal.revoke',
  'seal.setMandate',
  'seal.renew',
  'seal.make',
] as const;
const LICENCE_STEPS = [
  'licence.issue',
  'licence.change',
  'licence.renew',
  'licence.suspend',
  'licence.reinstate',
  'licence.cancel',
  'licence.revoke',
  'licence.withdraw',
  'licence.lapse',
  'licence.transferOut',
  'licence.putDocument',
] as const;
const step = fc.record({
  batch: fc.nat({ max: 1 }),
  back: fc.nat({ max: 100_000 }),
  ahead: fc.nat({ max: 1000 }),
});

interface Step {
  /** 1: in the same transaction as the step before. */
  readonly batch: number;
  /** How far `effectiveFrom` reaches back; ms. */
  readonly back: number;
  readonly ahead: number;
}

function sealAct(
  city: City,
  name: (typeof SEAL_STEPS)[number],
  number: number,
  { back, ahead }: Step,
): SignedAct {
  const at = later(NOW, ahead);
  const options = { at };
  const seal = buildSeal(city.issuer);
  switch (name) {
    case 'seal.make':
      return signAct(city.sealMaker, name, seal, options);
    case 'seal.renew':
      return signAct(
        city.sealMaker,
        name,
        { ...seal, esId: `renewed-${number}`, predecessor: ES_ID },
        options,
      );
    case 'seal.setMandate':
      return signAct(city.sealMaker, name, { esId: ES_ID, mandate: seal.mandate }, options);
    case 'seal.suspend':
    case 'seal.reinstate':
    case 'seal.revoke':
      return signAct(
        city.sealMaker,
        name,
        { esId: ES_ID, reason: 'other', effectiveFrom: later(at, -back) },
        options,
      );
  }
}

function licenceAct(
  city: City,
  name: (typeof LICENCE_STEPS)[number],
  version: number,
  { back, ahead }: Step,
): SignedAct {
  const at = later(NOW, ahead);
  const options = { at };
  const current = identifier(city.issuer, { version });
  if (name === 'licence.issue')
    return signAct(city.issuer, name, buildLicence(city.issuer), options);
  if (name === 'licence.change' || name === 'licence.renew') {
    const next = buildLicence(city.issuer, { version: version + 1 });
    return signAct(city.issuer, name, { ...next, predecessor: current }, options);
  }
  if (name === 'licence.putDocument')
    return signAct(
      city.issuer,
      name,
      { identifier: current, document: buildDocument('ofd') },
      options,
    );
  const body = { identifier: current, reason: 'other', effectiveFrom: later(at, -back) } as const;
  return signAct(city.issuer, name, body, options);
}

/** Submits acts, some of them together. */
async function submitAll(
  city: City,
  steps: readonly { readonly act: SignedAct; readonly batch: number }[],
): Promise<void> {
  let batch: SignedAct[] = [];
  for (const { act, batch: isTogether } of steps) {
    if (isTogether === 0 && batch.length > 0) {
      await city.submit(batch);
      batch = [];
    }
    batch.push(act);
  }
  await city.submit(batch);
}

describe('no sequence of life-cycle acts', () => {
  it('leaves a revoked seal usable', async () => {
    const steps = fc.array(fc.tuple(fc.constantFrom(...SEAL_STEPS), step), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(steps, steps, async (before, after) => {
        const city = await cityFixture();
        const revoke = sealAct(city, 'seal.revoke', 0, { batch: 0, back: 0, ahead: 1000 });
        const toAct = (
          [name, each]: [(typeof SEAL_STEPS)[number], Step],
          number: number,
          offset = 0,
        ): { readonly act: SignedAct; readonly batch: number } => ({
          act: sealAct(city, name, number + offset, each),
          batch: each.batch,
        });
        await submitAll(city, [
          ...before.map((each, number) => toAct(each, number)),
          { act: revoke, batch: 0 },
          ...after.map((each, number) => toAct(each, number, 100)),
        ]);

        expect((await city.read(statePlaces.sealStatus(ES_ID)))?.state).toBe('revoked');
        for (const at of [NOW, later(NOW, 1000), later(NOW, 200_000)]) {
          const document = buildDocument('pdf');
          const body = {
            esId: ES_ID,
            format: 'pdf',
            document,
            signatureDigest: digest(1),
            codeDigest: null,
          } as const;
          const use = signAct(city.issuer, 'seal.signDocument', body, { at });

          expect(await city.outcomeOf(use)).toBe('SEAL_REVOKED');
        }
      }),
      { numRuns: 25 },
    );
  });

  it('makes a licence valid again that was final', async () => {
    const steps = fc.array(fc.tuple(fc.constantFrom(...LICENCE_STEPS), step), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (names) => {
        const city = await cityFixture();
        const place = statePlaces.licence(base(city.issuer));
        let wasFinal = false;
        for (const [name, each] of [
          ['licence.issue', { batch: 0, back: 0, ahead: 0 }] as const,
          ...names,
        ]) {
          const record = await city.read(place);
          await city.outcomeOf(licenceAct(city, name, record?.version ?? 1, each));
          const state = (await city.read(place))?.state ?? 'issued';

          expect(wasFinal && !LICENCE_STATES[state].isFinal).toBe(false);
          wasFinal = LICENCE_STATES[state].isFinal;
        }
      }),
      { numRuns: 25 },
    );
  });
});
