import { describe, expect, it } from '@jest/globals';

import { rootOf } from '../../../chaincode/src/merkle.js';
import { buildLicence, cityFixture, digest, identifier, mustRecord } from '../support/city.js';
import { MSP_ID, NOW, signAct } from '../support/contractFixture.js';

const LEAVES = [digest(1), digest(2), digest(3)];
const ROOT = Buffer.from(rootOf(LEAVES.map((leaf) => Buffer.from(leaf, 'hex')))).toString('hex');

describe('usage.anchor', () => {
  it('writes the root over the leaves and nothing else', async () => {
    const city = await cityFixture();
    const act = signAct(city.operator, 'usage.anchor', { leaves: LEAVES });

    const { outcomes, writes, event } = await city.submit([act]);

    expect(outcomes).toEqual([
      { id: act.act.id, outcome: 'recorded', position: { root: ROOT, index: 0 } },
    ]);
    expect(writes).toEqual({
      [`batch~${ROOT}`]: {
        schemaVersion: 1,
        root: ROOT,
        size: 3,
        at: NOW,
        submitterMspId: MSP_ID,
        kind: 'usage',
      },
    });
    expect(event).toEqual({ name: 'batch', payload: { batches: [{ root: ROOT, size: 3 }] } });
  });

  it('answers a root that is there with its position and writes nothing', async () => {
    const city = await cityFixture();
    const act = signAct(city.operator, 'usage.anchor', { leaves: LEAVES });
    const again = signAct(city.operator, 'usage.anchor', { leaves: LEAVES });

    const first = await city.submit([act]);
    const second = await city.submit([act, again]);

    expect(second.outcomes.map((outcome) => ({ ...outcome, id: act.act.id }))).toEqual([
      first.outcomes[0],
      first.outcomes[0],
    ]);
    expect(second.writes).toEqual({});
    expect(second.event).toBeNull();
  });

  it('writes one root an act', async () => {
    const city = await cityFixture();
    const acts = [1, 2].map((seed) =>
      signAct(city.operator, 'usage.anchor', { leaves: [digest(seed)] }),
    );

    const { writes, event } = await city.submit(acts);

    expect(Object.keys(writes)).toEqual([`batch~${digest(1)}`, `batch~${digest(2)}`]);
    expect(event?.payload).toEqual({
      batches: [
        { root: digest(1), size: 1 },
        { root: digest(2), size: 1 },
      ],
    });
  });

  it('is refused to an authority that is no operator', async () => {
    const city = await cityFixture();

    expect(await city.outcomeOf(signAct(city.issuer, 'usage.anchor', { leaves: LEAVES }))).toBe(
      'NOT_AUTHORISED',
    );
  });

  it('is refused with a wrong signature', async () => {
    const city = await cityFixture();
    const { act } = signAct(city.operator, 'usage.anchor', { leaves: LEAVES });

    expect(await city.outcomeOf({ act, signature: city.issuer.key.sign(new Uint8Array(1)) })).toBe(
      'SIGNATURE_INVALID',
    );
  });
});

describe('usage.recall', () => {
  it('calls back the uses of a licence that is void for good', async () => {
    const city = await cityFixture();
    const licence = identifier(city.issuer);
    const body = { identifier: licence, leaves: LEAVES };
    const recall = (): Promise<string> =>
      city.outcomeOf(signAct(city.operator, 'usage.recall', body));

    expect(await recall()).toBe('LICENCE_NOT_FOUND');
    await mustRecord(city, [signAct(city.issuer, 'licence.issue', buildLicence(city.issuer))]);
    expect(await recall()).toBe('LICENCE_STATE_CONFLICT');
    await mustRecord(city, [
      signAct(city.issuer, 'licence.withdraw', {
        identifier: licence,
        reason: 'fraud',
        effectiveFrom: null,
      }),
    ]);
    const { writes } = await city.submit([signAct(city.operator, 'usage.recall', body)]);

    expect(writes[`batch~${ROOT}`]).toMatchObject({ kind: 'recall', licence, size: 3 });
  });
});
