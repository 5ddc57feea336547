/** Seals of other cities: what the trust list says of those who vouch for them. */
import type { TrustAnchorRecord } from '@yinxin/chaincode/model';
import type { OfdVerification } from '../documents/ofd/verifyOfd.ts';
import type { PdfVerification } from '../documents/pdf/verifyPdf.ts';
import type { KeyPurpose } from '../keys/signer.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import { validateCertificationPath } from '../pki/certificationPath.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { indeterminate, passed, type Check } from '../report.ts';
import { ServiceError } from '../errors.ts';
import { ifInReach } from './ledgerView.ts';
import { MAX_STATUS_AGE_SECONDS } from './licenceChecks.ts';
import type { VerificationParts } from './parts.ts';

/** One signature on a file, as far as it names who vouches for it. Certificates are DER, attacker-controlled. */
export interface SignatureOrigin {
  readonly signer: Uint8Array | null;
  /** Who made the seal; null: the format carries no seal (PDF). */
  readonly maker: Uint8Array | null;
  /** Certificates that the file brings. */
  readonly certificates: readonly Uint8Array[];
  readonly signedAt: Date | null;
}

/** An entry of the trust list, wherever it was read. */
export type RecognisedAnchor = Pick<TrustAnchorRecord, 'fingerprint' | 'name' | 'since' | 'scope'>;

/** The trust by which one verdict is made. */
export interface JudgingTrust {
  /** Our own anchors and those of the trust list. */
  readonly trust: TrustStore;
  /** Of the ledger's word on the list; null: the ledger is out of reach. */
  readonly ageSeconds: number | null;
  find(fingerprint: string): RecognisedAnchor | null;
}

/** What a file rests on that others sealed. */
export interface Recognition {
  /** In the order of the signatures, each once; at least one. */
  readonly entries: readonly RecognisedAnchor[];
  /** Common name of the last signer's certificate. */
  readonly sealedBy: string;
  readonly checks: readonly Check[];
}

/** Who vouches for the seals of an OFD. */
export function originsOfOfd(result: OfdVerification): readonly SignatureOrigin[] {
  return result.seals.map((seal) => ({
    signer: seal.signerCertificate,
    maker: seal.makerCertificate,
    certificates: result.certificates,
    signedAt: seal.sealingTime,
  }));
}

/** Who vouches for the signatures of a PDF; a time-stamp of its own is none. */
export function originsOfPdf(result: PdfVerification): readonly SignatureOrigin[] {
  return result.signatures
    .filter(({ kind }) => kind === 'signature')
    .map((one) => ({
      signer: one.signerCertificate,
      maker: null,
      certificates: one.certificates,
      signedAt: one.timeStampedAt ?? one.signingTime,
    }));
}

/** Brings the trust level with the ledger's list and takes it for one verdict. */
export async function trustForVerdict(parts: VerificationParts): Promise<JudgingTrust> {
  const { recognition } = parts;
  if (recognition === undefined) {
    return { trust: parts.trust, ageSeconds: null, find: () => null };
  }
  const ageSeconds = await ifInReach(recognition.refresh());
  const entries = new Map<string, RecognisedAnchor | null>();
  const { trust } = recognition;
  for (const fingerprint of trust.scopes?.keys() ?? []) {
    entries.set(fingerprint, recognition.find(fingerprint));
  }
  return { trust, ageSeconds, find: (fingerprint) => entries.get(fingerprint) ?? null };
}

/**
 * Tells whether every signature on a file rests on anchors of the trust list, and on which.
 *
 * Whether the paths hold, their scope's purposes and times included, is said by the file's own checks.
 *
 * @returns null if one of them does not: then the file is not recognised.
 */
export function recognise(
  judging: JudgingTrust,
  origins: readonly SignatureOrigin[],
  at: Date,
): Recognition | null {
  if ((judging.trust.scopes?.size ?? 0) === 0) return null;
  const vouched = origins.flatMap((origin) => vouch(judging, origin, at) ?? []);
  const last = vouched.at(-1);
  if (last === undefined || vouched.length < origins.length) return null;
  const found = new Map(
    vouched.flatMap(({ entries }) => entries.map((entry) => [entry.fingerprint, entry] as const)),
  );
  const entries = [...found.values()];
  return {
    ...{ entries, sealedBy: last.signer.subject.commonName ?? last.signer.subject.text },
    checks: [
      ...entries.map((entry) => checkEntry(entry, judging.ageSeconds)),
      ...unique(vouched.flatMap(({ checks }) => checks)),
    ],
  };
}

interface Vouched {
  readonly signer: Certificate;
  readonly entries: readonly RecognisedAnchor[];
  readonly checks: readonly Check[];
}

/** @returns null unless a signature's certificates all rest on entries of the list. */
function vouch(judging: JudgingTrust, origin: SignatureOrigin, at: Date): Vouched | null {
  const signer = readCertificate(origin.signer);
  if (signer === null) return null;
  const entries = vouchingEntries(judging, origin, { signer, at: origin.signedAt ?? at });
  if (entries === null) return null;
  return { signer, entries, checks: entries.flatMap((entry) => checkSealKind(entry, origin)) };
}

/** Whether licences of a type may rest on the entries. */
export function checkLicenceType({ entries }: Recognition, typeCode: string): readonly Check[] {
  const name = 'trustList.licenceType';
  return entries.map(({ scope, name: title }) =>
    scope.licenceTypes === null || scope.licenceTypes.includes(typeCode)
      ? passed(name, `${title} is recognised for licences of type ${typeCode}`)
      : outOfScope(name, `${title} is not recognised for licences of type ${typeCode}`),
  );
}

/** @returns null unless signer and maker both rest on entries of the list. */
function vouchingEntries(
  judging: JudgingTrust,
  origin: SignatureOrigin,
  { signer, at }: Readonly<{ signer: Certificate; at: Date }>,
): readonly RecognisedAnchor[] | null {
  const find = (leaf: Certificate, purpose: KeyPurpose): RecognisedAnchor | null =>
    judging.find(pathOf(judging.trust, origin, { leaf, at, purpose }).at(-1)?.fingerprint ?? '');
  const ofSigner = find(signer, 'documentSigner');
  if (origin.maker === null) return ofSigner === null ? null : [ofSigner];
  const maker = readCertificate(origin.maker);
  const ofMaker = maker === null ? null : find(maker, 'sealMaker');
  if (ofSigner === null || ofMaker === null) return null;
  return ofMaker === ofSigner ? [ofSigner] : [ofMaker, ofSigner];
}

/** Leaf first; ends in an anchor if one was found. */
function pathOf(
  trust: TrustStore,
  origin: SignatureOrigin,
  asked: Readonly<{ leaf: Certificate; at: Date; purpose: KeyPurpose }>,
): readonly Certificate[] {
  const brought = origin.certificates.flatMap((der) => readCertificate(der) ?? []);
  return validateCertificationPath({
    ...{ ...trust, ...asked },
    intermediates: [...trust.intermediates, ...brought],
  }).path;
}

function checkEntry(entry: RecognisedAnchor, ageSeconds: number | null): Check {
  const name = 'trustList.entry';
  if (ageSeconds === null) {
    return indeterminate(
      name,
      'TRY_LATER',
      'the trust list is on the ledger, which is out of reach',
    );
  }
  if (ageSeconds > MAX_STATUS_AGE_SECONDS) {
    return indeterminate(
      name,
      'TRY_LATER',
      `the ledger's word on the trust list is ${ageSeconds} s old`,
    );
  }
  return passed(
    name,
    `${entry.name} (${entry.fingerprint.slice(0, 16)}) is recognised since ${entry.since}`,
  );
}

/** A PDF shows no seal that would have a kind; an OFD's seals are asked about theirs where they are verified. */
function checkSealKind(entry: RecognisedAnchor, origin: SignatureOrigin): readonly Check[] {
  const { scope, name: title } = entry;
  if (scope.sealKinds === null || origin.maker !== null) return [];
  const detail = `${title} is recognised for some kinds of seals; this format shows none`;
  return [outOfScope('trustList.sealKind', detail)];
}

function outOfScope(name: string, detail: string): Check {
  return indeterminate(name, 'NO_CERTIFICATE_CHAIN_FOUND', detail);
}

/** Signatures by one seal say the same thing. */
function unique(checks: readonly Check[]): readonly Check[] {
  return [...new Map(checks.map((check) => [check.detail, check])).values()];
}

function readCertificate(der: Uint8Array | null): Certificate | null {
  try {
    return der === null ? null : parseCertificate(der);
  } catch (error) {
    if (error instanceof ServiceError) return null; // the file's own checks say so
    throw error;
  }
}
