/* eslint-disable jest/no-export -- tests for several test files */
/** What every ledger promises of acts: part of the contract in `ledgerContract.ts`. */
import { describe, expect, it } from '@jest/globals';
import { canonicalBytes, MAX_ACTS, statePlaces } from '@yinxin/chaincode/model';
import type { ContractName, SignedAct } from '@yinxin/chaincode/model';
import { ServiceError } from '../../service/src/errors.ts';
import type { CommittedOutcome, Ledger } from '../../service/src/ledger/ledger.ts';
import {
  anchorAct,
  baseOf,
  buildLedgerCity,
  creditCode,
  identifierOf,
  issueAct,
  makeSealAct,
  revokeAct,
} from './ledgerCity.ts';
import type { LedgerCity } from './ledgerCity.ts';
import { issueMany, licenceOf, newDigest, newSerial, recordedOf } from './ledgerUnderTest.ts';
import type { LedgerTraits, LedgerUnderTest } from './ledgerUnderTest.ts';

const FAR_AWAY = '2999-01-01T00:00:00.000Z';

/** Tests of `submit`; the caller opens the `describe`. */
export function describeSubmit(current: () => LedgerUnderTest): void {
  it('records a batch and answers each act with its place, in order', async () => {
    const { ledger, city } = current();
    const acts = await issueMany(city, 3);

    const outcomes = await ledger.submit('licence', acts);

    const { root, block } = recordedOf(outcomes[0]);
    expect(outcomes).toEqual(
      acts.map(({ act }, index) => ({
        ...{ id: act.id, outcome: 'recorded', position: { root, index }, block },
      })),
    );
  });

  it('answers an act sent again with its first place, and writes nothing', async () => {
    const { ledger, city } = current();
    const serial = newSerial();
    const act = await issueAct(city, serial);
    const [first] = await ledger.submit('licence', [act]);
    const [checkpoint, place] = [
      await ledger.checkpoint(),
      statePlaces.licence(baseOf(city, serial)),
    ];
    await ledger.submit('licence', [act]);

    const [again] = await ledger.submit('licence', [act]);

    expect(again).toEqual(first);
    expect(await ledger.checkpoint()).toBe(checkpoint);
    expect(await ledger.history(place)).toHaveLength(1);
  });

  it('answers known acts among new ones with their first place', async () => {
    const { ledger, city } = current();
    const [known, ...fresh] = await issueMany(city, 3);
    const [first] = await ledger.submit('licence', [known!]);

    const outcomes = await ledger.submit('licence', [fresh[0]!, known!, fresh[1]!, fresh[0]!]);

    expect(outcomes[1]).toEqual(first);
    expect(outcomes[3]).toEqual(outcomes[0]);
    expect([outcomes[0], outcomes[2]].map((outcome) => recordedOf(outcome).index)).toEqual([0, 1]);
    expect(recordedOf(outcomes[0]).root).not.toBe(recordedOf(first).root);
  });

  it('lets acts of a batch see the effects of earlier ones', async () => {
    const { ledger, city } = current();
    const serial = newSerial();

    const outcomes = await ledger.submit('licence', [
      await issueAct(city, serial),
      await revokeAct(city, serial),
      await revokeAct(city, serial),
    ]);

    expect(outcomes).toMatchObject([
      { outcome: 'recorded' },
      { outcome: 'recorded' },
      { outcome: 'refused', code: 'LICENCE_STATE_CONFLICT' },
    ]);
    expect(await licenceOf(current(), serial)).toMatchObject({ state: 'revoked' });
  });

  it('takes acts of every contract', async () => {
    const { ledger, city } = current();
    const esId = `SEAL-${newSerial()}`;

    const outcomes = [
      ...(await ledger.submit('seal', [await makeSealAct(city, esId)])),
      ...(await ledger.submit('usage', [await anchorAct(city, [newDigest()])])),
      ...(await ledger.submit('licence', [await issueAct(city, newSerial())])),
      ...(await ledger.submit('authority', [
        await city.sign(city.registrar, 'authority.setRoles', {
          creditCode: city.operator.creditCode,
          roles: city.operator.roles,
        }),
      ])),
    ];

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(4).fill('recorded'));
  });

  it('takes no CA of others into its trust by one person’s hand', async () => {
    const { ledger, city } = current();
    const put = await city.sign(city.registrar, 'authority.putTrustAnchor', {
      certificate: Buffer.from(city.root.der).toString('base64'),
      name: 'CA of another city',
      scope: {
        purposes: ['sealMaker'],
        ...{ sealKinds: null, licenceTypes: null, until: null },
        from: '2026-01-01T00:00:00.000Z',
      },
    });

    expect(await ledger.submit('authority', [put])).toMatchObject([
      { outcome: 'refused', code: 'APPROVER_MISSING' },
    ]);
  });

  it('records the good ones of 500 acts', async () => {
    const { ledger, city } = current();
    const serials = Array.from({ length: MAX_ACTS }, newSerial);
    const isBad = (place: number): boolean => place % 50 === 7;
    const acts = await Promise.all(
      serials.map((serial, place) =>
        isBad(place) ? revokeAct(city, serial) : issueAct(city, serial),
      ),
    );

    const outcomes = await ledger.submit('licence', acts);

    expect(outcomes.map(({ id }) => id)).toEqual(acts.map(({ act }) => act.id));
    expect(outcomes.map(({ outcome }) => outcome === 'refused')).toEqual(
      acts.map((_, place) => isBad(place)),
    );
    const { values } = await ledger.readStates(
      serials.map((serial) => statePlaces.licence(baseOf(city, serial))),
    );
    expect(values.map((value) => value === null)).toEqual(acts.map((_, place) => isBad(place)));
  }, 60_000);
}

/** Tests of what `submit` refuses. */
export function describeRefusals(
  current: () => LedgerUnderTest,
  { isGrouped = false }: LedgerTraits,
): void {
  it('refuses one act without sinking its neighbours, and writes nothing of it', async () => {
    const { ledger, city } = current();
    const [good, missing, alsoGood] = [newSerial(), newSerial(), newSerial()];
    const refused = await revokeAct(city, missing);

    const outcomes = await ledger.submit('licence', [
      await issueAct(city, good),
      refused,
      await issueAct(city, alsoGood),
    ]);

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['recorded', 'refused', 'recorded']);
    expect(outcomes[1]).toEqual({
      ...{ id: refused.act.id, outcome: 'refused', code: 'LICENCE_NOT_FOUND', block: null },
      message: expect.any(String),
    });
    expect(recordedOf(outcomes[2]).index).toBe(1);
    expect(await licenceOf(current(), missing)).toBeNull();
    expect(await ledger.actPosition(refused.act.id)).toBeNull();
  });

  it('refuses another act under the id of a recorded one', async () => {
    const { ledger, city } = current();
    const act = await issueAct(city, newSerial());
    await ledger.submit('licence', [act]);
    const other = await issueAct(city, newSerial(), act.act.id);

    expect(await ledger.submit('licence', [other])).toMatchObject([
      { outcome: 'refused', code: 'ACT_ID_REUSED', block: null },
    ]);
    expect(
      await ledger.batchActs(recordedOf((await ledger.submit('licence', [act]))[0]).root),
    ).toEqual([act]);
  });

  it('refuses two contents under one id within a batch', async () => {
    const { ledger, city } = current();
    const act = await issueAct(city, newSerial());
    const other = await issueAct(city, newSerial(), act.act.id);

    expect(await ledger.submit('licence', [act, other])).toMatchObject([
      { outcome: 'recorded' },
      { outcome: 'refused', code: 'ACT_ID_REUSED' },
    ]);
  });

  it('writes nothing when every act is refused', async () => {
    const { ledger, city } = current();
    const checkpoint = await ledger.checkpoint();

    await ledger.submit('licence', [await revokeAct(city, newSerial())]);

    expect(await ledger.checkpoint()).toBe(checkpoint);
  });

  it.each<[string, string, (city: LedgerCity) => Promise<SignedAct>]>([
    ['an authority without the right', 'NOT_AUTHORISED', (city) => signAs(city, city.sealMaker)],
    [
      'an authority that is not on the ledger',
      'AUTHORITY_NOT_FOUND',
      (city) => signAs(city, { ...city.issuer, creditCode: creditCode('999999') }),
    ],
    [
      'a key that is not on the ledger',
      'KEY_NOT_FOUND',
      (city) => signAs(city, { ...city.issuer, signer: city.sealMaker.signer }),
    ],
    [
      'a signature by another key',
      'SIGNATURE_INVALID',
      (city) => {
        const { keyId } = city.issuer.signer;
        return signAs(city, { ...city.issuer, signer: { ...city.sealMaker.signer, keyId } });
      },
    ],
    [
      'a stranger with a key of his own',
      'KEY_NOT_FOUND',
      async (city) =>
        signAs(city, { ...(await buildLedgerCity()).issuer, creditCode: city.issuer.creditCode }),
    ],
    [
      'a changed act',
      'SIGNATURE_INVALID',
      async (city) => {
        const { act, signature } = await issueAct(city, newSerial());
        return { act: { ...act, by: { ...act.by, maker: '0b'.repeat(16) } }, signature };
      },
    ],
    [
      'an act of the future',
      'ACT_FROM_FUTURE',
      async (city) => {
        const { act } = await issueAct(city, newSerial());
        const later = { ...act, at: FAR_AWAY };
        const signature = await city.issuer.signer.sign(canonicalBytes(later));
        return { act: later, signature: Buffer.from(signature).toString('base64url') };
      },
    ],
  ])('refuses %s', async (_, code, build) => {
    const { ledger, city } = current();

    const [outcome] = await ledger.submit('licence', [await build(city)]);

    expect(outcome).toMatchObject({ outcome: 'refused', code, block: null });
  });

  if (isGrouped) return;
  describe('a batch that does not parse', () => {
    it.each<[string, ContractName, (good: SignedAct) => readonly SignedAct[]]>([
      ['with an act of another contract', 'seal', (good) => [good]],
      ['without acts', 'licence', () => []],
      ['of 501 acts', 'licence', (good) => Array<SignedAct>(MAX_ACTS + 1).fill(good)],
      [
        'with an act of another form',
        'licence',
        (good) => [good, { ...good, act: { ...good.act, id: 'short' } }],
      ],
    ])('is refused whole: %s', async (_, contract, build) => {
      const { ledger, city } = current();
      const [checkpoint, act] = [await ledger.checkpoint(), await issueAct(city, newSerial())];

      await expect(ledger.submit(contract, build(act))).rejects.toMatchObject({
        code: 'ACT_REFUSED',
      });

      expect(await ledger.checkpoint()).toBe(checkpoint);
      expect(await ledger.actPosition(act.act.id)).toBeNull();
    });
  });
}

/** Tests of acts that arrive together. */
export function describeConcurrency(current: () => LedgerUnderTest): void {
  it('lets one of two issuings of the same identifier win', async () => {
    const { ledger, city } = current();
    const serial = newSerial();
    const acts = [await issueAct(city, serial), await issueAct(city, serial)];

    const outcomes = await submitAtOnce(ledger, acts);

    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['recorded', 'refused']);
    expect(outcomes).toContainEqual(expect.objectContaining({ code: 'LICENCE_ALREADY_EXISTS' }));
    expect(await ledger.history(statePlaces.licence(baseOf(city, serial)))).toHaveLength(1);
  });

  it('lets one of several final acts on a licence win', async () => {
    const { ledger, city } = current();
    const serial = newSerial();
    await ledger.submit('licence', [await issueAct(city, serial)]);
    const ends = ['licence.revoke', 'licence.cancel', 'licence.revoke', 'licence.cancel'] as const;
    const body = {
      identifier: identifierOf(city, serial),
      reason: 'other',
      effectiveFrom: null,
    } as const;
    const acts = await Promise.all(ends.map((name) => city.sign(city.issuer, name, body)));

    const outcomes = await submitAtOnce(ledger, acts);

    const winner = outcomes.findIndex(({ outcome }) => outcome === 'recorded');
    expect(outcomes.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(1);
    expect(await licenceOf(current(), serial)).toMatchObject({ actId: acts[winner]!.act.id });
    expect(await ledger.history(statePlaces.licence(baseOf(city, serial)))).toHaveLength(2);
  });

  it('records one act that is sent several times at once in one place', async () => {
    const { ledger, city } = current();
    const serial = newSerial();
    const act = await issueAct(city, serial);

    const outcomes = await submitAtOnce(ledger, [act, act, act]);

    expect(outcomes[0]).toMatchObject({ outcome: 'recorded' });
    expect(outcomes).toEqual(Array(3).fill(outcomes[0]));
    expect(await ledger.history(statePlaces.licence(baseOf(city, serial)))).toHaveLength(1);
  });

  it('records acts of many callers, each once', async () => {
    const { ledger, city } = current();
    const acts = await issueMany(city, 24);

    const outcomes = await submitAtOnce(ledger, acts);

    expect(outcomes.map(({ id }) => id)).toEqual(acts.map(({ act }) => act.id));
    const places = outcomes.map(
      (outcome) => `${recordedOf(outcome).root}/${recordedOf(outcome).index}`,
    );
    expect(new Set(places).size).toBe(acts.length);
    expect(await Promise.all(acts.map(({ act }) => ledger.actPosition(act.id)))).toEqual(
      outcomes.map((outcome) => (outcome.outcome === 'recorded' ? outcome.position : null)),
    );
  });
}

function signAs(city: LedgerCity, issuer: LedgerCity['issuer']): Promise<SignedAct> {
  return city.sign(issuer, 'licence.revoke', {
    ...{ identifier: identifierOf(city, newSerial()), reason: 'other', effectiveFrom: null },
  });
}

/** Submits every act by itself, all at once; what a conflict voided is submitted again, as callers do. */
async function submitAtOnce(
  ledger: Ledger,
  acts: readonly SignedAct[],
): Promise<readonly CommittedOutcome[]> {
  const submit = async (act: SignedAct): Promise<CommittedOutcome> => {
    for (let tries = 0; ; tries++) {
      try {
        const [outcome] = await ledger.submit('licence', [act]);
        return outcome!;
      } catch (error) {
        const isConflict = error instanceof ServiceError && error.code === 'LEDGER_CONFLICT';
        if (!isConflict || tries === acts.length) throw error;
      }
    }
  };
  return await Promise.all(acts.map(submit));
}
