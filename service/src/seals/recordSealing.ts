import type { DocumentDigest, DocumentFormat } from '@yinxin/chaincode/model';
import type { EncodedDocumentCode } from '../credentials/documentCode.ts';
import type { Signer } from '../keys/signer.ts';
import { requireRecorded } from '../ledger/outcome.ts';
import { signAct, type ActPeople } from '../ledger/signAct.ts';
import type { TimeStampState } from '../pki/timeStamp/timeStamper.ts';
import type { WishApproval } from '../store/store.ts';
import type { SealParts } from './parts.ts';
import { settleSealAct } from './settle.ts';

/** A document that was sealed and that nobody has seen yet. */
export interface NewSealing {
  /** ULID: of the seal signature and of its act. */
  readonly id: string;
  readonly esId: string;
  readonly format: DocumentFormat;
  readonly document: DocumentDigest;
  /** Null: it is not kept. */
  readonly bytes: Uint8Array | null;
  /** SHA-256 of the DER signature value, lower-case hex. */
  readonly signatureDigest: string;
  /** Null: it bears none. */
  readonly code: EncodedDocumentCode | null;
  readonly timeStamp: TimeStampState;
  /** Account ids. */
  readonly by: string;
  readonly approvedBy: string | null;
  /** The seal holder's act key, and those who stand for it. */
  readonly signer: Signer;
  readonly people: ActPeople;
  /** Of the sealing request that waited for it; absent: none did. */
  readonly approval?: WishApproval | undefined;
}

/**
 * Stages a sealed document, records it on the ledger (`seal.signDocument`) and shows it.
 *
 * @throws ServiceError `LEDGER_UNAVAILABLE`, `LEDGER_OUTCOME_UNKNOWN` (the stage is kept, its act tried again); the
 * contract's refusal, after which nothing is left.
 */
export async function recordSealing(
  parts: Pick<SealParts, 'clock' | 'store' | 'recorder'>,
  sealing: NewSealing,
): Promise<void> {
  const { id, esId, format, document, signatureDigest, code, timeStamp } = sealing;
  const act = await signAct(
    { clock: parts.clock, signer: sealing.signer, id },
    'seal.signDocument',
    { esId, format, document, signatureDigest, codeDigest: code?.digest ?? null },
    sealing.people,
  );
  const signature = {
    ...{ id, esId, format, document, signatureDigest, timeStamp },
    codeText: code?.text ?? null,
    sealedAt: new Date(act.act.at),
    ...{ by: sealing.by, approvedBy: sealing.approvedBy },
  };
  await parts.store.seals.stageSignature(signature, sealing.bytes, act, sealing.approval);
  const outcome = await parts.recorder.record(act);
  await settleSealAct(parts.store, act, outcome);
  requireRecorded(outcome);
}
