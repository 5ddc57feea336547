import type { Certificate } from '../pki/certificate.ts';
import { indeterminate } from '../report.ts';
import { verifyEndorsedReads } from './fabric/verifyEndorsedReads.ts';
import type { EndorsementQuestion, EndorsementVerdict } from './fabric/verifyEndorsedReads.ts';
import { readPath } from './proofCertificates.ts';
import { toEndorsedRead } from './proofFormat.ts';
import type { LedgerProof, ProvenPosition } from './proofFormat.ts';
import type { EndorsementTrust, ProofTrust } from './proofTrust.ts';

const LEDGER_NAME = 'yinxin'; // of channel and chaincode
const LEAST_ORGANISATIONS = 2; // one alone says no more than the checkpoint does

/**
 * Verifies what the organisations that keep a ledger say of a proof's batches. Nobody can see that endorsements were taken
 * out of a proof: a reader who needs them must demand them.
 *
 * @param positions - whose batches must be endorsed.
 * @returns no check where there are no endorsements and none are demanded.
 */
export function verifyEndorsements(
  proof: Pick<LedgerProof, 'endorsedReads' | 'node' | 'acts'>,
  trust: ProofTrust,
  positions: readonly Pick<ProvenPosition, 'batch'>[],
): EndorsementVerdict {
  const { endorsement = {} } = trust;
  if (proof.endorsedReads === undefined) return withoutEndorsements(endorsement);
  return verifyEndorsedReads(proof.endorsedReads.map(toEndorsedRead), {
    ...policyOf(endorsement),
    batches: positions.map(({ batch }) => batch),
    anchors: trust.anchors.length === 0 ? null : organisationRoots(proof, trust),
    at: trust.at,
  });
}

type Certified = Pick<LedgerProof, 'node' | 'acts'>;

function withoutEndorsements({ organisations = 0 }: EndorsementTrust): EndorsementVerdict {
  if (organisations === 0) return { checks: [], organisations: [] };
  const detail = `${organisations} organisation(s) are demanded, and none has endorsed`;
  const check = indeterminate('proof.organisations', 'NOT_ENDORSED', detail);
  return { checks: [check], organisations: [] };
}

function policyOf({
  channel = LEDGER_NAME,
  chaincode = LEDGER_NAME,
  intermediates = [],
  organisations = LEAST_ORGANISATIONS,
}: EndorsementTrust): Omit<EndorsementQuestion, 'batches' | 'anchors' | 'at'> {
  return { channel, chaincode, intermediates, organisations: Math.max(organisations, 1) };
}

function organisationRoots(proof: Certified, trust: ProofTrust): readonly Certificate[] {
  const { anchors = rootsApart(proof, trust), furtherAnchors = [] } = trust.endorsement ?? {};
  return [...anchors, ...furtherAnchors];
}

/** The reader's roots without those that certify node and authorities, by the names that issued there. */
function rootsApart(proof: Certified, { anchors }: ProofTrust): readonly Certificate[] {
  const paths = [proof.node, ...proof.acts].map(({ certificationPath }) => certificationPath);
  const issuers = new Set(
    paths.flatMap((path) => (readPath(path) ?? []).map(({ issuer }) => issuer.comparisonKey)),
  );
  return anchors.filter(({ subject }) => !issuers.has(subject.comparisonKey));
}
