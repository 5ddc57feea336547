import type { Signer } from '../keys/signer.ts';
import { signCheckpoint } from './checkpoint.ts';

/** The log that checkpoints are of. */
interface CheckpointedLog {
  size(): number;
  /** RFC 6962 root of the first `size` leaves. */
  rootHash(size: number): Uint8Array;
}

/**
 * Signs the newest checkpoint of a log once, however often it is asked for; anew when the log grew or the node key has a
 * successor.
 *
 * @param signing - `origin`: a URL without scheme. `signer`: the node key.
 */
export function newestCheckpoint({
  origin,
  signer,
}: Readonly<{ origin: string; signer: Signer }>): (log: CheckpointedLog) => Promise<string> {
  let signed: { readonly of: string; readonly note: Promise<string> } | null = null;
  return (log) => {
    const size = log.size();
    const of = `${size} ${signer.keyId}`;
    if (signed?.of !== of) {
      const note = signCheckpoint({ origin, size, rootHash: log.rootHash(size) }, signer);
      signed = { of, note };
      note.catch(() => (signed = null)); // a failed signature is tried again
    }
    return signed.note;
  };
}
