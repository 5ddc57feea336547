/** What the page fetches and keeps for verifying without network, and what it refuses to keep. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testClock } from '../../support/testClock.ts';
import { testService, type TestService } from '../../support/testService.ts';
import { createOfflineData, type OfflineData } from '../../../web/src/offline/offlineData.ts';
import type { KeptFacts, Vault } from '../../../web/src/offline/vault.ts';

const ORIGIN = 'https://licences.example.cn';
const clock = testClock('2026-06-01T02:00:00.000Z');
let city: TestService;
let other: TestService;
let code: string;
let first: string;
let second: string;

/** What the service answers, by path; null: no network. */
let answers: Readonly<Record<'roots' | 'bundle', string>> | null;
let asked: string[];
let vault: Vault & { kept: { facts: KeptFacts; bundle: string } | null; isFull: boolean };
let data: OfflineData;

beforeAll(async () => {
  city = await testService({ clock });
  other = await testService({ clock });
  const { identifier } = await city.issue();
  code = (await city.service.store.licences.parts(identifier))!.codeText;
  clock.advance(1000);
  first = await city.service.trustParts.publishBundle();
  clock.advance(60_000);
  second = await city.service.trustParts.publishBundle();
});
afterAll(async () => {
  await city.remove();
  await other.remove();
});
beforeEach(() => {
  answers = { roots: city.service.pki.rootsPem, bundle: first };
  asked = [];
  vault = memoryVault();
  data = open();
});

function open(origin = ORIGIN): OfflineData {
  return createOfflineData({ vault, origin, fetch: answer, now: () => clock.now() });
}

function memoryVault(): typeof vault {
  return {
    ...{ kept: null, isFull: false },
    readFacts() {
      return Promise.resolve(this.kept?.facts ?? null);
    },
    readBundle() {
      return Promise.resolve(this.kept?.bundle ?? null);
    },
    write(facts, bundle) {
      if (this.isFull) return Promise.reject(new Error('full'));
      this.kept = { facts, bundle: bundle ?? this.kept?.bundle ?? '' };
      return Promise.resolve();
    },
    clear() {
      this.kept = null;
      return Promise.resolve();
    },
  };
}

const answer = (input: string | URL | Request): Promise<Response> => {
  const path = input as string; // all that it is asked by
  asked.push(path);
  if (answers === null) return Promise.reject(new TypeError('no network'));
  const text = path.endsWith('/trust-roots') ? answers.roots : answers.bundle;
  const headers = { 'Content-Length': String(text.length) };
  return Promise.resolve(new Response(text, { headers }));
};

async function verdict(): Promise<string> {
  const found = await data.verify({ kind: 'code', code }, 'en');
  if (found?.kind !== 'report') return found?.kind ?? 'none';
  return [found.report.indication, found.report.subIndication].filter(Boolean).join(' ');
}

describe('what is kept', () => {
  it('verifies a code, in a new session, too', async () => {
    await data.prepare(false);
    expect(data.state.value).toMatchObject({ isBusy: false, fault: null });
    expect(data.state.value.facts).toMatchObject({ origin: ORIGIN, rootsChangedAt: null });

    data = open();
    await data.load();
    answers = null;
    expect(await verdict()).toBe('TOTAL-PASSED');
    expect(await data.verify({ kind: 'code', code: 'YX1.1' }, 'en')).toMatchObject({
      ...{ kind: 'problem', problem: { status: 422, code: 'CODE_MALFORMED' } },
    });
    expect(await data.verify({ kind: 'identifier', identifier: 'x' }, 'en')).toEqual({
      ...{ kind: 'unreachable', isOfflineForCodesOnly: true },
    });
  });

  it('is nothing before, and nothing under another origin', async () => {
    expect(await verdict()).toBe('none');
    await data.prepare(true);
    data = open('https://other.example.cn');
    await data.load();

    expect(data.state.value.facts).toBeNull();
    expect(await verdict()).toBe('none');
  });

  it('is renewed, but never by an older bundle', async () => {
    answers = { ...answers!, bundle: second };
    await data.prepare(true);
    const { issuedAt } = data.state.value.facts!;
    answers = { ...answers, bundle: first };
    await data.prepare(true);

    expect(vault.kept!.facts.issuedAt).toBe(issuedAt);
    expect(vault.kept!.bundle).toBe(second);
  });

  it('is forgotten when somebody asks for it', async () => {
    await data.prepare(true);
    await data.forget();

    expect(vault.kept).toBeNull();
    expect(await verdict()).toBe('none');
  });
});

describe('what is refused', () => {
  it('a bundle that the roots do not vouch for; the kept one stays', async () => {
    await data.prepare(true);
    answers = { ...answers!, bundle: await other.service.trustParts.publishBundle() };
    await data.prepare(true);

    expect(data.state.value.fault).toBe('refused');
    expect(vault.kept!.bundle).toBe(first);
    expect(await verdict()).toBe('TOTAL-PASSED');
  });

  it.each(['', 'x.y.z', 'no bundle at all'])('what is no bundle: "%s"', async (bundle) => {
    answers = { ...answers!, bundle };
    await data.prepare(true);

    expect(data.state.value.fault).toBe('refused');
    expect(vault.kept).toBeNull();
  });

  it('a large bundle that nobody asked for, the first time', async () => {
    answers = { ...answers!, bundle: first + ' '.repeat(3 * 1024 * 1024) };
    await data.prepare(false);
    expect(vault.kept).toBeNull();

    await data.prepare(true);
    expect(vault.kept).not.toBeNull();
  });

  it('an answer without end', async () => {
    answers = { ...answers!, roots: 'x'.repeat(300 * 1024) };
    await data.prepare(true);

    expect(data.state.value.fault).toBe('refused');
    expect(asked).toHaveLength(1);
  });

  it('is told of only to those who asked', async () => {
    answers = null;
    await data.prepare(false);
    expect(data.state.value.fault).toBeNull();
    await data.prepare(true);
    expect(data.state.value.fault).toBe('unreachable');

    answers = { roots: city.service.pki.rootsPem, bundle: first };
    vault.isFull = true;
    await data.prepare(true);
    expect(data.state.value.fault).toBe('storage');
  });
});

describe('roots that change', () => {
  it.each([
    ['others', () => other.service.pki.rootsPem],
    ['one more', () => city.service.pki.rootsPem + other.service.pki.rootsPem],
    ['none', () => ''],
    [
      'what is no certificate',
      () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    ],
  ])('to %s are kept in mind: nothing passes any more', async (_, roots) => {
    await data.prepare(true);
    asked = [];
    answers = { roots: roots(), bundle: second };
    await data.prepare(false);

    expect(data.state.value.facts!.rootsChangedAt).toBe(clock.now().toISOString());
    expect(asked.filter((path) => path.endsWith('/trust-bundle'))).toEqual([]);
    expect(await verdict()).toBe('INDETERMINATE NO_TRUST');

    answers = { roots: city.service.pki.rootsPem, bundle: second };
    await data.prepare(false); // they came back: that clears up nothing
    expect(await verdict()).toBe('INDETERMINATE NO_TRUST');
    await data.forget();
    await data.prepare(true);
    expect(await verdict()).toBe('TOTAL-PASSED');
  });

  it('in their order only are the same', async () => {
    await data.prepare(true);
    const blocks = city.service.pki.rootsPem.split(/(?=-----BEGIN)/);
    answers = { roots: blocks.reverse().join(''), bundle: second };
    await data.prepare(true);

    expect(data.state.value.facts!.rootsChangedAt).toBeNull();
    expect(vault.kept!.bundle).toBe(second);
  });
});
