import type { DocumentDigest, LicenceVersionRecord } from '@yinxin/chaincode/model';
import { sha256Hex } from '../documents/digest.ts';
import { conclude, failed, passed, type Check } from '../report.ts';
import { earlierVersions, ifInReach, viewLicence } from './ledgerView.ts';
import { checkLicence } from './licenceChecks.ts';
import type { VerificationParts } from './parts.ts';
import {
  checkPdfSigner,
  readAtProvenTime,
  type KnownFile,
  type NamedLicence,
  type ReadFile,
} from './readSealedFile.ts';
import { checkLicenceType, recognise } from './recognition.ts';
import type { Finding } from './report.ts';
import { genuineElsewhere } from './statement.ts';

type KnownLicence = KnownFile & { readonly licence: NamedLicence };

/** Judges a file that names a licence: whether it is what was issued, and whether that is in force. */
export async function verifyLicenceFile(
  parts: VerificationParts,
  bytes: Uint8Array,
  known: KnownLicence,
): Promise<Finding> {
  const { file, licence, time } = known;
  const view = await viewLicence(parts.ledger, licence, time);
  const { version } = view;
  const digest = version === null ? [] : [await checkReleased(parts, bytes, { file, version })];
  const isIssued = digest.some((check) => check.indication === 'TOTAL-PASSED');
  const signedAt = version !== null && isIssued ? new Date(version.issuedAt) : null;
  const { checks } = readAtProvenTime(known, signedAt);
  const finding: Finding = {
    subject: { kind: 'licence', identifier: licence.text },
    licence: licence.text,
    esId: version?.sealSignature.esId ?? file.esId,
    statusAgeSeconds: view.ageSeconds,
    since: view.licence?.since,
    currentIdentifier: view.licence?.identifier,
    checks: [
      ...withDigest([...checks, ...checkPdfSigner(file.pdfSigners[0], view.seal)], digest),
      ...checkLicence(licence, view, time),
    ],
  };
  return version === null ? addRecognition(finding, known) : finding;
}

/** A seal that cannot be read tells of changed bytes: there the digest, which says so, comes first. */
function withDigest(checks: readonly Check[], digest: readonly Check[]): readonly Check[] {
  const isBroken = checks.some(({ subIndication }) => subIndication === 'FORMAT_FAILURE');
  return isBroken ? [...digest, ...checks] : [...checks, ...digest];
}

/** A licence that this ledger does not know: of a city on the trust list it can be genuine, though nobody here knows its state. */
function addRecognition(finding: Finding, { file, judging, licence, time }: KnownLicence): Finding {
  const recognition = recognise(judging, file.origins, time.at);
  if (recognition === null) return finding;
  const checks = [
    ...file.checks,
    ...recognition.checks,
    ...checkLicenceType(recognition, licence.typeCode),
    ...finding.checks.slice(file.checks.length),
  ];
  const isGenuine = conclude(checks).subIndication === 'LICENCE_UNKNOWN';
  return {
    ...{ ...finding, checks },
    ...(isGenuine ? { statement: genuineElsewhere(recognition) } : {}),
  };
}

/**
 * The file's first n bytes must be those released last, or at an earlier time (a file may be completed by a time-stamp);
 * what follows them was judged as an addition.
 */
async function checkReleased(
  { ledger }: VerificationParts,
  bytes: Uint8Array,
  { file, version }: Readonly<{ file: ReadFile; version: LicenceVersionRecord }>,
): Promise<Check> {
  const now = checkDigest(bytes, file, version);
  if (now.indication === 'TOTAL-PASSED') return now;
  const earlier = (await ifInReach(earlierVersions(ledger, version))) ?? [];
  const found = earlier
    .map((before) => checkDigest(bytes, file, before))
    .find(({ indication }) => indication === 'TOTAL-PASSED');
  return found ?? now;
}

/** @param version - as it was at some time: the documents it names, and whose signatures they must bear. */
function checkDigest(bytes: Uint8Array, file: ReadFile, version: LicenceVersionRecord): Check {
  const name = 'file.digest';
  const { format, signatureDigests } = file;
  const released = version.documents.find((document) => document.format === format);
  if (released === undefined) {
    return failed(name, 'HASH_FAILURE', `the licence was not issued as ${format}`);
  }
  const isIssued = version.sealSignature.signatureDigests.some((digest) =>
    signatureDigests.includes(digest),
  );
  return isIssued && hasDigest(bytes, released)
    ? passed(name, `its first ${released.size} bytes are those that act ${version.actId} names`)
    : failed(name, 'HASH_FAILURE', 'these are not the bytes that were issued');
}

function hasDigest(bytes: Uint8Array, released: DocumentDigest): boolean {
  if (bytes.length < released.size) return false;
  const issued = bytes.subarray(0, released.size);
  return sha256Hex(issued) === released.sha256;
}
