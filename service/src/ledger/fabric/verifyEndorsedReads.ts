import { canonicalise } from '@yinxin/chaincode/model';
import type { BatchRecord } from '@yinxin/chaincode/model';

import { ServiceError } from '../../errors.ts';
import { verifySignature } from '../../keys/publicKey.ts';
import { fromDerSignature } from '../../keys/signatureValue.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { validateCertificationPath } from '../../pki/certificationPath.ts';
import { conclude, failed, indeterminate, passed } from '../../report.ts';
import type { Check } from '../../report.ts';
import type { EndorsedRead } from '../ledger.ts';
import { parseEndorsedRead } from './endorsedAnswer.ts';
import type { EndorsedAnswer, Endorser } from './endorsedAnswer.ts';

/** What reads are judged by. */
export interface EndorsementQuestion {
  /** The batches that a proof shows: each must have been read. */
  readonly batches: readonly BatchRecord[];
  readonly channel: string;
  readonly chaincode: string;
  /** Roots of organisations; `null`: the reader trusts nobody, so paths are not looked at. */
  readonly anchors: readonly Certificate[] | null;
  readonly intermediates: readonly Certificate[];
  /** Moment of verification. */
  readonly at: Date;
  /** How many organisations must have answered each read; at least 1. */
  readonly organisations: number;
}

/** What came of it. */
export interface EndorsementVerdict {
  /** In the order of the procedure; the first alone where the form is wrong. */
  readonly checks: readonly Check[];
  /** MSP IDs of the organisations that answered every read, by certificates under the reader's roots; in alphabetical order. */
  readonly organisations: readonly string[];
}

const CLAUSE = { signature: 'FIPS 186-5 §6.4.2', path: 'RFC 5280 §6.1' } as const;
const ROLES = ['peer', 'orderer', 'client', 'admin']; // organisational units of Fabric's node roles

/**
 * Verifies reads that organisations endorsed: form; the response is to this proposal; ledger; the values are the proof's
 * batches; signatures; paths of the peers' certificates; number of organisations.
 *
 * A peer's path must hold at the time the proposal claims, which is its client's word, and at the moment of verification:
 * without a time-stamp nobody can tell that a signature is older than the end of its certificate. Revocation is not
 * looked at. An organisation is a root together with an MSP ID: neither two IDs under one root nor two roots under one ID
 * count twice.
 *
 * @param reads - attacker-controlled; parts are bounded by whoever parsed them.
 * @returns never throws for bad evidence.
 */
export function verifyEndorsedReads(
  reads: readonly EndorsedRead[],
  question: EndorsementQuestion,
): EndorsementVerdict {
  const answers = parseReads(reads);
  if (answers === null) {
    const check = failed('proof.endorsementFormat', 'FORMAT_FAILURE', 'an endorsement is no read');
    return { checks: [check], organisations: [] };
  }
  const checks = [
    passed('proof.endorsementFormat', `${answers.length} read(s) of batches, each endorsed`),
    checkBinding(answers),
    checkLedger(answers, question),
    checkValues(answers, question.batches),
    checkSignatures(reads, answers),
  ];
  const { anchors } = question;
  if (anchors === null) return { checks, organisations: [] };
  const judged = answers.map((answer) => judgeEndorsers(answer, { ...question, anchors }));
  return {
    checks: [...checks, ...checkOrganisations(judged, question.organisations)],
    organisations: namesIn(judged),
  };
}

function parseReads(reads: readonly EndorsedRead[]): readonly EndorsedAnswer[] | null {
  try {
    return reads.map(parseEndorsedRead);
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}

function checkBinding(answers: readonly EndorsedAnswer[]): Check {
  const name = 'proof.proposalHash';
  return answers.every(({ isBound }) => isBound)
    ? passed(name, 'every response names the hash of its proposal')
    : failed(name, 'HASH_FAILURE', 'a response is to another proposal');
}

function checkLedger(
  answers: readonly EndorsedAnswer[],
  { channel, chaincode }: EndorsementQuestion,
): Check {
  const name = 'proof.endorsedLedger';
  const stray = answers.find((one) => one.channel !== channel || one.chaincode !== chaincode);
  return stray === undefined
    ? passed(name, `read on channel ${channel} from chaincode ${chaincode}`)
    : indeterminate(
        name,
        'NOT_ENDORSED',
        `read on ${stray.channel}/${stray.chaincode}, asked about ${channel}/${chaincode}`,
      );
}

function checkValues(answers: readonly EndorsedAnswer[], batches: readonly BatchRecord[]): Check {
  const name = 'proof.endorsedBatches';
  const shown = new Map(batches.map((batch) => [batch.root, canonicalise(batch)]));
  const read = answers.flatMap((answer) => answer.batches);
  const isSame = read.every(([root, value]) => !shown.has(root) || shown.get(root) === value);
  const roots = new Set(read.map(([root]) => root));
  return isSame && batches.every(({ root }) => roots.has(root))
    ? passed(name, 'the values read are the batches shown')
    : failed(name, 'PROOF_FAILURE', 'the values read are not the batches shown');
}

function checkSignatures(
  reads: readonly EndorsedRead[],
  answers: readonly EndorsedAnswer[],
): Check {
  const name = 'proof.endorsementSignature';
  const isSigned = answers.every(({ endorsers }, place) => {
    const response = reads[place]?.response ?? new Uint8Array();
    return endorsers.length > 0 && endorsers.every((one) => isSignedBy(one, response));
  });
  return isSigned
    ? passed(name, 'every endorsement is signed by the peer it names', CLAUSE.signature)
    : failed(
        name,
        'SIG_CRYPTO_FAILURE',
        'an endorsement is not signed by the peer it names',
        CLAUSE.signature,
      );
}

function isSignedBy({ certificate, endorser, signature }: Endorser, response: Uint8Array): boolean {
  const value = fromDerSignature(signature);
  if (value === null || certificate.publicKey.algorithm !== 'ES256') return false;
  return verifySignature(certificate.publicKey, Buffer.concat([response, endorser]), value);
}

/** One endorser under the reader's roots. */
interface JudgedEndorser {
  readonly mspId: string;
  readonly check: Check;
  /** Name of the root its path ends in. */
  readonly root: string;
}

type PathQuestion = EndorsementQuestion & { readonly anchors: readonly Certificate[] };

function judgeEndorsers(answer: EndorsedAnswer, question: PathQuestion): readonly JudgedEndorser[] {
  return answer.endorsers.map(({ mspId, certificate }) => {
    const then = judgePath(certificate, question, answer.askedAt);
    const now = judgePath(certificate, question, question.at);
    const isOver = now.check.subIndication === 'EXPIRED';
    const today = isOver
      ? indeterminate(now.check.name, 'EXPIRED', now.check.detail, now.check.clause)
      : now.check;
    const check = then.check.indication === 'TOTAL-PASSED' ? today : then.check;
    return { mspId, check, root: then.root };
  });
}

function judgePath(
  leaf: Certificate,
  { anchors, intermediates }: PathQuestion,
  at: Date,
): Pick<JudgedEndorser, 'check' | 'root'> {
  const name = 'proof.endorserPath';
  if (anchors.length === 0) {
    const detail = `no root of an organisation was given for ${leaf.subject.text}`;
    return { check: indeterminate(name, 'NO_CERTIFICATE_CHAIN_FOUND', detail), root: '' };
  }
  const { checks, path } = validateCertificationPath({ leaf, intermediates, anchors, at });
  const root = path.at(-1)?.subject.comparisonKey ?? '';
  const { indication } = conclude(checks);
  const decisive = checks.find((check) => check.indication === indication);
  if (indication !== 'TOTAL-PASSED' && decisive !== undefined) {
    return { check: { ...decisive, name }, root };
  }
  const detail = `${leaf.subject.text} is no peer's certificate`;
  return isPeer(leaf)
    ? { check: passed(name, `${leaf.subject.text} leads to a trust anchor`), root }
    : { check: failed(name, 'CERTIFICATE_CONSTRAINTS_FAILURE', detail), root };
}

/** Fabric tells peers from clients, which sign as well, by their organisational unit. */
export function isPeer({ subject, isCa, keyUsage }: Certificate): boolean {
  const roles = subject.organisationalUnits.filter((unit) => ROLES.includes(unit));
  const maySign = keyUsage === null || keyUsage.has('digitalSignature');
  return !isCa && maySign && roles.length === 1 && roles[0] === 'peer';
}

function checkOrganisations(
  judged: readonly (readonly JudgedEndorser[])[],
  least: number,
): readonly Check[] {
  const all = judged.flat().map(({ check }) => check);
  const isEnough = judged.every((endorsers) => countOrganisations(endorsers) >= least);
  const open = all.find(({ indication }) => indication === 'INDETERMINATE');
  const path =
    all.find(({ indication }) => indication === 'TOTAL-FAILED') ?? // a forged one spoils the proof,
    (isEnough ? undefined : open) ?? // an unknown one only where it is needed
    passed('proof.endorserPath', 'enough peers lead to a trust anchor', CLAUSE.path);
  const name = 'proof.organisations';
  const names = namesIn(judged).join(', ');
  return [
    path,
    isEnough
      ? passed(name, `endorsed by ${names}`)
      : indeterminate(name, 'NOT_ENDORSED', `fewer than ${least} organisations are known`),
  ];
}

function countOrganisations(endorsers: readonly JudgedEndorser[]): number {
  const known = endorsers.filter(isKnown);
  const ids = new Set(known.map(({ mspId }) => mspId));
  const roots = new Set(known.map(({ root }) => root));
  return Math.min(ids.size, roots.size);
}

/** MSP IDs of those known in every read. */
function namesIn(judged: readonly (readonly JudgedEndorser[])[]): readonly string[] {
  const [first = [], ...others] = judged.map(
    (endorsers) => new Set(endorsers.filter(isKnown).map(({ mspId }) => mspId)),
  );
  return [...first].filter((mspId) => others.every((ids) => ids.has(mspId))).sort();
}

function isKnown({ check }: JudgedEndorser): boolean {
  return check.indication === 'TOTAL-PASSED';
}
