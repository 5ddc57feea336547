import {
  canonicalBytes,
  leafHash,
  LICENCE_STATES,
  statePlaces,
  type LicenceRecord,
} from '@yinxin/chaincode/model';
import type { Clock } from '../clock.ts';
import { freshBytes } from '../freshBytes.ts';
import { readIdentifier } from '../identifier.ts';
import type { Signer } from '../keys/signer.ts';
import type { ActRecorder, Ledger } from '../ledger/ledger.ts';
import { requireRecorded } from '../ledger/outcome.ts';
import { INSTALLATION_ACTOR, signAct } from '../ledger/signAct.ts';
import { everyItem } from '../store/page.ts';
import type { PendingRecall, PreparedNotice, Store } from '../store/store.ts';
import { ulid } from '../ulid.ts';

export interface RecallParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'recalls' | 'stages' | 'usage'>;
  readonly ledger: Pick<Ledger, 'readStates'>;
  readonly recorder: ActRecorder;
  /** Act key of the operator. */
  readonly signer: Signer;
  /** Credit code of the operator. */
  readonly operator: string;
}

const AT_ONCE = 20;
/** The contract's bound on leaves; more windows than that do not rely on one licence. */
const MAX_NOTICES = 4096;

/**
 * Calls licences back that ended for a cause reaching back: every window that relied on one since then gets a notice, and
 * the ledger the salted leaf hashes of the notices. Safe to repeat: what was prepared stays as it is.
 *
 * @returns how many recalls were sent.
 */
export async function sendRecalls(parts: RecallParts): Promise<number> {
  let sent = 0;
  for (const recall of await parts.store.recalls.pending(AT_ONCE)) {
    if (await sendRecall(parts, recall)) sent += 1;
  }
  return sent;
}

async function sendRecall(parts: RecallParts, recall: PendingRecall): Promise<boolean> {
  const { store, clock } = parts;
  const { id, licence } = recall;
  if (await store.stages.has(id)) return false; // its act has no outcome yet
  if (!(await isVoid(parts, licence))) {
    await store.recalls.drop(id);
    return false;
  }
  const notices = recall.notices ?? (await prepareNotices(parts, recall));
  if (notices.length > 0) {
    const act = await signAct(
      parts,
      'usage.recall',
      { identifier: licence, leaves: notices.map((notice) => notice.leafHash) },
      { authority: parts.operator, maker: INSTALLATION_ACTOR },
    );
    requireRecorded(await parts.recorder.record(act));
  }
  await store.recalls.send(id, clock.now());
  return true;
}

async function isVoid({ ledger }: RecallParts, identifier: string): Promise<boolean> {
  const { base } = readIdentifier(identifier);
  const { values } = await ledger.readStates([statePlaces.licence(base)]);
  const record = values[0] as LicenceRecord | null | undefined; // as the place says
  return record != null && LICENCE_STATES[record.state].isFinal;
}

async function prepareNotices(
  { store, clock }: RecallParts,
  recall: PendingRecall,
): Promise<readonly PreparedNotice[]> {
  const { licence, effectiveFrom, reason } = recall;
  const byWindow = new Map<string, string[]>();
  const uses = everyItem((page) => store.usage.list({ licence, from: effectiveFrom }, page));
  for await (const { id, window, outcome } of uses) {
    if (window === null || outcome !== 'answered') continue;
    byWindow.set(window, [id, ...(byWindow.get(window) ?? [])]); // they come newest first
  }
  const notices = [...byWindow].slice(0, MAX_NOTICES).map(([window, uses]) => {
    const id = ulid(clock.now());
    const salt = freshBytes(16);
    const facts = { id, licence, effectiveFrom: effectiveFrom.toISOString(), reason, window, uses };
    const leaf = leafHash(Buffer.concat([salt, canonicalBytes(facts)]));
    return { id, window, uses, salt, leafHash: Buffer.from(leaf).toString('hex') };
  });
  return await store.recalls.prepare(recall.id, readIdentifier(licence).issuer, notices);
}
