/** Annotated copies (加注件): the file, the window's seal, what it says of itself, its end, and the licence behind it. */
import type { LicenceVersionRecord } from '@yinxin/chaincode/model';
import { shanghaiTime } from '../civilTime.ts';
import type { ClaimedCopy, CopyRecord } from '../documents/copyRecord.ts';
import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import type { Text } from '../language.ts';
import { conclude, failed, passed, type Check } from '../report.ts';
import type { SealKind } from '../sealing/sealKinds.ts';
import { checkCopyPage, textOfOfd } from './copyPage.ts';
import { checkCopyUse } from './copyUse.ts';
import { earlierVersions, ifInReach, viewLicence } from './ledgerView.ts';
import { checkLicence } from './licenceChecks.ts';
import type { VerificationParts } from './parts.ts';
import type { KnownFile, NamedLicence } from './readSealedFile.ts';
import type { Finding } from './report.ts';
import { verifySignedDocument } from './verifySealedDocument.ts';
import { textOf } from './visible/compareText.ts';

/** A file that says it is a copy. */
export interface CopyFile extends KnownFile {
  readonly copy: ClaimedCopy;
  /** What the verifier is asked to accept it for; absent: nobody said. */
  readonly purpose: string | undefined;
}

/** @param bytes - attacker-controlled. */
export async function verifyCopy(
  parts: VerificationParts,
  bytes: Uint8Array,
  known: CopyFile,
): Promise<Finding> {
  const sealed = await verifySignedDocument(parts, bytes, known);
  const { record } = known.copy;
  const licence = record === null ? null : licenceIn(record);
  if (record === null || licence === null) {
    const detail = 'it says that it is an annotated copy, and no more that can be read';
    return {
      ...sealed,
      subject: { kind: 'annotated-copy', identifier: sealed.subject.identifier },
      checks: [...sealed.checks, failed('copy.metadata', 'METADATA_MISMATCH', detail)],
    };
  }
  const view = await viewLicence(parts.ledger, licence, known.time);
  const checks = [
    ...sealed.checks,
    ...checkAct(sealed, record),
    ...(await checkMaker(parts, sealed, record)),
    ...(await checkPage(parts, bytes, known, { sealed, record })),
    ...(view.version === null ? [] : [await checkOriginal(parts, record, view.version)]),
    ...checkLicence(licence, view, known.time).map(ofLicence),
    ...checkCopyUse(record, { at: known.time.at, purpose: known.purpose }),
  ];
  return {
    subject: { kind: 'annotated-copy', identifier: record.copyId },
    licence: licence.text,
    esId: sealed.esId,
    statusAgeSeconds: view.ageSeconds,
    since: view.licence?.since,
    currentIdentifier: view.licence?.identifier,
    checks,
    ...(conclude(checks).indication === 'TOTAL-PASSED' ? { statement: goodCopy(record) } : {}),
  };
}

function licenceIn({ licence }: CopyRecord): NamedLicence | null {
  try {
    return readIdentifier(licence);
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}

/** Two seals are asked about: that of the copy, and that of the licence when it was issued. */
function ofLicence(check: Check): Check {
  return check.name === 'seal.state' ? { ...check, name: 'licence.seal' } : check;
}

/** The act's id is chosen when a copy is made: nobody can put it into a document of their own that is sealed later. */
function checkAct(sealed: Finding, { copyId }: CopyRecord): readonly Check[] {
  if (!isRecorded(sealed)) return []; // that check says so
  return [
    sealed.subject.identifier === copyId
      ? passed('copy.act', `recorded as copy ${copyId}`)
      : failed('copy.act', 'METADATA_MISMATCH', `the ledger does not know it as copy ${copyId}`),
  ];
}

function isRecorded({ checks }: Finding): boolean {
  return checks.some(
    ({ name, indication }) => name === 'sealSignature.recorded' && indication === 'TOTAL-PASSED',
  );
}

const KIND: SealKind = 'windowService';

async function checkMaker(
  { store }: VerificationParts,
  { esId }: Finding,
  { madeBy }: CopyRecord,
): Promise<readonly Check[]> {
  const seal = esId === null ? null : await store.seals.find(esId);
  if (seal === null) return []; // other checks say so
  const isMakers = seal.kind === KIND && seal.holder.creditCode === madeBy.creditCode;
  return [
    isMakers
      ? passed('copy.maker', `sealed by the window service seal of ${madeBy.creditCode}`)
      : failed('copy.maker', 'METADATA_MISMATCH', `not the service seal of ${madeBy.creditCode}`),
  ];
}

/** A PDF's page is drawn on a thread of its own: it takes an interpreter to read. */
async function checkPage(
  { visible }: VerificationParts,
  bytes: Uint8Array,
  { file }: CopyFile,
  { sealed, record }: Readonly<{ sealed: Finding; record: CopyRecord }>,
): Promise<readonly Check[]> {
  if (!isRecorded(sealed)) return []; // then it does not pass, and is looked at as any other file
  if (file.format === 'ofd') return [checkCopyPage(record, textOfOfd(bytes))];
  const shown = await visible?.reader.read(bytes, file.format);
  return [checkCopyPage(record, shown == null ? null : textOf(shown))];
}

/** The file that it stands beside must be one that was released for the licence. */
async function checkOriginal(
  { ledger }: VerificationParts,
  { original }: CopyRecord,
  version: LicenceVersionRecord,
): Promise<Check> {
  const isOf = ({ documents }: LicenceVersionRecord): boolean =>
    documents.some(
      ({ format, sha256 }) => format === original.format && sha256 === original.sha256,
    );
  const isReleased =
    isOf(version) || ((await ifInReach(earlierVersions(ledger, version))) ?? []).some(isOf);
  const name = 'copy.original';
  return isReleased
    ? passed(name, `made beside the file that act ${version.actId} names`)
    : failed(name, 'METADATA_MISMATCH', 'the file that it names was never that of the licence');
}

const MAX_QUOTED = 80;

function goodCopy({ validUntil, madeBy, ...record }: CopyRecord): Text {
  const characters = Array.from(record.purpose);
  const isLong = characters.length > MAX_QUOTED;
  const purpose = isLong ? `${characters.slice(0, MAX_QUOTED).join('')}…` : record.purpose;
  const until = shanghaiTime(new Date(validUntil));
  return {
    'zh-CN': `加注件有效：由“${madeBy.name}”制作，仅供“${purpose}”使用，至 ${until} 止；原证照当前有效。`,
    en: `The annotated copy is valid: made by ${madeBy.name}, for “${purpose}” only, until ${until} (UTC+8); the licence is in force.`,
  };
}
