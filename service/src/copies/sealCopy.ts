/** Seals an annotated copy by the service seal of the window's organisation, and records that on the ledger. */
import type { DocumentFormat } from '@yinxin/chaincode/model';
import { sha256Hex } from '../documents/digest.ts';
import type { PendingFiles } from '../documents/documentPress.ts';
import type { LicenceFile, LicenceFilesOrder } from '../documents/licenceFiles.ts';
import { ServiceError } from '../errors.ts';
import { toDerSignature } from '../keys/signatureValue.ts';
import type { Signer } from '../keys/signer.ts';
import { actorHash, type LicenceParts } from '../licences/parts.ts';
import type { AuthoritySigners } from '../pki/cityPki.ts';
import { stampIfInReach, tokenRoomFor } from '../pki/timeStamp/stampIfInReach.ts';
import type { UsableSeal } from '../sealing/issuingSeal.ts';
import { findServiceSeal } from '../sealing/serviceSeal.ts';
import { recordSealing } from '../seals/recordSealing.ts';

/** What is to be sealed, by whom. */
export interface CopySealing {
  /** ULID: of the copy, and of the act. */
  readonly id: string;
  readonly format: DocumentFormat;
  readonly madeAt: Date;
  /** Credit code. */
  readonly organisation: string;
  /** Account id. */
  readonly requesterId: string;
  /** Everything of the files but the seal. */
  readonly files: Pick<LicenceFilesOrder, 'layout' | 'copy' | 'content' | 'metadata'>;
}

/**
 * Makes and seals the file. It is not kept: only its digests are.
 *
 * @throws ServiceError `SEAL_NOT_FOUND` (the organisation has no service seal in force), `SEAL_…`, `KEY_UNFIT`,
 * `GLYPH_MISSING`, `LEDGER_UNAVAILABLE`, `LEDGER_OUTCOME_UNKNOWN`; the contract's refusal.
 */
export async function sealCopy(parts: LicenceParts, order: CopySealing): Promise<LicenceFile> {
  const seal = await requireServiceSeal(parts, order.organisation, order.madeAt);
  const signers = await parts.signersOf(order.organisation);
  const people = {
    authority: order.organisation,
    maker: actorHash(parts.store, order.requesterId),
  };
  const use = {
    esId: seal.esId,
    at: order.madeAt.toISOString(),
    by: { ...people, keyId: signers.act.keyId },
    licenceType: null,
  };
  return await parts.sealUses.use(
    use,
    [signers.documentSignerSm2, signers.documentSignerEs256],
    async () => {
      const made = await makeFile(parts, order, { seal, signers });
      const { id, format, requesterId } = order;
      await recordSealing(parts, {
        ...{ id, format, esId: seal.esId, document: made.file.digest, bytes: null, code: null },
        signatureDigest: made.signatureDigest,
        timeStamp: made.isStamped ? 'stamped' : 'none', // nothing is kept that could be stamped later
        ...{ by: requesterId, approvedBy: null, signer: signers.act, people },
      });
      return made.file;
    },
  );
}

/** The newest one in force. @throws ServiceError `SEAL_NOT_FOUND`. */
async function requireServiceSeal(
  parts: Pick<LicenceParts, 'store' | 'openSeal'>,
  organisation: string,
  at: Date,
): Promise<UsableSeal> {
  const found = await findServiceSeal(parts.store.seals, organisation, at);
  if (found !== null) return await parts.openSeal(found.esId);
  throw new ServiceError(
    'SEAL_NOT_FOUND',
    `${organisation} has no window service seal (窗口业务专用章) in force: no copy can be made`,
  );
}

interface MadeFile {
  readonly file: LicenceFile;
  /** SHA-256 of the DER signature value, lower-case hex. */
  readonly signatureDigest: string;
  readonly isStamped: boolean;
}

async function makeFile(
  parts: LicenceParts,
  { format, madeAt, files }: CopySealing,
  { seal, signers }: Readonly<{ seal: UsableSeal; signers: AuthoritySigners }>,
): Promise<MadeFile> {
  const pending = await parts.press.prepare({
    ...files,
    codeText: '',
    formats: [format],
    createdAt: madeAt,
    intermediatesPem: parts.intermediatesPem,
    seal,
    certificationPaths: {
      ofd: signers.documentSignerSm2.certificationPath,
      pdf: signers.documentSignerEs256.certificationPath,
    },
    timeStampReserveBytes: tokenRoomFor(parts.timeStamper),
  });
  const signer = format === 'ofd' ? signers.documentSignerSm2 : signers.documentSignerEs256;
  const { value, token } = await signPending(parts, pending, { format, signer });
  const [file] = await pending.complete([{ value, timeStampToken: token }]);
  if (file === undefined) throw new Error('no file was made');
  const signatureDigest = sha256Hex(toDerSignature(value));
  return { file, signatureDigest, isStamped: token !== null };
}

async function signPending(
  { timeStamper }: LicenceParts,
  pending: PendingFiles,
  { format, signer }: Readonly<{ format: DocumentFormat; signer: Signer }>,
): Promise<Readonly<{ value: Uint8Array; token: Uint8Array | null }>> {
  try {
    const value = await signer.sign(pending.toBeSigned[0] ?? new Uint8Array());
    const { token } = await stampIfInReach(timeStamper, toDerSignature(value), {
      algorithm: signer.algorithm,
      maxBytes: format === 'pdf' ? tokenRoomFor(timeStamper) : Infinity,
    });
    return { value, token };
  } catch (error) {
    pending.discard();
    throw error;
  }
}
