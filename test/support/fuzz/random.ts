/** Random numbers that a seed gives again. */
export interface Random {
  /** @returns an integer from 0 to `below` − 1. */
  below(below: number): number;
  pick<T>(choices: readonly T[]): T;
  bytes(length: number): Uint8Array;
}

/** @param seed - 32 bits (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    pick: (choices) => choices[below(choices.length)]!,
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  };
}
