/** What a network's folder says about itself. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { networkPaths, type NetworkShape } from './plan.ts';

/** A chaincode definition of the channel. */
export interface Definition {
  /** From 1; each upgrade has the next one. */
  readonly sequence: number;
  /** Version of the package and the first characters of its code's digest: what both organisations approve. */
  readonly version: string;
}

/** `network.json`. A folder without it is not ours, and is left alone. */
export interface NetworkState {
  readonly formatVersion: 1;
  readonly shape: NetworkShape;
  /** Whether certificates, configuration and the channel's first block are complete. */
  readonly isPrepared: boolean;
  /** The committed definition; null before there is one. */
  readonly committed: Definition | null;
}

/** @returns null if the folder is no network's. */
export function readState(dir: string): NetworkState | null {
  const file = networkPaths(dir).state;
  if (!existsSync(file)) return null;
  const state = JSON.parse(readFileSync(file, 'utf8')) as Partial<NetworkState>;
  if (state.formatVersion !== 1) throw new Error(`${file} is of another version`);
  return state as NetworkState; // our own file
}

/** Replaces the file at once, never half. */
export function writeState(dir: string, state: NetworkState): void {
  const file = networkPaths(dir).state;
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
