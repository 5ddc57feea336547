/** Roots and bundle of this device: fetched while there is network, kept, and what is judged by them without it. */
import { shallowRef, type Ref } from 'vue';
import type { Answer, Subject } from '../api.ts';
import type { Language } from '../i18n/language.ts';
import type { KeptFacts, Vault } from './vault.ts';

/** Why nothing new was kept. Each has a sentence in the messages. */
export type OfflineFault = 'unreachable' | 'refused' | 'storage';

export interface OfflineState {
  /** Null: nothing is kept, or it is not known yet. */
  readonly facts: KeptFacts | null;
  readonly isBusy: boolean;
  /** Of the last attempt that somebody asked for. */
  readonly fault: OfflineFault | null;
}

export interface OfflineData {
  readonly state: Readonly<Ref<OfflineState>>;
  /** Looks what is kept. */
  load(): Promise<void>;
  /**
   * Fetches roots and bundle and keeps them, if they are genuine and no older than the kept ones. Never fails.
   *
   * @param isAsked - somebody asked for it; else a large bundle is left alone, and faults are not shown.
   */
  prepare(isAsked: boolean): Promise<void>;
  /** Forgets roots and bundle: the next ones that are seen will be relied on. */
  forget(): Promise<void>;
  /** @returns null where nothing is kept. Never fails. */
  verify(subject: Subject, language: Language): Promise<Answer | null>;
}

export interface OfflineSurroundings {
  readonly vault: Vault;
  readonly origin: string;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Date;
}

const ROOTS = '/api/v1/trust-roots';
const BUNDLE = '/api/v1/trust-bundle';
const MAX_ROOTS_BYTES = 256 * 1024;
/** Longer bundles are not read to their end; the verifier would refuse them. */
const MAX_BUNDLE_BYTES = 33 * 1024 * 1024;
/** What a visitor who did not ask for it is made to fetch at most, bytes. */
const MAX_UNASKED_BYTES = 2 * 1024 * 1024;

/** The verifier is fetched when it is needed; the service worker keeps it. */
const loadVerifier = (): Promise<typeof import('./verifier.ts')> => import('./verifier.ts');

export function createOfflineData(surroundings: OfflineSurroundings): OfflineData {
  const { vault, origin, now } = surroundings;
  const state = shallowRef<OfflineState>({ facts: null, isBusy: false, fault: null });
  const change = (next: Partial<OfflineState>): void => {
    state.value = { ...state.value, ...next };
  };

  async function readKept(): Promise<KeptFacts | null> {
    const facts = await vault.readFacts();
    return facts?.origin === origin ? facts : null;
  }

  async function keep(facts: KeptFacts, bundle?: string): Promise<void> {
    try {
      await vault.write(facts, bundle);
    } catch (cause) {
      throw new Fault('storage', cause);
    }
    change({ facts });
  }

  async function renew(isAsked: boolean): Promise<void> {
    const kept = await readKept();
    const shown = await fetchRoots(surroundings);
    const { areSameRoots } = await loadVerifier();
    if (kept === null) {
      const first = { origin, rootsPem: shown, rootsChangedAt: null };
      await renewBundle(first, { isWanted: isAsked, keptFrom: null });
    } else if (await areSameRoots(kept.rootsPem, shown)) {
      await renewBundle(kept, { isWanted: true, keptFrom: kept.issuedAt });
    } else {
      await keep({ ...kept, rootsChangedAt: kept.rootsChangedAt ?? now().toISOString() });
    }
  }

  /** @param asked - `keptFrom`: when the kept bundle was made. Nobody is talked back into the past. */
  async function renewBundle(
    { origin, rootsPem, rootsChangedAt }: Omit<KeptFacts, 'issuedAt' | 'expiresAt'>,
    asked: Readonly<{ isWanted: boolean; keptFrom: string | null }>,
  ): Promise<void> {
    const bundle = await fetchBundle(surroundings, asked.isWanted);
    if (bundle === null) return;
    const { judgeBundle } = await loadVerifier();
    const period = await judgeBundle({ rootsPem, bundle, now: now() });
    if (period === null) throw new Fault('refused');
    if (asked.keptFrom !== null && period.issuedAt < asked.keptFrom) return;
    await keep({ origin, rootsPem, rootsChangedAt, ...period }, bundle);
  }

  return {
    state,
    async load() {
      try {
        change({ facts: await readKept() });
      } catch {
        change({ facts: null }); // the browser forbids to keep anything
      }
    },
    async prepare(isAsked) {
      if (state.value.isBusy) return;
      change({ isBusy: true, fault: null });
      let fault: OfflineFault | null = null;
      try {
        await renew(isAsked);
      } catch (error) {
        fault = error instanceof Fault ? error.fault : 'unreachable';
      }
      change({ isBusy: false, fault: isAsked ? fault : null });
    },
    async forget() {
      try {
        await vault.clear();
      } finally {
        change({ facts: null, fault: null });
      }
    },
    async verify(subject, language) {
      try {
        const facts = await readKept();
        const bundle = facts === null ? null : await vault.readBundle();
        if (facts === null || bundle === null) return null;
        const { answerOffline } = await loadVerifier();
        return await answerOffline(subject, { facts, bundle, now: now(), language });
      } catch {
        return null; // the verifier is out of reach, or the browser forbids to keep anything
      }
    },
  };
}

class Fault extends Error {
  readonly fault: OfflineFault;

  constructor(fault: OfflineFault, cause?: unknown) {
    super(fault, { cause });
    this.fault = fault;
  }
}

async function fetchRoots({ fetch }: OfflineSurroundings): Promise<string> {
  return await readText(await ask(fetch, ROOTS), MAX_ROOTS_BYTES);
}

/** @returns null for one that is too large to be fetched unasked. */
async function fetchBundle(
  { fetch }: OfflineSurroundings,
  isWanted: boolean,
): Promise<string | null> {
  const response = await ask(fetch, BUNDLE);
  const length = Number(response.headers.get('Content-Length') ?? 0);
  if (!isWanted && length > MAX_UNASKED_BYTES) {
    await response.body?.cancel();
    return null;
  }
  return await readText(response, MAX_BUNDLE_BYTES);
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  let text = '';
  for (let length = 0; ;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > maxBytes) {
      await reader?.cancel();
      throw new Fault('refused');
    }
    text += decoder.decode(value, { stream: true });
  }
}

async function ask(fetch: typeof globalThis.fetch, path: string): Promise<Response> {
  const response = await fetch(path, {
    cache: 'no-store',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  });
  if (!response.ok) throw new Fault('unreachable');
  return response;
}
