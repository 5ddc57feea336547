/** The checks on one signature of a PDF, one step a line. */
import { createHash } from 'node:crypto';
import { ServiceError } from '../../errors.ts';
import {
  conclude,
  failed,
  indeterminate,
  passed,
  type Check,
  type SubIndication,
} from '../../report.ts';
import { encodeCms } from '../../pki/cms/cmsEncoding.ts';
import { parseCms, type CmsSignature } from '../../pki/cms/cmsParsing.ts';
import { OID } from '../../pki/cms/cmsOids.ts';
import { readTokenInfo } from '../../pki/timeStamp/timeStampInfo.ts';
import { judgeCms, type CmsJudgement } from '../../pki/cms/judgeCms.ts';
import { trustWith } from './revocationHelp.ts';
import type { PdfQuestion, PdfSignatureResult } from './pdfVerification.ts';
import { asName, isKind, stringText, type PdfDictionary } from './pdfValue.ts';
import type { SignedField } from './signatureFields.ts';
import { decodeContents, type SignatureRanges } from './signatureRanges.ts';
import { judgeDocumentTimeStamp, proveTime, type TimeProof } from './timeProof.ts';
import type { ValidationData } from './validationData.ts';
import { COST, type WorkBudget } from './workBudget.ts';

export interface SignatureQuestion {
  readonly question: PdfQuestion;
  readonly validationData: ValidationData;
  readonly budget: WorkBudget;
  readonly field: SignedField;
  readonly rangeCheck: Check;
  readonly ranges: SignatureRanges | null;
  /** Instant by which document time-stamps that cover this signature prove that it existed, at the latest the question's. */
  readonly provenBy: Date;
}

/** SubFilter by kind; `isPades` wants the signing certificate among the signed attributes. */
interface Format {
  readonly kind: PdfSignatureResult['kind'];
  readonly isPades: boolean;
}
const FORMATS: Readonly<Record<string, Format>> = {
  'ETSI.CAdES.detached': { kind: 'signature', isPades: true },
  'adbe.pkcs7.detached': { kind: 'signature', isPades: false },
  'ETSI.RFC3161': { kind: 'documentTimeStamp', isPades: true },
};

/** Verifies one signature; what was added behind it is judged by the caller. */
export function verifySignature(parts: SignatureQuestion): PdfSignatureResult {
  const { field, ranges, rangeCheck } = parts;
  const subFilter = asName(field.signature.entries.get('SubFilter')) ?? '';
  const format = Object.hasOwn(FORMATS, subFilter) ? FORMATS[subFilter] : undefined;
  const blank: PdfSignatureResult = {
    fieldName: field.name,
    kind: format?.kind ?? 'signature',
    checks: [],
    signerCertificate: null,
    certificates: [],
    signingTime: readClaimedTime(field.signature),
    signatureDigest: null,
    timeStampToken: null,
    timeStampedAt: null,
    provenAt: provenBefore(parts, null),
    coversWholeFile: false,
    signedLength: ranges?.signedLength ?? 0,
  };
  if (format === undefined) {
    const check = indeterminate(
      FORMAT,
      'FORMAT_FAILURE',
      `SubFilter ${subFilter} is not supported`,
    );
    return { ...blank, checks: [check, rangeCheck] };
  }
  if (ranges === null) return { ...blank, checks: [rangeCheck] };
  const cms = readCms(ranges.contents, format.kind);
  if (typeof cms === 'string') {
    return { ...blank, checks: [failed(FORMAT, 'FORMAT_FAILURE', cms), rangeCheck] };
  }
  return { ...blank, ...judge(parts, ranges, cms, format) };
}

const FORMAT = 'pdf.format';

interface ReadCms {
  readonly der: Uint8Array;
  readonly cms: CmsSignature;
}

/** @returns a sentence if the CMS is not what the sub-filter promises. */
function readCms(contents: Uint8Array, kind: PdfSignatureResult['kind']): ReadCms | string {
  const der = decodeContents(contents);
  if (typeof der === 'string') return `Contents: ${der}`;
  try {
    const cms = parseCms(der);
    if (kind === 'documentTimeStamp') readTokenInfo(cms);
    else if (cms.content !== null || cms.contentType !== OID.data)
      return 'the CMS holds content of its own';
    return { der, cms };
  } catch (error) {
    if (error instanceof ServiceError) return error.message;
    throw error;
  }
}

function judge(
  parts: SignatureQuestion,
  ranges: SignatureRanges,
  read: ReadCms,
  { kind, isPades }: Format,
): Partial<PdfSignatureResult> {
  const { cms } = read;
  const trust = trustWith(parts.question.trust, parts.validationData, cms);
  const { certificates } = parts.validationData;
  parts.budget.spend((ranges.before.length + ranges.after.length) >> COST.digestedShift);
  const signed = [ranges.before, ranges.after];
  const help = { trust, certificates, at: parts.provenBy };
  const wellFormed = [passed(FORMAT, 'the signature dictionary and its CMS are well formed')];
  const facts = {
    certificates: cms.certificates,
    signatureDigest: createHash('sha256').update(cms.signatureValue).digest('hex'),
    timeStampToken: cms.timeStampToken,
  };
  if (kind === 'documentTimeStamp') {
    const verdict = judgeDocumentTimeStamp(read.der, cms, { ...help, stamped: signed });
    const { checks, statedAt, signerCertificate } = verdict;
    return {
      ...facts,
      checks: [...wellFormed, parts.rangeCheck, ...checks],
      ...{ signerCertificate, timeStampedAt: statedAt, signingTime: statedAt },
    };
  }
  const proof = proveTime(cms, help);
  const times = readTimes(parts, cms, proof);
  const judgement = judgeCms({
    cms,
    content: signed,
    certificates,
    trust,
    at: times.provenAt ?? parts.question.at,
    claimedAt: times.signingTime,
    purpose: parts.question.requireOwnForm === true ? 'documentSigner' : null,
    isCertificateNamed: isPades,
  });
  const extras = checkExtras(parts.question, ranges.contents, { cms, judgement, proof });
  return {
    ...facts,
    ...times,
    checks: [...wellFormed, parts.rangeCheck, ...judgement.checks, ...extras],
    signerCertificate: judgement.signer?.der ?? null,
  };
}

type Times = Pick<PdfSignatureResult, 'signingTime' | 'timeStampedAt' | 'provenAt'>;

function readTimes(parts: SignatureQuestion, cms: CmsSignature, proof: TimeProof | null): Times {
  return {
    timeStampedAt: proof?.provenAt ?? null,
    provenAt: provenBefore(parts, proof),
    signingTime: cms.signingTime ?? readClaimedTime(parts.field.signature),
  };
}

/** A signer is judged at the time when the signature is known to have been there. */
export function earlier(at: Date, proven: Date | null): Date {
  return proven !== null && proven < at ? proven : at;
}

/** @returns null if no time-stamp proves a time. */
function provenBefore(
  { provenBy, question }: SignatureQuestion,
  proof: TimeProof | null,
): Date | null {
  const at = earlier(provenBy, proof?.provenAt ?? null);
  return at < question.at || proof?.provenAt != null ? at : null;
}

interface Extras {
  readonly cms: CmsSignature;
  readonly judgement: CmsJudgement;
  readonly proof: TimeProof | null;
}

/** What only tampering leaves of a time-stamp: it is over other bytes, or its own bytes were changed. */
const TAMPERED: readonly (SubIndication | null)[] = [
  'HASH_FAILURE',
  'SIG_CRYPTO_FAILURE',
  'FORMAT_FAILURE',
];

function isTelling({ provenAt, check }: TimeProof): boolean {
  return provenAt !== null || TAMPERED.includes(check.subIndication);
}

/**
 * A time-stamp that proves nothing, by an authority nobody trusts for instance, is as good as none, unless no byte may
 * change unseen.
 */
function checkExtras(
  { requireOwnForm = false }: PdfQuestion,
  contents: Uint8Array,
  { cms, judgement, proof }: Extras,
): readonly Check[] {
  if (proof === null) return requireOwnForm ? [checkOwnForm(contents, cms, judgement)] : [];
  const isLoose = requireOwnForm && !proof.isSealedUp;
  const looseness = 'the token holds bytes that nothing vouches for';
  return [
    ...(requireOwnForm || isTelling(proof) ? [proof.check] : []),
    ...(isLoose ? [failed(proof.check.name, 'FORMAT_FAILURE', looseness)] : []),
    ...(requireOwnForm ? [checkOwnForm(contents, cms, judgement)] : []),
  ];
}

/** Our own files: the CMS must be what we would encode from its parts, its digits ours, the rest zero. */
function checkOwnForm(contents: Uint8Array, cms: CmsSignature, judgement: CmsJudgement): Check {
  const name = 'pdf.ownForm';
  const { signer, path } = judgement;
  const { signedAttributes, signatureValue, timeStampToken, certificates } = cms;
  if (signer === null || signedAttributes === null) {
    return failed(name, 'FORMAT_FAILURE', 'the CMS lacks what ours has');
  }
  // no certificate vouches for another one's bytes unless it stands in the path that was validated
  const used = path.map(({ der }) => der);
  const isEachUsed = certificates.every((one) => used.some((der) => !Buffer.compare(one, der)));
  if (!isEachUsed && conclude(judgement.checks).indication === 'TOTAL-PASSED') {
    return failed(name, 'FORMAT_FAILURE', 'the CMS holds a certificate that is of no use');
  }
  const parts = { leaf: signer, certificates, signedAttributes, signatureValue, timeStampToken };
  const expected = Buffer.alloc(contents.length, '0');
  const length = expected.write(Buffer.from(encodeCms(parts)).toString('hex'), 'latin1');
  return length <= contents.length && expected.equals(contents)
    ? passed(name, 'the signature is encoded as our writer does')
    : failed(name, 'HASH_FAILURE', 'not encoded as our writer does: bytes were changed');
}

/** `M`: a time nobody vouches for (ISO 32000-1 §7.9.4). */
function readClaimedTime(signature: PdfDictionary): Date | null {
  const value = signature.entries.get('M');
  const text = isKind(value, 'string') ? stringText(value) : '';
  const match =
    /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z(?:00'00'?)?|([+-]\d\d)'(\d\d)'?)$/u.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, zoneHour, zoneMinute] = match;
  const zone = zoneHour === undefined ? 'Z' : `${zoneHour}:${zoneMinute}`;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  return Number.isNaN(time.getTime()) ? null : time;
}
