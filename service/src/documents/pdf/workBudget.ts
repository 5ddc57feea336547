import { ServiceError } from '../../errors.ts';

/** Bounds the work that one hostile file can cause, independent of the machine's speed. */
export interface WorkBudget {
  /** @throws ServiceError `DOCUMENT_MALFORMED` when the budget is spent, and ever after. */
  spend(units: number): void;
  readonly isSpent: boolean;
}

/** What one file may cost: some three seconds on a slow core. */
export const WORK_UNITS = 12_000_000;

/** @param units - about 0.2 µs each; see {@link COST}. */
export function createWorkBudget(units = WORK_UNITS): WorkBudget {
  let left = units;
  return {
    spend(spent) {
      left -= spent;
      if (left < 0) {
        throw new ServiceError('DOCUMENT_MALFORMED', 'reading the PDF takes too much work');
      }
    },
    get isSpent() {
      return left < 0;
    },
  };
}

/** Units by kind of work, as measured: objects cost by what is kept of them, bytes by how they are looked at. */
export const COST = {
  value: 1,
  name: 3,
  escapedName: 8,
  reference: 3,
  dictionary: 6,
  member: 3,
  /** Right shift of a count of bytes that are scanned one by one, inflated or digested. */
  scannedShift: 4,
  inflatedShift: 4,
  digestedShift: 7,
} as const;
