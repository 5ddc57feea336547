/** Presentations and what goes with their redemption, for stores without a service. */
import { randomBytes } from 'node:crypto';
import type {
  AnswerRows,
  NewPresentation,
  RedemptionPlace,
  SpokenLimits,
  Store,
} from '../../service/src/store/store.ts';
import { ulid } from '../../service/src/ulid.ts';
import { buildAccount, buildUsage, STORE_NOW, TEST_ISSUER, TEST_TYPE } from './testStore.ts';

/** Account id of whoever shows; it must be there and enabled. */
export const SHOWER = '01SHOWER00000000000000000A';

/** Account id of the clerk at `W01`. */
export const CLERK = 'clerk-account';

/** Adds who shows, and a window with who redeems. */
export async function addPeople({ accounts, organisations, windows }: Store): Promise<void> {
  await accounts.add(buildAccount({ id: SHOWER, username: 'shower' }));
  const organisation = TEST_ISSUER;
  const hall = {
    creditCode: organisation,
    name: '政务服务中心',
    parent: null,
    kind: 'serviceHall',
  };
  await organisations.add({ ...hall, createdAt: STORE_NOW });
  await windows.add({ code: 'W01', name: '1号窗口', organisation });
  const at = { roles: [{ role: 'clerk', organisation }], windowCode: 'W01' } as const;
  await accounts.add(buildAccount({ id: CLERK, username: 'clerk', ...at }));
}

export const TEST_LIMITS: SpokenLimits = {
  ...{ burst: 5, burstMs: 600_000, burstLockMs: 900_000 },
  ...{ day: 20, dayMs: 86_400_000 },
};

export function buildPresentation(overrides: Partial<NewPresentation> = {}): NewPresentation {
  return {
    ...{ id: ulid(STORE_NOW), makerId: SHOWER, holderHash: 'ab'.repeat(32) },
    licences: [{ identifier: 'some-licence', typeCode: TEST_TYPE, fields: null, grant: null }],
    ...{ window: 'W01', matter: null, createdAt: STORE_NOW },
    expiresAt: new Date(STORE_NOW.getTime() + 120_000),
    codeHash: randomBytes(32).toString('hex'),
    spokenHashes: [randomBytes(32).toString('hex')],
    ...overrides,
  };
}

export function buildPlace(overrides: Partial<RedemptionPlace> = {}): RedemptionPlace {
  return { by: CLERK, window: 'W01', matter: 'M-1', isSpoken: false, ...overrides };
}

/** A record of use and a receipt that names it. */
export function buildAnswer(): AnswerRows {
  const use = buildUsage({ kind: 'presentation' });
  return {
    uses: [use],
    receipt: {
      ...{ id: ulid(STORE_NOW), at: STORE_NOW, clerkId: CLERK },
      ...{ organisation: '11220000013544541J', window: 'W01', matter: 'M-1', purpose: '开办餐馆' },
      ...{ caseId: null, holderHash: null, jws: 'e30.e30.c2ln', saltSecret: randomBytes(32) },
      licences: [
        {
          ...{ identifier: 'some-licence', typeCode: TEST_TYPE, typeName: '许可证', fields: [] },
          ...{ indication: 'TOTAL-PASSED', subIndication: null },
          use: { record: use.id, leaf: use.leafHash },
        },
      ],
    },
  };
}
