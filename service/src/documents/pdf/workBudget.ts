import { ServiceError } from '../../errors.ts';

/** Bounds the work that one hostile file can cause, independent of the machine's speed. */
export interface WorkBudget {
  /** @throws ServiceError `DOCUMENT_MALFORMED` when the budget is spent. */
  spend(units: number): void;
}

/** @param units - about one a token, entry or 16 inflated bytes. */
export function createWorkBudget(units: number): WorkBudget {
  let left = units;
  return {
    spend(spent) {
      left -= spent;
      if (left < 0)
        throw new ServiceError('DOCUMENT_MALFORMED', 'reading the PDF takes too much work');
    },
  };
}
