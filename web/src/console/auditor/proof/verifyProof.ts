/** Judges evidence of the ledger in this browser, step by step; no line of it is the service's. */
import {
  areEqual,
  encodeUtf8,
  MalformedError,
  sha256,
  toHex,
  type Bytes,
} from '../../../offline/bytes.ts';
import { canonicalise } from '../../../offline/canonicalJson.ts';
import { parseCertificate, type Certificate } from '../../../offline/certificate.ts';
import { validateCertificationPath, type Trust } from '../../../offline/certificationPath.ts';
import { conclude } from '../../../offline/check.ts';
import { verifySignature } from '../../../offline/publicKey.ts';
import { isCheckpointSignedBy, readCheckpoint, type Checkpoint } from './checkpoint.ts';
import { climb, join, leafHash, type Climb } from './merkle.ts';
import {
  readProof,
  type Position,
  type Proof,
  type ProvenAct,
  type ProvenUse,
} from './proofForm.ts';
import { step, type Row, type Step } from './steps.ts';

export interface JudgedAct {
  readonly act: ProvenAct['act'];
  readonly recordedAt: string;
  readonly steps: readonly Step[];
}

export interface JudgedUse {
  readonly record: ProvenUse['record'];
  readonly recordedAt: string;
  readonly steps: readonly Step[];
}

/** Steps of each thing shown lead from its bytes to a root of the city. */
export interface JudgedProof {
  /** Of the proof as a whole; the only one where it cannot be read. */
  readonly form: Step;
  readonly acts: readonly JudgedAct[];
  readonly use: JudgedUse | null;
  readonly checkpoint: Checkpoint | null;
  /** Stands in the proof and is not judged here. */
  readonly hasTimeStamp: boolean;
  readonly hasEndorsements: boolean;
}

export interface ProofQuestion {
  readonly trust: Trust;
  readonly at: Date;
  /** What the proof must be about. */
  readonly subject: Proof['subject'];
}

const NOTHING = {
  acts: [],
  use: null,
  checkpoint: null,
  hasTimeStamp: false,
  hasEndorsements: false,
};
const SHOWN_CHARACTERS = 4000;

/** @param value - of `JSON.parse`; attacker-controlled. Never throws for bad evidence. */
export async function verifyProof(value: unknown, question: ProofQuestion): Promise<JudgedProof> {
  const proof = readProof(value);
  if (proof === null) return { form: step('form', 'it is no proof', []), ...NOTHING };
  const checkpoint = readCheckpoint(proof.checkpoint);
  const shared = await judgeCheckpoint(proof, checkpoint, question);
  const form = judgeForm(proof, question.subject);
  const { use, hasTimeStamp, hasEndorsements } = proof;
  return {
    ...{ form, checkpoint, hasTimeStamp, hasEndorsements },
    acts: await Promise.all(
      proof.acts.map(async (act) => ({
        ...{ act: act.act, recordedAt: act.recordedAt },
        steps: [form, ...(await judgeAct(act, checkpoint, question)), ...shared],
      })),
    ),
    use: use && {
      ...{ record: use.record, recordedAt: use.recordedAt },
      steps: [form, ...(await judgeUse(use, checkpoint)), ...shared],
    },
  };
}

function judgeForm({ subject, acts, use }: Proof, asked: Proof['subject']): Step {
  const computed = `${subject.kind} ${subject.identifier}`;
  const claimed = `${asked.kind} ${asked.identifier}`;
  const rows: Row[] = [{ kind: 'compare', what: 'subject', computed, claimed }];
  const fault = (): string | null => {
    if (computed !== claimed) return 'it is about something else';
    if (use !== null) {
      const isItsOwn = use.record.id === subject.identifier && acts.length === 0;
      return isItsOwn ? null : 'the record is not that of the subject';
    }
    const areItsOwn = acts.length > 0 && acts.every((act) => isAbout(act, subject));
    if (!areItsOwn) return 'an act is about something else, or there is none';
    return acts.every((act, place) => isAfter(act, acts[place - 1]))
      ? null
      : 'the acts are not in the order of the ledger';
  };
  return step('form', fault(), rows);
}

function isAbout(
  { act: { act, body } }: ProvenAct,
  { kind, identifier }: Proof['subject'],
): boolean {
  if (!act.startsWith(`${kind}.`)) return false;
  if (kind === 'seal') return [body['esId'], body['predecessor']].includes(identifier);
  return (
    typeof body['identifier'] === 'string' && baseOf(body['identifier']) === baseOf(identifier)
  );
}

/** An identifier without version and check character. */
function baseOf(identifier: string): string {
  return identifier.split('.').slice(0, -2).join('.');
}

function isAfter(act: Position, before: Position | undefined): boolean {
  if (before === undefined || act.logIndex > before.logIndex) return true;
  return act.logIndex === before.logIndex && act.index > before.index;
}

async function judgeAct(
  proven: ProvenAct,
  checkpoint: Checkpoint | null,
  question: ProofQuestion,
): Promise<readonly Step[]> {
  const text = canonicalise(proven.act);
  const bytes = encodeUtf8(text);
  const leaf = await leafHash(bytes);
  const row: Row = { kind: 'bytes', text: shorten(text), after: toHex(leaf) };
  const path = await readPath(proven.certificates);
  return [
    await judgeSignature(proven, bytes, path),
    await judgeAuthority(proven, path, question),
    await judgeBatch(proven, leaf, row, undefined),
    await judgeLog(proven, checkpoint),
  ];
}

async function judgeUse(use: ProvenUse, checkpoint: Checkpoint | null): Promise<readonly Step[]> {
  const text = canonicalise(use.record);
  const leaf = await leafHash(join(use.salt, encodeUtf8(text)));
  const row: Row = {
    ...{ kind: 'bytes', text: shorten(text), after: toHex(leaf), salt: toHex(use.salt) },
  };
  return [await judgeBatch(use, leaf, row, 'usage'), await judgeLog(use, checkpoint)];
}

async function judgeSignature(
  { act, signature }: ProvenAct,
  bytes: Bytes,
  path: readonly Certificate[] | null,
): Promise<Step> {
  const [leaf] = path ?? [];
  if (leaf === undefined) return step('signature', 'a certificate cannot be read', []);
  const rows: Row[] = [
    { kind: 'signature', bytes: toHex(await sha256(bytes)), value: toHex(signature) },
    { kind: 'compare', what: 'keyId', computed: leaf.fingerprint, claimed: act.by.keyId },
  ];
  if (leaf.fingerprint !== act.by.keyId) {
    return step('signature', 'the certificate is not that of the key the act names', rows);
  }
  const isRight =
    leaf.key.algorithm === 'ES256' &&
    (await verifySignature(leaf.key, bytes, signature)) === 'right';
  return step('signature', isRight ? null : 'the signature does not fit act and key', rows);
}

async function judgeAuthority(
  { act }: ProvenAct,
  path: readonly Certificate[] | null,
  { trust }: ProofQuestion,
): Promise<Step> {
  const [leaf] = path ?? [];
  if (path === null || leaf === undefined) {
    return step('authority', 'a certificate cannot be read', []);
  }
  const { authority } = act.by;
  const judged = await judgePath('authority', path, {
    trust,
    at: new Date(act.at),
    purpose: 'act',
  });
  const computed = leaf.subject.creditCode ?? '';
  const rows: Row[] = [
    { kind: 'compare', what: 'authority', computed, claimed: authority },
    ...judged.rows,
  ];
  return computed === authority
    ? { ...judged, rows }
    : step('authority', 'the certificate names another authority', rows);
}

async function judgeBatch(
  { batch, root, size, index, inclusion }: Position,
  leaf: Bytes,
  row: Row,
  kind: 'usage' | undefined,
): Promise<Step> {
  const climbs = await climb({ leaf, index, size, path: inclusion });
  const judged = compareRoot('batchRoot', { leaf, climbs, claimed: root });
  const fault = batch['kind'] === kind ? judged.fault : 'the batch is of another kind';
  return step('batch', fault, [row, ...judged.rows]);
}

async function judgeLog(
  { batch, logIndex, logInclusion }: Position,
  checkpoint: Checkpoint | null,
): Promise<Step> {
  const text = canonicalise(batch);
  const leaf = await leafHash(encodeUtf8(text));
  const row: Row = { kind: 'bytes', text, after: toHex(leaf) };
  if (checkpoint === null) return step('log', 'the checkpoint cannot be read', [row]);
  const { size, root } = checkpoint;
  const climbs = await climb({ leaf, index: logIndex, size, path: logInclusion });
  const judged = compareRoot('logRoot', { leaf, climbs, claimed: root });
  return step('log', judged.fault, [row, ...judged.rows]);
}

function compareRoot(
  what: 'batchRoot' | 'logRoot',
  found: Readonly<{ leaf: Bytes; climbs: readonly Climb[] | null; claimed: Bytes }>,
): Pick<Step, 'fault' | 'rows'> {
  const { leaf, climbs, claimed } = found;
  if (climbs === null) return { fault: 'the path has not the length of its place', rows: [] };
  const computed = climbs.at(-1)?.after ?? leaf;
  return {
    fault: areEqual(computed, claimed) ? null : 'the path leads to another root',
    rows: [
      ...climbs.map(({ before, sibling, side, after }): Row => {
        const hashes = { before: toHex(before), sibling: toHex(sibling), after: toHex(after) };
        return { kind: 'climb', side, ...hashes };
      }),
      { kind: 'compare', what, computed: toHex(computed), claimed: toHex(claimed) },
    ],
  };
}

async function judgeCheckpoint(
  proof: Proof,
  checkpoint: Checkpoint | null,
  { trust, at }: ProofQuestion,
): Promise<readonly [checkpoint: Step, node: Step]> {
  const path = await readPath(proof.nodeCertificates);
  const [leaf] = path ?? [];
  if (path === null || leaf === undefined) {
    const fault = 'a certificate of the node cannot be read';
    return [step('checkpoint', fault, []), step('node', fault, [])];
  }
  return [
    await judgeNote(checkpoint, leaf),
    await judgePath('node', path, { trust, at, purpose: 'node' }),
  ];
}

/** Whether a checkpoint is signed by the node whose certificate this is. */
export async function judgeNote(checkpoint: Checkpoint | null, leaf: Certificate): Promise<Step> {
  if (checkpoint === null) return step('checkpoint', 'the checkpoint cannot be read', []);
  const { text, signatures } = checkpoint;
  const rows: Row[] = [
    {
      kind: 'signature',
      bytes: toHex(await sha256(encodeUtf8(text))),
      value: toHex(signatures[0]?.signature ?? new Uint8Array()),
    },
  ];
  const isRight = await isCheckpointSignedBy(checkpoint, leaf);
  return step('checkpoint', isRight ? null : 'it is not signed by the node', rows);
}

export async function judgePath(
  name: 'authority' | 'node',
  [leaf, ...brought]: readonly Certificate[],
  question: Readonly<{ trust: Trust; at: Date; purpose: 'act' | 'node' }>,
): Promise<Step> {
  if (leaf === undefined) return step(name, 'there is no certificate', []);
  if (Number.isNaN(question.at.getTime())) return step(name, 'its time cannot be read', []);
  const { checks, path } = await validateCertificationPath({ ...question, leaf, brought });
  const { indication } = conclude(checks);
  const decisive = checks.find((check) => check.indication === indication);
  const anchors = new Set(question.trust.anchors.map(({ fingerprint }) => fingerprint));
  const rows = path.map(({ subject, fingerprint }): Row => ({
    ...{ kind: 'certificate', name: subject.text, fingerprint },
    isRoot: anchors.has(fingerprint),
  }));
  const fault = indication === 'TOTAL-PASSED' ? null : (decisive?.detail ?? 'no path was found');
  return step(name, fault, rows, indication);
}

/** @returns null if one cannot be read. */
export async function readPath(ders: readonly Bytes[]): Promise<readonly Certificate[] | null> {
  try {
    return await Promise.all(ders.map(parseCertificate));
  } catch (error) {
    if (error instanceof MalformedError) return null;
    throw error;
  }
}

function shorten(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}
