/** A witness with a file of its own, before a service that is honest and one that is not. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  parseCheckpoint,
  signCheckpoint,
  type TreeHead,
} from '../../service/src/ledger/checkpoint.ts';
import { systemClock } from '../../service/src/clock.ts';
import { main } from '../../scripts/yinxin.ts';
import { testApp, type TestApp } from '../support/testApp.ts';

const folder = mkdtempSync(join(tmpdir(), 'yinxin-witness-'));
const state = join(folder, 'witness.json');
let app: TestApp;

beforeAll(async () => {
  app = await testApp();
  await app.city.issue();
});
afterAll(async () => {
  await app.remove();
  rmSync(folder, { recursive: true });
});

/** Some answers in the place of the service's own; null: none. */
type Instead = (path: string) => Promise<string | null | undefined> | string | null | undefined;

interface Witness {
  readonly exit: number;
  readonly out: string;
}

async function witness(instead: Instead = () => undefined, more: string[] = []): Promise<Witness> {
  let out = '';
  const exit = await main(
    ['audit', 'witness', '--url', `${app.origin}/`, '--state', state, ...more],
    {
      out: (text) => void (out += text),
      err: (text) => void (out += text),
      env: { LANG: 'en_GB.UTF-8' },
      clock: systemClock,
      fetch: async (input, init) => {
        const url = input as string; // as the command calls it
        const answer = await instead(url.slice(`${app.origin}/api/v1`.length));
        if (answer === null) throw new TypeError('fetch failed');
        return answer === undefined ? await fetch(url, init) : new Response(answer);
      },
    },
  );
  return { exit, out };
}

/** A checkpoint that the node itself signed, of a log that is not. */
async function signed(change: (head: TreeHead) => TreeHead): Promise<Instead> {
  const { ledger, pki } = app.city.service;
  const head = parseCheckpoint(await ledger.checkpoint());
  const note = await signCheckpoint(change(head), pki.node);
  return (path) => (path === '/ledger/checkpoint' ? note : undefined);
}

const lines = (): readonly { outcome: string; checkpoint: string }[] =>
  readFileSync(`${state}.log`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { outcome: string; checkpoint: string });
const rootHash = new Uint8Array(32).fill(1);

describe('yinxin audit witness', () => {
  it('remembers what it saw, and follows a log that grows', async () => {
    const first = await witness();
    const same = await witness();
    await app.city.issue();
    const grown = await witness();

    expect([first.exit, same.exit, grown.exit]).toEqual([0, 0, 0]);
    expect(first.out).toMatch(/^First look: the log has \d+ batches\.\n$/);
    expect(grown.out).toMatch(/^Consistent: the log grew from \d+ to \d+ batches\.\n$/);
    expect(lines().map(({ outcome }) => outcome)).toEqual(['first', 'same', 'grown']);
  });

  it.each<[string, string, (head: TreeHead) => TreeHead]>([
    ['another root of the same size', 'fork', (head) => ({ ...head, rootHash })],
    ['another past', 'fork', ({ origin, size }) => ({ origin, size: size + 1, rootHash })],
    ['fewer batches', 'shrunk', (head) => ({ ...head, size: head.size - 1 })],
    ['another log', 'fork', (head) => ({ ...head, origin: 'elsewhere.example/ledger' })],
  ])('calls %s a %s, keeps the evidence, and forgets nothing', async (_, outcome, change) => {
    const before = readFileSync(state, 'utf8');
    const instead = await signed(change);
    const { exit } = await witness((path) =>
      path.startsWith('/ledger/consistency') ? '{"proof":[]}' : instead(path),
    );

    expect(exit).toBe(1);
    expect(lines().at(-1)).toMatchObject({
      outcome,
      checkpoint: await instead('/ledger/checkpoint'),
    });
    expect(readFileSync(state, 'utf8')).toBe(before);
    expect((await witness()).exit).toBe(0);
  });

  it.each<[string, Instead]>([
    ['a checkpoint of its own', (path) => (path.endsWith('checkpoint') ? 'x\n1\n' : undefined)],
    [
      'a key that leads elsewhere',
      async (path) =>
        path.endsWith('node-certificates')
          ? await (await fetch(`${app.origin}/api/v1/trust-roots`)).text()
          : undefined,
    ],
  ])('refuses %s', async (_, instead) => {
    expect((await witness(instead)).exit).toBe(1);
    expect(lines().at(-1)).toMatchObject({ outcome: 'forged' });
  });

  it('says apart when the service is out of reach', async () => {
    const { exit, out } = await witness(() => null);

    expect([exit, out]).toEqual([3, 'The service is out of reach.\n']);
  });

  it('goes by the roots it is given', async () => {
    const roots = join(folder, 'roots.pem');
    writeFileSync(roots, app.city.service.pki.rootsPem);

    expect((await witness(undefined, ['--trust', roots])).exit).toBe(0);
  });

  it('refuses a file that is not its own', async () => {
    const before = readFileSync(state, 'utf8');
    writeFileSync(state, '{}');

    expect(await witness()).toMatchObject({ exit: 2 });
    writeFileSync(state, before);
  });
});
