import { hash } from 'node:crypto';

/** Identifiers of a million rows in little memory: 48 bits each. One is taken for another once in 250 such sets. */
export interface IdentifierSet {
  /** @returns false if it was there. */
  add(identifier: string): boolean;
  has(identifier: string): boolean;
}

export function createIdentifierSet(): IdentifierSet {
  const kept = new Set<number>();
  return {
    add(identifier) {
      const size = kept.size;
      return kept.add(shorten(identifier)).size > size;
    },
    has: (identifier) => kept.has(shorten(identifier)),
  };
}

function shorten(identifier: string): number {
  return hash('sha256', identifier, 'buffer').readUIntBE(0, 6);
}
