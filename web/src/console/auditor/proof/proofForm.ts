/** The form of a proof as the service hands it out; everything in it is attacker-controlled. */
import { isRecord } from '../../../report.ts';
import { canonicalise } from '../../../offline/canonicalJson.ts';
import { decodeBase64, decodeBase64url, toBytes, type Bytes } from '../../../offline/bytes.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Where something stands: leaf of a batch, and the batch as a leaf of the log. Paths from the leaf up. */
export interface Position {
  /** Whole, as it is the log's leaf. */
  readonly batch: JsonObject;
  readonly root: Bytes;
  readonly size: number;
  readonly recordedAt: string;
  readonly index: number;
  readonly inclusion: readonly Bytes[];
  readonly logIndex: number;
  readonly logInclusion: readonly Bytes[];
}

export interface ProvenAct extends Position {
  readonly act: JsonObject & {
    readonly act: string;
    readonly id: string;
    readonly at: string;
    readonly by: JsonObject & { readonly authority: string; readonly keyId: string };
    readonly body: JsonObject;
  };
  readonly signature: Bytes;
  /** DER, leaf first. */
  readonly certificates: readonly Bytes[];
}

export interface ProvenUse extends Position {
  readonly record: JsonObject & { readonly id: string };
  readonly salt: Bytes;
}

export interface Proof {
  readonly subject: { readonly kind: 'licence' | 'seal' | 'usage'; readonly identifier: string };
  readonly acts: readonly ProvenAct[];
  readonly use: ProvenUse | null;
  readonly checkpoint: string;
  readonly nodeCertificates: readonly Bytes[];
  /** What stands in it that this page does not judge. */
  readonly hasTimeStamp: boolean;
  readonly hasEndorsements: boolean;
}

const MAX_ACTS = 1000;
const MAX_PATH = 64;
const MAX_CERTIFICATES = 8;
const MAX_TEXT = 200;
const SALT_BYTES = 16;
const SIGNATURE_BYTES = 64;
const MEMBERS = [
  ...['typ', 'version', 'subject', 'acts', 'usage', 'checkpoint', 'node'],
  ...['timeStamp', 'endorsedReads'],
];
const PLACE_MEMBERS = ['batch', 'index', 'inclusion', 'logIndex', 'logInclusion'];
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

class FormError extends Error {}

/** @returns null for what is no proof. */
export function readProof(value: unknown): Proof | null {
  try {
    canonicalise(value); // bounded depth, well-formed text: everything has canonical bytes
    return parseProof(value);
  } catch (error) {
    if (error instanceof FormError || error instanceof RangeError) return null;
    throw error;
  }
}

function parseProof(value: unknown): Proof {
  const proof = object(value, MEMBERS);
  if (proof['typ'] !== 'yinxin-proof' || proof['version'] !== 1) throw new FormError('typ');
  const { kind, identifier } = object(proof['subject'], ['kind', 'identifier']);
  if (kind !== 'licence' && kind !== 'seal' && kind !== 'usage') throw new FormError('kind');
  const use = proof['usage'] === null ? null : readUse(proof['usage']);
  if ((kind === 'usage') !== (use !== null)) throw new FormError('use');
  const node = object(proof['node'], ['certificationPath']);
  return {
    ...{ subject: { kind, identifier: text(identifier) }, use },
    acts: list(proof['acts'], MAX_ACTS).map(readAct),
    checkpoint: text(proof['checkpoint'], 16_384),
    nodeCertificates: readCertificates(node['certificationPath']),
    hasTimeStamp: proof['timeStamp'] !== undefined,
    hasEndorsements: proof['endorsedReads'] !== undefined,
  };
}

function readAct(value: unknown): ProvenAct {
  const proven = object(value, ['act', 'certificationPath', ...PLACE_MEMBERS]);
  const signed = object(proven['act'], ['act', 'signature']);
  const act = object(signed['act']);
  const by = object(act['by']);
  const signature = decodeBase64url(text(signed['signature']));
  if (signature?.length !== SIGNATURE_BYTES) throw new FormError('signature');
  if (!INSTANT.test(text(act['at']))) throw new FormError('at');
  return {
    ...readPosition(proven),
    act: {
      ...act,
      ...{ act: text(act['act']), id: text(act['id']), at: text(act['at']) },
      by: { ...by, authority: text(by['authority']), keyId: text(by['keyId']) },
      body: object(act['body']),
    },
    signature,
    certificates: readCertificates(proven['certificationPath']),
  };
}

function readUse(value: unknown): ProvenUse {
  const use = object(value, ['record', 'salt', ...PLACE_MEMBERS]);
  const record = object(use['record']);
  const salt = decodeBase64(text(use['salt']));
  if (salt?.length !== SALT_BYTES) throw new FormError('salt');
  return { ...readPosition(use), salt, record: { ...record, id: text(record['id']) } };
}

function readPosition(place: JsonObject): Position {
  const batch = object(place['batch']);
  return {
    batch,
    ...{ root: hash(batch['root']), size: count(batch['size']), recordedAt: text(batch['at']) },
    ...{ index: count(place['index']), logIndex: count(place['logIndex']) },
    inclusion: list(place['inclusion'], MAX_PATH).map(hash),
    logInclusion: list(place['logInclusion'], MAX_PATH).map(hash),
  };
}

function readCertificates(value: unknown): readonly Bytes[] {
  const ders = list(value, MAX_CERTIFICATES).map((one) => decodeBase64(text(one, 90_000)));
  if (ders.length === 0 || !ders.every((der) => der !== null)) throw new FormError('certificates');
  return ders;
}

/** @param members - all that may stand in it; absent: anything. */
function object(value: unknown, members?: readonly string[]): JsonObject {
  if (!isRecord(value)) throw new FormError('object');
  if (members !== undefined && Object.keys(value).some((name) => !members.includes(name))) {
    throw new FormError('a member too much');
  }
  return value;
}

function list(value: unknown, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most) throw new FormError('list');
  return value;
}

function text(value: unknown, most = MAX_TEXT): string {
  if (typeof value !== 'string' || value === '' || value.length > most) throw new FormError('text');
  return value;
}

function count(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new FormError('count');
  }
  return value;
}

function hash(value: unknown): Bytes {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) throw new FormError('hash');
  return fromHex(value);
}

/** @param hex - of whole bytes. */
export function fromHex(hex: string): Bytes {
  return toBytes(hex.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))));
}
