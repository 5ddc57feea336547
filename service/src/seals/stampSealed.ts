import { digestOf } from '../documents/digest.ts';
import { stampLater } from '../documents/stampLater.ts';
import { ServiceError } from '../errors.ts';
import { requireRecorded } from '../ledger/outcome.ts';
import { INSTALLATION_ACTOR, signAct } from '../ledger/signAct.ts';
import type { TimeStamper } from '../pki/timeStamp/timeStamper.ts';
import type { SealParts } from './parts.ts';
import { settleSealAct } from './settle.ts';

/**
 * Makes up for the time-stamp of a sealed document: stages the stamped file, records it by `seal.putDocument` (which is
 * no use of the seal), then releases it.
 *
 * @param id - of the seal signature.
 * @throws ServiceError `TSA_UNAVAILABLE`; `DOCUMENT_NOT_FOUND`; `DOCUMENT_MALFORMED` (it takes no time-stamp); the
 * contract's refusal; `LEDGER_UNAVAILABLE`, `LEDGER_OUTCOME_UNKNOWN`.
 */
export async function stampSealed(
  parts: SealParts,
  timeStamper: TimeStamper,
  id: string,
): Promise<void> {
  const { store, clock } = parts;
  const [signature, released] = await Promise.all([
    store.seals.findSignature(id),
    store.seals.signatureFile(id),
  ]);
  if (signature === null || released === null) {
    throw new ServiceError('DOCUMENT_NOT_FOUND', `no file of seal signature ${id}`);
  }
  const { esId, format, signatureDigest, document } = signature;
  const bytes = await stampLater(timeStamper, { format, bytes: released, signatureDigest });
  const { holder } = await parts.openSeal(esId);
  const signers = await parts.signersOf(holder.creditCode);
  const act = await signAct(
    { clock, signer: signers.act },
    'seal.putDocument',
    { esId, earlier: document.sha256, document: digestOf({ format, bytes }) },
    { authority: holder.creditCode, maker: INSTALLATION_ACTOR },
  );
  await store.seals.stageDocument(id, bytes, act);
  const outcome = await parts.recorder.record(act);
  await settleSealAct(store, act, outcome);
  requireRecorded(outcome);
}
