import { createHash } from 'node:crypto';

import { ServiceError } from '../../errors.ts';
import { parseCertificate, parseCertificates, type Certificate } from '../../pki/certificate.ts';
import { failed, indeterminate, passed, type Check } from '../../report.ts';
import { SM2_WITH_SM3, SM3 } from '../../sealing/sealAlgorithm.ts';
import { parseSealSignature, type SealSignature } from '../../sealing/sealSignature.ts';
import type { SealTrust } from '../../sealing/verifySeal.ts';
import { verifySealSignature } from '../../sealing/verifySealSignature.ts';
import type { SealPlacement } from '../drawing.ts';
import {
  pageIdsOf,
  readOfd,
  readSignatureDescription,
  resolvePath,
  type ListedSignature,
  type OfdDocument,
  type OfdPackage,
  type SignatureDescription,
} from './readOfd.ts';
import type { OfdMetadatum } from './writeOfd.ts';
import { writeZip } from './writeZip.ts';
import { childOf, childrenOf, childText, type XmlElement } from './xml.ts';

export interface OfdTrust {
  /** DER certificates that the verifier trusts. */
  readonly anchors: readonly Uint8Array[];
  /** DER certificates that may help to build a path; trusted in nothing. Certificates attached to the file are tried too. */
  readonly intermediates: readonly Uint8Array[];
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
  readonly placements: readonly SealPlacement[];
}

export interface OfdVerification {
  /** In the order of the list of signatures. */
  readonly seals: readonly OfdSealResult[];
  /** What concerns the file and not one seal: `NOT_SIGNED`, `UNSIGNED_CONTENT`, own form. */
  readonly documentChecks: readonly Check[];
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
export function verifyOfd(bytes: Uint8Array, trust: OfdTrust): OfdVerification {
  const ofd = readOfd(bytes);
  const digests = partDigests(ofd);
  const certificates = ofd.documents.flatMap((document) => readAttachedCertificates(ofd, document));
  const sealTrust: SealTrust = {
    anchors: trust.anchors.map(parseCertificate),
    intermediates: [...trust.intermediates.map(parseCertificate), ...certificates],
  };
  const signatures = ofd.documents.flatMap((document) => readSignatures(ofd, document));
  const seals = signatures.map((signature, index) =>
    verifySealOf({
      ofd,
      digests,
      signature,
      later: signatures.slice(index + 1),
      trust: sealTrust,
      at: trust.at,
    }),
  );
  return {
    seals,
    documentChecks: checkPackage(bytes, ofd, {
      signatures,
      requireOwnForm: trust.requireOwnForm ?? false,
    }),
    metadata: ofd.documents[0]?.metadata ?? [],
    certificates: certificates.map((certificate) => certificate.der),
  };
}

/** One listed signature as far as it can be read. */
interface ReadSignature {
  readonly document: OfdDocument;
  readonly listed: ListedSignature;
  readonly description: SignatureDescription | null;
  readonly value: SealSignature | null;
  /** Why it cannot be read. */
  readonly fault: string | null;
}

function readSignatures(ofd: OfdPackage, document: OfdDocument): readonly ReadSignature[] {
  return document.signatures.map((listed): ReadSignature => {
    let description: SignatureDescription | null = null;
    try {
      description = readSignatureDescription(ofd, listed.path);
      const bytes = ofd.archive.entries.get(description.signedValuePath)?.read();
      if (!bytes)
        throw new ServiceError('DOCUMENT_MALFORMED', 'the signature value is missing or broken');
      return { document, listed, description, value: parseSealSignature(bytes), fault: null };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { document, listed, description, value: null, fault: error.message };
    }
  });
}

interface SealQuestion {
  readonly ofd: OfdPackage;
  readonly digests: PartDigests;
  readonly signature: ReadSignature;
  /** Signatures listed after this one. */
  readonly later: readonly ReadSignature[];
  readonly trust: SealTrust;
  readonly at: Date;
}

function verifySealOf(question: SealQuestion): OfdSealResult {
  const { signature, digests } = question;
  const { listed, description, value } = signature;
  if (description === null || value === null) return unreadableSeal(signature);
  const documentDigest = digests(listed.path) ?? new Uint8Array();
  return {
    id: listed.id,
    checks: [
      ...verifySealSignature({
        signature: value,
        documentDigest,
        trust: question.trust,
        at: question.at,
      }),
      checkReferences(description, digests),
      checkSealFile(question, description, value),
      checkCoverage(question, description),
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
  };
}

/** A signature without seal (GB/T 35275) is not read here; what should be a seal and cannot be read has failed. */
function unreadableSeal({ listed, fault }: ReadSignature): OfdSealResult {
  const name = 'signature.format';
  const detail = fault ?? 'cannot be read';
  return {
    id: listed.id,
    checks: [
      listed.type === 'Sign'
        ? indeterminate(name, 'FORMAT_FAILURE', `a signature without seal: ${detail}`)
        : failed(name, 'FORMAT_FAILURE', detail),
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
  };
}

/** SM3 of a part, computed once; null if the part is missing or broken. */
type PartDigests = (path: string) => Uint8Array | null;

function partDigests({ archive }: OfdPackage): PartDigests {
  const known = new Map<string, Uint8Array | null>();
  return (path) => {
    const digest = known.get(path);
    if (digest !== undefined) return digest;
    const bytes = archive.entries.get(path)?.read() ?? null;
    const computed = bytes === null ? null : createHash('sm3').update(bytes).digest();
    known.set(path, computed);
    return computed;
  };
}

const DIGEST_METHODS: readonly string[] = ['SM3', SM3];

function checkReferences(description: SignatureDescription, digests: PartDigests): Check {
  const name = 'document.references';
  if (!DIGEST_METHODS.includes(description.checkMethod)) {
    const detail = `digests by ${description.checkMethod.slice(0, 40)}, not by SM3`;
    return failed(name, 'CRYPTO_CONSTRAINTS_FAILURE', detail);
  }
  const wrong = description.references.find((reference) => {
    const digest = digests(reference.path);
    return digest === null || Buffer.compare(digest, reference.digest) !== 0;
  });
  return wrong === undefined
    ? passed(name, `${description.references.length} parts are as sealed`)
    : failed(name, 'HASH_FAILURE', `${wrong.path} is not as sealed`);
}

/** The file beside the signature must be the seal inside of it. */
function checkSealFile(
  { ofd }: SealQuestion,
  { sealPath }: SignatureDescription,
  value: SealSignature,
): Check {
  const name = 'document.sealFile';
  if (sealPath === null) return passed(name, 'no seal file beside the signature');
  const bytes = ofd.archive.entries.get(sealPath)?.read();
  return bytes && Buffer.compare(bytes, value.seal.bytes) === 0
    ? passed(name, 'the seal file is the seal inside the signature')
    : failed(name, 'HASH_FAILURE', 'the seal file is not the seal inside the signature');
}

/**
 * Every part of the package must be under the seal, but for its own two parts and, where the list of signatures was left
 * open, that list and the parts of signatures added later.
 */
function checkCoverage(
  { ofd, signature, later }: SealQuestion,
  description: SignatureDescription,
): Check {
  const name = 'document.coverage';
  const covered = new Set(description.references.map((reference) => reference.path));
  covered.add(signature.listed.path);
  covered.add(description.signedValuePath);
  const { signaturesPath } = signature.document;
  if (signaturesPath !== null && !covered.has(signaturesPath)) {
    covered.add(signaturesPath);
    for (const { listed, description: added } of later) {
      for (const path of [listed.path, added?.signedValuePath, added?.sealPath]) {
        if (path !== undefined && path !== null) covered.add(path);
      }
    }
  }
  const outside = [...ofd.archive.entries.keys()].find((path) => !covered.has(path));
  return outside === undefined
    ? passed(name, 'every part of the package is under the seal')
    : failed(name, 'UNSIGNED_CONTENT', `${outside} is not under the seal`);
}

function placementsOf(
  { ofd, signature }: SealQuestion,
  { stamps }: SignatureDescription,
): readonly SealPlacement[] {
  if (stamps.length === 0) return [];
  const pageIds = pageIdsOf(ofd.readXml(signature.document.rootPath).root);
  return stamps.map(({ pageId, ...box }) => ({ page: pageIds.indexOf(pageId) + 1, ...box }));
}

interface PackageFacts {
  readonly signatures: readonly ReadSignature[];
  readonly requireOwnForm: boolean;
}

function checkPackage(bytes: Uint8Array, ofd: OfdPackage, facts: PackageFacts): readonly Check[] {
  const { archive } = ofd;
  const broken = [...archive.entries.values()].find((entry) => !entry.hasRightChecksum());
  const count = facts.signatures.length;
  return [
    count === 0
      ? failed('document.signed', 'NOT_SIGNED', 'the document carries no seal')
      : passed('document.signed', `${count} listed`),
    archive.strayByteCount > 0
      ? failed(
          'document.package',
          'UNSIGNED_CONTENT',
          `${archive.strayByteCount} bytes belong to no part`,
        )
      : passed('document.package', 'nothing before, between or after the parts'),
    broken === undefined
      ? passed('document.checksums', 'every part is as packed')
      : failed('document.checksums', 'HASH_FAILURE', `${broken.name} is not as packed`),
    ...(facts.requireOwnForm ? [checkOwnForm(bytes, ofd, facts.signatures)] : []),
  ];
}

/** One encoding for each content: parts stored in order with fixed fields, the list of signatures closed. */
function checkOwnForm(
  bytes: Uint8Array,
  ofd: OfdPackage,
  signatures: readonly ReadSignature[],
): Check {
  const parts = [...ofd.archive.entries.values()].map((entry) => ({
    name: entry.name,
    bytes: entry.read() ?? new Uint8Array(),
  }));
  const isOurs =
    Buffer.compare(writeZip(parts), bytes) === 0 &&
    signatures.every(
      ({ document, description, value }) =>
        value?.signatureAlgorithm === SM2_WITH_SM3 &&
        description?.references.some((reference) => reference.path === document.signaturesPath) ===
          true,
    );
  return isOurs
    ? passed('document.ownForm', 'packed as this service packs')
    : failed(
        'document.ownForm',
        'HASH_FAILURE',
        'not packed as this service packs: bytes were changed',
      );
}

const MAX_ATTACHED_CERTIFICATE_BYTES = 65_536;

/** From PEM attachments: help for building paths, trusted in nothing; unreadable ones are no help. */
function readAttachedCertificates(
  ofd: OfdPackage,
  { rootPath }: OfdDocument,
): readonly Certificate[] {
  const location = childText(ofd.readXml(rootPath).root, 'Attachments');
  if (location === null) return [];
  const listPath = resolvePath(rootPath, location);
  if (!ofd.archive.entries.has(listPath)) return [];
  const pems = childrenOf(ofd.readXml(listPath).root, 'Attachment').filter(isPem);
  return pems.slice(0, 4).flatMap((attachment) => {
    const path = resolvePath(listPath, childText(attachment, 'FileLoc') ?? '');
    const bytes = ofd.archive.entries.get(path)?.read();
    return bytes && bytes.length <= MAX_ATTACHED_CERTIFICATE_BYTES ? certificatesIn(bytes) : [];
  });
}

function isPem(attachment: XmlElement): boolean {
  return (
    attachment.attributes['Format']?.toLowerCase() === 'pem' &&
    childOf(attachment, 'FileLoc') !== null
  );
}

function certificatesIn(pem: Uint8Array): readonly Certificate[] {
  try {
    return parseCertificates(Buffer.from(pem).toString('latin1'));
  } catch (error) {
    if (error instanceof ServiceError) return [];
    throw error;
  }
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
