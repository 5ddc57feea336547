/** Verification of a receipt (免证明回执): what was told at a window then, whoever keeps it now. Pure. */
import { canonicalBytes, leafHash } from '@yinxin/chaincode/model';
import { verifyJws } from '../credentials/jws.ts';
import type { ReceiptContent, ReceiptContentLicence } from '../credentials/receipt.ts';
import type { ReceiptFile } from '../credentials/receiptFile.ts';
import type { Text } from '../language.ts';
import type { LedgerProof } from '../ledger/proofFormat.ts';
import type { EndorsementTrust } from '../ledger/proofTrust.ts';
import { verifyProof } from '../ledger/verifyProof.ts';
import { verifyTimeStamp } from '../pki/timeStamp/verifyTimeStamp.ts';
import { unscopedAnchors, withStatusAtHand, type TrustStore } from '../pki/trustStore.ts';
import {
  conclude,
  failed,
  indeterminate,
  noticed,
  passed,
  type Check,
  type Subject,
} from '../report.ts';
import { receiptStatement } from './receiptStatement.ts';

/** What a receipt is judged by. */
export interface ReceiptQuestion {
  /** Roots of the city; what is recognised of other cities signs no receipts here. */
  readonly trust: TrustStore;
  /** The moment the verdict is about. */
  readonly at: Date;
  readonly endorsement?: EndorsementTrust;
}

export interface ReceiptVerdict {
  readonly subject: Subject;
  /** Signature, path, issuer, time, then use by use. */
  readonly checks: readonly Check[];
  /** What was told then; absent unless all of it holds. */
  readonly statement?: Text;
}

/** Clocks of the window's service and of whoever verifies may differ by this much. */
const CLOCK_TOLERANCE_MS = 300_000;

/**
 * Verifies a receipt. The verdict is about the receipt: a genuine one that says "revoked" passes, and its statement says
 * so; what became of a licence since is not in it.
 *
 * @returns never throws for a receipt that is not genuine.
 */
export function verifyReceipt(file: ReceiptFile, question: ReceiptQuestion): ReceiptVerdict {
  const { content } = file.receipt;
  const asked = { ...question, trust: withStatusAtHand(question.trust) };
  const stamp = judgeTimeStamp(file, asked);
  const checks = [
    ...checkSignature(file, asked, stamp.provenAt),
    ...(asked.trust.revocation === undefined ? [REVOCATION_NOT_ASKED] : []),
    ...stamp.checks,
    ...checkUses(file, asked),
  ];
  const isGenuine = conclude(checks).indication === 'TOTAL-PASSED';
  return {
    subject: { kind: 'receipt', identifier: content.id },
    checks,
    ...(isGenuine ? { statement: receiptStatement(content) } : {}),
  };
}

const REVOCATION_NOT_ASKED = noticed(
  'receipt.revocation',
  'whether a certificate was revoked was not asked: no list is at hand',
);

function checkSignature(
  { receipt: { jws, content } }: ReceiptFile,
  { trust, at }: ReceiptQuestion,
  provenAt: Date | null,
): readonly Check[] {
  const own = { ...trust, anchors: unscopedAnchors(trust) };
  const [leaf] = jws.certificates;
  const by = provenAt ?? at;
  return [
    ...verifyJws(jws, {
      ...{ trust: own, at: content.at, purpose: 'credentialSigner' },
      provenAt: by > content.at ? by : content.at,
    }),
    checkIssuer(content, leaf?.subject.creditCode ?? null),
    content.at.getTime() > at.getTime() + CLOCK_TOLERANCE_MS
      ? failed('receipt.at', 'NOT_YET_VALID', `made at ${content.at.toISOString()}`)
      : passed('receipt.at', `made at ${content.at.toISOString()}`),
    leaf !== undefined && by > leaf.notAfter
      ? indeterminate(
          'receipt.signingTime',
          'EXPIRED',
          `the signer's certificate ended at ${leaf.notAfter.toISOString()} and nothing proves an earlier signature`,
        )
      : passed('receipt.signingTime', "within the period of its signer's certificate"),
  ];
}

function checkIssuer({ issuer }: ReceiptContent, certified: string | null): Check {
  const name = 'receipt.issuer';
  return certified === issuer.creditCode
    ? passed(name, `the signer's certificate names ${issuer.creditCode}`)
    : failed(
        name,
        'CERTIFICATE_CONSTRAINTS_FAILURE',
        `issued by ${issuer.creditCode}, its signer's certificate names ${certified ?? 'no credit code'}`,
      );
}

interface JudgedTimeStamp {
  readonly checks: readonly Check[];
  readonly provenAt: Date | null;
}

/** A token over the JWS proves that it was signed while the signer's key was good. */
function judgeTimeStamp(
  { receipt, timeStamp }: ReceiptFile,
  { trust, at }: ReceiptQuestion,
): JudgedTimeStamp {
  if (timeStamp === null) return { checks: [], provenAt: null };
  const name = 'receipt.timeStamp';
  const stamped = [Buffer.from(receipt.text, 'latin1')];
  const verdict = verifyTimeStamp({ name, token: timeStamp, stamped, trust, at });
  const sealedUp = verdict.isSealedUp ? [] : [looseToken(name)];
  return { checks: [...verdict.checks, ...sealedUp], provenAt: verdict.provenAt };
}

function checkUses(file: ReceiptFile, question: ReceiptQuestion): readonly Check[] {
  const { content } = file.receipt;
  const { proofs } = file;
  if (proofs === null) {
    const detail = 'not anchored yet: the ledger’s proofs of its uses are not in it';
    return [noticed('receipt.proof', detail)];
  }
  if (proofs.length !== content.licences.length) {
    return [failed('receipt.proof', 'PROOF_FAILURE', 'not one proof for each licence')];
  }
  const uses = content.licences.flatMap((licence, place) => {
    const proof = proofs[place];
    return proof === undefined ? [] : checkUse(content, licence, proof, question);
  });
  return [...uses, ...checkProofTimeStamps(proofs, question)];
}

/** Proofs of one receipt lead to one checkpoint, mostly; a token must have no byte that could be changed unseen. */
function checkProofTimeStamps(
  proofs: readonly LedgerProof[],
  { trust, at }: ReceiptQuestion,
): readonly Check[] {
  const checkpoints = new Map(
    proofs.flatMap(({ timeStamp, checkpoint }) =>
      timeStamp === undefined ? [] : [[timeStamp, checkpoint]],
    ),
  );
  const name = 'receipt.proofTimeStamp';
  return [...checkpoints].flatMap(([token, checkpoint]) => {
    const stamped = [Buffer.from(checkpoint, 'utf8')];
    const asked = { name, token: Buffer.from(token, 'base64'), stamped, trust, at };
    return verifyTimeStamp(asked).isSealedUp ? [] : [looseToken(name)];
  });
}

function looseToken(name: string): Check {
  return failed(name, 'FORMAT_FAILURE', 'the token has bytes that nothing binds');
}

function checkUse(
  content: ReceiptContent,
  licence: ReceiptContentLicence,
  proof: LedgerProof,
  { trust, at, endorsement }: ReceiptQuestion,
): readonly Check[] {
  const { checks } = verifyProof(proof, {
    anchors: unscopedAnchors(trust),
    at,
    timeStamps: trust,
    endorsement: { intermediates: trust.intermediates, ...endorsement },
  });
  return [checkNamedUse(content, licence, proof), ...checks];
}

/** The proof is of exactly the use that the receipt names, and that use says what the receipt says. */
function checkNamedUse(
  content: ReceiptContent,
  licence: ReceiptContentLicence,
  { subject, usage }: LedgerProof,
): Check {
  const name = 'receipt.use';
  const { use } = licence;
  if (usage === null || subject.identifier !== use.record || leafOf(usage) !== use.leaf) {
    return failed(name, 'PROOF_FAILURE', `the proof is not of use ${use.record}`);
  }
  const other = findOther(content, licence, usage.record);
  return other === null
    ? passed(name, `use ${use.record} is that of ${licence.identifier}`)
    : failed(name, 'PROOF_FAILURE', `use ${use.record} says another ${other}`);
}

/** @returns what a record says otherwise than the receipt; null: nothing. */
function findOther(
  { id, matter, window, purpose }: ReceiptContent,
  { identifier, indication }: ReceiptContentLicence,
  record: Readonly<Record<string, unknown>>,
): string | null {
  const told: Readonly<Record<string, string | null>> = {
    ...{ licence: identifier, indication, purpose },
    ...{ matter: matter?.code ?? null, window: window?.code ?? null },
  };
  const other = Object.keys(told).find((member) => record[member] !== told[member]);
  return other ?? (namesReceipt(record, id) ? null : 'receipt');
}

/** Whether a record that names a receipt names this one. */
function namesReceipt({ details }: Readonly<Record<string, unknown>>, id: string): boolean {
  const named = (details as { readonly receipt?: unknown } | null | undefined)?.receipt;
  return named === undefined || named === id;
}

function leafOf({ salt, record }: NonNullable<LedgerProof['usage']>): string {
  const data = Buffer.concat([Buffer.from(salt, 'base64'), canonicalBytes(record)]);
  return Buffer.from(leafHash(data)).toString('hex');
}
