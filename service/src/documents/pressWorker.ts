/** A thread that makes documents. Started by `threadedPress.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { licenceFont, useFontFile } from './fonts.ts';
import {
  prepareLicenceFiles,
  type PreparedLicenceFiles,
  type SealArtwork,
} from './licenceFiles.ts';
import {
  MAX_REMEMBERED_SEALS,
  toPressFault,
  type PressReply,
  type PressRequest,
  type PressWorkerData,
  type SealReference,
} from './pressMessages.ts';

const seals = new Map<number, SealArtwork>();
const pending = new Map<number, PreparedLicenceFiles>();

useFontFile((workerData as PressWorkerData).font); // what threadedPress.ts gives
licenceFont(); // parsed before the first licence asks for it

parentPort?.on('message', (request: PressRequest) => {
  try {
    serve(request);
  } catch (error) {
    pending.delete(request.id);
    reply({ kind: 'failed', id: request.id, fault: toPressFault(error) });
  }
});

function serve(request: PressRequest): void {
  const { id } = request;
  if (request.kind === 'prepare') {
    const prepared = prepareLicenceFiles({ ...request.order, seal: sealOf(request.seal) });
    pending.set(id, prepared);
    reply({ kind: 'prepared', id, toBeSigned: prepared.toBeSigned });
    return;
  }
  const prepared = pending.get(id);
  pending.delete(id);
  if (request.kind === 'discard') return;
  if (prepared === undefined) throw new Error('nothing was prepared to be completed');
  const files = prepared.complete(request.signatures);
  reply(
    { kind: 'completed', id, files },
    files.flatMap(({ bytes }) => (isWhole(bytes) ? [bytes.buffer] : [])),
  );
}

function sealOf({ number, artwork }: SealReference): SealArtwork {
  if (artwork !== null) {
    if (seals.size === MAX_REMEMBERED_SEALS) seals.clear();
    seals.set(number, artwork);
    return artwork;
  }
  const known = seals.get(number);
  if (known === undefined) throw new Error(`seal ${number} was never shown to this thread`);
  return known;
}

/** Bytes that own their memory are handed over; others, in a pool of Node's, are copied. */
function isWhole(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
}

function reply(message: PressReply, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, [...transfer]);
}
