/** What this service trusts right now: one frozen store, replaced whenever a part of it changes. */
import type { Certificate } from '../pki/certificate.ts';
import type { RevocationKnowledge } from '../pki/revocation/revocationKnowledge.ts';
import { parseTrustStore, type AnchorScope, type TrustStore } from '../pki/trustStore.ts';

/** Our own certification authorities' certificates, of every generation; PEM. */
export interface OwnCertificates {
  readonly rootsPem: string;
  readonly intermediatesPem: string;
}

/** What the trust list lets in beside our own roots. */
export interface ForeignTrust {
  readonly anchors: readonly Certificate[];
  /** What each of these anchors is trusted for, by fingerprint. */
  readonly scopes: ReadonlyMap<string, AnchorScope>;
  /** CA certificates of others that may help to build paths; not trusted for being here. */
  readonly intermediates?: readonly Certificate[];
}

/** What was fetched about foreign certificates; attacker-controlled, judged where it is used. DER. */
export interface FetchedRevocation {
  readonly crls: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
}

/** Whoever judges asks for {@link CurrentTrust.current} at the time and keeps what it got for one judgement only. */
export interface CurrentTrust {
  /** The same frozen object as long as nothing changed. */
  readonly current: TrustStore;
  /** The same without what the trust list lets in: for what only this city's own can vouch for, its ledger for one. */
  readonly own: TrustStore;
  setOwnCertificates(own: OwnCertificates): void;
  /** @param crls - DER, the newest of each of our certification authorities. */
  setOwnCrls(crls: readonly Uint8Array[]): void;
  /** Plug-in point of the trust list: replaces what it let in before. */
  setForeign(foreign: ForeignTrust): void;
  /** Roots of a time-stamping authority elsewhere: trusted for time-stamps and nothing else. */
  setTimeStampAnchors(anchors: readonly Certificate[]): void;
  setFetched(fetched: FetchedRevocation): void;
}

const NOTHING_FOREIGN: ForeignTrust = { anchors: [], scopes: new Map() };
const TIME_STAMPS_ONLY: AnchorScope = Object.freeze<AnchorScope>({
  purposes: ['timeStamper'],
  sealKinds: null,
  licenceTypes: null,
  from: new Date(0),
  until: null,
});
const NOTHING_FETCHED: FetchedRevocation = { crls: [], ocspResponses: [] };

/** @throws ServiceError `CERTIFICATE_MALFORMED`. */
export function createCurrentTrust(certificates: OwnCertificates): CurrentTrust {
  let own = parseTrustStore(certificates.rootsPem, certificates.intermediatesPem);
  let ownCrls: readonly Uint8Array[] = [];
  let foreign = NOTHING_FOREIGN;
  let timeStampAnchors: readonly Certificate[] = [];
  let fetched = NOTHING_FETCHED;
  let certificatesNow = joinCertificates(own, foreign, timeStampAnchors);
  let ownCertificates = joinCertificates(own, NOTHING_FOREIGN, timeStampAnchors);
  let current: TrustStore | null = null;
  let ownOnly: TrustStore | null = null;

  /** Paths are remembered by the identity of their lists: they are replaced only when certificates change. */
  function replaceCertificates(): void {
    certificatesNow = joinCertificates(own, foreign, timeStampAnchors);
    ownCertificates = joinCertificates(own, NOTHING_FOREIGN, timeStampAnchors);
    forget();
  }

  function forget(): void {
    current = null;
    ownOnly = null;
  }

  function revocation(): RevocationKnowledge {
    return Object.freeze({
      crls: Object.freeze([...ownCrls, ...fetched.crls]),
      ocspResponses: Object.freeze([...fetched.ocspResponses]),
      demand: 'whereNamed' as const,
    });
  }

  return {
    get current() {
      current ??= Object.freeze({ ...certificatesNow, revocation: revocation() });
      return current;
    },
    get own() {
      ownOnly ??= Object.freeze({ ...ownCertificates, revocation: revocation() });
      return ownOnly;
    },
    setOwnCertificates({ rootsPem, intermediatesPem }) {
      own = parseTrustStore(rootsPem, intermediatesPem);
      replaceCertificates();
    },
    setOwnCrls(crls) {
      ownCrls = crls;
      forget();
    },
    setForeign(next) {
      foreign = next;
      replaceCertificates();
    },
    setTimeStampAnchors(next) {
      timeStampAnchors = next;
      replaceCertificates();
    },
    setFetched(next) {
      fetched = next;
      forget();
    },
  };
}

/** Our own stand above the trust list, and that above the time-stamping authority elsewhere. */
function joinCertificates(
  own: TrustStore,
  foreign: ForeignTrust,
  timeStampAnchors: readonly Certificate[],
): Required<Pick<TrustStore, 'anchors' | 'intermediates' | 'scopes'>> {
  const anchors = new Map(own.anchors.map((anchor) => [anchor.fingerprint, anchor]));
  const scopes = new Map<string, AnchorScope>();
  const add = (anchor: Certificate, scope: AnchorScope | undefined): void => {
    if (anchors.has(anchor.fingerprint)) return;
    anchors.set(anchor.fingerprint, anchor);
    if (scope !== undefined) scopes.set(anchor.fingerprint, scope);
  };
  for (const anchor of foreign.anchors) add(anchor, foreign.scopes.get(anchor.fingerprint));
  for (const anchor of timeStampAnchors) add(anchor, TIME_STAMPS_ONLY);
  return {
    anchors: Object.freeze([...anchors.values()]),
    intermediates: Object.freeze([...own.intermediates, ...(foreign.intermediates ?? [])]),
    scopes,
  };
}
