import { describe, expect, it } from '@jest/globals';
import { findServiceSeal } from '../../../service/src/sealing/serviceSeal.ts';
import type { Seal } from '../../../service/src/store/store.ts';
import { buildSeal } from '../../support/testStore.ts';

const AT = new Date('2026-06-01T00:00:00Z');
const HALL = '12330400TEX0000055';

function seal(esId: string, overrides: Partial<Seal> = {}): Seal {
  return {
    ...buildSeal(),
    ...{ supersededBy: null, actId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', ledger: null },
    ...{ esId, kind: 'windowService', state: 'valid' },
    validFrom: new Date('2026-01-01T00:00:00Z'),
    validUntil: new Date('2027-01-01T00:00:00Z'),
    ...overrides,
  };
}

const find = async (...seals: readonly Seal[]): Promise<string | undefined> => {
  const list = (): Promise<{ items: readonly Seal[]; nextCursor: null }> =>
    Promise.resolve({ items: seals, nextCursor: null });
  return (await findServiceSeal({ list }, HALL, AT))?.esId;
};

describe('the window service seal', () => {
  it('is the newest that is in force', async () => {
    expect(await find(seal('3', { state: 'revoked' }), seal('2'), seal('1'))).toBe('2');
  });

  it.each([
    ['of another kind', { kind: 'licence' }],
    ['suspended', { state: 'suspended' }],
    ['not yet valid', { validFrom: new Date('2026-07-01T00:00:00Z') }],
    ['expired', { validUntil: new Date('2026-05-01T00:00:00Z') }],
  ] as const)('is none that is %s', async (_, overrides) => {
    expect(await find(seal('1', overrides))).toBeUndefined();
  });
});
