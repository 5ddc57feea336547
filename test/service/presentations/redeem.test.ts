import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Principal } from '../../../service/src/access.ts';
import { ServiceError } from '../../../service/src/errors.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import type { PresentationParts } from '../../../service/src/presentations/parts.ts';
import {
  confirmWindow,
  findPresentation,
  withdrawPresentation,
} from '../../../service/src/presentations/ownPresentations.ts';
import {
  present,
  previewPresentation,
  type MadePresentation,
} from '../../../service/src/presentations/present.ts';
import { redeem } from '../../../service/src/presentations/redeem.ts';
import type { Answer } from '../../../service/src/presentations/prepareAnswer.ts';
import type { Licence, StoredUsage, Store } from '../../../service/src/store/store.ts';
import { useDetailsOf, toUsageRecord } from '../../../service/src/usage/recordUse.ts';
import { ulid } from '../../../service/src/ulid.ts';
import {
  addAccount,
  addCounter,
  addMatters,
  TEST_BUNDLE,
  TEST_MATTER,
  type TestCounter,
} from '../../support/counters.ts';
import { testClock, type TestClock } from '../../support/testClock.ts';
import {
  TEST_COMPANY,
  TEST_FIELDS,
  TEST_PERSON,
  testService,
  type TestService,
} from '../../support/testService.ts';

let clock: TestClock;
let city: TestService;
let parts: PresentationParts;
let clerk: TestCounter;
let licence: Licence;
beforeAll(async () => {
  clock = testClock(new Date().toISOString());
  city = await testService({ clock });
  parts = city.service.presentations;
  await addMatters(city);
  licence = await city.issue();
});
afterAll(async () => {
  await city.remove();
});
beforeEach(async () => {
  clock.advance(1);
  clerk = await addCounter(city, 'W01'); // wrong digits count by account
});

interface Showing {
  readonly by?: Principal;
  readonly identifier?: string;
  readonly window?: string;
  readonly matter?: string;
}

const show = (showing: Showing = {}): Promise<MadePresentation> => {
  const { by = city.people.holder, identifier = licence.identifier, ...place } = showing;
  return present(parts, by, { licences: [{ identifier }], window: 'W01', ...place });
};
const take = async (
  code: string,
  by = clerk,
  using = parts,
  matter = TEST_MATTER,
): Promise<Answer> => {
  clock.advance(1); // records are in order of time
  return await redeem(using, by.principal, {
    ...{ code, matter, purpose: '开办餐馆', language: 'zh-CN' },
  });
};
const notRedeemable = expect.objectContaining({ code: 'PRESENTATION_NOT_REDEEMABLE' });

/** The newest uses of a clerk. */
async function usesOf({ principal }: TestCounter, limit = 1): Promise<readonly StoredUsage[]> {
  return (await parts.store.usage.list({ clerk: principal.id }, { limit })).items;
}

/** The same service with a store of which a part differs. */
function withStore(overrides: Partial<Store>): PresentationParts {
  return { ...parts, store: { ...parts.store, ...overrides } };
}

describe('redeem', () => {
  it('says in the record what was shown, and on what it rests', async () => {
    const { qr, presentation } = await show();

    const { receiptId } = await take(qr);

    const [use] = await usesOf(clerk);
    expect(use).toMatchObject({ kind: 'presentation', holderHash: licence.holderHash });
    expect(useDetailsOf(use!.record)).toStrictEqual({
      fields: ['premises', 'holderName'],
      ...{ presentation: presentation.id, receipt: receiptId },
    });
  });

  it('shows for a bundle what its parts need', async () => {
    const { qr } = await show({ matter: TEST_BUNDLE });

    const { fields } = await take(qr, clerk, parts, TEST_BUNDLE);

    expect(Object.keys(fields[licence.identifier]!)).toStrictEqual(['premises', 'holderName']);
  });

  it('records use and receipt while the ledger is away, and discloses nothing', async () => {
    const { qr } = await show();
    const fault = new ServiceError('LEDGER_UNAVAILABLE', 'away');
    const away = jest.fn(() => Promise.reject(fault));
    const ledger = { ...city.service.ledger, readStates: away, history: away };
    const using = {
      ...parts,
      verification: { ...parts.verification, ledger },
      receipts: { ...parts.receipts, ledger },
    };

    const answer = await take(qr, clerk, using);

    expect(answer.reports[licence.identifier]).toMatchObject({
      ...{ indication: 'INDETERMINATE', subIndication: 'TRY_LATER' },
    });
    expect(answer).toMatchObject({ fields: { [licence.identifier]: {} }, credentials: {} });
    expect(await usesOf(clerk)).toMatchObject([
      { indication: 'INDETERMINATE', outcome: 'answered' },
    ]);
    expect(await parts.store.receipts.find(answer.receiptId)).toMatchObject({ state: 'pending' });
    await expect(take(qr)).rejects.toEqual(notRedeemable);
  });

  it('shows no field of a licence that was revoked meanwhile', async () => {
    const { identifier } = await city.issue();
    const { qr } = await show({ identifier });
    await actOnLicence(city.service.licences, city.people.maker, identifier, {
      ...{ name: 'revoke', reason: 'error', effectiveFrom: null },
    });

    const answer = await take(qr);

    expect(answer.reports[identifier]).toMatchObject({
      ...{ indication: 'TOTAL-FAILED', subIndication: 'LICENCE_REVOKED' },
    });
    expect(answer).toMatchObject({ fields: { [identifier]: {} }, credentials: {} });
  });

  it('discloses nothing unless its records are durable, and the code is good still', async () => {
    const { qr } = await show();
    const full = (): Promise<never> =>
      Promise.reject(new ServiceError('STORE_UNAVAILABLE', 'disk full'));
    const presentations = { ...parts.store.presentations, redeem: full };

    await expect(take(qr, clerk, withStore({ presentations }))).rejects.toThrow('disk full');

    expect(await usesOf(clerk)).toStrictEqual([]);
    await expect(take(qr)).resolves.toBeDefined();
  });

  it('lets the second of two that were both prepared go empty-handed', async () => {
    const { qr } = await show();
    const answers = await Promise.allSettled([take(qr), take(qr)]);

    expect(answers.map(({ status }) => status).sort()).toStrictEqual(['fulfilled', 'rejected']);
    const uses = await usesOf(clerk, 2);
    expect(uses.map(({ outcome }) => outcome).sort()).toStrictEqual(['answered', 'refused']);
    expect(uses.find(({ outcome }) => outcome === 'refused')).toMatchObject({
      ...{ reason: 'CODE_USED', holderHash: licence.holderHash },
    });
  });

  it('shows nothing to a clerk who lost the role while the answer was made', async () => {
    const { qr } = await show();
    const { id } = clerk.principal;
    const change = { action: 'person.setRoles', id, roles: [], windowCode: 'W01' } as const;
    const presentations = {
      ...parts.store.presentations,
      redeem: async (...claim: Parameters<typeof parts.store.presentations.redeem>) => {
        await parts.store.administration.change(change, { actor: 'test', at: clock.now() });
        return await parts.store.presentations.redeem(...claim);
      },
    };

    await expect(take(qr, clerk, withStore({ presentations }))).rejects.toEqual(notRedeemable);
    expect(await usesOf(clerk)).toMatchObject([
      { reason: 'CLERK_NOT_AT_WINDOW', holderHash: licence.holderHash },
    ]);
    await expect(take(qr, await addCounter(city, 'W01'))).resolves.toBeDefined();
  });

  it('does not let a disabled presenter show', async () => {
    const { principal } = await addAccount(city, {
      roles: [{ role: 'holder', organisation: null }],
      holderHash: licence.holderHash,
    });
    const { qr } = await show({ by: principal });
    const at = clock.now();
    const change = { action: 'person.disable', id: principal.id, at } as const;
    await parts.store.administration.change(change, { actor: 'test', at });

    await expect(take(qr)).rejects.toEqual(notRedeemable);
    expect(await usesOf(clerk)).toMatchObject([{ reason: 'PRESENTER_DISABLED' }]);
  });
});

describe('by a grant', () => {
  let agent: Principal;
  let grant: string;
  let owned: Licence;
  beforeEach(async () => {
    owned = await city.issue({ holder: TEST_COMPANY });
    const { holders } = parts.store;
    const holderHash = holders.holderHash(TEST_PERSON);
    const roles = [{ role: 'holder', organisation: null }] as const;
    agent = (await addAccount(city, { roles, holderHash })).principal;
    grant = ulid(clock.now());
    await parts.store.grants.add(
      {
        ...{ id: grant, kind: 'delegation', holder: TEST_COMPANY, agent: TEST_PERSON },
        scope: { licences: [owned.identifier], typeCodes: null, matters: null },
        ...{ validFrom: clock.now(), validUntil: null, createdBy: agent.id, basis: null },
        ...{ createdAt: clock.now(), window: null },
      },
      grantUse(),
    );
  });
  const grantUse = (): ReturnType<typeof toUsageRecord> =>
    toUsageRecord(
      {
        ...{ kind: 'lookup', outcome: 'answered', reason: null, indication: null },
        subject: { kind: 'grant', identifier: grant },
        ...{ licence: null, esId: null, holderHash: owned.holderHash },
      },
      { channel: 'console', window: null, clerk: null, matter: null, purpose: null },
      clock.now(),
    );

  it('shows another one’s licence, and says by which grant', async () => {
    const { qr } = await show({ by: agent, identifier: owned.identifier });

    const { fields } = await take(qr);

    expect(fields[owned.identifier]).toMatchObject({ premises: TEST_FIELDS.premises });
    const [use] = await usesOf(clerk);
    expect(use!.holderHash).toBe(owned.holderHash);
    expect(useDetailsOf(use!.record).grant).toBe(grant);
  });

  it('shows nothing once the grant was withdrawn', async () => {
    const { qr } = await show({ by: agent, identifier: owned.identifier });
    const end = { at: clock.now(), by: agent.id, how: 'withdrawn', note: null } as const;
    await parts.store.grants.end(grant, end, grantUse());

    await expect(take(qr)).rejects.toEqual(notRedeemable);
    expect(await usesOf(clerk)).toMatchObject([
      { reason: 'GRANT_NOT_IN_FORCE', holderHash: owned.holderHash },
    ]);
  });

  it('shows nothing when the grant is withdrawn while the answer is made', async () => {
    const { qr } = await show({ by: agent, identifier: owned.identifier });
    const end = { at: clock.now(), by: agent.id, how: 'withdrawn', note: null } as const;
    const presentations = {
      ...parts.store.presentations,
      redeem: async (...claim: Parameters<typeof parts.store.presentations.redeem>) => {
        await parts.store.grants.end(grant, end, grantUse());
        return await parts.store.presentations.redeem(...claim);
      },
    };

    await expect(take(qr, clerk, withStore({ presentations }))).rejects.toEqual(notRedeemable);
    expect(await usesOf(clerk)).toMatchObject([{ reason: 'GRANT_NOT_IN_FORCE' }]);
  });

  it('lets the agent look first, and the holder see that they did', async () => {
    const licences = [{ identifier: owned.identifier, fields: ['seats'] }];

    const [seen] = await previewPresentation(parts, agent, { licences, language: 'zh-CN' });

    expect(seen).toMatchObject({ grant, fields: { seats: TEST_FIELDS.seats } });
    const { items } = await parts.store.usage.list(
      { holderHash: owned.holderHash! },
      { limit: 10 },
    );
    const use = items.find(({ kind }) => kind === 'disclosure')!;
    expect(use).toMatchObject({ clerk: agent.id, licence: owned.identifier });
    expect(useDetailsOf(use.record)).toStrictEqual({ fields: ['seats'], grant });
  });

  it('lets the holder see and withdraw it, but not say where it is redeemed', async () => {
    const { presentation, qr } = await show({ by: agent, identifier: owned.identifier });
    const { id } = presentation;
    const roles = [{ role: 'holder', organisation: null }] as const;
    const holder = (await addAccount(city, { roles, holderHash: owned.holderHash })).principal;

    expect(await findPresentation(parts, holder, id)).toMatchObject({ makerId: agent.id });
    await expect(confirmWindow(parts, holder, { id, window: 'W01' })).rejects.toMatchObject({
      code: 'PRESENTATION_STATE_CONFLICT',
    });
    await withdrawPresentation(parts, holder, id);
    await expect(take(qr)).rejects.toEqual(notRedeemable);
    await expect(withdrawPresentation(parts, holder, id)).rejects.toMatchObject({
      code: 'PRESENTATION_STATE_CONFLICT',
    });
  });

  it('shows not together what belongs to two', async () => {
    const licences = [{ identifier: licence.identifier }, { identifier: owned.identifier }];

    await expect(present(parts, agent, { licences })).rejects.toMatchObject({
      code: 'REQUEST_MALFORMED',
    });
  });
});

describe('spoken codes', () => {
  const wrong = (count: number): string => String(count).padStart(8, '0');
  const guess = async (times: number): Promise<void> => {
    for (let count = 0; count < times; count++) {
      await expect(take(wrong(count))).rejects.toEqual(notRedeemable);
    }
  };

  it('lock an account for a quarter of an hour after five wrong ones, not its QR', async () => {
    await guess(5);
    const { spokenCode, qr } = await show();

    await expect(take(spokenCode!)).rejects.toMatchObject({
      ...{ code: 'SPOKEN_CODE_LOCKED', retryAfterSeconds: 900 },
    });

    expect(await usesOf(clerk)).toMatchObject([
      { outcome: 'refused', reason: 'SPOKEN_CODE_LOCKED', holderHash: null },
    ]);
    await expect(take(qr)).resolves.toBeDefined();
    clock.advance(900_000);
    const later = await show();
    await expect(take(later.spokenCode!)).resolves.toBeDefined();
  });

  it('lock no account for wrong ones that are far apart', async () => {
    for (let count = 0; count < 10; count++) {
      await guess(1);
      clock.advance(150_000);
    }
    const { spokenCode } = await show();

    await expect(take(spokenCode!)).resolves.toBeDefined();
  });

  it('lock an account after twenty in a day until the day has passed', async () => {
    const begun = clock.now().getTime();
    for (let round = 0; round < 4; round++) {
      await guess(5);
      clock.advance(900_000);
    }
    const { spokenCode } = await show();

    await expect(take(spokenCode!)).rejects.toMatchObject({ code: 'SPOKEN_CODE_LOCKED' });
    clock.set(new Date(begun + 86_400_000));
    await guess(1);
  });

  it('count a wrong guess without naming a holder', async () => {
    await guess(1);

    expect(await usesOf(clerk)).toMatchObject([
      { reason: 'CODE_UNKNOWN', outcome: 'refused', holderHash: null },
    ]);
  });

  it('never lock QR codes, however often one is wrong with them', async () => {
    for (let count = 0; count < 30; count++) {
      await expect(take('YXP.ABCDEFGHIJKLMNOPQRSTUVWXYZ')).rejects.toEqual(notRedeemable);
    }
    const { spokenCode } = await show();

    await expect(take(spokenCode!)).resolves.toBeDefined();
  });

  it('are at most twenty for a window; QR codes go on', async () => {
    clock.advance(3_600_000);
    await addCounter(city, 'W20');
    const made: MadePresentation[] = [];
    for (let count = 0; count < 21; count++) made.push(await show({ window: 'W20' }));

    expect(new Set(made.slice(0, 20).map(({ spokenCode }) => spokenCode)).size).toBe(20);
    expect(made[20]!.spokenCode).toBeNull();
    const clerk20 = await addCounter(city, 'W20');
    await expect(take(made[20]!.qr, clerk20)).resolves.toBeDefined();
    await take(made[0]!.spokenCode!, clerk20);
    expect((await show({ window: 'W20' })).spokenCode).not.toBeNull();
  });
});
