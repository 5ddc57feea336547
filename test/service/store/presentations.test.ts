import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AdministrativeChange, HeldRole } from '../../../service/src/store/store.ts';
import {
  addPeople,
  buildAnswer,
  buildPlace,
  buildPresentation,
  CLERK,
  TEST_LIMITS,
} from '../../support/presentations.ts';
import { testClock, type TestClock } from '../../support/testClock.ts';
import {
  buildDraft,
  STORE_NOW,
  TEST_HOLDER,
  TEST_ISSUER,
  testStore,
  type TestStore,
} from '../../support/testStore.ts';

let clock: TestClock;
let fixture: TestStore;
beforeEach(async () => {
  clock = testClock(STORE_NOW.toISOString());
  fixture = await testStore(clock);
  await addPeople(fixture.store);
});
afterEach(() => fixture.remove());

const PLACE = buildPlace();
const rolesOf = (role: HeldRole, windowCode: string | null = 'W01'): AdministrativeChange => ({
  ...{ action: 'person.setRoles', id: CLERK, roles: [role], windowCode },
});

describe('presentations', () => {
  it('keep no code, only hashes', async () => {
    const made = buildPresentation();
    await fixture.store.presentations.add(made, 20);

    const found = await fixture.store.presentations.findByCode(made.codeHash);

    expect(found).toMatchObject({ id: made.id, hasSpokenCode: true, redeemed: null });
    expect(await fixture.store.presentations.findByCode('unknown')).toBeNull();
  });

  it('give no digits out again before ten minutes after they ran out', async () => {
    const { presentations } = fixture.store;
    const spokenHashes = ['same'];
    await presentations.add(buildPresentation({ spokenHashes }), 20);
    const add = (): Promise<number | null> => {
      const createdAt = clock.now();
      const expiresAt = new Date(createdAt.getTime() + 120_000);
      return presentations.add(buildPresentation({ spokenHashes, createdAt, expiresAt }), 20);
    };

    expect(await add()).toBeNull();
    clock.advance(719_999);
    expect(await add()).toBeNull();
    clock.advance(1);
    expect(await add()).toBe(0);
  });

  it('take the first digits that are free', async () => {
    const { presentations } = fixture.store;
    await presentations.add(buildPresentation({ spokenHashes: ['one'] }), 20);

    expect(await presentations.add(buildPresentation({ spokenHashes: ['one', 'two'] }), 20)).toBe(
      1,
    );
  });

  it('lose their digits where the window has too many when it is confirmed', async () => {
    const { presentations } = fixture.store;
    await presentations.add(buildPresentation(), 1);
    const unbound = buildPresentation({ window: null });

    expect(await presentations.add(unbound, 1)).toBe(0);
    expect(await presentations.bind(unbound.id, 'W01', 1)).toBe(true);
    expect(await presentations.find(unbound.id)).toMatchObject({ hasSpokenCode: false });
  });

  it('are bound once, and only while live', async () => {
    const { presentations } = fixture.store;
    const made = buildPresentation({ window: null });
    await presentations.add(made, 20);

    expect(await presentations.bind(made.id, 'W01', 20)).toBe(true);
    expect(await presentations.bind(made.id, 'W01', 20)).toBe(true);
    expect(await presentations.bind(made.id, 'W02', 20)).toBe(false);
    clock.advance(120_000);
    expect(await presentations.bind(made.id, 'W01', 20)).toBe(false);
    expect(await presentations.withdraw(made.id)).toBe(false);
  });

  it('are swept after ninety days', async () => {
    const { presentations } = fixture.store;
    const made = buildPresentation();
    await presentations.add(made, 20);
    clock.advance(91 * 86_400_000);
    await presentations.add(buildPresentation(), 20);

    expect(await presentations.find(made.id)).toBeNull();
  });

  it('write nothing when they cannot be claimed', async () => {
    const { presentations, usage, receipts } = fixture.store;
    const made = buildPresentation();
    await presentations.add(made, 20);
    const answer = buildAnswer();
    clock.advance(120_000);

    expect(await presentations.redeem(made.id, PLACE, answer)).toBe('CODE_EXPIRED');
    expect(await presentations.redeem('unknown', PLACE, answer)).toBe('CODE_UNKNOWN');
    expect(await usage.find(answer.uses[0]!.id)).toBeNull();
    expect(await receipts.find(answer.receipt.id)).toBeNull();
  });

  it.each<[string, AdministrativeChange]>([
    ['has other duties', rolesOf({ role: 'issuer', organisation: TEST_ISSUER })],
    ['is a clerk elsewhere', rolesOf({ role: 'clerk', organisation: '12330400TEX000005H' })],
    ['has no window', rolesOf({ role: 'clerk', organisation: TEST_ISSUER }, null)],
    ['is disabled', { action: 'person.disable', id: CLERK, at: STORE_NOW }],
    ['stands at a closed window', { action: 'window.close', code: 'W01', at: STORE_NOW }],
  ])('are claimed by nobody who %s by then', async (_, change) => {
    const { administration, presentations, receipts } = fixture.store;
    const made = buildPresentation();
    await presentations.add(made, 20);
    const answer = buildAnswer();
    await administration.change(change, { actor: 'test', at: STORE_NOW });

    expect(await presentations.redeem(made.id, PLACE, answer)).toBe('CLERK_NOT_AT_WINDOW');
    expect(await presentations.keepAnswer(PLACE, answer)).toBe(false);
    expect(await presentations.find(made.id)).toMatchObject({ redeemed: null });
    expect(await receipts.find(answer.receipt.id)).toBeNull();
  });

  it('lose their holder when the holder is erased', async () => {
    const { presentations, holders, licences } = fixture.store;
    await licences.addDraft(buildDraft());
    const holderHash = holders.holderHash(TEST_HOLDER);
    const made = buildPresentation({ holderHash });
    await presentations.add(made, 20);

    await holders.erase(holderHash, clock.now());

    expect((await presentations.find(made.id))!.holderHash).toBeNull();
  });
});

describe('window codes', () => {
  it('are found until they run out', async () => {
    const { presentations } = fixture.store;
    const expiresAt = new Date(STORE_NOW.getTime() + 300_000);
    const code = {
      ...{ codeHash: 'window-code', window: 'W01', matter: 'M-1', purpose: '开办餐馆' },
      ...{ makerId: CLERK, createdAt: STORE_NOW, expiresAt },
    };
    await presentations.addWindowCode(code);

    expect(await presentations.findWindowCode('window-code')).toStrictEqual(code);
    clock.set(expiresAt);
    expect(await presentations.findWindowCode('window-code')).toBeNull();
  });
});

type Child = ChildProcessByStdio<Writable, Readable, null>;

interface Running {
  readonly child: Child;
  readonly lines: Interface;
  readonly next: () => Promise<string>;
}

/** Starts a process beside this one; it waits for a line. */
async function start(...args: readonly string[]): Promise<Running> {
  const [job = '', ...rest] = args;
  const child = spawn(
    process.execPath,
    ['test/support/redeemChild.ts', job, fixture.url, ...rest],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: child.stdout });
  const iterator = lines[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await iterator.next()).value);
  expect(await next()).toBe('ready');
  return { child, lines, next };
}

/** Lets all of them work at once. @returns the sum of what they say. */
async function sumOf(children: readonly Running[]): Promise<number> {
  for (const { child } of children) child.stdin.end('go\n');
  const said = await Promise.all(children.map(({ next }) => next()));
  await Promise.all(children.map(({ child }) => once(child, 'close')));
  return said.reduce((sum, one) => sum + Number(one), 0);
}

describe('several processes', () => {
  it('redeem once, forty at a time', async () => {
    const made = buildPresentation();
    await fixture.store.presentations.add(made, 20);
    const children = await Promise.all(
      Array.from({ length: 4 }, () => start('claim', made.id, '10')),
    );

    expect(await sumOf(children)).toBe(1);

    const { usage, receipts } = fixture.store;
    expect((await usage.list({ clerk: CLERK }, { limit: 50 })).items).toHaveLength(1);
    expect((await receipts.list({}, { limit: 50 })).items).toHaveLength(1);
  });

  it('count an account’s guesses together', async () => {
    const children = await Promise.all(Array.from({ length: 4 }, () => start('guess', '10')));

    expect(await sumOf(children)).toBe(TEST_LIMITS.burst);
  });

  it('leave claim, record and receipt together when they are killed', async () => {
    const ids: string[] = [];
    const { presentations, usage, receipts } = fixture.store;
    for (let count = 0; count < 400; count++) {
      const made = buildPresentation({ spokenHashes: [] });
      await presentations.add(made, 20);
      ids.push(made.id);
    }
    const { child, next } = await start('redeem');
    child.stdin.on('error', () => undefined); // it is killed while it is written to
    child.stdin.write(`${ids.join('\n')}\n`);
    const answered: string[] = [];
    while (answered.length < 100) answered.push(await next());
    child.kill('SIGKILL');
    await once(child, 'close');

    const found = await Promise.all(ids.map((id) => presentations.find(id)));
    const redeemed = found.flatMap((one) => one?.redeemed ?? []);
    const kept = await receipts.pending('', ids.length);
    const uses = await usage.pending(ids.length);
    const byReceipt = redeemed.map(({ receiptId }) => receiptId);
    expect(redeemed.length).toBeGreaterThanOrEqual(answered.length);
    expect(kept.map(({ id }) => id).sort()).toStrictEqual(byReceipt.sort());
    expect(kept.map(({ licences }) => licences[0]!.use.record).sort()).toStrictEqual(
      uses.map(({ id }) => id).sort(),
    );
    for (const id of answered) {
      expect(await presentations.redeem(id, PLACE, buildAnswer())).toBe('CODE_USED');
    }
  });
});
