/** Two services on one ledger, each at the peer of another organisation, each with a store of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../service/src/clock.ts';
import { actOnLicence } from '../../service/src/licences/actOnLicence.ts';
import { openService, type Service } from '../../service/src/composition/openService.ts';
import type { Report } from '../../service/src/report.ts';
import { PUBLIC_USE } from '../../service/src/usage/recordUse.ts';
import { MAX_STATUS_AGE_SECONDS } from '../../service/src/verification/licenceChecks.ts';
import { verify } from '../../service/src/verification/verifier.ts';
import { startNetwork, type TestNetwork } from '../support/fabricNetwork.ts';
import { onFabric, testConfig, testService, type TestService } from '../support/testService.ts';

/** After an answer of one service, the other knows within this. */
const SEEN_WITHIN_MS = 2000;
const ROUNDS = 8;

let network: TestNetwork;
let city: TestService;
let folder: string;
let other: Service;

beforeAll(async () => {
  network = await startNetwork();
  city = await testService({ config: onFabric(network.profiles.operator) });
  folder = mkdtempSync(join(tmpdir(), 'yinxin-other-'));
  const { keysDir, masterKeyFile } = city.config;
  other = await openService(
    {
      ...testConfig(join(folder, 'run')),
      ...onFabric(network.profiles.auditor),
      ...{ keysDir, masterKeyFile },
    },
    { clock: systemClock, log: { warn: () => undefined }, publicUrl: 'http://127.0.0.1:8080' },
  );
}, 120_000);

afterAll(async () => {
  await other.close();
  await city.remove();
  await network.down();
  rmSync(folder, { recursive: true });
});

async function verifyAt({ verification }: Service, identifier: string): Promise<Report> {
  const evidence = { kind: 'identifier', text: identifier } as const;
  return await verify(verification, { evidence, language: 'en', context: PUBLIC_USE });
}

const verdictOf = ({ indication, subIndication }: Report): string =>
  subIndication === null ? indication : `${indication} ${subIndication}`;

/** Asks again and again until the verdict is there. @returns ms it took. */
async function untilVerdict(
  service: Service,
  identifier: string,
  verdict: string,
  limitMs: number,
): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const seen = verdictOf(await verifyAt(service, identifier));
    const waitedMs = performance.now() - begun;
    if (seen === verdict) return waitedMs;
    if (waitedMs > limitMs) throw new Error(`${seen} after ${Math.round(waitedMs)} ms`);
  }
}

describe('two services on one network', () => {
  it('see at once what the other recorded', async () => {
    const waitedMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { identifier } = await city.issue();
      await untilVerdict(other, identifier, 'TOTAL-PASSED', SEEN_WITHIN_MS);
      const revocation = { name: 'revoke', reason: 'fraud', effectiveFrom: null } as const;

      await actOnLicence(city.service.licences, city.people.checker, identifier, revocation);

      const revoked = 'TOTAL-FAILED LICENCE_REVOKED';
      waitedMs.push(await untilVerdict(other, identifier, revoked, SEEN_WITHIN_MS));
    }

    process.stdout.write(
      `the other service knew of ${ROUNDS} revocations after ` +
        `${waitedMs.map((ms) => Math.round(ms)).join(', ')} ms\n`,
    );
    expect(Math.max(...waitedMs)).toBeLessThanOrEqual(SEEN_WITHIN_MS);
  });

  it('say how old the status is', async () => {
    const { identifier } = await city.issue();
    await untilVerdict(other, identifier, 'TOTAL-PASSED', SEEN_WITHIN_MS);

    for (const service of [city.service, other]) {
      const { statusAgeSeconds, statusSource } = await verifyAt(service, identifier);
      expect(statusSource).toBe('ledger');
      expect(statusAgeSeconds).toBeGreaterThanOrEqual(0);
      expect(statusAgeSeconds).toBeLessThanOrEqual(3);
    }
  });

  it.each([
    ['the other organisation’s peer hangs', 'peer0.operator'],
    ['their own peer hangs', 'peer0.auditor'],
  ])('never pass a status older than policy: %s', async (_, peer) => {
    const { identifier } = await city.issue();
    await untilVerdict(other, identifier, 'TOTAL-PASSED', SEEN_WITHIN_MS);
    network.pause(peer);
    const until = performance.now() + (MAX_STATUS_AGE_SECONDS + 3) * 1000;

    const reports: Report[] = [];
    while (performance.now() < until) {
      reports.push(await verifyAt(other, identifier));
      await sleep(200);
    }

    network.resume(peer);
    const passed = reports.filter(({ indication }) => indication === 'TOTAL-PASSED');
    const oldest = Math.max(0, ...passed.map(({ statusAgeSeconds }) => statusAgeSeconds ?? NaN));
    expect(oldest).toBeLessThanOrEqual(MAX_STATUS_AGE_SECONDS);
    expect(new Set(reports.map(verdictOf))).not.toContain('TOTAL-FAILED');
    expect(verdictOf(reports.at(-1)!)).toBe('INDETERMINATE TRY_LATER');
    await untilVerdict(other, identifier, 'TOTAL-PASSED', 10_000);
  });
});
