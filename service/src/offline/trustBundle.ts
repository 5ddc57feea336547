/** What a trust bundle adds to the roots of someone who verifies without network. */
import { parseStatusList, verifyStatusList } from '../credentials/statusList.ts';
import type { StatusReference } from '../credentials/statusReference.ts';
import { ServiceError } from '../errors.ts';
import type { RevocationKnowledge } from '../pki/revocation/revocationKnowledge.ts';
import type { AnchorScope, TrustStore } from '../pki/trustStore.ts';
import {
  conclude,
  failed,
  indeterminate,
  passed,
  type Check,
  type SubIndication,
} from '../report.ts';
import {
  exceptionName,
  type ExceptionState,
  type ReadTrustBundle,
  type TrustBundle,
} from '../trust/bundleFormat.ts';
import { verifyOperatorSignature } from '../trust/operatorSignature.ts';
import {
  statusOutOfReach,
  type OfflineFinding,
  type OfflineQuestion,
  type OfflineStatus,
} from './question.ts';

/** A bundle whose signature was looked at. */
export interface OpenBundle {
  /** About the bundle itself. */
  readonly checks: readonly Check[];
  /** Null: nothing in it may be used. */
  readonly bundle: TrustBundle | null;
}

/** Clocks of the city and of whoever verifies may differ by this much. */
const CLOCK_TOLERANCE_MS = 300_000;
const MAX_LIFE_MS = 90 * 86_400_000; // as the service's own setting has it

/**
 * Judges a bundle: signed below the reader's own roots by the city's operator, and not past its expiry. One that is not is
 * as good as none, and the verdict is never passed.
 *
 * @param question - `trust`: the reader's own roots; `now`: the present, whatever moment is asked about.
 */
export function openTrustBundle(
  { jws, bundle }: ReadTrustBundle,
  { trust, now }: Readonly<{ trust: TrustStore; now: Date }>,
): OpenBundle {
  const verdict = conclude(
    verifyOperatorSignature(jws, {
      trust: { ...trust, revocation: revocationWith(trust, bundle) },
      at: bundle.issuedAt, // its lists are the newest of that moment
      issuer: bundle.issuer.creditCode,
    }),
  );
  const signature =
    verdict.indication === 'TOTAL-PASSED'
      ? passed('bundle.signature', `signed by ${bundle.issuer.name} below the given roots`)
      : indeterminate(
          'bundle.signature',
          verdict.subIndication ?? 'NO_TRUST',
          'the bundle is not signed by its city below the given roots: nothing in it is used',
        );
  const checks = [
    signature,
    checkPeriod(bundle, { now, signerEnd: jws.certificates[0]?.notAfter ?? now }),
  ];
  const isUsable = checks.every(({ indication }) => indication === 'TOTAL-PASSED');
  return { checks, bundle: isUsable ? bundle : null };
}

/** Nobody's key signs for a time after its own certificate, and no bundle is good for long. */
function checkPeriod(
  { issuedAt, expiresAt }: Pick<TrustBundle, 'issuedAt' | 'expiresAt'>,
  { now, signerEnd }: Readonly<{ now: Date; signerEnd: Date }>,
): Check {
  const name = 'bundle.period';
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
export function trustWithBundle(trust: TrustStore, bundle: TrustBundle): TrustStore {
  const own = new Set(trust.anchors.map(({ fingerprint }) => fingerprint));
  const recognised = bundle.recognised.filter(
    ({ certificate }) => !own.has(certificate.fingerprint),
  );
  const scopes = new Map<string, AnchorScope>(trust.scopes ?? []);
  for (const { certificate, scope } of recognised) {
    scopes.set(certificate.fingerprint, {
      purposes: scope.purposes,
      sealKinds: scope.sealKinds,
      licenceTypes: scope.licenceTypes,
      from: new Date(scope.from),
      until: scope.until === null ? null : new Date(scope.until),
    });
  }
  return Object.freeze({
    anchors: Object.freeze([...trust.anchors, ...recognised.map(({ certificate }) => certificate)]),
    intermediates: Object.freeze([...trust.intermediates, ...bundle.intermediates]),
    scopes,
    revocation: revocationWith(trust, bundle),
  });
}

function revocationWith({ revocation }: TrustStore, { crls }: TrustBundle): RevocationKnowledge {
  return Object.freeze({
    crls: Object.freeze([...(revocation?.crls ?? []), ...crls]),
    ocspResponses: revocation?.ocspResponses ?? [],
    demand: revocation?.demand ?? 'whereNamed',
  });
}

/** What the bundle is asked about a licence that is genuine. */
export interface BundledStatusQuestion {
  readonly identifier: string;
  readonly issuer: string;
  /** Its place in a status list; null: what is judged names none (a file). */
  readonly place: StatusReference | null;
  /** The reader's own roots with what the bundle adds. */
  readonly trust: TrustStore;
  readonly now: Date;
  /** The verdict is about the present. */
  readonly isNow: boolean;
}

const STATE_VERDICT: Readonly<Record<ExceptionState, SubIndication>> = {
  suspended: 'LICENCE_SUSPENDED',
  withdrawn: 'LICENCE_WITHDRAWN',
  cancelled: 'LICENCE_CANCELLED',
  lapsed: 'LICENCE_LAPSED',
  transferred: 'LICENCE_TRANSFERRED',
  revoked: 'LICENCE_REVOKED',
  superseded: 'LICENCE_SUPERSEDED',
};

/**
 * The state of a licence when the bundle was made; how long that may be relied on the bundle says by its expiry.
 *
 * @returns null if the bundle says nothing of it: its issuer is no authority of that city, its list is not there, or the
 * verdict is about another moment.
 */
export function bundledStatus(
  bundle: TrustBundle,
  question: BundledStatusQuestion,
): OfflineStatus | null {
  const { identifier, issuer, place, now } = question;
  const isOfCity = bundle.credentialSigners.some(({ subject }) => subject.creditCode === issuer);
  const listed = place === null ? NO_PLACE : listedStatus(bundle, place, question.trust);
  if (!isOfCity || !question.isNow || listed === null) return null;
  const ageSeconds = Math.max(0, Math.round((now.getTime() - bundle.issuedAt.getTime()) / 1000));
  const until = bundle.expiresAt.toISOString();
  return {
    ageSeconds,
    checks: [
      ...listed.checks,
      checkState(exceptionOf(bundle, identifier) ?? listed.state, bundle.issuedAt),
      passed('status.age', `status is ${ageSeconds} s old, good until ${until}`),
    ],
  };
}

function exceptionOf({ exceptions }: TrustBundle, identifier: string): ExceptionState | null {
  const name = exceptionName(identifier);
  return exceptions.find(({ licences }) => licences.includes(name))?.state ?? null;
}

function checkState(state: ExceptionState | null, at: Date): Check {
  const name = 'licence.state';
  return state === null
    ? passed(name, `in force at ${at.toISOString()}`)
    : failed(name, STATE_VERDICT[state], `${state} by ${at.toISOString()}`);
}

/**
 * The state of a licence as far as it is known here.
 *
 * @returns checks and the age of what they rest on; `TRY_LATER` where no bundle says anything.
 */
export function licenceStatus(
  { bundle, trust, time }: Pick<OfflineQuestion, 'bundle' | 'trust' | 'time'>,
  asked: Readonly<{ identifier: string; issuer: string; place: StatusReference | null }>,
): Pick<OfflineFinding, 'checks' | 'statusAgeSeconds'> {
  const question = { ...asked, trust, now: time.knownAt, isNow: time.isNow };
  const status = bundle === null ? null : bundledStatus(bundle, question);
  return status === null
    ? { checks: [statusOutOfReach('licence.state')] }
    : { checks: status.checks, statusAgeSeconds: status.ageSeconds };
}

interface ListedStatus {
  readonly checks: readonly Check[];
  /** Null: valid. */
  readonly state: ExceptionState | null;
}

/** Of a file, which names no place in a list. */
const NO_PLACE: ListedStatus = { checks: [], state: null };

/** @returns null if the bundle does not hold that list. */
function listedStatus(
  bundle: TrustBundle,
  { uri, index }: StatusReference,
  trust: TrustStore,
): ListedStatus | null {
  const list = readStatusLists(bundle).get(uri);
  if (list === undefined) return null;
  const checks = verifyStatusList(list, { trust, uri, at: bundle.issuedAt });
  const value = list.bits.get(index);
  return {
    checks,
    state: value === 'valid' ? null : value === 'suspended' ? 'suspended' : 'revoked',
  };
}

type StatusLists = ReadonlyMap<string, ReturnType<typeof parseStatusList>>;
const readLists = new WeakMap<TrustBundle, StatusLists>();

/** By address. One that cannot be read is as one that is not there. */
function readStatusLists(bundle: TrustBundle): StatusLists {
  const known = readLists.get(bundle);
  if (known !== undefined) return known;
  const lists = new Map<string, ReturnType<typeof parseStatusList>>();
  for (const text of bundle.statusLists) {
    try {
      const list = parseStatusList(text);
      lists.set(list.uri, list);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
    }
  }
  readLists.set(bundle, lists);
  return lists;
}
