import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testStore, type TestStore } from '../../support/testStore.ts';

let fixture: TestStore;
beforeEach(async () => {
  fixture = await testStore();
});
afterEach(() => fixture.remove());

/** Runs the writing child until it acknowledged `lines` writes, then kills it. */
async function acknowledgedBefore(lines: number): Promise<Map<string, string[]>> {
  const child = spawn(process.execPath, ['test/support/storeChild.ts', fixture.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.split('\n').length > lines) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const whole = text.split('\n').slice(0, -1); // what follows the last line feed was cut
  const byKind = Map.groupBy(whole, (line) => line.split(' ')[0] ?? '');
  return new Map(
    [...byKind].map(([kind, found]) => [kind, found.map((line) => line.split(' ')[1] ?? '')]),
  );
}

async function expectReleasedLicences(identifiers: readonly string[]): Promise<void> {
  for (const identifier of identifiers) {
    expect(await fixture.store.licences.find(identifier)).toMatchObject({ state: 'issued' });
    expect(await fixture.store.licences.file(identifier, 'ofd')).not.toBeNull();
  }
}

/** A staged one was released, perhaps without its caller hearing of it; or it is handed to us, and then invisible. */
async function expectStagedLicences(identifiers: readonly string[]): Promise<void> {
  const stages = await fixture.store.stages.takeOver();
  const taken = new Set(stages.map(({ subject }) => subject));
  for (const identifier of identifiers) {
    const isShown = (await fixture.store.licences.find(identifier)) !== null;
    expect(isShown).toBe(!taken.has(identifier));
  }
}

async function expectFreshPlaces(handedOut: readonly string[]): Promise<void> {
  const places = new Set(handedOut);
  expect(places.size).toBe(handedOut.length);
  for (let count = 0; count < 300; count++) {
    const { list, index } = await fixture.store.status.allocate();
    expect(places.has(`${list}/${index}`)).toBe(false);
  }
}

describe('after kill -9', () => {
  it.each([200, 1700])('everything acknowledged is there (after %d writes)', async (lines) => {
    const acknowledged = await acknowledgedBefore(lines);
    const idsOf = (kind: string): readonly string[] => acknowledged.get(kind) ?? [];
    const { usage, accounts } = fixture.store;

    expect(idsOf('released').length).toBeGreaterThan(10);
    await expectReleasedLicences(idsOf('released'));
    await expectStagedLicences(idsOf('staged'));
    await expectFreshPlaces(idsOf('place'));
    for (const id of idsOf('used')) expect((await usage.find(id))?.id).toBe(id);
    for (const id of idsOf('account')) expect((await accounts.find(id))?.id).toBe(id);
  });
});
