/** What a killed process had reported is there afterwards. `TEST_KILL_ROUNDS` makes it longer. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contracts } from '@yinxin/chaincode';
import { parseIdentifier, statePlaces, type LicenceVersionRecord } from '@yinxin/chaincode/model';
import { sha256Hex } from '../../service/src/documents/digest.ts';
import { createDispatcher } from '../../service/src/ledger/embedded/contractDispatcher.ts';
import { verifyLedger } from '../../service/src/ledger/embedded/verifyLedger.ts';
import type { Licence } from '../../service/src/store/store.ts';
import { PUBLIC_USE } from '../../service/src/usage/recordUse.ts';
import { verify } from '../../service/src/verification/verifier.ts';
import { testService, type TestService } from '../support/testService.ts';

const ROUNDS = Number(process.env['TEST_KILL_ROUNDS'] ?? '3');
const CALLERS = 12;
const CHILD = join(import.meta.dirname, '../support/issuingChild.ts');

type Reported = Pick<Licence, 'identifier' | 'state' | 'documents'>;

let city: TestService;
beforeAll(async () => {
  city = await testService();
  await city.stop();
});
afterAll(async () => {
  await city.remove();
});

/** Lets a process issue until it has reported some licences, then kills it some moments later. */
async function issueAndKill(reports: number, moments: number): Promise<readonly Reported[]> {
  const child = spawn(process.execPath, [CHILD, city.config.dataDir, String(CALLERS)], {
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
  await new Promise((resolve) => child.on('close', resolve));
  const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return whole.slice(0, -1).map((line) => JSON.parse(line) as Reported);
}

async function digestsOf(
  identifier: string,
  documents: Licence['documents'],
): Promise<readonly (string | null)[]> {
  return await Promise.all(
    documents.map(async ({ format }) => {
      const file = await city.service.store.licences.file(identifier, format);
      return file === null ? null : sha256Hex(file);
    }),
  );
}

describe('a service killed while it issues for 12 callers', () => {
  const reported: Reported[] = [];

  beforeAll(
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        reported.push(...(await issueAndKill(1 + round * 20, (round * 7) % 40)));
      }
      await city.reopen();
    },
    60_000 + ROUNDS * 20_000,
  );

  it('issued something in each round, no identifier twice', () => {
    expect(reported.length).toBeGreaterThan(ROUNDS);
    expect(new Set(reported.map(({ identifier }) => identifier)).size).toBe(reported.length);
  });

  it('has each licence it reported, as issued', async () => {
    const { store } = city.service;
    const found = await Promise.all(
      reported.map(({ identifier }) => store.licences.find(identifier)),
    );

    expect(found.map((licence) => [licence?.identifier, licence?.state])).toEqual(
      reported.map(({ identifier }) => [identifier, 'issued']),
    );
  });

  it('has files that are those on the ledger', async () => {
    const { ledger } = city.service;
    for (const { identifier, documents } of reported) {
      const places = [statePlaces.licenceVersion(parseIdentifier(identifier).base, 1)];
      const version = (await ledger.readStates(places)).values[0] as LicenceVersionRecord | null;
      expect(version?.documents).toEqual(
        documents.map(({ format, sha256, sm3, size }) => ({ format, sha256, sm3, size })),
      );
      expect(await digestsOf(identifier, documents)).toEqual(documents.map(({ sha256 }) => sha256));
    }
  }, 60_000);

  it('has OFDs that pass', async () => {
    const { store, verification } = city.service;
    const verdicts = new Set<string>();
    for (const { identifier } of reported) {
      const bytes = (await store.licences.file(identifier, 'ofd'))!;
      const evidence = { kind: 'file', bytes } as const;
      const request = { evidence, language: 'en', context: PUBLIC_USE } as const;
      verdicts.add((await verify(verification, request)).indication);
    }

    expect([...verdicts]).toEqual(['TOTAL-PASSED']);
  }, 120_000);

  it('has left no stage, and nothing recorded that the store lacks', async () => {
    const { store, ledger } = city.service;
    expect(await store.stages.overdue(new Date(Date.now() + 1000))).toEqual([]);
    const lacking = [];
    for await (const { act } of ledger.replay(0)) {
      if (act.act.act !== 'licence.issue') continue;
      const { identifier } = act.act.body as { readonly identifier: string };
      if ((await store.licences.facts(identifier))?.state !== 'issued') lacking.push(identifier);
    }

    expect(lacking).toEqual([]);
  });

  it('has a ledger without faults', async () => {
    await city.stop();

    const { faults } = await verifyLedger({
      file: join(city.config.dataDir, 'ledger.db'),
      dispatcher: createDispatcher(contracts),
    });

    expect(faults).toEqual([]);
  }, 60_000);
});
