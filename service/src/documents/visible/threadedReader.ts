import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ServiceError } from '../../errors.ts';
import { readKeyword } from '../findText.ts';
import type { VisibleReply, VisibleRequest } from './visibleMessages.ts';
import type { VisibleReader } from './visibleReader.ts';

const WORKER = join(import.meta.dirname, 'visibleWorker.ts');
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 256 };
/** A file that takes longer is not looked at. */
const MAX_MS = 20_000;
/** Further ones are not looked at: a verdict should not wait behind many strangers' files. */
const MAX_WAITING = 16;

type Ask = VisibleRequest extends infer R
  ? R extends VisibleRequest
    ? Omit<R, 'id'>
    : never
  : never;

/**
 * A thread that draws files one after the other. It starts with the first file; one that takes too long, or breaks it, is
 * given up and the thread is replaced.
 */
export function threadedReader(): VisibleReader {
  let worker: Worker | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let lastId = 0;
  let isClosed = false;
  const end = async (): Promise<void> => {
    const ended = worker;
    worker = null;
    await ended?.terminate();
  };
  const start = (): Worker => {
    const started = new Worker(WORKER, { resourceLimits: RESOURCE_LIMITS });
    started.unref();
    return started;
  };
  const work = async (request: VisibleRequest): Promise<VisibleReply | null> => {
    if (isClosed) return null;
    worker ??= start();
    const reply = await replyOf(worker, request);
    if (reply === null) await end();
    return reply;
  };
  const ask = async (question: Ask): Promise<VisibleReply | null> => {
    if (waiting >= MAX_WAITING) return null;
    waiting += 1;
    const request = { ...question, id: ++lastId };
    const turn = last.then(() => work(request));
    last = turn;
    try {
      return await turn;
    } finally {
      waiting -= 1;
    }
  };
  return {
    async read(bytes, format) {
      const reply = await ask({ kind: 'document', bytes, format });
      return reply?.kind === 'document' ? reply.document : null;
    },
    async maskOf(picture) {
      const reply = await ask({ kind: 'picture', picture });
      return reply?.kind === 'picture' ? reply.mask : null;
    },
    async find(bytes, keyword) {
      const wanted = readKeyword(keyword);
      if (waiting >= MAX_WAITING) {
        throw new ServiceError('RATE_LIMITED', 'too many files wait', { retryAfterSeconds: 2 });
      }
      const reply = await ask({ kind: 'find', bytes, wanted });
      if (reply?.kind === 'find') return reply.found;
      throw new ServiceError('DOCUMENT_MALFORMED', 'the text of the PDF cannot be read');
    },
    async close() {
      isClosed = true;
      await end();
    },
  };
}

/** @returns null if the thread broke or took too long. */
function replyOf(worker: Worker, request: VisibleRequest): Promise<VisibleReply | null> {
  return new Promise((resolve) => {
    const settle = (reply: VisibleReply | null): void => {
      clearTimeout(timer);
      worker.off('message', settle).off('error', fail).off('exit', fail);
      worker.unref();
      resolve(reply);
    };
    const fail = (): void => {
      settle(null);
    };
    const timer = setTimeout(fail, MAX_MS);
    worker.ref();
    worker.on('message', settle).on('error', fail).on('exit', fail);
    worker.postMessage(request);
  });
}
