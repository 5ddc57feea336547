/** Presentations and what goes with their redemption, for stores without a service. */
import { randomBytes } from 'node:crypto';
import type {
  AnswerRows,
  NewPresentation,
  RedemptionPlace,
  SpokenLimits,
} from '../../service/src/store/store.ts';
import { ulid } from '../../service/src/ulid.ts';
import { buildUsage, STORE_NOW, TEST_TYPE } from './testStore.ts';

/** Account id of whoever shows; it must be there and enabled. */
export const SHOWER = '01SHOWER00000000000000000A';

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
  return { by: 'clerk-account', window: 'W01', matter: 'M-1', isSpoken: false, ...overrides };
}

/** A record of use and a receipt that names it. */
export function buildAnswer(): AnswerRows {
  const use = buildUsage({ kind: 'presentation' });
  return {
    uses: [use],
    receipt: {
      ...{ id: ulid(STORE_NOW), at: STORE_NOW, clerkId: 'clerk-account' },
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
