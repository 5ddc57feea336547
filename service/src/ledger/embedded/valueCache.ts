/** Parsed values of the world state by key; forgets the oldest first. */
export interface ValueCache {
  get(key: string): object | undefined;
  /** Parses canonical text and remembers the value, frozen to its leaves since readers share it. */
  put(key: string, text: string): object;
  /** Forgets a key that was written. */
  delete(key: string): void;
}

/** @param limit - values kept, at least 1. */
export function createValueCache(limit: number): ValueCache {
  const values = new Map<string, object>();
  return {
    get: (key) => values.get(key),
    put(key, text) {
      const value = freeze(JSON.parse(text) as object);
      values.set(key, value);
      if (values.size > limit) forgetOldest(values);
      return value;
    },
    delete: (key) => void values.delete(key),
  };
}

function freeze(value: object): object {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) freeze(member as object);
  }
  return Object.freeze(value);
}

function forgetOldest(values: Map<string, object>): void {
  for (const key of values.keys()) {
    values.delete(key);
    return;
  }
}
