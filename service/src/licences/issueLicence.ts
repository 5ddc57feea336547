import { randomBytes } from 'node:crypto';
import type { LicenceBody } from '@yinxin/chaincode/model';
import { requireRecorded } from '../ledger/outcome.ts';
import { signAct } from '../ledger/signAct.ts';
import type { LicenceType, NewDraft, StatusPlace } from '../store/store.ts';
import {
  canonicalLicence,
  contentDigestOf,
  holderCommitmentOf,
  sha256Hex,
  type CanonicalLicence,
} from './content.ts';
import { makeDocuments, type MadeDocuments } from './makeDocuments.ts';
import { actorHash, type LicenceParts } from './parts.ts';
import { settleLicenceAct } from './settle.ts';

/**
 * Issues a licence: makes and seals its documents, stages everything durably, records the act, releases to readers.
 *
 * @param by - `approverId` null only where the type needs no second person.
 * @throws ServiceError `SEAL_…`, `KEY_UNFIT`, `GLYPH_MISSING` before anything is written; the contract's refusal, after
 * which nothing is left; `LEDGER_UNAVAILABLE` or `LEDGER_OUTCOME_UNKNOWN`, after which the stage is kept and its act
 * tried again.
 */
export async function issueLicence(
  parts: LicenceParts,
  draft: NewDraft,
  by: Readonly<{ type: LicenceType; approverId: string | null }>,
): Promise<void> {
  const { type, approverId } = by;
  const use = { licenceType: type.typeCode, hasSecondPerson: approverId !== null };
  await parts.requireSealUse(type.sealEsId, draft.issuer, use);
  const [signers, seal, status] = await Promise.all([
    parts.signersOf(draft.issuer),
    parts.openSeal(type.sealEsId),
    parts.store.status.allocate(),
  ]);
  const issuedAt = parts.clock.now();
  const issuerName = seal.holder.name;
  const content = canonicalLicence(draft, { type, issuerName, issuedAt });
  const made = await makeDocuments({
    ...{ draft, type, content, issuedAt, status, seal, signers },
    publicUrl: parts.publicUrl,
    intermediatesPem: parts.intermediatesPem,
  });
  const credential = await parts.makeCredential(content, { signers, status });
  const holderSalt = new Uint8Array(randomBytes(16));
  const body = bodyOf(draft, { content, made, credential, holderSalt, status, esId: seal.esId });
  const act = await signAct({ clock: parts.clock, signer: signers.act }, 'licence.issue', body, {
    authority: draft.issuer,
    maker: actorHash(parts.store, draft.makerId),
    approver: approverId === null ? undefined : actorHash(parts.store, approverId),
  });
  await parts.store.licences.stageIssue({
    ...draft,
    ...{ approverId, status, act, documents: made.documents, files: made.files },
    contentDigest: body.contentDigest,
    parts: {
      codeText: made.code.text,
      credential,
      holderSalt: Buffer.from(holderSalt).toString('hex'),
    },
  });
  const outcome = await parts.recorder.record(act);
  await settleLicenceAct(parts.store, act, outcome);
  requireRecorded(outcome);
}

function bodyOf(
  draft: NewDraft,
  made: Readonly<{
    content: CanonicalLicence;
    made: MadeDocuments;
    credential: string;
    holderSalt: Uint8Array;
    status: StatusPlace;
    esId: string;
  }>,
): LicenceBody {
  return {
    identifier: draft.identifier,
    documents: made.made.documents,
    contentDigest: contentDigestOf(made.content),
    codeDigest: made.made.code.digest,
    credentialDigest: sha256Hex(made.credential),
    holderCommitment: holderCommitmentOf(made.content, made.holderSalt),
    validFrom: made.content.validFrom,
    validUntil: made.content.validUntil,
    status: made.status,
    sealSignature: { esId: made.esId, signatureDigests: made.made.signatureDigests },
  };
}
