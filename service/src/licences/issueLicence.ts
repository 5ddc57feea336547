import { randomBytes } from 'node:crypto';
import type { LicenceBody } from '@yinxin/chaincode/model';
import type { JsonObject } from '../credentials/jws.ts';
import { prepareCredential, type EncodedCredential } from '../credentials/sdJwt.ts';
import { requireRecorded } from '../ledger/outcome.ts';
import { signAct, type ActPeople } from '../ledger/signAct.ts';
import type { AuthoritySigners } from '../pki/cityPki.ts';
import type { LicenceOperation, LicenceType, NewDraft, StatusPlace } from '../store/store.ts';
import {
  canonicalLicence,
  contentDigestOf,
  holderCommitmentOf,
  type CanonicalLicence,
} from './content.ts';
import { makeDocuments, type MadeDocuments } from './makeDocuments.ts';
import { actorHash, type LicenceParts } from './parts.ts';
import { settleLicenceAct } from './settle.ts';

/**
 * Issues a licence or a new version of one: makes and seals its documents, stages everything durably, records the act, releases to readers.
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
  const issuedAt = parts.clock.now();
  const signers = await parts.signersOf(draft.issuer);
  const people = {
    authority: draft.issuer,
    maker: actorHash(parts.store, draft.makerId),
    ...(approverId === null ? {} : { approver: actorHash(parts.store, approverId) }),
  };
  const use = {
    esId: type.sealEsId,
    at: issuedAt.toISOString(),
    by: { ...people, keyId: signers.act.keyId },
    licenceType: type.typeCode,
  };
  const documentSigners = [signers.documentSignerSm2, signers.documentSignerEs256];
  await parts.sealUses.use(use, documentSigners, async () => {
    await makeAndRecord(parts, draft, { type, approverId, issuedAt, signers, people });
  });
}

/** One issue: who, when, and by which keys. */
interface IssueOrder {
  readonly type: LicenceType;
  readonly approverId: string | null;
  readonly issuedAt: Date;
  readonly signers: AuthoritySigners;
  readonly people: ActPeople;
}

async function makeAndRecord(
  parts: LicenceParts,
  draft: NewDraft,
  order: IssueOrder,
): Promise<void> {
  const { type, approverId, issuedAt, signers, people } = order;
  const [seal, status] = await Promise.all([
    parts.openSeal(type.sealEsId),
    parts.store.status.allocate(),
  ]);
  const content = canonicalLicence(draft, { type, issuerName: seal.holder.name, issuedAt });
  const made = await makeDocuments({
    ...{ draft, type, content, issuedAt, status, seal, signers },
    publicUrl: parts.publicUrl,
    intermediatesPem: parts.intermediatesPem,
    press: parts.press,
    timeStamper: parts.timeStamper,
  });
  const credential = await makeCredential(parts, { draft, content, issuedAt, status, signers });
  const holderSalt = new Uint8Array(randomBytes(16));
  const body = bodyOf(draft, { content, made, credential, holderSalt, status, esId: seal.esId });
  const signed = { clock: parts.clock, signer: signers.act };
  const act =
    draft.supersedes === null
      ? await signAct(signed, 'licence.issue', body, people)
      : await signAct(
          signed,
          `licence.${requireSuccession(draft)}`,
          { ...body, predecessor: draft.supersedes },
          people,
        );
  await parts.store.licences.stageIssue({
    ...draft,
    ...{ approverId, status, act, files: made.files },
    documents: made.documents.map((document, index) => ({
      ...document,
      timeStamp: made.timeStamps[index] ?? 'none',
    })),
    contentDigest: body.contentDigest,
    parts: {
      codeText: made.code.text,
      credential: credential.text,
      holderSalt: Buffer.from(holderSalt).toString('hex'),
    },
  });
  const outcome = await parts.recorder.record(act);
  await settleLicenceAct(parts.store, act, outcome);
  requireRecorded(outcome);
}

/** A draft that names a predecessor takes its place in one of these ways. */
function requireSuccession({
  operation,
  identifier,
}: NewDraft): Exclude<LicenceOperation, 'issue'> {
  if (operation === 'issue') throw new Error(`${identifier} is a first issue with a predecessor`);
  return operation;
}

async function makeCredential(
  parts: LicenceParts,
  order: Readonly<{
    draft: NewDraft;
    content: CanonicalLicence;
    issuedAt: Date;
    status: StatusPlace;
    signers: AuthoritySigners;
  }>,
): Promise<EncodedCredential> {
  const { draft, content, issuedAt, status, signers } = order;
  const signer = signers.credentialSigner;
  const prepared = prepareCredential(
    {
      identifier: draft.identifier,
      issuedAt,
      validUntil: draft.validUntil,
      status: { ...status, uri: `${parts.publicUrl}/s/${status.list}` },
      holder: content.holder,
      fields: content.fields as JsonObject, // read from JSON
    },
    signer,
  );
  return prepared.complete(await signer.sign(prepared.toBeSigned));
}

function bodyOf(
  draft: NewDraft,
  made: Readonly<{
    content: CanonicalLicence;
    made: MadeDocuments;
    credential: EncodedCredential;
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
    credentialDigest: made.credential.digest,
    holderCommitment: holderCommitmentOf(made.content, made.holderSalt),
    validFrom: made.content.validFrom,
    validUntil: made.content.validUntil,
    status: made.status,
    sealSignature: { esId: made.esId, signatureDigests: made.made.signatureDigests },
  };
}
