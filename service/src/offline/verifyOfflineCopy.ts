/** Annotated copies without the ledger: the file, its end, and what a bundle says of the licence. */
import type { ClaimedCopy, CopyRecord } from '../documents/copyRecord.ts';
import { formatOf, sha256Hex } from '../documents/digest.ts';
import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import { failed, type Check } from '../report.ts';
import { checkCopyPage, textOfOfd } from '../verification/copyPage.ts';
import { checkCopyUse } from '../verification/copyUse.ts';
import { checkSigner } from './checkSigner.ts';
import { statusOutOfReach, type OfflineFinding, type OfflineQuestion } from './question.ts';
import { licenceStatus } from './trustBundle.ts';

/** A file that says it is a copy, with what was found of its seal. */
export interface OfflineCopy {
  readonly copy: ClaimedCopy;
  readonly checks: readonly Check[];
  /** DER; null: no signature can be read. */
  readonly signer: Uint8Array | null;
}

/**
 * A PDF's page is not compared with its record: it has the form of our own writer, and its seal's state is open anyway.
 *
 * @param bytes - attacker-controlled.
 */
export function verifyOfflineCopy(
  { copy, checks, signer }: OfflineCopy,
  bytes: Uint8Array,
  question: OfflineQuestion,
): OfflineFinding {
  const { record } = copy;
  const issuer = record === null ? null : issuerOf(record);
  if (record === null || issuer === null) {
    const subject = { kind: 'annotated-copy', identifier: sha256Hex(bytes) } as const;
    return { subject, checks: [...checks, unreadable()] };
  }
  const { licence: identifier, madeBy } = record;
  const status = licenceStatus(question, { identifier, issuer, place: null });
  return {
    ...status,
    subject: { kind: 'annotated-copy', identifier: record.copyId },
    checks: [
      ...checks,
      checkSigner('copy.maker', madeBy.creditCode, signer),
      ...(formatOf(bytes) === 'ofd' ? [checkCopyPage(record, textOfOfd(bytes))] : []),
      ...status.checks,
      ...checkCopyUse(record, { at: question.at, purpose: undefined }),
      statusOutOfReach('seal.state'),
    ],
    genuine: 'copy',
  };
}

/** Made in a city that the reader's own recognises: the licence's state is not here. */
export function ofCopyElsewhere(
  finding: OfflineFinding,
  { record }: ClaimedCopy,
  { at }: OfflineQuestion,
): OfflineFinding {
  const identifier = record?.copyId ?? finding.subject.identifier;
  const use = record === null ? [unreadable()] : checkCopyUse(record, { at, purpose: undefined });
  return {
    subject: { kind: 'annotated-copy', identifier },
    checks: [...finding.checks, ...use, statusOutOfReach('licence.state')],
    genuine: 'copy',
  };
}

function unreadable(): Check {
  const detail = 'it says that it is an annotated copy, and no more that can be read';
  return failed('copy.metadata', 'METADATA_MISMATCH', detail);
}

function issuerOf({ licence }: CopyRecord): string | null {
  try {
    return readIdentifier(licence).issuer;
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}
