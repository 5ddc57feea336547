/**
 * Two services on one ledger, each at the peer of another organisation, each with a store of its own; and codes at the
 * counter, where two processes work with one store.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../service/src/clock.ts';
import { actOnLicence } from '../../service/src/licences/actOnLicence.ts';
import { openService, type Service } from '../../service/src/composition/openService.ts';
import { completeReceipts } from '../../service/src/receipts/completeReceipts.ts';
import type { Report } from '../../service/src/report.ts';
import type { Licence, StoredUsage } from '../../service/src/store/store.ts';
import { PUBLIC_USE } from '../../service/src/usage/recordUse.ts';
import { MAX_STATUS_AGE_SECONDS } from '../../service/src/verification/licenceChecks.ts';
import { verify } from '../../service/src/verification/verifier.ts';
import {
  addCounter,
  addMatters,
  TEST_MATTER,
  type SignedIn,
  type TestCounter,
} from '../support/counters.ts';
import { startNetwork, type TestNetwork } from '../support/fabricNetwork.ts';
import {
  settingsBeside,
  startMain,
  type MainProcess,
  type ProcessAnswer,
} from '../support/mainProcess.ts';
import { addSession } from '../support/testApp.ts';
import {
  onFabric,
  TEST_FIELDS,
  TEST_ORGANISATIONS,
  TEST_PERSON,
  testConfig,
  testService,
  type TestService,
} from '../support/testService.ts';

/** After an answer of one service, the other knows within this. */
const SEEN_WITHIN_MS = 2000;
const ROUNDS = 8;
const WINDOW = 'W01';
const CLERKS = 4;
/** Anchors are tried every second, a peer that is back is missed for a moment, and the machine may be busy. */
const COMPLETED_WITHIN_MS = 60_000;

let network: TestNetwork;
let city: TestService;
let folder: string;
let other: Service;
/** Two processes of the service on the store of `city`. */
let one: MainProcess;
let another: MainProcess;
let holder: SignedIn['headers'];
let security: SignedIn['headers'];
let clerk: TestCounter;
let licence: Licence;

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

/** A process with a data directory of its own, for its index of the ledger; store and keys are the city's. */
async function start(name: string): Promise<MainProcess> {
  return await startMain({
    ...settingsBeside(city.config, join(folder, name)),
    ...{ YINXIN_LEDGER: 'fabric', YINXIN_FABRIC_PROFILE: network.profiles.operator },
  });
}

interface Shown {
  readonly id: string;
  readonly qr: string;
  readonly spokenCode: string;
}

async function show(at: MainProcess, place: object = {}): Promise<Shown> {
  const licences = [{ identifier: licence.identifier }];
  const answer = await at.send('POST', '/presentations', holder, { licences, ...place });
  expect(answer.status).toBe(201);
  return answer.body as unknown as Shown; // as its schema says
}

const redeem = (at: MainProcess, code: string, by = clerk): Promise<ProcessAnswer> =>
  at.send('POST', '/presentations/redeem', by.headers, {
    ...{ code, matter: TEST_MATTER, purpose: '开办餐馆' },
  });
const many = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));
const turnOf = (index: number): MainProcess => (index % 2 === 0 ? one : another);
const outcomeOf = ({ status, body }: ProcessAnswer): string =>
  status === 200 ? '200' : `${status} ${body.code}`;
const counted = (outcomes: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(Object.groupBy(outcomes, (outcome) => outcome)).map(([outcome, all = []]) => [
      outcome,
      all.length,
    ]),
  );

async function usesOf({ principal }: TestCounter): Promise<readonly StoredUsage[]> {
  return (await city.service.store.usage.list({ clerk: principal.id }, { limit: 100 })).items;
}

const NOT_REDEEMABLE = '404 PRESENTATION_NOT_REDEEMABLE';

describe('two processes of the service on one store', () => {
  beforeAll(async () => {
    [one, another] = await Promise.all([start('one'), start('another')]);
    await addMatters(city);
    holder = { authorization: `Bearer ${await addSession(city, 'holder')}` };
    security = { authorization: `Bearer ${await addSession(city, 'security')}` };
    licence = await city.issue();
  }, 120_000);
  afterAll(async () => {
    await Promise.all([one.stop(), another.stop()]);
  });
  beforeEach(async () => {
    clerk = await addCounter(city, WINDOW); // wrong digits count by account
  });

  it('let one of forty redemptions win', async () => {
    const { id, qr } = await show(one);
    const clerks = await many(CLERKS, () => addCounter(city, WINDOW));
    const receiptsBefore = await receiptIds();

    const answers = await many(40, (index) =>
      redeem(turnOf(index), qr, clerks[Math.floor(index / 2) % CLERKS]),
    );

    expect(counted(answers.map(outcomeOf))).toEqual({ 200: 1, [NOT_REDEEMABLE]: 39 });
    const won = answers.find(({ status }) => status === 200)!.body;
    expect(won['fields']).toEqual({
      [licence.identifier]: { premises: TEST_FIELDS.premises, holderName: TEST_PERSON.name },
    });
    const uses = (await Promise.all(clerks.map(usesOf))).flat();
    expect(counted(uses.map(({ outcome, reason }) => `${outcome} ${reason}`))).toEqual({
      ...{ 'answered null': 1, 'refused CODE_USED': 39 },
    });
    const receiptId = String(won['receiptId']);
    expect((await receiptIds()).filter((found) => !receiptsBefore.includes(found))).toEqual([
      receiptId,
    ]);
    for (const service of [one, another]) {
      const { body } = await service.send('GET', `/presentations/${id}`, holder);
      expect(body).toMatchObject({ state: 'redeemed', redeemed: { receiptId } });
    }
  });

  it('count wrong digits together, and lock together', async () => {
    const { qr, spokenCode } = await show(one, { window: WINDOW });
    const wrong = (index: number): string =>
      String((Number(spokenCode) + 1 + index) % 100_000_000).padStart(8, '0');

    const guesses = await many(20, (index) => redeem(turnOf(index), wrong(index)));

    const locked = '429 SPOKEN_CODE_LOCKED';
    expect(counted(guesses.map(outcomeOf))).toEqual({ [NOT_REDEEMABLE]: 5, [locked]: 15 });
    expect(outcomeOf(await redeem(one, spokenCode))).toBe(locked);
    expect(outcomeOf(await redeem(another, spokenCode))).toBe(locked);
    expect(outcomeOf(await redeem(another, qr))).toBe('200');
  });

  it('hold a lock that one of them alone counted', async () => {
    for (let count = 0; count < 5; count++) {
      expect(outcomeOf(await redeem(one, '0000 000'))).toBe(NOT_REDEEMABLE); // seven digits: nobody’s
    }
    const { spokenCode } = await show(another, { window: WINDOW });

    expect(outcomeOf(await redeem(another, spokenCode))).toBe('429 SPOKEN_CODE_LOCKED');

    const colleague = await addCounter(city, WINDOW);
    expect(outcomeOf(await redeem(another, spokenCode, colleague))).toBe('200');
  });

  it('take digits once the other was told the window', async () => {
    const { id, spokenCode } = await show(one);
    expect(outcomeOf(await redeem(another, spokenCode))).toBe(NOT_REDEEMABLE);

    const json = { window: WINDOW };
    const confirmed = await one.send('POST', `/presentations/${id}/confirm`, holder, json);

    expect(confirmed.status).toBe(200);
    expect(outcomeOf(await redeem(another, spokenCode))).toBe('200');
    expect(outcomeOf(await redeem(one, spokenCode))).toBe(NOT_REDEEMABLE);
  });

  it('redeem nothing more for whom the other took the role from', async () => {
    const { qr } = await show(another);
    expect(outcomeOf(await redeem(another, 'YXP.ABCDEFGHIJKLMNOPQRSTUVWXYZ'))).toBe(NOT_REDEEMABLE);

    await takeRole();

    expect(outcomeOf(await redeem(another, qr))).toBe('403 NOT_AUTHORISED');
    const colleague = await addCounter(city, WINDOW);
    expect(outcomeOf(await redeem(another, qr, colleague))).toBe('200');
  });

  it('redeem nothing for who loses the role while the ledger is waited for', async () => {
    const { qr } = await show(another);
    network.pause('peer0.operator');
    const waiting = redeem(another, qr);
    await sleep(300); // as a rule it is let in by then

    await takeRole();
    network.resume('peer0.operator');

    expect(['403 NOT_AUTHORISED', NOT_REDEEMABLE]).toContain(outcomeOf(await waiting));
    const colleague = await addCounter(city, WINDOW);
    expect(outcomeOf(await redeem(another, qr, colleague))).toBe('200');
  });

  it('record a redemption while the ledger is away, show nothing, and complete its receipt later', async () => {
    const { qr } = await show(one);
    await network.kill('peer0.operator');

    const answer = await redeem(one, qr);

    const { identifier } = licence;
    expect(answer).toMatchObject({
      status: 200,
      body: {
        reports: { [identifier]: { indication: 'INDETERMINATE', subIndication: 'TRY_LATER' } },
        ...{ fields: { [identifier]: {} }, credentials: {} },
      },
    });
    expect(outcomeOf(await redeem(another, qr))).toBe(NOT_REDEEMABLE);
    expect(await usesOf(clerk)).toMatchObject([
      { outcome: 'refused', reason: 'CODE_USED', anchor: null },
      { outcome: 'answered', indication: 'INDETERMINATE', anchor: null },
    ]);
    const receiptId = String(answer.body['receiptId']);
    const { receipts } = city.service.store;
    expect(await receipts.find(receiptId)).toMatchObject({ state: 'pending' });
    await network.start('peer0.operator');
    await untilComplete(receiptId);
    const file = await another.send('GET', `/receipts/${receiptId}`, clerk.headers);
    const form = new FormData();
    form.set('file', new Blob([file.bytes]), 'receipt.json');
    const verdict = await another.send('POST', '/verifications', {}, form);
    expect(verdict.body).toMatchObject({ indication: 'TOTAL-PASSED' });
  });
});

/** Through the one process, from the clerk. */
async function takeRole(): Promise<void> {
  const roles = [{ role: 'issuer', organisation: TEST_ORGANISATIONS.hall.creditCode }];
  const path = `/people/${clerk.principal.id}/roles`;
  const { status } = await one.send('PUT', path, security, { roles, windowCode: null });
  expect(status).toBe(200);
}

async function receiptIds(): Promise<readonly string[]> {
  const { items } = await city.service.store.receipts.list({}, { limit: 200 });
  return items.map(({ id }) => id);
}

/** The processes anchor; what completes receipts every ten seconds there is done here by a third, without waiting so long. */
async function untilComplete(id: string): Promise<void> {
  const { receipts } = city.service;
  const until = performance.now() + COMPLETED_WITHIN_MS;
  for (;;) {
    const failure: unknown = await completeReceipts(receipts).then(
      () => null,
      (error: unknown) => error, // while the peer is missed
    );
    if ((await receipts.store.receipts.find(id))?.state === 'complete') return;
    if (performance.now() > until) throw new Error('still pending', { cause: failure });
    await sleep(200);
  }
}
