import type { BatchRecord, SignedAct } from '@yinxin/chaincode/model';

import type { EndorsedRead } from './ledger.ts';

/** Value of `typ` in every proof. */
export const PROOF_TYPE = 'yinxin-proof';

/** Where something stands: leaf of a batch, and the batch as a leaf of the log. Paths as lower-case hex, nearest sibling first. */
export interface ProvenPosition {
  /** The value under `batch~root`, whole: its canonical bytes are the log's leaf data. */
  readonly batch: BatchRecord;
  readonly index: number;
  readonly inclusion: readonly string[];
  readonly logIndex: number;
  readonly logInclusion: readonly string[];
}

/** One recorded act with its signer's certificates (DER, base64, leaf first, without the trust anchor). */
export interface ProvenAct extends ProvenPosition {
  readonly act: SignedAct;
  readonly certificationPath: readonly string[];
}

/** One anchored usage record: leaf data is the salt (16 bytes, base64) followed by the record's canonical bytes. */
export interface ProvenUsage extends ProvenPosition {
  readonly record: Readonly<Record<string, unknown>>;
  readonly salt: string;
}

/** An `EndorsedRead` in JSON: every part in base64. */
export interface ProvenRead {
  readonly channelHeader: string;
  readonly signatureHeader: string;
  readonly proposal: string;
  readonly response: string;
  readonly endorsements: readonly { readonly endorser: string; readonly signature: string }[];
}

/** What the evidence is about: a licence by its whole identifier, a seal by its esId, a use by its record's id. */
export interface ProofSubject {
  readonly kind: 'licence' | 'seal' | 'usage';
  readonly identifier: string;
}

/**
 * Evidence of recorded acts or of an anchored usage record, complete in itself: verifiable offline
 * with nothing but the roots its reader trusts. One JSON object.
 */
export interface LedgerProof {
  readonly typ: typeof PROOF_TYPE;
  readonly version: 1;
  readonly subject: ProofSubject;
  /** Every recorded act about the subject, in ledger order; empty in a proof of a use. */
  readonly acts: readonly ProvenAct[];
  readonly usage: ProvenUsage | null;
  /** Signed checkpoint text; every log path leads to its root. */
  readonly checkpoint: string;
  readonly node: { readonly certificationPath: readonly string[] };
  /** RFC 3161 token over the checkpoint's UTF-8 bytes, signatures included; DER, base64. Absent: none was made yet. */
  readonly timeStamp?: string;
  /** Signed answers of the organisations that keep the ledger, about every batch shown; absent where one keeps it alone. */
  readonly endorsedReads?: readonly ProvenRead[];
}

/** A record of a set: its batch stands in the set once, and is named by its place there. */
export interface SetRecord {
  readonly record: Readonly<Record<string, unknown>>;
  readonly salt: string;
  readonly batch: number;
  readonly index: number;
  readonly inclusion: readonly string[];
}

/** Evidence of many anchored usage records: as many proofs, with what they share written once. */
export interface UsageSet extends Pick<
  LedgerProof,
  'checkpoint' | 'node' | 'timeStamp' | 'endorsedReads'
> {
  readonly batches: readonly Pick<ProvenPosition, 'batch' | 'logIndex' | 'logInclusion'>[];
  readonly records: readonly SetRecord[];
}

/** The proof of one record of a set, without what organisations say of the batches. @returns null: there is none. */
export function usageProofOf(set: UsageSet, place: number): LedgerProof | null {
  const one = set.records[place];
  const batch = one === undefined ? undefined : set.batches[one.batch];
  if (one === undefined || batch === undefined) return null;
  const { record, salt, index, inclusion } = one;
  return {
    ...{ typ: PROOF_TYPE, version: 1, acts: [] },
    subject: { kind: 'usage', identifier: String(record['id']) },
    usage: { record, salt, index, inclusion, ...batch },
    ...{ checkpoint: set.checkpoint, node: set.node },
    ...(set.timeStamp === undefined ? {} : { timeStamp: set.timeStamp }),
  };
}

/** Writes an endorsed read as JSON. */
export function toProvenRead(read: EndorsedRead): ProvenRead {
  return {
    channelHeader: toBase64(read.channelHeader),
    signatureHeader: toBase64(read.signatureHeader),
    proposal: toBase64(read.proposal),
    response: toBase64(read.response),
    endorsements: read.endorsements.map(({ endorser, signature }) => {
      return { endorser: toBase64(endorser), signature: toBase64(signature) };
    }),
  };
}

/** The bytes of a read; its form is checked elsewhere. */
export function toEndorsedRead(read: ProvenRead): EndorsedRead {
  return {
    channelHeader: fromBase64(read.channelHeader),
    signatureHeader: fromBase64(read.signatureHeader),
    proposal: fromBase64(read.proposal),
    response: fromBase64(read.response),
    endorsements: read.endorsements.map(({ endorser, signature }) => {
      return { endorser: fromBase64(endorser), signature: fromBase64(signature) };
    }),
  };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function fromBase64(text: string): Uint8Array {
  return Buffer.from(text, 'base64');
}

/**
 * Whether an act is about a subject: names the seal, or any version of the licence. A renewal is about both seals.
 */
export function isAbout({ act }: SignedAct, subject: ProofSubject): boolean {
  const body = act.body as unknown as Readonly<Record<string, unknown>>; // members differ from act to act
  if (subject.kind === 'seal') {
    const isNamed =
      body['esId'] === subject.identifier || body['predecessor'] === subject.identifier;
    return act.act.startsWith('seal.') && !act.act.endsWith('Document') && isNamed;
  }
  const identifier = body['identifier'];
  const isLicenceAct = act.act.startsWith('licence.') && subject.kind === 'licence';
  return (
    isLicenceAct &&
    typeof identifier === 'string' &&
    baseOf(identifier) === baseOf(subject.identifier)
  );
}

/** Whether an act names the very version of a licence that is the subject, or the seal. */
export function namesExactly(signed: SignedAct, subject: ProofSubject): boolean {
  const { identifier } = signed.act.body as unknown as Readonly<Record<string, unknown>>; // only licence acts have it
  return isAbout(signed, subject) && (subject.kind === 'seal' || identifier === subject.identifier);
}

/** A licence's identifier without version and check character; the form is checked elsewhere. */
export function baseOf(identifier: string): string {
  return identifier.split('.').slice(0, -2).join('.');
}
