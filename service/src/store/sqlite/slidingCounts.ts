import type { Database } from 'better-sqlite3';
import type { ClientTerms, QuotaState, QuotaWindow } from '../systems.ts';

/** How a window is cut: calls of one slot are counted together. */
interface WindowShape {
  readonly name: QuotaWindow['name'];
  readonly spanMs: number;
  readonly slotMs: number;
}

/** A slot that the window has only half left still counts whole: what slides is never too generous. */
const SHAPES: readonly WindowShape[] = [
  { name: 'minute', spanMs: 60_000, slotMs: 1000 },
  { name: 'day', spanMs: 86_400_000, slotMs: 300_000 },
];

interface SlotRow {
  readonly slot: number;
  readonly calls: number;
}

/** Counts calls a client in slots of time. Its methods run inside a write. */
export class SlidingCounts {
  readonly #slots;
  readonly #count;
  readonly #forget;

  constructor(database: Database) {
    this.#slots = database.prepare<[string, string, number], SlotRow>(
      'SELECT slot, calls FROM ClientCalls WHERE clientId = ? AND span = ? AND slot >= ? ORDER BY slot',
    );
    this.#count = database.prepare<[string, string, number, number]>(
      `INSERT INTO ClientCalls (clientId, span, slot, calls) VALUES (?, ?, ?, ?)
       ON CONFLICT (clientId, span, slot) DO UPDATE SET calls = calls + excluded.calls`,
    );
    this.#forget = database.prepare<[string, string, number]>(
      'DELETE FROM ClientCalls WHERE clientId = ? AND span = ? AND slot < ?',
    );
  }

  /** @returns how the quota stands; the calls are counted if both windows admit all of them. */
  take(clientId: string, quota: ClientTerms['quota'], calls: number, at: Date): QuotaState {
    const before = SHAPES.map((shape) => {
      const first = Math.floor((at.getTime() - shape.spanMs) / shape.slotMs);
      this.#forget.run(clientId, shape.name, first);
      const slots = this.#slots.all(clientId, shape.name, first);
      return { shape, slots, limit: shape.name === 'minute' ? quota.perMinute : quota.perDay };
    });
    const isAdmitted = before.every(({ slots, limit }) => sum(slots) + calls <= limit);
    if (isAdmitted) {
      for (const { shape } of before) {
        const slot = Math.floor(at.getTime() / shape.slotMs);
        this.#count.run(clientId, shape.name, slot, calls);
      }
    }
    return {
      isAdmitted,
      windows: before.map(({ shape, slots, limit }) => {
        const remaining = Math.max(0, limit - sum(slots) - (isAdmitted ? calls : 0));
        const wanted = isAdmitted ? 1 : calls;
        return {
          name: shape.name,
          limit,
          remaining,
          resetSeconds: reset(shape, slots, { limit, wanted, at }),
        };
      }),
    };
  }
}

/** When so many calls fit again: the oldest slots leave one by one. */
function reset(
  { spanMs, slotMs }: WindowShape,
  slots: readonly SlotRow[],
  { limit, wanted, at }: Readonly<{ limit: number; wanted: number; at: Date }>,
): number {
  let left = sum(slots);
  for (const { slot, calls } of slots) {
    left -= calls;
    if (left + wanted > limit) continue;
    const leavesAt = (slot + 1) * slotMs + spanMs;
    return Math.max(1, Math.ceil((leavesAt - at.getTime()) / 1000));
  }
  return Math.ceil((spanMs + slotMs) / 1000);
}

function sum(slots: readonly SlotRow[]): number {
  return slots.reduce((total, { calls }) => total + calls, 0);
}
