/** What a witness of a log judges: is the checkpoint the node's, and does the log still hold all it held? */
import { verifyConsistency } from '@yinxin/chaincode/model';
import type { Certificate } from '../pki/certificate.ts';
import { validateCertificationPath } from '../pki/certificationPath.ts';
import { conclude } from '../report.ts';
import { isSignedBy, type SignedCheckpoint, type TreeHead } from './checkpoint.ts';

/**
 * `forged`: not signed by a node of the city. `shrunk`: fewer batches than before. `fork`: another log, or another past of
 * this one.
 */
export const WITNESSED = ['first', 'same', 'grown', 'forged', 'shrunk', 'fork'] as const;
export type Witnessed = (typeof WITNESSED)[number];

/** Whether a checkpoint is signed by a node's key whose certificate leads to a root. @param path - leaf first. */
export function isSignedByNode(
  checkpoint: SignedCheckpoint,
  path: readonly Certificate[],
  trust: Readonly<{ anchors: readonly Certificate[]; at: Date }>,
): boolean {
  const [leaf, ...intermediates] = path;
  if (leaf === undefined || !isSignedBy(checkpoint, leaf.publicKey)) return false;
  const { checks } = validateCertificationPath({ leaf, intermediates, ...trust, purpose: 'node' });
  return conclude(checks).indication === 'TOTAL-PASSED';
}

/**
 * Compares a checkpoint with the last one that was seen.
 *
 * @param prove - asks the log that its first `from` of `to` batches are those of before (RFC 6962 §2.1.2); the answer is
 * attacker-controlled.
 */
export async function compareCheckpoints(
  before: TreeHead | null,
  now: TreeHead,
  prove: (from: number, to: number) => Promise<readonly Uint8Array[]>,
): Promise<Exclude<Witnessed, 'forged'>> {
  if (before === null) return 'first';
  if (now.origin !== before.origin) return 'fork';
  if (now.size < before.size) return 'shrunk';
  if (now.size === before.size) {
    return Buffer.compare(now.rootHash, before.rootHash) === 0 ? 'same' : 'fork';
  }
  if (before.size === 0) return 'grown'; // of nothing there is nothing to keep
  const isExtended = verifyConsistency({
    ...{ firstSize: before.size, firstRoot: before.rootHash },
    ...{ secondSize: now.size, secondRoot: now.rootHash },
    proof: await prove(before.size, now.size),
  });
  return isExtended ? 'grown' : 'fork';
}
