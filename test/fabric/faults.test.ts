/**
 * What breaks on a Fabric network, what callers see of it, and that nothing is lost. The table at the end is what was
 * observed; `WRITE_FAULT_TABLE=1` puts it into `docs/operations.md`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAX_ACTS, statePlaces } from '@yinxin/chaincode/model';
import type { SignedAct } from '@yinxin/chaincode/model';
import {
  createAuthority,
  issueIdentity,
  readAuthority,
} from '../../scripts/fabric/certificates.ts';
import type { NodeUnit } from '../../scripts/fabric/certificates.ts';
import { networkPaths, OPERATOR } from '../../scripts/fabric/plan.ts';
import { systemClock } from '../../service/src/clock.ts';
import { readConnectionProfile } from '../../service/src/ledger/fabric/connectionProfile.ts';
import { openFabricLedger } from '../../service/src/ledger/fabric/fabricLedger.ts';
import { connectGateway } from '../../service/src/ledger/fabric/gatewayTransport.ts';
import { GroupCommit } from '../../service/src/ledger/groupCommit.ts';
import type { ActRecorder, Ledger } from '../../service/src/ledger/ledger.ts';
import { openLedger } from '../../service/src/composition/openLedger.ts';
import { settleStages } from '../../service/src/composition/recovery.ts';
import type { Stage } from '../../service/src/store/store.ts';
import { attempt, endAct, longestOf, settle, startLoad, summaryOf } from '../support/faultCity.ts';
import type { Attempt } from '../support/faultCity.ts';
import { faultTable, writeFaultTable, type FaultRow } from '../support/faultTable.ts';
import { startNetwork, type TestNetwork } from '../support/fabricNetwork.ts';
import { interruptedTransport, type Interruptions } from '../support/interruptedTransport.ts';
import {
  baseOf,
  buildLedgerCity,
  foundCity,
  issueAct,
  ORIGIN,
  revokeAct,
  type LedgerCity,
} from '../support/ledgerCity.ts';
import { issueMany, newSerial } from '../support/ledgerUnderTest.ts';
import { testApp, type TestApp } from '../support/testApp.ts';
import { buildRequest, onFabric, TEST_ORGANISATIONS } from '../support/testService.ts';

const OPERATIONS = join(import.meta.dirname, '../../docs/operations.md');
const ISSUING_CHILD = join(import.meta.dirname, '../support/issuingChild.ts');
const SLOTS = 4;
const CALLERS = 32;
/** A new stream begins with two blocks that are known. */
const CUT_EVERY = 7;

const rows: FaultRow[] = [];
/** Further views of the ledger, to be closed. */
const views: Ledger[] = [];
const folder = mkdtempSync(join(tmpdir(), 'yinxin-faults-'));
let network: TestNetwork;
/** A whole service of the operator. */
let app: TestApp;
let ledger: Ledger;
/** The service's own. */
let recorder: ActRecorder;
/** Another service on the same ledger, at the auditor's peer. */
let other: Ledger;
let otherRecorder: GroupCommit;
let city: LedgerCity;

beforeAll(async () => {
  network = await startNetwork();
  app = await testApp({ config: onFabric(network.profiles.operator) });
  ({ ledger } = app.city.service);
  ({ recorder } = app.city.service.licences);
  city = await buildLedgerCity(systemClock);
  const { creditCode } = TEST_ORGANISATIONS.operator;
  const { act: signer } = await app.city.service.licences.signersOf(creditCode);
  city = { ...city, registrar: { creditCode, roles: ['registrar'], signer } };
  await foundCity(city, ledger, true);
  other = await openView('auditor');
  otherRecorder = new GroupCommit(other, { slots: SLOTS });
}, 120_000);

afterAll(async () => {
  await otherRecorder.close();
  await Promise.all(views.map((view) => view.close()));
  await app.remove();
  await network.down();
  rmSync(folder, { recursive: true });
  process.stdout.write(`\n${faultTable(rows)}\n\n`);
  if (process.env['WRITE_FAULT_TABLE'] === '1') writeFaultTable(OPERATIONS, rows);
});

/** A further view of the ledger, by a profile. */
async function openView(name: string, profile = network.profiles.auditor): Promise<Ledger> {
  const dataDir = mkdtempSync(join(folder, `${name}-`));
  const config = { dataDir, ledger: 'fabric', fabricProfile: profile } as const;
  const world = { clock: systemClock, node: city.node, origin: ORIGIN };
  return kept(await openLedger(config, world));
}

/** A further view whose client is interrupted. */
async function openInterrupted(name: string, interruptions: Interruptions): Promise<Ledger> {
  const profile = await readConnectionProfile(network.profiles.operator);
  const transport = interruptedTransport(await connectGateway(profile), interruptions);
  const indexFile = join(mkdtempSync(join(folder, `${name}-`)), 'index.db');
  const world = { signer: city.node, origin: ORIGIN };
  return kept(await openFabricLedger({ transport, indexFile, ...world }));
}

function kept(view: Ledger): Ledger {
  views.push(view);
  return view;
}

async function attemptMany(count: number): Promise<readonly Attempt[]> {
  const acts = await issueMany(city, count);
  return await Promise.all(acts.map((act) => attempt(recorder, act)));
}

/** Looks that nothing is lost, then notes what was seen. */
async function note(
  fault: string,
  asked: string,
  attempts: readonly Attempt[],
  isOver = true,
): Promise<void> {
  const recoveredMs = await settle({ recorder, ledger }, attempts);
  rows.push({
    ...{ fault, asked, seen: summaryOf(attempts), waitedMs: longestOf(attempts) },
    ...{ recoveredMs: isOver ? recoveredMs : null, lost: 'nothing' },
  });
}

async function verifyOverHttp(identifier: string): Promise<string> {
  const { status, body } = await app.send('POST', '/verifications', { json: { identifier } });
  expect(status).toBe(200);
  return body.subIndication === null ? body.indication : `${body.indication} ${body.subIndication}`;
}

function isWell(): Promise<boolean> {
  return ledger.health().then(
    () => true,
    () => false,
  );
}

describe('processes that are down', () => {
  it.each([
    ['own chaincode down', 'chaincode.operator'],
    ['other organisation’s chaincode down', 'chaincode.auditor'],
    ['other organisation’s peer down', 'peer0.auditor'],
    ['own peer down', 'peer0.operator'],
  ])('says that the ledger is away: %s', async (fault, name) => {
    await network.kill(name);

    const attempts = await attemptMany(3);

    expect(summaryOf(attempts)).toBe('LEDGER_UNAVAILABLE');
    expect(longestOf(attempts)).toBeLessThan(10_000);
    await expect(ledger.health()).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await network.start(name);
    await note(fault, 'issue', attempts);
    while (!(await isWell())) await sleep(100); // a peer just back is missed now and then for a second
  });

  it('says so when chaincode hangs', async () => {
    network.pause('chaincode.auditor');

    const attempts = await attemptMany(3);

    network.resume('chaincode.auditor');
    expect(summaryOf(attempts)).toBe('LEDGER_UNAVAILABLE');
    expect(longestOf(attempts)).toBeLessThan(40_000);
    await note('other organisation’s chaincode hangs', 'issue', attempts);
  });

  it('loses nothing when the gateway peer is killed under load', async () => {
    const load = startLoad(recorder, city, CALLERS);
    await sleep(1500);
    await network.kill('peer0.operator');
    await sleep(500);
    await network.start('peer0.operator');
    await sleep(1500);

    const attempts = await load.end();

    expect(attempts.filter(({ seen }) => seen === 'recorded').length).toBeGreaterThan(CALLERS);
    await note(
      'gateway peer killed under load, back after 0.5 s',
      `issue, ${CALLERS} callers`,
      attempts,
    );
  });

  it('loses nothing when everything is restarted', async () => {
    const load = startLoad(recorder, city, 8);
    await sleep(1000);
    await network.restart();
    await sleep(1000);

    const attempts = await load.end();

    expect(attempts.at(-1)?.seen).toBe('recorded');
    await note('everything restarted', 'issue, 8 callers', attempts);
  });
});

describe('the way into a block', () => {
  it('records what an orderer acknowledged before it was killed', async () => {
    let acknowledged = 0;
    const interrupted = await openInterrupted('orderer', {
      afterSubmit: async () => {
        if (++acknowledged > 1) return;
        await network.kill('orderer0');
        void sleep(1000).then(() => network.start('orderer0'));
      },
    });

    const attempts = [
      await attempt(new GroupCommit(interrupted, { slots: 1 }), await issueAct(city, newSerial())),
    ];

    expect(acknowledged).toBeGreaterThan(0);
    expect(summaryOf(attempts)).toBe('recorded');
    await note('orderer killed after it acknowledged', 'issue', attempts, false);
  });

  it('records when an orderer comes back in time', async () => {
    await network.kill('orderer0');
    const waiting = attemptMany(3);
    await sleep(4000);
    await network.start('orderer0');

    const attempts = await waiting;

    expect(summaryOf(attempts)).toBe('recorded');
    await note('orderer down for 4 s', 'issue', attempts, false);
  });

  it('says that an outcome is unknown while no orderer comes, and records it later', async () => {
    await network.kill('orderer0');

    const attempts = await attemptMany(3);

    expect(summaryOf(attempts)).toBe('LEDGER_OUTCOME_UNKNOWN');
    expect(longestOf(attempts)).toBeLessThan(60_000);
    await network.start('orderer0');
    await note('orderer stays down', 'issue', attempts);
  });

  it('records when the stream of blocks is cut', async () => {
    let blocks = 0;
    const cut = await openInterrupted('stream', { isStreamCut: () => ++blocks % CUT_EVERY === 0 });
    const cutRecorder = new GroupCommit(cut, { slots: 1 });
    const attempts: Attempt[] = [];
    for (const act of await issueMany(city, 6)) attempts.push(await attempt(cutRecorder, act));

    expect(blocks).toBeGreaterThan(CUT_EVERY);
    expect(summaryOf(attempts)).toBe('recorded');
    const checkpoint = await cut.checkpoint();
    expect(checkpoint.split('\n').slice(1, 3)).toEqual(
      (await ledger.checkpoint()).split('\n').slice(1, 3),
    );
    await note(
      `stream of blocks cut, every ${CUT_EVERY} blocks`,
      'issue, 6 times',
      attempts,
      false,
    );
  });
});

describe('acts that meet', () => {
  it('records one act that two services send at once in one place', async () => {
    const acts = await issueMany(city, 5);

    const attempts = await Promise.all(
      acts.flatMap((act) => [attempt(recorder, act), attempt(otherRecorder, act)]),
    );

    expect(summaryOf(attempts)).toBe('recorded');
    acts.forEach((_, place) => {
      expect(attempts[2 * place]?.outcome).toEqual(attempts[2 * place + 1]?.outcome);
    });
    await note('same act from two services', 'issue, 5 times', attempts, false);
  });

  it('lets one of two final acts win', async () => {
    const serials = Array.from({ length: 5 }, newSerial);
    await ledger.submit(
      'licence',
      await Promise.all(serials.map((serial) => issueAct(city, serial))),
    );

    const pairs = await Promise.all(
      serials.map(async (serial) => [
        await endAct(city, 'licence.revoke', serial),
        await endAct(city, 'licence.cancel', serial),
      ]),
    );
    const attempts = await Promise.all(
      pairs.flatMap(([one, two]) => [attempt(recorder, one!), attempt(otherRecorder, two!)]),
    );

    for (const [place, serial] of serials.entries()) {
      const both = attempts.slice(2 * place, 2 * place + 2).map(({ seen }) => seen);
      expect([...both].sort()).toEqual(['LICENCE_STATE_CONFLICT', 'recorded']);
      expect(await ledger.history(statePlaces.licence(baseOf(city, serial)))).toHaveLength(2);
    }
    const recorded = attempts.filter(({ seen }) => seen === 'recorded');
    await settle({ recorder, ledger }, recorded);
    rows.push({
      ...{ fault: 'conflicting acts from two services', asked: 'revoke and cancel, 5 times' },
      ...{ seen: summaryOf(attempts), waitedMs: longestOf(attempts) },
      ...{ recoveredMs: null, lost: 'nothing' },
    });
  });

  it('records the good ones of 500 acts', async () => {
    const bad = (place: number): boolean => place % 25 === 3;
    const acts = await Promise.all(
      Array.from({ length: MAX_ACTS }, (_, place) =>
        bad(place) ? revokeAct(city, newSerial()) : issueAct(city, newSerial()),
      ),
    );

    const attempts = await Promise.all(acts.map((act) => attempt(recorder, act)));

    expect(attempts.map(({ seen }) => seen)).toEqual(
      acts.map((_, place) => (bad(place) ? 'LICENCE_NOT_FOUND' : 'recorded')),
    );
    await settle(
      { recorder, ledger },
      attempts.filter((_, place) => !bad(place)),
    );
    rows.push({
      ...{ fault: '20 bad acts among 500', asked: 'issue and revoke, 500 callers' },
      ...{ seen: summaryOf(attempts), waitedMs: longestOf(attempts) },
      ...{ recoveredMs: null, lost: 'nothing' },
    });
  });
});

describe('those who may not', () => {
  it('refuses an act by a key without the right', async () => {
    const {
      act: { body },
    } = await issueAct(city, newSerial());
    const act: SignedAct = await city.sign(city.sealMaker, 'licence.issue', body as never); // the issuer's, by another

    const made = await attempt(recorder, act);

    expect(made).toMatchObject({ seen: 'NOT_AUTHORISED', outcome: { block: null } });
    expect(await ledger.actPosition(act.act.id)).toBeNull();
    rows.push({
      ...{ fault: 'act signed by a key without the right', asked: 'issue', seen: made.seen },
      ...{ waitedMs: made.waitedMs, recoveredMs: null, lost: 'nothing' },
    });
  });

  it.each<[string, (at: Date) => ReturnType<typeof issueIdentity>]>([
    ['submitter of an unknown organisation', (at) => clientOf('stranger', 'client', at)],
    ['submitter in a role the channel does not know', (at) => clientOf('operator', 'visitor', at)],
  ])('does not admit a %s', async (fault, make) => {
    const view = await openView('stranger', profileWith(make(new Date())));

    const made = await attempt(
      new GroupCommit(view, { slots: 1 }),
      await issueAct(city, newSerial()),
    );

    expect(made.seen).toBe('LEDGER_UNAVAILABLE');
    await expect(view.readStates([statePlaces.licence('none')])).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });
    await note(fault, 'issue', [made], false);
  });
});

describe('organisations that disagree', () => {
  it('writes nothing while one of them runs other rules', async () => {
    const code = join(networkPaths(network.dir).chaincodeCode(1), 'dist/licence/licence.js');
    const rules = readFileSync(code, 'utf8');
    const altered = rules.replace("state: 'issued'", "state: 'suspended'");
    expect(altered).not.toBe(rules);
    await network.stop('chaincode.auditor');
    writeFileSync(code, altered);
    await network.start('chaincode.auditor');
    writeFileSync(code, rules);

    const attempts = await attemptMany(3);

    expect(summaryOf(attempts)).toBe('LEDGER_DIVERGED');
    await network.stop('chaincode.auditor');
    await network.start('chaincode.auditor');
    await note('organisations answer differently', 'issue', attempts);
  });
});

describe('the service in front', () => {
  const stages = async (): Promise<readonly Stage[]> =>
    await app.city.service.store.stages.overdue(new Date(Date.now() + 1000));

  async function issueOverHttp(): Promise<Readonly<{ seen: string; waitedMs: number }>> {
    const { validFrom, validUntil, ...rest } = buildRequest();
    const json = {
      ...{ ...rest, validFrom: validFrom.toISOString() },
      validUntil: validUntil?.toISOString() ?? null,
    };
    const begun = performance.now();
    const { status, body, headers } = await app.send('POST', '/licences', { as: 'maker', json });
    const seen = status === 201 ? '201' : `${status} ${body.code}`;
    if (status === 503) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    return { seen, waitedMs: performance.now() - begun };
  }

  it('never passes a licence while the ledger is away, and records the use', async () => {
    const { identifier } = await app.city.issue();
    expect(await verifyOverHttp(identifier)).toBe('TOTAL-PASSED');
    await network.kill('peer0.operator');
    const begun = performance.now();

    const verdict = await verifyOverHttp(identifier);
    const waitedMs = performance.now() - begun;
    const issued = await issueOverHttp();

    expect(verdict).toBe('INDETERMINATE TRY_LATER');
    expect(issued.seen).toBe('503 LEDGER_UNAVAILABLE');
    const uses = await app.send('GET', `/licences/${identifier}/uses`, { as: 'maker' });
    expect(uses.body.items.map(({ indication }) => indication)).toEqual([
      ...['INDETERMINATE', 'TOTAL-PASSED'],
    ]);
    expect(await stages()).toEqual([]); // it was turned away before anything was made
    await network.start('peer0.operator');
    const wellAgain = performance.now();
    while ((await verifyOverHttp(identifier)) !== 'TOTAL-PASSED') await sleep(100);
    rows.push(
      {
        ...{ fault: 'own peer down', asked: 'POST /verifications', seen: verdict, waitedMs },
        ...{ recoveredMs: performance.now() - wellAgain, lost: 'nothing: the use is on record' },
      },
      {
        ...{ fault: 'own peer down', asked: 'POST /licences', ...issued, recoveredMs: null },
        lost: 'nothing: nothing was begun',
      },
    );
  });

  it('keeps what it began while an organisation does not endorse, and issues it later', async () => {
    await network.kill('chaincode.auditor');

    const issued = await issueOverHttp();

    expect(issued.seen).toBe('503 LEDGER_UNAVAILABLE');
    const kept = await stages();
    expect(kept.map(({ act }) => act.act.act)).toEqual(['licence.issue']);
    await network.start('chaincode.auditor');
    const { store } = app.city.service;
    const begun = performance.now();
    while ((await settleStages({ store, ledger, recorder }, kept, () => undefined)) === 0)
      await sleep(100);
    const { identifier } = kept[0]!.act.act.body as { readonly identifier: string };
    expect(await verifyOverHttp(identifier)).toBe('TOTAL-PASSED');
    expect(await stages()).toEqual([]);
    rows.push({
      ...{ fault: 'other organisation’s chaincode down', asked: 'POST /licences', ...issued },
      ...{ recoveredMs: performance.now() - begun, lost: 'nothing: the same act is sent again' },
    });
  });

  it('has every licence it reported after it was killed between submit and commit', async () => {
    await app.city.stop();
    const { dataDir } = app.city.config;
    const child = spawn(
      process.execPath,
      [ISSUING_CHILD, dataDir, '12', network.profiles.operator],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let text = '';
    let isDying = false;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (isDying || text.split('\n').length <= 30) return;
      isDying = true;
      setTimeout(() => child.kill('SIGKILL'), 70); // a block is cut every 200 ms
    });
    await once(child, 'close');
    const begun = performance.now();

    const { store, ledger: again } = await app.city.reopen();

    const recoveredMs = performance.now() - begun;
    const lines = text.slice(0, text.lastIndexOf('\n')).split('\n');
    const reported = lines.map((line) => (JSON.parse(line) as { identifier: string }).identifier);
    const found = await Promise.all(reported.map((one) => store.licences.facts(one)));
    expect(reported.length).toBeGreaterThanOrEqual(30);
    expect(new Set(found.map((facts) => facts?.state))).toEqual(new Set(['issued']));
    expect(await stages()).toEqual([]);
    const lacking = [];
    for await (const { act } of again.replay(0)) {
      if (act.act.act !== 'licence.issue' || act.act.by.authority === city.issuer.creditCode)
        continue;
      const { identifier } = act.act.body as { readonly identifier: string };
      if ((await store.licences.facts(identifier))?.state !== 'issued') lacking.push(identifier);
    }
    expect(lacking).toEqual([]);
    rows.push({
      ...{ fault: 'service killed between submit and commit', asked: 'issue, 12 callers' },
      ...{ seen: 'connection closed', waitedMs: null, recoveredMs, lost: 'nothing' },
    });
  });
});

/** A client certificate, by the operator's own authority or by one that nobody knows. */
function clientOf(
  authority: 'operator' | 'stranger',
  unit: string,
  at: Date,
): ReturnType<typeof issueIdentity> {
  const organisation = OPERATOR.mspId;
  const issuer =
    authority === 'operator'
      ? readAuthority(networkPaths(network.dir).authority(OPERATOR, 'enrolment'))
      : createAuthority({ commonName: 'stranger', organisation }, at);
  const use = { kind: 'enrolment', unit: unit as NodeUnit } as const; // one that Fabric does not know, too
  return issueIdentity(issuer, { commonName: 'service', organisation, at, use });
}

/** The operator's profile with another client in it. */
function profileWith(client: ReturnType<typeof issueIdentity>): string {
  const profile = JSON.parse(readFileSync(network.profiles.operator, 'utf8')) as {
    organizations: { operator: { users: Record<string, unknown> } };
  };
  const own = mkdtempSync(join(network.dir, 'client-'));
  writeFileSync(join(own, 'client.crt'), client.certificatePem);
  writeFileSync(join(own, 'client.key'), client.privateKeyPem, { mode: 0o600 });
  profile.organizations.operator.users = {
    service: { cert: { path: join(own, 'client.crt') }, key: { path: join(own, 'client.key') } },
  };
  const file = `${own}.json`; // beside the real one: its paths are relative
  writeFileSync(file, JSON.stringify(profile));
  return file;
}
