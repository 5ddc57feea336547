/** What is inside a piece of evidence, as it says itself. Nothing is verified. */
import type { ReceiptCode } from '../credentials/receiptCode.ts';
import { receiptIn, type ReceiptFile } from '../credentials/receiptFile.ts';
import type { Credential } from '../credentials/sdJwt.ts';
import { sha256Hex } from '../documents/digest.ts';
import { listAttachments } from '../documents/ofd/attachments.ts';
import type { OfdCoverage } from '../documents/ofd/coverage.ts';
import { verifyOfd } from '../documents/ofd/verifyOfd.ts';
import { verifyPdf } from '../documents/pdf/verifyPdf.ts';
import { ServiceError } from '../errors.ts';
import type { LedgerProof } from '../ledger/proofFormat.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import { parseCms } from '../pki/cms/cmsParsing.ts';
import { readTokenInfo } from '../pki/timeStamp/timeStampInfo.ts';
import { NO_TRUST_STORE } from '../pki/trustStore.ts';
import type { Seal } from '../sealing/seal.ts';
import type { Evidence, EvidenceKind } from '../verification/detectEvidence.ts';

/** Of parts of a package: nobody reads more of them. */
const MAX_NAMES = 100;

/** JSON, with `kind` as `detectEvidence` says. */
export type Inspection = Readonly<Record<string, unknown>> & { readonly kind: Evidence['kind'] };

/**
 * Tells what is inside.
 *
 * @param at - any instant: formats are read by the code that verifies them.
 * @throws ServiceError `DOCUMENT_MALFORMED` for a file that cannot be read.
 */
export function inspectEvidence(evidence: Evidence, at: Date): Inspection {
  const inspect = INSPECTORS[evidence.kind] as Inspector<Evidence>; // the one of its kind
  return { kind: evidence.kind, ...inspect(evidence, at) };
}

type Inspector<E> = (evidence: E, at: Date) => object;

const INSPECTORS: { readonly [K in EvidenceKind]: Inspector<Evidence & { readonly kind: K }> } = {
  ofd: ({ bytes }, at) => inspectOfd(bytes, at),
  pdf: ({ bytes }, at) => inspectPdf(bytes, at),
  seal: ({ seal }) => inspectSeal(seal),
  code: ({ code: { claims, digest, keyIdentifier, sign1 } }) => ({
    ...claims,
    ...{ sha256: digest, keyIdentifier, algorithm: sign1.algorithm },
  }),
  identifier: ({ identifier, issuer }) => ({ identifier, issuer }),
  credential: ({ credential }) => inspectCredential(credential),
  receipt: ({ receipt }) => inspectReceipt(receipt),
  export: ({ export: { manifest, set } }) => ({
    ...manifest,
    uses: set.records.map(({ record }) => record['id']),
  }),
  proof: ({ proof }) => inspectProof(proof),
  timeStamp: ({ token }) => inspectTimeStamp(token),
  certificates: ({ certificates }) => ({ certificates: certificates.map(inspectCertificate) }),
};

function inspectOfd(bytes: Uint8Array, at: Date): object {
  const { seals, metadata, certificates, uncovered } = verifyOfd(bytes, {
    trust: NO_TRUST_STORE,
    at,
  });
  return {
    ...sizeOf(bytes),
    metadata: Object.fromEntries(metadata.map(({ name, value }) => [name, value])),
    seals: seals.map((seal) => ({
      id: seal.id,
      esId: seal.esId,
      name: seal.sealName,
      signedAt: seal.sealingTime,
      signer: subjectOf(seal.signerCertificate),
      maker: subjectOf(seal.makerCertificate),
      hasTimeStamp: seal.timeStampToken !== null,
      placements: seal.placements,
      coverage: inspectCoverage(seal.coverage),
    })),
    uncovered: uncovered.slice(0, MAX_NAMES),
    attachments: listAttachments(bytes),
    certificates: certificates.map(subjectOf),
  };
}

function inspectCoverage(coverage: OfdCoverage | null): object | null {
  if (coverage === null) return null;
  const { mode, parts, outside } = coverage;
  return { mode, parts: parts.length, outside: outside.slice(0, MAX_NAMES) };
}

function inspectPdf(bytes: Uint8Array, at: Date): object {
  const { signatures, metadata } = verifyPdf(bytes, { trust: NO_TRUST_STORE, at });
  const receipt = receiptIn(metadata);
  return {
    ...sizeOf(bytes),
    ...(receipt === null ? {} : { receipt: inspectReceipt(receipt) }),
    metadata: metadata === null ? null : { name: metadata.name, ...sizeOf(metadata.bytes) },
    signatures: signatures.map((signature) => ({
      field: signature.fieldName,
      kind: signature.kind,
      signedAt: signature.signingTime,
      signer: subjectOf(signature.signerCertificate),
      certificates: signature.certificates.map(subjectOf),
      signedBytes: signature.signedLength,
      hasTimeStamp: signature.timeStampToken !== null,
    })),
  };
}

function inspectSeal(seal: Seal): object {
  const { signers, image } = seal;
  return {
    ...sizeOf(seal.bytes),
    version: seal.version,
    vendorId: seal.vendorId,
    esId: seal.esId,
    type: seal.type,
    name: seal.name,
    createdAt: seal.createdAt,
    validFrom: seal.validFrom,
    validUntil: seal.validUntil,
    picture: {
      type: image.type,
      bytes: image.bytes.length,
      widthMm: image.widthMm,
      heightMm: image.heightMm,
    },
    signers:
      signers.kind === 'certificates'
        ? signers.certificates.map(subjectOf)
        : signers.digests.map(({ type, value }) => `${type} ${Buffer.from(value).toString('hex')}`),
    maker: subjectOf(seal.makerCertificate),
    signatureAlgorithm: seal.signatureAlgorithm,
  };
}

function inspectCredential(credential: Credential): object {
  const { identifier, issuer, issuedAt, expiresAt, status, holder, fields, digest, jws } =
    credential;
  const signer = jws.certificates[0];
  return {
    ...{ identifier, issuer, issuedAt, expiresAt, status, holder, fields, sha256: digest },
    signer: signer === undefined ? null : signer.subject.text,
    disclosures: credential.disclosures.length,
  };
}

function inspectReceipt(receipt: ReceiptFile | ReceiptCode): object {
  if ('sign1' in receipt) {
    const { claims, keyIdentifier, sign1 } = receipt;
    return { ...claims, keyIdentifier, algorithm: sign1.algorithm };
  }
  const { jws, content } = receipt.receipt;
  const [signer] = jws.certificates;
  return {
    ...content,
    signer: signer === undefined ? null : signer.subject.text,
    proofs: receipt.proofs === null ? null : receipt.proofs.map(inspectProof),
    hasTimeStamp: receipt.timeStamp !== null,
  };
}

function inspectProof({ subject, acts, usage, checkpoint }: LedgerProof): object {
  return {
    subject,
    acts: acts.map(({ act: { act }, batch, index, logIndex }) => ({
      ...{ act: act.act, id: act.id, authority: act.by.authority, at: act.at },
      ...{ recordedAt: batch.at, batch: batch.root, index, logIndex },
    })),
    usage:
      usage === null
        ? null
        : { id: usage.record['id'], batch: usage.batch.root, index: usage.index },
    checkpoint,
  };
}

function inspectTimeStamp(token: Uint8Array): object {
  const cms = parseCms(token);
  const { policy, imprint, serialNumber, at, accuracyMs, nonce } = readTokenInfo(cms);
  return {
    ...sizeOf(token),
    ...{ at, accuracyMs, policy, serialNumber, nonce },
    imprint: {
      hashAlgorithm: imprint.hashAlgorithm,
      digest: Buffer.from(imprint.digest).toString('hex'),
    },
    certificates: cms.certificates.map(subjectOf),
  };
}

function inspectCertificate(certificate: Certificate): object {
  return {
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    serialNumber: certificate.serialNumber,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    algorithm: certificate.publicKey.algorithm,
    signatureAlgorithm: certificate.signatureAlgorithm,
    isCa: certificate.isCa,
    sha256: certificate.fingerprint,
  };
}

function sizeOf(bytes: Uint8Array): { readonly bytes: number; readonly sha256: string } {
  return { bytes: bytes.length, sha256: sha256Hex(bytes) };
}

/** @returns null where there is none, or none that can be read. */
function subjectOf(der: Uint8Array | null): string | null {
  try {
    return der === null ? null : parseCertificate(der).subject.text;
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}
