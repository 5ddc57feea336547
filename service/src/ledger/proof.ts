import {
  canonicalBytes,
  inclusionPath,
  leafHash,
  parseIdentifier,
  statePlaces,
} from '@yinxin/chaincode/model';
import type {
  AuthorityRecord,
  BatchRecord,
  LicenceRecord,
  SignedAct,
} from '@yinxin/chaincode/model';

import { ServiceError } from '../errors.ts';
import { parseCertificate } from '../pki/certificate.ts';
import type { Certificate } from '../pki/certificate.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { MAX_ENDORSED_BATCHES } from './ledger.ts';
import type { Ledger, StateKey } from './ledger.ts';
import { isAbout, namesExactly, PROOF_TYPE, toProvenRead } from './proofFormat.ts';
import type {
  LedgerProof,
  ProofSubject,
  ProvenAct,
  ProvenPosition,
  ProvenRead,
  SetRecord,
  UsageSet,
} from './proofFormat.ts';

/** What a proof is put together from. */
export interface ProofSources {
  readonly ledger: Ledger;
  /** CA certificates between the authorities' act keys and the roots. */
  readonly intermediates: readonly Certificate[];
  /** Finds the earliest checkpoint of at least so many batches that was stamped with time; absent: none was. */
  readonly stampedCheckpoint?: (size: number) => Promise<StampedCheckpoint | null>;
}

/** A checkpoint with the token over it. */
export interface StampedCheckpoint {
  readonly note: string;
  /** Of the key that signed the note; DER, leaf first. */
  readonly nodeCertificationPath: readonly Uint8Array[];
  /** RFC 3161 token over the note's UTF-8 bytes, DER. */
  readonly token: Uint8Array;
}

/**
 * Puts together the evidence of every recorded act about a licence or a seal.
 *
 * @param subject - a licence by the identifier of any of its versions, or a seal.
 * @throws ServiceError `LICENCE_NOT_FOUND`, `SEAL_NOT_FOUND` if the ledger does not know it; `PROOF_NOT_READY` while an
 * organisation that keeps the ledger does not hold all of it.
 */
export async function buildActProof(
  sources: ProofSources,
  subject: ProofSubject,
): Promise<LedgerProof> {
  const found = await actsAbout(sources.ledger, subject);
  if (!found.some(({ act }) => namesExactly(act, subject))) throw notFound(subject);
  const head = await readCheckpoint(sources, found);
  const acts: ProvenAct[] = [];
  for (const act of found) {
    const leaves = (await batchOf(sources.ledger, act.root)).map((one) =>
      leafHash(canonicalBytes(one.act)),
    );
    const position = await provePosition(sources.ledger, { ...act, leaves, size: head.size });
    acts.push({ act: act.act, certificationPath: await pathOf(sources, act.act), ...position });
  }
  const endorsed = await endorse(sources.ledger, acts);
  return { ...envelope(head, subject), acts, usage: null, ...endorsed };
}

/** An anchored usage record as the store keeps it. */
export interface AnchoredUsage {
  readonly record: Readonly<Record<string, unknown>> & { readonly id: string };
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** Root of its batch, and its place among the batch's leaves. */
  readonly root: string;
  readonly index: number;
}

/**
 * Puts together the evidence that a usage record is anchored.
 * @throws ServiceError `PROOF_NOT_READY` if the ledger does not hold its batch.
 */
export async function buildUsageProof(
  sources: Omit<ProofSources, 'intermediates'>,
  usage: AnchoredUsage,
): Promise<LedgerProof> {
  const { ledger } = sources;
  const { record, salt, root, index } = usage;
  const leaves = await usageLeaves(ledger, root);
  const head = await readCheckpoint(sources, [usage]);
  const position = await provePosition(ledger, { root, index, leaves, size: head.size });
  const proven = { record, salt: Buffer.from(salt).toString('base64'), ...position };
  const subject = { kind: 'usage', identifier: record.id } as const;
  const endorsed = await endorse(ledger, [position]);
  return { ...envelope(head, subject), acts: [], usage: proven, ...endorsed };
}

/**
 * Puts together the evidence that many usage records are anchored, all under one checkpoint.
 * @throws ServiceError `PROOF_NOT_READY` if the ledger does not hold a batch.
 */
export async function buildUsageSet(
  sources: Omit<ProofSources, 'intermediates'>,
  usages: readonly AnchoredUsage[],
): Promise<UsageSet> {
  const { ledger } = sources;
  const roots = [...new Set(usages.map(({ root }) => root))];
  const head = await readCheckpoint(
    sources,
    roots.map((root) => ({ root })),
  );
  const records: SetRecord[] = [];
  const batches: UsageSet['batches'][number][] = [];
  for (const [place, root] of roots.entries()) {
    const leaves = await usageLeaves(ledger, root);
    for (const { record, salt, index } of usages.filter((usage) => usage.root === root)) {
      const where = { root, index, leaves, size: head.size };
      const { inclusion, ...batch } = await provePosition(ledger, where);
      const { index: position, ...shared } = batch;
      batches[place] ??= shared;
      const text = Buffer.from(salt).toString('base64');
      records.push({ record, salt: text, batch: place, index: position, inclusion });
    }
  }
  const { checkpoint, node, timeStamp } = envelope(head, { kind: 'usage', identifier: '' });
  return {
    ...{ checkpoint, node, ...(timeStamp === undefined ? {} : { timeStamp }) },
    ...(batches.length === 0 ? {} : await endorse(ledger, batches)),
    ...{ batches, records: records.toSorted(byId) },
  };
}

function byId(a: SetRecord, b: SetRecord): number {
  return String(a.record['id']) < String(b.record['id']) ? -1 : 1;
}

async function usageLeaves(ledger: Ledger, root: string): Promise<readonly Uint8Array[]> {
  const [anchor] = await batchOf(ledger, root);
  const leaves = anchor !== undefined && 'leaves' in anchor.act.body ? anchor.act.body.leaves : [];
  return leaves.map((leaf) => Buffer.from(leaf, 'hex'));
}

interface FoundAct {
  readonly act: SignedAct;
  readonly root: string;
  readonly index: number;
}

/** Every block that changed the subject, and in it every recorded act about it: several acts of a batch may change one key. */
async function actsAbout(ledger: Ledger, subject: ProofSubject): Promise<readonly FoundAct[]> {
  const blocks = new Set<number>();
  for (const place of await placesOf(ledger, subject)) {
    for (const change of await ledger.history(place)) blocks.add(change.block);
  }
  const found = new Map<string, FoundAct>();
  for (const number of [...blocks].sort((a, b) => a - b)) {
    const block = await ledger.block(number);
    for (const transaction of block?.transactions ?? []) {
      transaction.outcomes.forEach((outcome, place) => {
        const act = transaction.acts[place];
        if (act === undefined || outcome.outcome !== 'recorded' || !isAbout(act, subject)) return;
        if (!found.has(act.act.id)) found.set(act.act.id, { act, ...outcome.position });
      });
    }
  }
  return [...found.values()];
}

/** Keys that any act about the subject writes. */
async function placesOf(ledger: Ledger, subject: ProofSubject): Promise<readonly StateKey[]> {
  const { kind, identifier } = subject;
  if (kind === 'seal') {
    const places = [
      statePlaces.seal(identifier),
      statePlaces.sealStatus(identifier),
      statePlaces.mandate(identifier),
    ];
    const { values } = await ledger.readStates(places);
    if (values[0] === null) throw notFound(subject);
    return places;
  }
  const base = licenceBase(subject);
  const { values } = await ledger.readStates([statePlaces.licence(base)]);
  const licence = values[0] as LicenceRecord | null | undefined;
  if (!licence) throw notFound(subject);
  const versions = Array.from({ length: licence.version }, (_, before) =>
    statePlaces.licenceVersion(base, before + 1),
  );
  return [statePlaces.licence(base), ...versions];
}

function licenceBase(subject: ProofSubject): string {
  try {
    return parseIdentifier(subject.identifier).base;
  } catch {
    throw notFound(subject); // what is no identifier is not on the ledger
  }
}

function notFound({ kind, identifier }: ProofSubject): ServiceError {
  return kind === 'seal'
    ? new ServiceError('SEAL_NOT_FOUND', `seal ${identifier} is not on the ledger`)
    : new ServiceError('LICENCE_NOT_FOUND', `licence ${identifier} is not on the ledger`);
}

async function provePosition(
  ledger: Ledger,
  where: {
    readonly root: string;
    readonly index: number;
    readonly leaves: readonly Uint8Array[];
    readonly size: number;
  },
): Promise<ProvenPosition> {
  const { root, index, leaves, size } = where;
  const { values } = await ledger.readStates([statePlaces.batch(root)]);
  const recorded = await ledger.batch(root);
  if (recorded === null || index >= leaves.length || recorded.index >= size) {
    throw new ServiceError('PROOF_NOT_READY', `batch ${root} is not in the log yet`);
  }
  return {
    batch: values[0] as BatchRecord,
    index,
    inclusion: inclusionPath(index, leaves).map((bytes) => Buffer.from(bytes).toString('hex')),
    logIndex: recorded.index,
    logInclusion: (await ledger.inclusion(recorded.index, size)).path,
  };
}

/** Has every organisation sign the batches that a proof shows, where several keep the ledger. */
async function endorse(
  ledger: Ledger,
  positions: readonly Pick<ProvenPosition, 'batch'>[],
): Promise<Pick<LedgerProof, 'endorsedReads'>> {
  if (ledger.endorseBatches === undefined) return {};
  const roots = [...new Set(positions.map(({ batch }) => batch.root))];
  const endorsedReads: ProvenRead[] = [];
  for (let from = 0; from < roots.length; from += MAX_ENDORSED_BATCHES) {
    const some = roots.slice(from, from + MAX_ENDORSED_BATCHES);
    endorsedReads.push(toProvenRead(await ledger.endorseBatches(some)));
  }
  return { endorsedReads };
}

async function batchOf(ledger: Ledger, root: string): Promise<readonly SignedAct[]> {
  const acts = await ledger.batchActs(root);
  if (acts === null)
    throw new ServiceError('PROOF_NOT_READY', `batch ${root} is not in the log yet`);
  return acts;
}

/** The author's certificate as the ledger has it, and the CA certificates above it. */
async function pathOf(
  { ledger, intermediates }: ProofSources,
  { act }: SignedAct,
): Promise<readonly string[]> {
  const { values } = await ledger.readStates([statePlaces.authority(act.by.authority)]);
  const authority = values[0] as AuthorityRecord | null | undefined;
  const key = authority?.keys.find((one) => one.keyId === act.by.keyId);
  if (key === undefined)
    throw new ServiceError('LEDGER_CORRUPT', `key ${act.by.keyId} is not on the ledger`);
  const path = [parseCertificate(Buffer.from(key.certificate, 'base64'))];
  for (let last = path[0]; last !== undefined && path.length < 8;) {
    const { issuerDer } = last;
    last = intermediates.find(
      (one) => Buffer.compare(one.subjectDer, issuerDer) === 0 && !path.includes(one),
    );
    if (last !== undefined) path.push(last);
  }
  return path.map(({ der }) => Buffer.from(der).toString('base64'));
}

/** The checkpoint that a proof leads to. */
interface Head {
  readonly note: string;
  readonly size: number;
  readonly nodeCertificationPath: readonly Uint8Array[];
  readonly token: Uint8Array | null;
}

/** The earliest stamped checkpoint that holds all batches: it proves the most. Where there is none, the newest one. */
async function readCheckpoint(
  { ledger, stampedCheckpoint }: Omit<ProofSources, 'intermediates'>,
  shown: readonly { readonly root: string }[],
): Promise<Head> {
  const indexes = await Promise.all(shown.map(async ({ root }) => await ledger.batch(root)));
  const size = Math.max(0, ...indexes.map((batch) => (batch?.index ?? 0) + 1));
  const stamped = (await stampedCheckpoint?.(size)) ?? null;
  const note = stamped?.note ?? (await ledger.checkpoint());
  return {
    note,
    size: parseCheckpoint(note).size,
    nodeCertificationPath: stamped?.nodeCertificationPath ?? ledger.nodeCertificationPath,
    token: stamped?.token ?? null,
  };
}

function envelope(
  { note: checkpoint, nodeCertificationPath, token }: Head,
  subject: ProofSubject,
): Omit<LedgerProof, 'acts' | 'usage'> {
  const certificationPath = nodeCertificationPath.map(toBase64);
  return {
    ...{ typ: PROOF_TYPE, version: 1, subject, checkpoint, node: { certificationPath } },
    ...(token === null ? {} : { timeStamp: toBase64(token) }),
  };
}

function toBase64(der: Uint8Array): string {
  return Buffer.from(der).toString('base64');
}
