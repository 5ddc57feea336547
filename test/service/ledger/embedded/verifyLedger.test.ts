import { copyFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contracts } from '@yinxin/chaincode';
import { canonicalBytes, leafHash } from '@yinxin/chaincode/model';
import Database from 'better-sqlite3';

import { createDispatcher } from '../../../../service/src/ledger/embedded/contractDispatcher.ts';
import { openEmbeddedLedger } from '../../../../service/src/ledger/embedded/embeddedLedger.ts';
import { verifyLedger } from '../../../../service/src/ledger/embedded/verifyLedger.ts';
import type { LedgerVerification } from '../../../../service/src/ledger/ledgerFault.ts';
import {
  buildLedgerCity,
  foundCity,
  issueAct,
  ledgerOptions,
  openTestLedger,
  revokeAct,
} from '../../../support/ledgerCity.ts';
import type { LedgerCity, TestLedger } from '../../../support/ledgerCity.ts';

const dispatcher = createDispatcher(contracts);

let city: LedgerCity;
let test: TestLedger;
let checkpoint: string;
let copies = 0;

beforeAll(async () => {
  city = await buildLedgerCity();
  test = await openTestLedger(city);
  await foundCity(city, test.ledger);
  await test.ledger.submit(
    'licence',
    await Promise.all(['A1', 'A2'].map((serial) => issueAct(city, serial))),
  );
  await test.ledger.submit('licence', [await revokeAct(city, 'A2'), await revokeAct(city, 'NONE')]);
  const leaf = Buffer.from(leafHash(canonicalBytes({ id: 'use' }))).toString('hex');
  await test.ledger.submit('usage', [
    await city.sign(city.operator, 'usage.anchor', { leaves: [leaf] }),
  ]);
  checkpoint = await test.ledger.checkpoint();
  await test.ledger.close();
});

afterAll(async () => {
  await test.remove();
});

function verify(file: string): Promise<LedgerVerification> {
  return verifyLedger({ file, dispatcher, anchors: [city.root], checkpoints: [checkpoint] });
}

/** A copy of the ledger with something changed behind its back. */
function tampered(change: (database: Database.Database) => void): string {
  copies += 1;
  const file = `${test.file}-copy-${copies}`;
  copyFileSync(test.file, file);
  const database = new Database(file);
  change(database);
  database.close();
  return file;
}

describe('an intact ledger', () => {
  it('has no faults', async () => {
    const { faults, height, batches } = await verify(test.file);

    expect(faults).toEqual([]);
    expect([height, batches]).toEqual([7, 7]);
  });

  it('can be checked while it is in use', async () => {
    const ledger = await openEmbeddedLedger(
      ledgerOptions(
        city,
        tampered(() => undefined),
      ),
    );

    const { faults } = await verify(`${test.file}-copy-${copies}`);

    expect(faults).toEqual([]);
    await ledger.close();
  });
});

describe('a ledger that was tampered with', () => {
  /** Every stored value: table, row and column. */
  function cells(): readonly [table: string, row: number, column: string, length: number][] {
    const database = new Database(test.file, { readonly: true });
    const tables = database
      .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all();
    const found = tables.flatMap(({ name }) => {
      const columns = database
        .prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${name}')`)
        .all();
      const rows = database.prepare<[], Record<string, unknown>>(`SELECT * FROM ${name}`).all();
      return rows.flatMap((row, place) =>
        columns.map((column): [string, number, string, number] => {
          const value = row[column.name];
          const length = Buffer.isBuffer(value) || typeof value === 'string' ? value.length : 1;
          return [name, place, column.name, length];
        }),
      );
    });
    database.close();
    return found;
  }

  /** Changes one byte, character or number of one cell. */
  function change(
    database: Database.Database,
    cell: { table: string; row: number; column: string; at: number },
  ): void {
    const { table, row, column, at } = cell;
    const key = database
      .prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}') WHERE pk = 1`)
      .get()!.name;
    const { id, value } = database
      .prepare<[], { id: unknown; value: unknown }>(
        `SELECT ${key} AS id, ${column} AS value FROM ${table} LIMIT 1 OFFSET ${row}`,
      )
      .get()!;
    database
      .prepare(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`)
      .run(altered(value, at), id);
  }

  function altered(value: unknown, at: number): unknown {
    if (Buffer.isBuffer(value)) {
      const bytes = Buffer.from(value);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return bytes;
    }
    if (typeof value === 'string')
      return value.slice(0, at) + (value[at] === 'a' ? 'b' : 'a') + value.slice(at + 1);
    return value === null ? 0 : Number(value) + 1000;
  }

  it('does not verify, whichever stored value differs', async () => {
    const missed: string[] = [];
    for (const [place, [table, row, column, length]] of cells().entries()) {
      if (row > 8 && row % 5 !== 0) continue; // every table and column, but not every row
      const at = (place * 7919) % length;
      const file = tampered((database) => {
        change(database, { table, row, column, at });
      });
      const { faults } = await verify(file);
      if (faults.length === 0) missed.push(`${table}.${column}[${row}] at ${at}`);
    }

    expect(missed).toEqual([]);
  }, 120_000);

  it.each<[string, string, string]>([
    ['a block was taken out', 'DELETE FROM blocks WHERE number = 2', 'BLOCK_MISSING'],
    [
      'a write was taken out',
      'DELETE FROM writes WHERE id = (SELECT max(id) FROM writes)',
      'DATA_HASH_MISMATCH',
    ],
    [
      'a value was put in',
      "INSERT INTO writes (id, key, value) VALUES (99000000, x'00', '{}')",
      'STATE_MISMATCH',
    ],
    [
      'a key was taken out',
      'DELETE FROM state WHERE write = (SELECT max(write) FROM state)',
      'STATE_MISMATCH',
    ],
    ['a node certificate is missing', 'DELETE FROM node_certificates', 'BLOCK_SIGNATURE_INVALID'],
    [
      'the newest block was cut off',
      `DELETE FROM blocks WHERE number = 6; DELETE FROM state WHERE write >= 6 << 20; DELETE FROM writes WHERE id >= 6 << 20;
       DELETE FROM log_leaves WHERE position = 6; DELETE FROM log_nodes WHERE id = 12`,
      'CHECKPOINT_MISMATCH',
    ],
  ])('says so when %s', async (_, sql, code) => {
    const { faults } = await verify(tampered((database) => database.exec(sql)));

    expect(faults.map((fault) => fault.code)).toContain(code);
  });

  it('is found to answer what its contracts would not, though the node signed it', async () => {
    const otherContracts = createDispatcher([]);

    const { faults } = await verifyLedger({ file: test.file, dispatcher: otherContracts });

    expect(new Set(faults.map(({ code }) => code))).toEqual(new Set(['EXECUTION_DIFFERS']));
  });

  it('is not opened when its newest block does not stand up', async () => {
    const file = tampered((database) =>
      database.exec("UPDATE blocks SET body = replace(body, 'usage', 'usagf') WHERE number = 6"),
    );

    await expect(openEmbeddedLedger(ledgerOptions(city, file))).rejects.toMatchObject({
      code: 'LEDGER_CORRUPT',
    });
  });

  it('is refused when it is no ledger at all', async () => {
    const file = `${test.file}-other`;
    new Database(file).exec('CREATE TABLE t (a)').close();

    await expect(verifyLedger({ file, dispatcher })).rejects.toMatchObject({
      code: 'LEDGER_CORRUPT',
    });
  });

  it('is found under other roots', async () => {
    const stranger = await buildLedgerCity();

    const { faults } = await verifyLedger({
      file: test.file,
      dispatcher,
      anchors: [stranger.root],
    });

    expect(faults[0]).toMatchObject({ code: 'NODE_CERTIFICATE_UNTRUSTED' });
  });
});
