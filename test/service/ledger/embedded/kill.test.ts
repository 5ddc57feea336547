import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contracts } from '@yinxin/chaincode';
import type { SignedAct } from '@yinxin/chaincode/model';

import { createDispatcher } from '../../../../service/src/ledger/embedded/contractDispatcher.ts';
import { openEmbeddedLedger } from '../../../../service/src/ledger/embedded/embeddedLedger.ts';
import type { CommittedOutcome } from '../../../../service/src/ledger/ledger.ts';
import { verifyLedger } from '../../../../service/src/ledger/embedded/verifyLedger.ts';
import {
  buildLedgerCity,
  foundCity,
  issueAct,
  ledgerOptions,
  openTestLedger,
} from '../../../support/ledgerCity.ts';
import type { LedgerCity, TestLedger } from '../../../support/ledgerCity.ts';

const ROUNDS = 6;
const ACTS = 3000;
const CHILD = join(import.meta.dirname, '../../../support/ledgerChild.ts');

let city: LedgerCity;
let test: TestLedger;
let acts: SignedAct[];

beforeAll(async () => {
  city = await buildLedgerCity();
  test = await openTestLedger(city);
  await foundCity(city, test.ledger);
  await test.ledger.close();
  acts = await Promise.all(Array.from({ length: ACTS }, (_, n) => issueAct(city, `K${n}`)));
});

afterAll(async () => {
  await test.remove();
});

/** Lets a child record until it has reported `reports` outcomes, then kills it some moments later. */
function recordAndKill(reports: number, moments: number): Promise<readonly CommittedOutcome[]> {
  const instructions = `${test.file}.json`;
  const certificationPath = city.node.certificationPath.map((der) =>
    Buffer.from(der).toString('base64'),
  );
  writeFileSync(
    instructions,
    JSON.stringify({ nodeKey: city.nodeKey, certificationPath, keyId: city.node.keyId, acts }),
  );
  const child = spawn(process.execPath, [CHILD, test.file, instructions], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, CORE_CHAINCODE_LOGGING_LEVEL: 'ERROR' }, // the contracts' library logs to the same stream
  });
  let text = '';
  let isDying = false;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (isDying || text.split('\n').length <= reports) return;
    isDying = true;
    setTimeout(() => child.kill('SIGKILL'), moments);
  });
  return new Promise((resolve) => {
    child.on('close', () => {
      const whole = text
        .slice(0, text.lastIndexOf('\n') + 1)
        .split('\n')
        .slice(0, -1);
      resolve(whole.map((line) => JSON.parse(line) as CommittedOutcome));
    });
  });
}

describe('a process killed while it records', () => {
  it('has lost no outcome it reported and leaves a ledger without faults', async () => {
    const reported: CommittedOutcome[] = [];
    for (let round = 0; round < ROUNDS; round += 1)
      reported.push(...(await recordAndKill(1 + round * 7, round * 3)));

    const ledger = await openEmbeddedLedger(ledgerOptions(city, test.file));
    const found = await Promise.all(reported.map(({ id }) => ledger.actPosition(id)));
    await ledger.close();
    const { faults, height } = await verifyLedger({
      file: test.file,
      dispatcher: createDispatcher(contracts),
    });

    expect(reported.length).toBeGreaterThan(ROUNDS);
    expect(reported.length).toBeLessThan(ACTS);
    expect(found).toEqual(
      reported.map((outcome) => (outcome.outcome === 'recorded' ? outcome.position : null)),
    );
    expect(faults).toEqual([]);
    expect(height).toBeGreaterThan(ROUNDS);
  }, 60_000);
});
