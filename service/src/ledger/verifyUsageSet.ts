import { ServiceError } from '../errors.ts';
import { failed, noticed, passed, type Check } from '../report.ts';
import { parseCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { usageProofOf, type UsageSet } from './proofFormat.ts';
import type { ProofTrust } from './proofTrust.ts';
import { verifyEndorsements } from './verifyEndorsements.ts';
import { isUsageHeld, verifyProof } from './verifyProof.ts';

export interface UsageSetVerdict {
  readonly checks: readonly Check[];
  /** As in a proof's verdict. */
  readonly provenAt: Date | null;
  readonly organisations: readonly string[];
}

/**
 * Verifies a set of anchored records: the first one as the proof that it is, with what all share; every other by the same
 * two paths to the same checkpoint. Endorsements must name every batch.
 *
 * @returns never throws for bad evidence.
 */
export function verifyUsageSet(set: UsageSet, trust: ProofTrust): UsageSetVerdict {
  const first = usageProofOf(set, 0);
  if (first === null) {
    const check = noticed(
      'export.records',
      'there are no records, so that nothing leads to the log',
    );
    return { checks: [check], provenAt: null, organisations: [] };
  }
  const verdict = verifyProof(first, { ...trust, endorsement: { organisations: 0 } });
  const shared = { ...first, ...(set.endorsedReads && { endorsedReads: set.endorsedReads }) };
  const endorsements = verifyEndorsements(shared, trust, set.batches);
  return {
    checks: [...verdict.checks, checkRecords(set), ...endorsements.checks],
    provenAt: verdict.provenAt,
    organisations: endorsements.organisations,
  };
}

function checkRecords(set: UsageSet): Check {
  const name = 'export.records';
  const checkpoint = readCheckpoint(set.checkpoint);
  if (checkpoint === null) return failed(name, 'FORMAT_FAILURE', 'the checkpoint is malformed');
  const ids = set.records.map(({ record }) => String(record['id']));
  if (ids.some((id, place) => place > 0 && id <= (ids[place - 1] ?? ''))) {
    return failed(name, 'FORMAT_FAILURE', 'the records are not in order, or one stands twice');
  }
  const stray = ids.find((_, place) => {
    const usage = usageProofOf(set, place)?.usage;
    return usage === undefined || usage === null || !isUsageHeld(usage, checkpoint);
  });
  return stray === undefined
    ? passed(name, `the log of ${checkpoint.size} batches holds all ${ids.length} records`)
    : failed(name, 'PROOF_FAILURE', `no path leads from record ${stray} to the log`);
}

function readCheckpoint(note: string): SignedCheckpoint | null {
  try {
    return parseCheckpoint(note);
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}
