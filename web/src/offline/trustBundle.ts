/** The trust bundle: what a verifier without network needs besides the roots, signed below them by the operator. */
import { isRecord, type Check } from '../report.ts';
import { decodeBase64, encodeBase64url, encodeUtf8, MalformedError, sha256 } from './bytes.ts';
import type { Certificate } from './certificate.ts';
import type { AnchorScope, Trust } from './certificationPath.ts';
import { conclude, failed, havePassed, indeterminate, passed } from './check.ts';
import type { StatusReference } from './documentCode.ts';
import { parseJws, readCertificate, verifyOperatorSignature, type Jws } from './jws.ts';
import { readRevocationList, type RevocationList } from './revocationList.ts';
import { parseStatusList, readStatus, verifyStatusList, type StatusList } from './statusList.ts';

const TYPE = 'yinxin-trust-bundle+jws';
/** Longest text that is looked at, characters. */
export const MAX_TRUST_BUNDLE_LENGTH = 32 * 1024 * 1024;
/** Clocks of the city and of this device may differ by this much. */
const CLOCK_TOLERANCE_MS = 300_000;
const MAX_LIFE_MS = 90 * 86_400_000;

/** What a licence that is not in force can have become, and the verdict on it. */
const STATE_VERDICT: Readonly<Partial<Record<string, string>>> = {
  suspended: 'LICENCE_SUSPENDED',
  withdrawn: 'LICENCE_WITHDRAWN',
  cancelled: 'LICENCE_CANCELLED',
  lapsed: 'LICENCE_LAPSED',
  transferred: 'LICENCE_TRANSFERRED',
  revoked: 'LICENCE_REVOKED',
  superseded: 'LICENCE_SUPERSEDED',
};

interface RecognisedAnchor {
  readonly certificate: Certificate;
  readonly scope: AnchorScope;
}

/** A bundle that was read, but not verified. */
export interface TrustBundle {
  readonly jws: Jws;
  readonly issuer: { readonly creditCode: string; readonly name: string };
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly codeSigners: readonly Certificate[];
  readonly credentialSigners: readonly Certificate[];
  readonly intermediates: readonly Certificate[];
  readonly recognised: readonly RecognisedAnchor[];
  readonly lists: readonly RevocationList[];
  /** Tokens, as they are published. */
  readonly statusLists: readonly string[];
  /** State of a licence that is not in force, by the name that a list of exceptions gives it. */
  readonly exceptions: ReadonlyMap<string, string>;
}

/**
 * Reads a bundle.
 *
 * @param text - attacker-controlled; at most {@link MAX_TRUST_BUNDLE_LENGTH}.
 * @throws MalformedError `DOCUMENT_MALFORMED`, also for a signed object of another type.
 */
export async function parseTrustBundle(text: string): Promise<TrustBundle> {
  const jws = await parseJws(text.trim(), TYPE, MAX_TRUST_BUNDLE_LENGTH);
  const { payload } = jws;
  requireMembers(payload, MEMBERS);
  const issuer = payload['issuer'];
  if (payload['schemaVersion'] !== 1 || !isRecord(issuer)) throw malformed('/schemaVersion');
  requireMembers(issuer, ['creditCode', 'name']);
  requireText(payload['checkpoint'], 10_000);
  return {
    jws,
    issuer: {
      creditCode: requireText(issuer['creditCode'], 18),
      name: requireText(issuer['name'], 200),
    },
    issuedAt: requireInstant(payload['issuedAt']),
    expiresAt: requireInstant(payload['expiresAt']),
    codeSigners: await readCertificates(payload['codeSigners'], 20_000),
    credentialSigners: await readCertificates(payload['credentialSigners'], 20_000),
    intermediates: await readCertificates(payload['intermediates'], 256),
    recognised: await Promise.all(requireArray(payload['recognised'], 1000).map(readRecognised)),
    lists: requireArray(payload['crls'], 1000).flatMap(readList),
    statusLists: requireArray(payload['statusLists'], 10_000).map((one) =>
      requireText(one, 200_000),
    ),
    exceptions: readExceptions(payload['exceptions']),
  };
}

/** A bundle whose signature was looked at. */
export interface OpenBundle {
  /** About the bundle itself: `bundle.signature`, `bundle.period`. */
  readonly checks: readonly Check[];
  /** Null: nothing in it may be used. */
  readonly bundle: TrustBundle | null;
}

/**
 * Judges a bundle: signed below the reader's own roots by the city's operator, and not past its expiry. One that is not is
 * as good as none.
 */
export async function openTrustBundle(
  bundle: TrustBundle,
  { trust, now }: Readonly<{ trust: Trust; now: Date }>,
): Promise<OpenBundle> {
  const verdict = conclude(
    await verifyOperatorSignature(bundle.jws, {
      trust: { ...trust, lists: [...trust.lists, ...bundle.lists] },
      at: bundle.issuedAt, // its lists are the newest of that moment
      issuer: bundle.issuer.creditCode,
    }),
  );
  const signature =
    verdict.indication === 'TOTAL-PASSED'
      ? passed('bundle.signature', `signed by ${bundle.issuer.name} below the kept roots`)
      : indeterminate(
          'bundle.signature',
          verdict.subIndication ?? 'NO_TRUST',
          'the bundle is not signed by its city below the kept roots: nothing in it is used',
        );
  const checks = [signature, checkPeriod(bundle, now)];
  return { checks, bundle: havePassed(checks) ? bundle : null };
}

/** Nobody's key signs for a time after its own certificate, and no bundle is good for long. */
function checkPeriod({ jws, issuedAt, expiresAt }: TrustBundle, now: Date): Check {
  const name = 'bundle.period';
  const signerEnd = jws.certificates[0]?.notAfter ?? now;
  const period = `made at ${issuedAt.toISOString()}, good until ${expiresAt.toISOString()}`;
  if (issuedAt.getTime() > now.getTime() + CLOCK_TOLERANCE_MS) {
    return indeterminate(name, 'NOT_YET_VALID', `${period}: that is to come`);
  }
  if (expiresAt.getTime() - issuedAt.getTime() > MAX_LIFE_MS || expiresAt > signerEnd) {
    return indeterminate(name, 'CERTIFICATE_CONSTRAINTS_FAILURE', `${period}: longer than may be`);
  }
  return now > expiresAt ? indeterminate(name, 'BUNDLE_EXPIRED', period) : passed(name, period);
}

/** The reader's trust with what the bundle adds: CAs below the roots, revocation lists, CAs of others with their scopes. */
export function trustWithBundle(trust: Trust, bundle: TrustBundle): Trust {
  const own = new Set(trust.anchors.map(({ fingerprint }) => fingerprint));
  const recognised = bundle.recognised.filter(
    ({ certificate }) => !own.has(certificate.fingerprint),
  );
  return {
    anchors: [...trust.anchors, ...recognised.map(({ certificate }) => certificate)],
    intermediates: [...trust.intermediates, ...bundle.intermediates],
    scopes: new Map([
      ...trust.scopes,
      ...recognised.map(({ certificate, scope }) => [certificate.fingerprint, scope] as const),
    ]),
    lists: [...trust.lists, ...bundle.lists],
  };
}

/** What the bundle is asked about a licence that is genuine. */
export interface StatusQuestion {
  readonly identifier: string;
  readonly issuer: string;
  readonly place: StatusReference;
  /** The reader's own roots with what the bundle adds. */
  readonly trust: Trust;
  readonly now: Date;
}

/** The state of a licence when the bundle was made, and its age in seconds. */
export interface BundledStatus {
  readonly checks: readonly Check[];
  readonly ageSeconds: number;
}

/** @returns null if the bundle says nothing of it: its issuer is no authority of that city, or its list is not there. */
export async function bundledStatus(
  bundle: TrustBundle,
  { identifier, issuer, place, trust, now }: StatusQuestion,
): Promise<BundledStatus | null> {
  const isOfCity = bundle.credentialSigners.some(({ subject }) => subject.creditCode === issuer);
  const list = (await readStatusLists(bundle)).get(place.uri);
  if (!isOfCity || list === undefined) return null;
  const name = 'licence.state';
  const at = bundle.issuedAt.toISOString();
  const state = bundle.exceptions.get(await exceptionName(identifier)) ?? listedState(list, place);
  const ageSeconds = Math.max(0, Math.round((now.getTime() - bundle.issuedAt.getTime()) / 1000));
  const until = bundle.expiresAt.toISOString();
  return {
    ageSeconds,
    checks: [
      ...(await verifyStatusList(list, { trust, at: bundle.issuedAt, uri: place.uri })),
      state === null
        ? passed(name, `in force at ${at}`)
        : failed(name, STATE_VERDICT[state] ?? 'LICENCE_REVOKED', `${state} by ${at}`),
      passed('status.age', `status is ${ageSeconds} s old, good until ${until}`),
    ],
  };
}

function listedState(list: StatusList, { index }: StatusReference): string | null {
  const value = readStatus(list, index);
  if (value === 'valid') return null;
  return value === 'suspended' ? 'suspended' : 'revoked';
}

/** A licence in a list of exceptions: first 12 bytes of the SHA-256 of its whole identifier, base64url. */
async function exceptionName(identifier: string): Promise<string> {
  return encodeBase64url((await sha256(encodeUtf8(identifier))).subarray(0, 12));
}

const readLists = new WeakMap<TrustBundle, Promise<ReadonlyMap<string, StatusList>>>();

/** By address. One that cannot be read is as one that is not there. */
function readStatusLists(bundle: TrustBundle): Promise<ReadonlyMap<string, StatusList>> {
  const known = readLists.get(bundle) ?? readAll(bundle.statusLists);
  readLists.set(bundle, known);
  return known;
}

async function readAll(tokens: readonly string[]): Promise<ReadonlyMap<string, StatusList>> {
  const lists = new Map<string, StatusList>();
  for (const token of tokens) {
    try {
      const list = await parseStatusList(token);
      lists.set(list.uri, list);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
    }
  }
  return lists;
}

const MEMBERS = [
  'schemaVersion',
  'issuer',
  'issuedAt',
  'expiresAt',
  'codeSigners',
  'credentialSigners',
  'intermediates',
  'recognised',
  'crls',
  'statusLists',
  'exceptions',
  'checkpoint',
] as const;
const SCOPE_MEMBERS = ['purposes', 'sealKinds', 'licenceTypes', 'from', 'until'] as const;

async function readRecognised(value: unknown): Promise<RecognisedAnchor> {
  const scope = isRecord(value) ? value['scope'] : null;
  if (!isRecord(value) || !isRecord(scope)) throw malformed('/recognised');
  requireMembers(value, ['certificate', 'name', 'since', 'scope']);
  requireMembers(scope, SCOPE_MEMBERS);
  requireInstant(value['since']);
  return {
    certificate: await readCertificate(value['certificate']),
    scope: {
      purposes: requireArray(scope['purposes'], 100).map((one) => requireText(one, 100)),
      from: requireInstant(scope['from']),
      until: scope['until'] === null ? null : requireInstant(scope['until']),
    },
  };
}

function readExceptions(value: unknown): ReadonlyMap<string, string> {
  const states = new Map<string, string>();
  for (const entry of requireArray(value, Object.keys(STATE_VERDICT).length)) {
    if (!isRecord(entry)) throw malformed('/exceptions');
    requireMembers(entry, ['state', 'licences']);
    const state = requireText(entry['state'], 20);
    if (STATE_VERDICT[state] === undefined) throw malformed('/exceptions/state');
    for (const licence of requireArray(entry['licences'], 2_000_000)) {
      const name = requireText(licence, 16);
      if (!states.has(name)) states.set(name, state);
    }
  }
  return states;
}

/** What is no list says nothing, as with the service. */
function readList(value: unknown): readonly RevocationList[] {
  const der = decodeBase64(requireText(value, MAX_TRUST_BUNDLE_LENGTH));
  if (der === null) throw malformed('/crls');
  const list = readRevocationList(der);
  return list === null ? [] : [list];
}

async function readCertificates(value: unknown, most: number): Promise<readonly Certificate[]> {
  return await Promise.all(requireArray(value, most).map(readCertificate));
}

/** Exactly these. */
function requireMembers(value: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const found = Object.keys(value);
  if (found.length !== names.length || !names.every((name) => found.includes(name))) {
    throw malformed('members are not as agreed');
  }
}

function requireArray(value: unknown, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most)
    throw malformed('a list is missing or too long');
  return value as readonly unknown[]; // Array.isArray forgets the member type
}

function requireText(value: unknown, most: number): string {
  if (typeof value !== 'string' || value.length > most) throw malformed('a text is missing');
  return value;
}

function requireInstant(value: unknown): Date {
  const isForm =
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(value);
  const instant = new Date(isForm ? value : NaN);
  if (Number.isNaN(instant.getTime())) throw malformed('a time is missing');
  return instant;
}

function malformed(reason: string): MalformedError {
  return new MalformedError('DOCUMENT_MALFORMED', `no trust bundle: ${reason}`);
}
