import { createHash } from 'node:crypto';

import type { Certificate } from '../../pki/certificate.ts';
import type { TrustStore } from '../../pki/trustStore.ts';
import { failed, indeterminate, type Check } from '../../report.ts';
import { verifySealSignature } from '../../sealing/verifySealSignature.ts';
import type { SealPlacement } from '../drawing.ts';
import { readAttachedCertificates } from './attachedCertificates.ts';
import {
  checkCoverage,
  checkOpenLists,
  coverageOf,
  uncoveredParts,
  type OfdCoverage,
} from './coverage.ts';
import {
  checkPackage,
  checkReferences,
  checkSealFile,
  partDigests,
  type PackagedSignature,
  type PartDigests,
} from './packageChecks.ts';
import { pageIdsOf, readOfd, type SignatureDescription } from './readOfd.ts';
import { readSignatures } from './readSignatures.ts';
import type { OfdMetadatum } from './ofdContent.ts';

export interface OfdQuestion {
  /** Roots and helpers the verifier brings; certificates attached to the file are tried as helpers too. */
  readonly trust: TrustStore;
  /** Instant of verification: no signature may claim a later time. Seal and certificates are judged at signing time. */
  readonly at: Date;
  /**
   * Demands the package form of our own writer, so that no byte can change unseen. Set for licence files judged without
   * the ledger's digest.
   */
  readonly requireOwnForm?: boolean;
}

/** Verdict on one seal signature of an OFD. */
export interface OfdSealResult {
  /** ID in the list of signatures. */
  readonly id: string;
  /** In the order of the standard. */
  readonly checks: readonly Check[];
  /** Null where the seal signature cannot be read. */
  readonly esId: string | null;
  readonly sealName: string | null;
  /** DER. */
  readonly makerCertificate: Uint8Array | null;
  readonly signerCertificate: Uint8Array | null;
  readonly sealingTime: Date | null;
  /** SHA-256 of the signature value (DER in the BIT STRING), lower-case hex. */
  readonly signatureDigest: string | null;
  /** SHA-256 of the seal as embedded, lower-case hex. */
  readonly sealFileSha256: string | null;
  /** RFC 3161 token over the signature value. */
  readonly timeStampToken: Uint8Array | null;
  /** Several with `clip` for a seal over page edges. */
  readonly placements: readonly SealPlacement[];
  /** Null where the seal signature cannot be read. */
  readonly coverage: OfdCoverage | null;
}

export interface OfdVerification {
  /** In the order of the list of signatures. */
  readonly seals: readonly OfdSealResult[];
  /** What concerns the file and not one seal: `NOT_SIGNED`, `UNSIGNED_CONTENT`, own form. */
  readonly documentChecks: readonly Check[];
  /** Parts of the package that no seal covers. */
  readonly uncovered: readonly string[];
  /** CustomDatas of the first document. */
  readonly metadata: readonly OfdMetadatum[];
  /** DER certificates found in covered attachments (PEM). */
  readonly certificates: readonly Uint8Array[];
}

/**
 * Verifies every seal of an OFD.
 *
 * @param bytes - attacker-controlled; work and memory are bounded.
 * @throws ServiceError `DOCUMENT_MALFORMED` if the bytes are no OFD that can be read, or demand too much work.
 */
export function verifyOfd(bytes: Uint8Array, question: OfdQuestion): OfdVerification {
  const ofd = readOfd(bytes);
  const digests = partDigests(ofd);
  const certificates = ofd.documents.flatMap((document) => readAttachedCertificates(ofd, document));
  const trust = trustWith(question.trust, certificates);
  const signatures = ofd.documents.flatMap((document) => readSignatures(ofd, document));
  const seals = signatures.map((signature, index) =>
    verifySealOf({
      ofd,
      digests,
      signature,
      later: signatures.slice(index + 1),
      trust,
      at: question.at,
      requireOwnForm: question.requireOwnForm ?? false,
    }),
  );
  const openLists = checkOpenLists(ofd, signatures);
  return {
    seals,
    documentChecks: [
      ...checkPackage(bytes, ofd, {
        signatures,
        requireOwnForm: question.requireOwnForm ?? false,
      }),
      ...(openLists === null ? [] : [openLists]),
    ],
    uncovered: uncoveredParts(ofd, signatures),
    metadata: ofd.documents[0]?.metadata ?? [],
    certificates: certificates.map((certificate) => certificate.der),
  };
}

/** The store as it is where the file brings nothing new: paths are remembered by it. */
function trustWith(trust: TrustStore, brought: readonly Certificate[]): TrustStore {
  const known = new Set(trust.intermediates.map((certificate) => certificate.fingerprint));
  const added = brought.filter((certificate) => !known.has(certificate.fingerprint));
  return added.length === 0
    ? trust
    : { ...trust, intermediates: [...trust.intermediates, ...added] };
}

interface SealQuestion extends PackagedSignature {
  readonly digests: PartDigests;
  readonly trust: TrustStore;
  readonly at: Date;
  readonly requireOwnForm: boolean;
}

function verifySealOf(question: SealQuestion): OfdSealResult {
  const { signature, digests } = question;
  const { listed, description, value } = signature;
  if (description === null || value === null) return unreadableSeal(question);
  const documentDigest = digests(listed.path) ?? new Uint8Array();
  const coverage = coverageOf(question, description);
  return {
    id: listed.id,
    checks: [
      ...checkType(listed.type),
      ...verifySealSignature({
        signature: value,
        documentDigest,
        trust: question.trust,
        at: question.at,
        requireOwnForm: question.requireOwnForm,
      }),
      checkReferences(description, digests),
      checkSealFile(question, description, value),
      checkCoverage(coverage),
    ],
    esId: value.seal.esId,
    sealName: value.seal.name,
    makerCertificate: value.seal.makerCertificate,
    signerCertificate: value.signerCertificate,
    sealingTime: value.signedAt,
    signatureDigest: sha256Hex(value.signatureValue),
    sealFileSha256: sha256Hex(value.seal.bytes),
    timeStampToken: value.timeStampToken,
    placements: placementsOf(question, description),
    coverage,
  };
}

/** A list that was left open says of each signature whether it is a seal's, and nobody vouches for that word. */
function checkType(type: string): readonly Check[] {
  const detail = `listed as ${type.slice(0, 20)}, and a seal's signature`;
  return type === 'Seal' ? [] : [indeterminate('signature.type', 'FORMAT_FAILURE', detail)];
}

/**
 * A signature without seal (GB/T 35275) is not judged here, only whether its parts are as signed; what should be a seal and
 * cannot be read has failed.
 */
function unreadableSeal(question: SealQuestion): OfdSealResult {
  const { listed, description, fault } = question.signature;
  const name = 'signature.format';
  const coverage = description === null ? null : coverageOf(question, description);
  return {
    id: listed.id,
    checks: [
      listed.type === 'Sign'
        ? indeterminate(name, 'FORMAT_FAILURE', 'a digital signature without seal is not judged')
        : failed(name, 'FORMAT_FAILURE', fault ?? 'cannot be read'),
      ...(description === null ? [] : [checkReferences(description, question.digests)]),
    ],
    esId: null,
    sealName: null,
    makerCertificate: null,
    signerCertificate: null,
    sealingTime: null,
    signatureDigest: null,
    sealFileSha256: null,
    timeStampToken: null,
    placements: [],
    coverage,
  };
}

function placementsOf(
  { ofd, signature }: SealQuestion,
  { stamps }: SignatureDescription,
): readonly SealPlacement[] {
  if (stamps.length === 0) return [];
  const pageIds = pageIdsOf(ofd.readXml(signature.document.rootPath).root);
  return stamps.map(({ pageId, place }) => ({ page: pageIds.indexOf(pageId) + 1, ...place }));
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
