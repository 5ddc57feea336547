import type { DocumentFormat } from '@yinxin/chaincode/model';
import { digestOf } from '../documents/digest.ts';
import { stampLater } from '../documents/stampLater.ts';
import { ServiceError } from '../errors.ts';
import { requireRecorded } from '../ledger/outcome.ts';
import { INSTALLATION_ACTOR, signAct } from '../ledger/signAct.ts';
import type { TimeStamper } from '../pki/timeStamp/timeStamper.ts';
import type { LicenceParts } from './parts.ts';
import { settleLicenceAct } from './settle.ts';

/**
 * Makes up for the time-stamp of a licence's file: stages the stamped file, records it by `licence.putDocument`, then
 * releases it. Until then readers get the file as it was, and it goes on to verify afterwards.
 *
 * @throws ServiceError `TSA_UNAVAILABLE`; `LICENCE_NOT_FOUND` (no such file, or its holder was erased);
 * `DOCUMENT_MALFORMED` (it takes no time-stamp); the contract's refusal; `LEDGER_UNAVAILABLE`, `LEDGER_OUTCOME_UNKNOWN`.
 */
export async function stampLicence(
  parts: LicenceParts,
  timeStamper: TimeStamper,
  { identifier, format }: Readonly<{ identifier: string; format: DocumentFormat }>,
): Promise<void> {
  const { store, clock } = parts;
  const [facts, released] = await Promise.all([
    store.licences.facts(identifier),
    store.licences.file(identifier, format),
  ]);
  if (facts === null || released === null) {
    throw new ServiceError('LICENCE_NOT_FOUND', `no ${format} of licence ${identifier}`);
  }
  const order = { format, bytes: released, signatureDigest: null };
  const bytes = await stampLater(timeStamper, order);
  const signers = await parts.signersOf(facts.issuer);
  const act = await signAct(
    { clock, signer: signers.act },
    'licence.putDocument',
    { identifier, document: digestOf({ format, bytes }) },
    { authority: facts.issuer, maker: INSTALLATION_ACTOR },
  );
  await store.licences.stageDocument(identifier, { format, bytes }, act);
  const outcome = await parts.recorder.record(act);
  await settleLicenceAct(store, act, outcome);
  requireRecorded(outcome);
}
