import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  consistencyProof,
  inclusionPath,
  leafHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '@yinxin/chaincode/model';
import Database from 'better-sqlite3';
import fc from 'fast-check';

import { BatchLog, nodeId } from '../../../service/src/ledger/log.ts';
import { LogRebuild } from '../../../service/src/ledger/embedded/logRebuild.ts';
import { digest } from '../../support/ledgerCity.ts';

const SIZE = 70;
const data = Array.from({ length: SIZE }, (_, n) => Buffer.from(`batch ${n}`));
const hashes = data.map(leafHash);

let connection: Database.Database;
let log: BatchLog;

beforeEach(() => {
  connection = new Database(':memory:');
  connection.exec(`
    CREATE TABLE log_leaves (position INTEGER PRIMARY KEY, root BLOB NOT NULL UNIQUE, block INTEGER NOT NULL);
    CREATE TABLE log_nodes (id INTEGER PRIMARY KEY, hash BLOB NOT NULL);
  `);
  log = new BatchLog(connection);
  data.forEach((leaf, n) => log.append(digest(n), n, leaf));
});

afterEach(() => {
  connection.close();
});

describe('the log', () => {
  it('has the RFC 6962 root at every size', () => {
    const roots = Array.from({ length: SIZE + 1 }, (_, size) => log.rootHash(size));

    expect(roots.map(hex)).toEqual(roots.map((_, size) => hex(rootOf(hashes.slice(0, size)))));
  });

  it('gives the audit path of every leaf at every size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: SIZE }), fc.nat(SIZE - 1), (size, place) => {
        const index = place % size;
        const path = log.inclusion(index, size);
        expect(path.map(hex)).toEqual(inclusionPath(index, hashes.slice(0, size)).map(hex));
        const claim = { leafHash: hashes[index]!, index, size, path, root: log.rootHash(size) };
        expect(verifyInclusion(claim)).toBe(true);
      }),
    );
  });

  it('gives the consistency proof between any two sizes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: SIZE }), fc.integer({ min: 1, max: SIZE }), (a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const proof = log.consistency(from, to);
        expect(proof.map(hex)).toEqual(consistencyProof(from, hashes.slice(0, to)).map(hex));
        const roots = { firstRoot: log.rootHash(from), secondRoot: log.rootHash(to) };
        expect(verifyConsistency({ firstSize: from, secondSize: to, ...roots, proof })).toBe(true);
      }),
    );
  });

  it('finds leaves by position and by root', () => {
    expect(log.size()).toBe(SIZE);
    expect(log.leaf(5)).toEqual({ position: 5, root: digest(5), block: 5 });
    expect(log.leafOf(digest(5))).toEqual(log.leaf(5));
    expect(log.leaf(SIZE)).toBeNull();
    expect(log.leafOf(digest(SIZE))).toBeNull();
  });

  it.each([
    ['a leaf past the size', () => log.inclusion(4, 4)],
    ['a size past the log', () => log.inclusion(0, SIZE + 1)],
    ['a negative leaf', () => log.inclusion(-1, 4)],
    ['half a leaf', () => log.inclusion(0.5, 4)],
    ['consistency from nothing', () => log.consistency(0, 4)],
    ['consistency backwards', () => log.consistency(5, 4)],
    ['consistency past the log', () => log.consistency(1, SIZE + 1)],
    ['no number', () => log.consistency(NaN, 4)],
    ['a root past the log', () => log.rootHash(SIZE + 1)],
  ])('refuses %s', (_, ask) => {
    expect(ask).toThrow(expect.objectContaining({ code: 'REQUEST_MALFORMED' }));
  });
});

describe('nodeId', () => {
  it('gives every subtree a number of its own', () => {
    const ids = [0, 1, 2, 3].flatMap((level) =>
      Array.from({ length: 16 >> level }, (_, place) => nodeId(level, place)),
    );

    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('rebuilding the log', () => {
  function rebuild(): readonly string[] {
    const again = new LogRebuild(connection);
    const faults = data.flatMap((leaf, n) => again.append(digest(n), n, leaf));
    return [...faults, ...again.finish()].map(({ detail }) => detail);
  }

  it('finds nothing wrong with an intact log', () => {
    expect(rebuild()).toEqual([]);
  });

  it('comes to the same root', () => {
    const again = new LogRebuild(connection);

    data.slice(0, 45).forEach((leaf, n) => again.append(digest(n), n, leaf));

    expect(hex(again.rootHash())).toBe(hex(log.rootHash(45)));
  });

  it.each([
    ['a changed node', 'UPDATE log_nodes SET hash = zeroblob(32) WHERE id = 7'],
    ['a changed leaf', 'UPDATE log_leaves SET block = 99 WHERE position = 3'],
    ['a leaf too many', "INSERT INTO log_leaves VALUES (70, x'00', 70)"],
    ['a node too many', 'INSERT INTO log_nodes VALUES (999, zeroblob(32))'],
    ['a node too few', 'DELETE FROM log_nodes WHERE id = 7'],
  ])('finds %s', (_, tampering) => {
    connection.exec(tampering);

    expect(rebuild()).not.toEqual([]);
  });
});

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
