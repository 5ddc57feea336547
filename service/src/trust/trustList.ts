/** The trust list: CAs of others as the ledger has them, and the trust of now made level with it. */
import {
  statePlaces,
  type TrustAnchorRecord,
  type TrustEntryRecord,
  type TrustListRecord,
} from '@yinxin/chaincode/model';
import { ServiceError } from '../errors.ts';
import type { Ledger, StateKey } from '../ledger/ledger.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import type { AnchorScope, TrustStore } from '../pki/trustStore.ts';
import type { CurrentTrust, ForeignTrust } from './currentTrust.ts';

/** The list as of one moment. */
export interface TrustList {
  /** In the order in which they came, withdrawn ones too. */
  readonly entries: readonly TrustAnchorRecord[];
  /** Id of the newest act on the list; null: there was none yet. */
  readonly actId: string | null;
}

/** Keeps the trust of now level with the list on the ledger. */
export interface TrustListKeeper {
  /**
   * Asks the ledger whether the list has changed and takes over what has: one small read where nothing has. To be awaited
   * before a verdict that may rest on a CA of others, so that a withdrawal recorded by any service is seen by it.
   *
   * @returns the age of the ledger's word, seconds.
   * @throws ServiceError `LEDGER_UNAVAILABLE`; the trust of now stays what it was.
   */
  refresh(): Promise<number>;
  /** As of the last refresh. */
  readonly list: TrustList;
  /** The trusted entry of an anchor, as of the last refresh. @param fingerprint - SHA-256, lower-case hex. */
  find(fingerprint: string): TrustAnchorRecord | null;
}

type Reader = Pick<Ledger, 'readStates'>;

const EMPTY: TrustList = { entries: [], actId: null };
/** A peer reads at most 1,000 keys at once. */
const KEYS_AT_ONCE = 500;
/** Each time an act came in between; acts on this list take two people. */
const MAX_TRIES = 5;

export function keepTrustList(
  parts: Readonly<{ ledger: Reader; trust: Pick<CurrentTrust, 'setForeign'> }>,
): TrustListKeeper {
  let list = EMPTY;
  let height = 0;
  let byFingerprint: ReadonlyMap<string, TrustAnchorRecord> = new Map();

  async function takeOver(): Promise<void> {
    const read = await readTrustList(parts.ledger);
    if (read.height < height) return; // a later reader was faster
    height = read.height;
    list = read;
    const trusted = read.entries.filter(({ state }) => state === 'trusted');
    byFingerprint = new Map(trusted.map((entry) => [entry.fingerprint, entry]));
    parts.trust.setForeign(foreignTrust(trusted));
  }

  return {
    async refresh() {
      const { values, ageSeconds } = await parts.ledger.readStates([statePlaces.trustList()]);
      const head = (values[0] ?? null) as TrustListRecord | null; // as the place says
      if ((head?.actId ?? null) !== list.actId) await takeOver();
      return ageSeconds;
    },
    get list() {
      return list;
    },
    find: (fingerprint) => byFingerprint.get(fingerprint) ?? null,
  };
}

/** What verification needs of them. */
export function recognisedTrust(
  trust: Pick<CurrentTrust, 'current'>,
  list: TrustListKeeper,
): Readonly<{ trust: TrustStore }> & Pick<TrustListKeeper, 'refresh' | 'find'> {
  return {
    get trust() {
      return trust.current;
    },
    refresh: () => list.refresh(),
    find: (fingerprint) => list.find(fingerprint),
  };
}

/**
 * Reads the whole list.
 *
 * @throws ServiceError `LEDGER_UNAVAILABLE`; `LEDGER_CORRUPT` if it does not hold together.
 */
export async function readTrustList(
  ledger: Reader,
): Promise<TrustList & { readonly height: number }> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const before = await readHead(ledger);
    const entries = await readEntries(ledger, before.size);
    const after = await readHead(ledger);
    if (before.actId === after.actId) {
      return { entries, actId: before.actId, height: before.height };
    }
  }
  throw new ServiceError('LEDGER_UNAVAILABLE', 'the trust list changes while it is read');
}

async function readHead(
  ledger: Reader,
): Promise<{ readonly size: number; readonly actId: string | null; readonly height: number }> {
  const { values, height } = await ledger.readStates([statePlaces.trustList()]);
  const head = (values[0] ?? null) as TrustListRecord | null; // as the place says
  return { size: head?.size ?? 0, actId: head?.actId ?? null, height };
}

async function readEntries(ledger: Reader, size: number): Promise<readonly TrustAnchorRecord[]> {
  const numbers = Array.from({ length: size }, (_, index) => index + 1);
  const named = await readAll<TrustEntryRecord>(ledger, numbers.map(statePlaces.trustEntry));
  return await readAll<TrustAnchorRecord>(
    ledger,
    named.map(({ fingerprint }) => statePlaces.trustAnchor(fingerprint)),
  );
}

async function readAll<V extends object>(
  ledger: Reader,
  keys: readonly StateKey[],
): Promise<readonly V[]> {
  const found: V[] = [];
  for (let start = 0; start < keys.length; start += KEYS_AT_ONCE) {
    const { values } = await ledger.readStates(keys.slice(start, start + KEYS_AT_ONCE));
    for (const value of values) {
      if (value === null) {
        throw new ServiceError('LEDGER_CORRUPT', 'the trust list lacks one of its entries');
      }
      found.push(value as V); // as its place says
    }
  }
  return found;
}

/** A certificate that this service cannot read vouches for nothing. */
function foreignTrust(entries: readonly TrustAnchorRecord[]): ForeignTrust {
  const anchors: Certificate[] = [];
  const scopes = new Map<string, AnchorScope>();
  for (const { certificate, fingerprint, scope } of entries) {
    const parsed = readAnchor(certificate);
    if (parsed === null) continue;
    anchors.push(parsed);
    scopes.set(fingerprint, {
      purposes: scope.purposes,
      sealKinds: scope.sealKinds,
      licenceTypes: scope.licenceTypes,
      from: new Date(scope.from),
      until: scope.until === null ? null : new Date(scope.until),
    });
  }
  return { anchors, scopes };
}

function readAnchor(certificate: string): Certificate | null {
  try {
    return parseCertificate(new Uint8Array(Buffer.from(certificate, 'base64')));
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'CERTIFICATE_MALFORMED') return null;
    throw error;
  }
}
