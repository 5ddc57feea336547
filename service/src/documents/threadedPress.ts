import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { inlinePress, type DocumentPress } from './documentPress.ts';
import { sharedFontFile } from './fonts.ts';
import type { DocumentSignature, LicenceFile, SealArtwork } from './licenceFiles.ts';
import {
  fromPressFault,
  MAX_REMEMBERED_SEALS,
  type PressReply,
  type PressRequest,
  type PressWorkerData,
  type SealReference,
} from './pressMessages.ts';

const WORKER = join(import.meta.dirname, 'pressWorker.ts');
const MAX_THREADS = 4;
/** Orders a thread has open at once; others wait, so that a burst of callers does not fill its memory. */
const ORDERS_A_THREAD = 64;
/** Bounds the garbage of a thread that makes short-lived pages. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 };

/**
 * Makes documents on threads of their own, so that the service's thread has time for requests, signatures and the
 * ledger. Threads start with the first order; one that dies fails what it had and is replaced.
 *
 * @param threads - by default one less than there are cores, at most 4; with 0 the caller's thread does the work.
 */
export function threadedPress(
  threads = Math.min(availableParallelism() - 1, MAX_THREADS),
): DocumentPress {
  if (threads < 1) return inlinePress;
  const numberOf = sealNumbers();
  const places = createPlaces(threads * ORDERS_A_THREAD);
  let isClosed = false;
  const running: (PressThread | null)[] = Array.from({ length: threads }, () => null);
  const leastBusy = (): PressThread => {
    let best = 0;
    for (const [place, thread] of running.entries()) {
      if (thread === null || thread.isDead) running[place] = new PressThread();
      if (loadOf(running[place]) < loadOf(running[best])) best = place;
    }
    return running[best] ?? new PressThread(); // there is one in every place by now
  };
  return {
    async prepare({ seal, ...order }) {
      const leave = await places.enter();
      if (isClosed) throw new Error('no documents are made any more');
      const thread = leastBusy();
      const { id, reply } = thread.ask((number) => ({
        kind: 'prepare',
        id: number,
        order,
        seal: thread.referTo(numberOf(seal), seal),
      }));
      const { toBeSigned } = await expectReply(reply, 'prepared').catch((error: unknown) => {
        leave();
        throw error;
      });
      return {
        toBeSigned,
        complete: (signatures) => thread.complete(id, signatures).finally(leave),
        discard: () => {
          thread.discard(id);
          leave();
        },
      };
    },
    async close() {
      isClosed = true;
      for (const thread of running.splice(0)) await thread?.close();
    },
  };
}

function loadOf(thread: PressThread | null | undefined): number {
  return thread?.load ?? 0;
}

/** Lets so many in at once, first come, first served. */
function createPlaces(count: number): { readonly enter: () => Promise<() => void> } {
  const waiting: (() => void)[] = [];
  let free = count;
  const leaver = (): (() => void) => {
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    };
  };
  return {
    async enter() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return leaver();
    },
  };
}

/** Numbers each seal's artwork by the identity of its file. */
function sealNumbers(): (seal: SealArtwork) => number {
  const numbers = new WeakMap<Uint8Array, number>();
  let last = 0;
  return ({ file }) => {
    const number = numbers.get(file) ?? ++last;
    numbers.set(file, number);
    return number;
  };
}

interface Waiting {
  readonly resolve: (reply: PressReply) => void;
  readonly reject: (error: Error) => void;
}

/** One thread and who waits for it. It keeps the process alive only while somebody does. */
class PressThread {
  readonly #worker = new Worker(WORKER, {
    resourceLimits: RESOURCE_LIMITS,
    workerData: { font: sharedFontFile() } satisfies PressWorkerData,
  });
  readonly #waiting = new Map<number, Waiting>();
  readonly #seals = new Set<number>();
  #lastId = 0;
  #death: Error | null = null;

  constructor() {
    this.#worker.unref();
    this.#worker.on('message', (reply: PressReply) => {
      this.#settle(reply);
    });
    this.#worker.on('error', (cause) => {
      this.#die(new Error('a thread that makes documents failed', { cause }));
    });
    this.#worker.on('exit', () => {
      this.#die(new Error('a thread that makes documents ended'));
    });
  }

  get isDead(): boolean {
    return this.#death !== null;
  }

  /** Orders it works on. */
  get load(): number {
    return this.#waiting.size;
  }

  ask(request: (id: number) => PressRequest): { id: number; reply: Promise<PressReply> } {
    const id = ++this.#lastId;
    return { id, reply: this.#send(request(id)) };
  }

  async complete(
    id: number,
    signatures: readonly DocumentSignature[],
  ): Promise<readonly LicenceFile[]> {
    const reply = this.#send({ kind: 'complete', id, signatures });
    return (await expectReply(reply, 'completed')).files;
  }

  discard(id: number): void {
    this.#worker.postMessage({ kind: 'discard', id } satisfies PressRequest);
  }

  /** The artwork goes along the first time only. */
  referTo(number: number, artwork: SealArtwork): SealReference {
    if (this.#seals.has(number)) return { number, artwork: null };
    if (this.#seals.size === MAX_REMEMBERED_SEALS) this.#seals.clear();
    this.#seals.add(number);
    return { number, artwork: { file: artwork.file, picture: artwork.picture } };
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(request: PressRequest): Promise<PressReply> {
    return new Promise((resolve, reject) => {
      if (this.#death !== null) {
        reject(this.#death);
        return;
      }
      this.#waiting.set(request.id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(request);
    });
  }

  #settle(reply: PressReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (reply.kind === 'failed') waiting?.reject(fromPressFault(reply.fault));
    else waiting?.resolve(reply);
  }

  #die(error: Error): void {
    this.#death ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#death);
    this.#waiting.clear();
  }
}

type ReplyOf<K extends PressReply['kind']> = Extract<PressReply, { readonly kind: K }>;

async function expectReply<K extends PressReply['kind']>(
  reply: Promise<PressReply>,
  kind: K,
): Promise<ReplyOf<K>> {
  const got = await reply;
  if (got.kind !== kind) throw new Error(`a thread answered ${got.kind} instead of ${kind}`);
  return got as ReplyOf<K>; // by its kind
}
