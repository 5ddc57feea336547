import { canonicalBytes, leafHash, verifyInclusion } from '@yinxin/chaincode/model';
import type { ActName } from '@yinxin/chaincode/model';

import { ServiceError } from '../errors.ts';
import { verifySignature } from '../keys/publicKey.ts';
import type { Certificate } from '../pki/certificate.ts';
import { validateCertificationPath } from '../pki/certificationPath.ts';
import { withStatusAtHand } from '../pki/trustStore.ts';
import { verifyTimeStamp } from '../pki/timeStamp/verifyTimeStamp.ts';
import { conclude, failed, indeterminate, noticed, passed } from '../report.ts';
import type { Check } from '../report.ts';
import { isSignedBy, parseCheckpoint } from './checkpoint.ts';
import type { SignedCheckpoint } from './checkpoint.ts';
import { readPath } from './proofCertificates.ts';
import { isAbout, namesExactly } from './proofFormat.ts';
import type {
  LedgerProof,
  ProofSubject,
  ProvenAct,
  ProvenPosition,
  ProvenUsage,
} from './proofFormat.ts';
import { stateAfter } from './proofState.ts';
import type { ProvenState } from './proofState.ts';
import type { ProofTrust } from './proofTrust.ts';
import { verifyEndorsements } from './verifyEndorsements.ts';

/** One act as the proof shows it, for people. */
export interface ShownAct {
  readonly act: ActName;
  readonly id: string;
  readonly authority: string;
  /** When it takes effect by its author, RFC 3339. */
  readonly at: string;
  /** When the ledger recorded its batch, RFC 3339. */
  readonly recordedAt: string;
}

/** The verdict on the evidence alone: never that a licence is valid. */
export interface ProofVerdict {
  /** In the order of the procedure. */
  readonly checks: readonly Check[];
  readonly subject: ProofSubject;
  readonly acts: readonly ShownAct[];
  /** The state the acts lead to; null for a use, or where they do not begin with the subject's making. */
  readonly state: ProvenState | null;
  /** The usage record; null in a proof of acts. */
  readonly record: Readonly<Record<string, unknown>> | null;
  /** Size and origin of the checkpoint that all paths lead to. */
  readonly log: { readonly origin: string; readonly size: number } | null;
  /** The checkpoint, and with it everything shown, existed then; null: only the operator's clock says when. */
  readonly provenAt: Date | null;
  /** MSP IDs of the organisations that are known to have answered for every batch; empty where none endorsed. */
  readonly organisations: readonly string[];
}

const CLAUSE = {
  signature: 'RFC 7518 §3.4',
  inclusion: 'RFC 9162 §2.1.3.2',
  checkpoint: 'C2SP tlog-checkpoint; signed-note',
  timeStamp: 'RFC 3161 §2.4.2',
} as const;

/**
 * Verifies a proof against roots the reader trusts; everything in it is attacker-controlled.
 *
 * Steps: form; signature of each act; path of each act's key; inclusion of each act (or record) in its batch;
 * of each batch in the log; signature of the checkpoint; time-stamp over it, if there is one; path of the node's key;
 * endorsements, if there are any or the reader demands them.
 *
 * A certificate path is judged at the time its signature claims, the node's when the checkpoint provably existed. Nobody can prove here that no
 * later act was left out: the statement must say "recorded", not "valid".
 *
 * @param proof - as `parseProof` gives it.
 * @returns never throws for bad evidence.
 */
export function verifyProof(proof: LedgerProof, trust: ProofTrust): ProofVerdict {
  const checkpoint = readCheckpoint(proof.checkpoint);
  const isTrusting = trust.anchors.length > 0;
  const endorsements = verifyEndorsements(proof, trust, positionsIn(proof));
  const stamp = judgeTimeStamp(proof, trust);
  const checks = [
    checkFormat(proof, checkpoint),
    ...(proof.usage === null ? [checkActSignatures(proof.acts)] : []),
    ...(proof.usage === null && isTrusting ? [checkAuthorityPaths(proof.acts, trust)] : []),
    checkBatches(proof),
    checkLog(proof, checkpoint),
    checkCheckpoint(proof, checkpoint),
    ...(isTrusting ? [stamp.check] : []),
    isTrusting
      ? checkNodePath(proof, { ...trust, at: stamp.provenAt ?? trust.at })
      : indeterminate('proof.trust', 'NO_TRUST', 'no trust anchor was given'),
    ...endorsements.checks,
  ];
  const acts = proof.acts.map(({ act: { act }, batch }) => ({
    act: act.act,
    id: act.id,
    authority: act.by.authority,
    at: act.at,
    recordedAt: batch.at,
  }));
  const log = checkpoint === null ? null : { origin: checkpoint.origin, size: checkpoint.size };
  const record = proof.usage?.record ?? null;
  const { organisations } = endorsements;
  const { subject } = proof;
  const { provenAt } = stamp;
  return { checks, subject, acts, state: stateAfter(proof), record, log, provenAt, organisations };
}

function positionsIn({ usage, acts }: LedgerProof): readonly ProvenPosition[] {
  return usage === null ? acts : [usage];
}

function checkFormat(proof: LedgerProof, checkpoint: SignedCheckpoint | null): Check {
  const name = 'proof.format';
  if (checkpoint === null) return failed(name, 'FORMAT_FAILURE', 'the checkpoint is malformed');
  const { subject, acts, usage } = proof;
  if (usage !== null) {
    const isItsOwn = subject.identifier === usage.record['id'] && acts.length === 0;
    return isItsOwn
      ? passed(name, `a record of use, ${subject.identifier}`)
      : failed(name, 'FORMAT_FAILURE', 'the record is not that of the subject');
  }
  if (acts.length === 0) return failed(name, 'FORMAT_FAILURE', 'the proof holds no act');
  const stray = acts.find(({ act }) => !isAbout(act, subject));
  if (stray !== undefined || !acts.some(({ act }) => namesExactly(act, subject))) {
    return failed(name, 'FORMAT_FAILURE', 'the acts are not those of the subject');
  }
  return acts.every((act, place) => isAfter(act, acts[place - 1]))
    ? passed(
        name,
        `${acts.length} act(s) about ${subject.kind} ${subject.identifier}, in ledger order`,
      )
    : failed(name, 'FORMAT_FAILURE', 'the acts are not in ledger order');
}

function isAfter(act: ProvenAct, before: ProvenAct | undefined): boolean {
  if (before === undefined || act.logIndex > before.logIndex) return true;
  return act.logIndex === before.logIndex && act.index > before.index;
}

function checkActSignatures(acts: readonly ProvenAct[]): Check {
  const name = 'proof.actSignature';
  const forged = acts.find((act) => !isSignedByAuthor(act));
  return forged === undefined
    ? passed(name, 'every act is signed by the key it names', CLAUSE.signature)
    : failed(
        name,
        'SIG_CRYPTO_FAILURE',
        `act ${forged.act.act.id} is not signed by the key it names`,
        CLAUSE.signature,
      );
}

function isSignedByAuthor({ act, certificationPath }: ProvenAct): boolean {
  const [leaf] = readPath(certificationPath) ?? [];
  if (leaf?.fingerprint !== act.act.by.keyId || leaf.publicKey.algorithm !== 'ES256') return false;
  return verifySignature(
    leaf.publicKey,
    canonicalBytes(act.act),
    Buffer.from(act.signature, 'base64url'),
  );
}

/** Every key at the time its act claims; the act was recorded later, which the log shows. */
function checkAuthorityPaths(acts: readonly ProvenAct[], { anchors }: ProofTrust): Check {
  const name = 'proof.authorityPath';
  for (const { act, certificationPath } of acts) {
    const path = readPath(certificationPath);
    const [leaf] = path ?? [];
    if (path === null || leaf === undefined)
      return failed(name, 'FORMAT_FAILURE', 'a certificate is malformed');
    const { authority } = act.act.by;
    if (leaf.subject.creditCode !== authority) {
      return indeterminate(
        name,
        'CERTIFICATE_CONSTRAINTS_FAILURE',
        `the certificate does not name ${authority}`,
      );
    }
    const check = judgePath(name, path, { anchors, at: new Date(act.act.at), purpose: 'act' });
    if (check.indication !== 'TOTAL-PASSED') return check;
  }
  return passed(name, 'the key of every act leads to a trust anchor', 'RFC 5280 §6.1');
}

function checkNodePath(proof: LedgerProof, { anchors, at }: ProofTrust): Check {
  const name = 'proof.nodePath';
  const path = readPath(proof.node.certificationPath);
  if (path === null)
    return failed(name, 'FORMAT_FAILURE', 'a certificate of the node is malformed');
  const check = judgePath(name, path, { anchors, at, purpose: 'node' });
  // A signature outlives its certificate only under a time-stamp: without one, when it was made cannot be told.
  return check.subIndication === 'EXPIRED'
    ? indeterminate(name, 'EXPIRED', check.detail, check.clause)
    : check;
}

function judgePath(
  name: string,
  path: readonly Certificate[],
  question: {
    readonly anchors: readonly Certificate[];
    readonly at: Date;
    readonly purpose: 'act' | 'node';
  },
): Check {
  const [leaf, ...intermediates] = path;
  if (leaf === undefined) return failed(name, 'FORMAT_FAILURE', 'there is no certificate');
  const { checks } = validateCertificationPath({ leaf, intermediates, ...question });
  const { indication } = conclude(checks);
  const decisive = checks.find((check) => check.indication === indication);
  if (indication !== 'TOTAL-PASSED' && decisive !== undefined) return { ...decisive, name };
  return passed(name, `${leaf.subject.text} leads to a trust anchor`, 'RFC 5280 §6.1');
}

function checkBatches(proof: LedgerProof): Check {
  const name = 'proof.batchInclusion';
  const isIncluded =
    proof.usage === null
      ? proof.acts.every(
          (act) => act.batch.kind === undefined && isInBatch(act, canonicalBytes(act.act.act)),
        )
      : proof.usage.batch.kind === 'usage' && isInBatch(proof.usage, leafDataOf(proof.usage));
  return isIncluded
    ? passed(name, 'the batch records hold what is shown', CLAUSE.inclusion)
    : failed(
        name,
        'PROOF_FAILURE',
        'a path does not lead to the root of its batch',
        CLAUSE.inclusion,
      );
}

function isInBatch({ batch, index, inclusion }: ProvenPosition, data: Uint8Array): boolean {
  const root = Buffer.from(batch.root, 'hex');
  return verifyInclusion({
    leafHash: leafHash(data),
    index,
    size: batch.size,
    path: toHashes(inclusion),
    root,
  });
}

/** Leaf hash of a shown record. */
export function usageLeafHash(usage: Pick<ProvenUsage, 'record' | 'salt'>): Uint8Array {
  return leafHash(leafDataOf(usage));
}

function leafDataOf({ record, salt }: Pick<ProvenUsage, 'record' | 'salt'>): Uint8Array {
  return Buffer.concat([Buffer.from(salt, 'base64'), canonicalBytes(record)]);
}

/** Whether a checkpoint's log holds a record: the rule that a proof of one use is judged by. */
export function isUsageHeld(usage: ProvenUsage, checkpoint: SignedCheckpoint): boolean {
  const isHeld = usage.batch.kind === 'usage' && isInBatch(usage, leafDataOf(usage));
  return isHeld && isInLog(usage, checkpoint);
}

function isInLog(
  { batch, logIndex, logInclusion }: ProvenPosition,
  { size, rootHash: root }: SignedCheckpoint,
): boolean {
  const path = toHashes(logInclusion);
  return verifyInclusion({
    ...{ leafHash: leafHash(canonicalBytes(batch)), index: logIndex },
    ...{ size, path, root },
  });
}

function checkLog(proof: LedgerProof, checkpoint: SignedCheckpoint | null): Check {
  const name = 'proof.logInclusion';
  const isIncluded =
    checkpoint !== null && positionsIn(proof).every((position) => isInLog(position, checkpoint));
  return isIncluded
    ? passed(
        name,
        `the log of ${checkpoint.size} batches holds every batch shown`,
        CLAUSE.inclusion,
      )
    : failed(
        name,
        'PROOF_FAILURE',
        'a path does not lead to the root of the log',
        CLAUSE.inclusion,
      );
}

function checkCheckpoint(proof: LedgerProof, checkpoint: SignedCheckpoint | null): Check {
  const name = 'proof.checkpointSignature';
  const [leaf] = readPath(proof.node.certificationPath) ?? [];
  return checkpoint !== null && leaf !== undefined && isSignedBy(checkpoint, leaf.publicKey)
    ? passed(
        name,
        `the checkpoint of ${checkpoint.origin} is signed by the node`,
        CLAUSE.checkpoint,
      )
    : failed(
        name,
        'SIG_CRYPTO_FAILURE',
        'the checkpoint is not signed by the node',
        CLAUSE.checkpoint,
      );
}

function readCheckpoint(note: string): SignedCheckpoint | null {
  try {
    return parseCheckpoint(note);
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}

interface JudgedTimeStamp {
  readonly check: Check;
  readonly provenAt: Date | null;
}

/** A token over the checkpoint proves by when everything in it was recorded. */
function judgeTimeStamp(
  { timeStamp, checkpoint }: LedgerProof,
  { anchors, timeStamps, at }: ProofTrust,
): JudgedTimeStamp {
  const name = 'proof.timeStamp';
  if (timeStamp === undefined) {
    const detail = 'no time-stamp: only the operator’s clock vouches for when it was recorded';
    return { check: noticed(name, detail, CLAUSE.timeStamp), provenAt: null };
  }
  const { checks, info, provenAt } = verifyTimeStamp({
    name,
    token: Buffer.from(timeStamp, 'base64'),
    stamped: [Buffer.from(checkpoint, 'utf8')],
    trust: withStatusAtHand(timeStamps ?? { anchors, intermediates: [] }),
    at,
  });
  const { indication } = conclude(checks);
  const decisive = checks.find((check) => check.indication === indication);
  if (indication !== 'TOTAL-PASSED' && decisive !== undefined) {
    return { check: { ...decisive, name }, provenAt: null };
  }
  const detail = `the checkpoint existed at ${info?.at.toISOString() ?? ''}`;
  return provenAt === null
    ? {
        check: noticed(name, `${detail}; the time-stamper's certificate has ended since`),
        provenAt,
      }
    : { check: passed(name, detail, CLAUSE.timeStamp), provenAt };
}

function toHashes(path: readonly string[]): readonly Uint8Array[] {
  return path.map((hash) => Buffer.from(hash, 'hex'));
}
