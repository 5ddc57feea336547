import { FabricFailure } from './transport.ts';
import type { FabricStage } from './transport.ts';

const RESOURCE_EXHAUSTED = 8; // gRPC

interface Waiting {
  readonly start: () => void;
  readonly refuse: () => void;
}

/** How many calls may be under way at once, and how many more may wait and how long. */
export interface CallLimits {
  readonly maxCalls: number;
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
}

/**
 * Keeps calls below what the other side serves at once. Those above wait in line; where the line is too long or does not
 * move, they are refused as `RESOURCE_EXHAUSTED`: they were never sent.
 */
export class CallLimit {
  readonly #limits: CallLimits;
  readonly #line = new Set<Waiting>();
  #underWay = 0;

  constructor(limits: CallLimits) {
    this.#limits = limits;
  }

  async run<T>(stage: FabricStage, call: () => Promise<T>): Promise<T> {
    if (this.#underWay >= this.#limits.maxCalls) await this.#wait(stage);
    else this.#underWay += 1;
    try {
      return await call();
    } finally {
      const [next] = this.#line;
      if (next === undefined) this.#underWay -= 1;
      else next.start(); // takes over the place
    }
  }

  #wait(stage: FabricStage): Promise<void> {
    const refusal = (): FabricFailure =>
      new FabricFailure({
        ...{ stage, grpcCode: RESOURCE_EXHAUSTED, details: [] },
        message: 'too many calls wait for the gateway',
      });
    if (this.#line.size >= this.#limits.maxWaiting) return Promise.reject(refusal());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.refuse();
      }, this.#limits.maxWaitMs);
      const leave = (): void => {
        clearTimeout(timer);
        this.#line.delete(waiting);
      };
      const waiting: Waiting = {
        start: () => {
          leave();
          resolve();
        },
        refuse: () => {
          leave();
          reject(refusal());
        },
      };
      this.#line.add(waiting);
    });
  }
}
