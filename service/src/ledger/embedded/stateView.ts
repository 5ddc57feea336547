import type { BlockStore } from './blockStore.ts';
import { parseBody, parseHeader } from './blockReader.ts';
import type { StateVersion, StateView } from './embeddedStub.ts';

/** Committed state as it stands. */
export function committedState(store: BlockStore): StateView {
  return {
    value: (key) => store.current(key)?.value ?? null,
    keysBetween: (start, end) =>
      store.keysBetween(start, end).filter((key) => (store.current(key)?.value ?? null) !== null),
    versions: (key) => versionsBefore(store, key, Infinity),
  };
}

/** State as it stood before block `block` was recorded. */
export function stateBefore(store: BlockStore, block: number): StateView {
  const value = (key: string): string | null => store.before(key, block)?.value ?? null;
  return {
    value,
    keysBetween: (start, end) => store.keysBetween(start, end).filter((key) => value(key) !== null),
    versions: (key) => versionsBefore(store, key, block),
  };
}

function* versionsBefore(store: BlockStore, key: string, block: number): Generator<StateVersion> {
  for (const version of store.versions(key)) {
    const holder = version.block < block ? store.block(version.block) : null;
    if (holder === null) continue;
    yield {
      value: version.value,
      txId: parseBody(holder).txId,
      recordedAt: new Date(parseHeader(holder).at),
    };
  }
}
