/** What the lists at hand say of one certificate (RFC 5280 §6.3.3). */
import type { Certificate } from '../certificate.ts';
import { ALL_REASONS } from '../distributionPoints.ts';
import type { RevocationReason, StatusPeriod } from './certificateStatus.ts';
import { verifyCrlSignature, type Crl } from './crl.ts';
import { entriesOf, type CrlEntry } from './crlEntries.ts';
import type { CrlIndex, IssuerCrls } from './crlIndex.ts';
import { crlIssuersOf, isInScope, reasonsOf, type AskedPoint } from './crlScope.ts';
import { findCrlSigner, type RevocationContext } from './crlSigner.ts';
import { isFresh } from './freshness.ts';

/** What was found, from lists or responders. */
export type Finding =
  | { readonly kind: 'good' }
  | {
      readonly kind: 'revoked';
      readonly revokedAt: Date;
      /** `null`: not said. */
      readonly reason: RevocationReason | null;
    }
  /** `why` is what stands in the way, if anything is at hand at all. */
  | { readonly kind: 'undetermined'; readonly why: string | null };

/** State variables of §6.3.2. */
interface State {
  reasons: number;
  revoked: CrlEntry | null;
  why: string | null;
}

/** A complete list with the newest delta list that fits it. */
interface Combined {
  readonly entry: CrlEntry | null;
  readonly periods: readonly StatusPeriod[];
}

/** Looks a certificate up in all lists that speak of it, until every reason is covered. */
export function askCrls(
  certificate: Certificate,
  index: CrlIndex,
  context: RevocationContext,
): Finding {
  const state: State = { reasons: 0, revoked: null, why: null };
  const points: readonly AskedPoint[] = [...certificate.crlDistributionPoints, 'issuer'];
  for (const point of points) {
    for (const issuer of crlIssuersOf(point, certificate)) {
      askPoint(state, certificate, { point, issuer, index }, context);
    }
  }
  if (state.revoked !== null) {
    return { kind: 'revoked', ...state.revoked };
  }
  return state.reasons === ALL_REASONS
    ? { kind: 'good' }
    : { kind: 'undetermined', why: state.why ?? findGap(certificate, state, index) };
}

function findGap(certificate: Certificate, state: State, index: CrlIndex): string | null {
  if (state.reasons !== 0) return 'the lists at hand do not speak of all reasons';
  return index.has(certificate.issuer.comparisonKey)
    ? 'the lists of its issuer that are at hand do not speak of it'
    : null;
}

interface Asked {
  readonly point: AskedPoint;
  /** Comparison key. */
  readonly issuer: string;
  readonly index: CrlIndex;
}

function askPoint(
  state: State,
  certificate: Certificate,
  { point, issuer, index }: Asked,
  context: RevocationContext,
): void {
  const { complete, delta } = index.get(issuer) ?? NO_LISTS;
  const isOpen = (reasons: number): boolean =>
    state.revoked === null && (reasons & ~state.reasons) !== 0; // (e)
  for (const crl of complete) {
    const reasons = reasonsOf(crl, point);
    if (isOpen(reasons) && isInScope(crl, point, certificate)) {
      const combined = readList(state, crl, delta, certificate, context);
      if (combined !== null) takeOver(state, combined, reasons, certificate, context);
    }
  }
}

const NO_LISTS: IssuerCrls = { complete: [], delta: [] };

/** (c), (f) to (k). @returns null if the list says nothing; `state` then says why. */
function readList(
  state: State,
  crl: Crl,
  deltas: readonly Crl[],
  certificate: Certificate,
  context: RevocationContext,
): Combined | null {
  const { signer, fault } = findCrlSigner(crl, certificate, context);
  if (signer === null || !isReadable(crl)) {
    state.why = `a list of ${crl.issuer.text} does not count: ${fault ?? 'it is of a kind that is not read'}`;
    return null;
  }
  const lookUp = (list: Crl): CrlEntry | undefined =>
    entriesOf(list)?.get(certificate.issuer.comparisonKey)?.get(certificate.serialNumber);
  const delta = deltas.find((one) => completes(one, crl) && isAuthentic(one, signer));
  const entry = (delta === undefined ? undefined : lookUp(delta)) ?? lookUp(crl);
  return {
    entry: entry === undefined || entry.reason === 'removeFromCRL' ? null : entry,
    periods: delta === undefined ? [crl] : [delta, crl],
  };
}

function isReadable(crl: Crl): boolean {
  return crl.unknownCriticalExtensions.length === 0 && entriesOf(crl) !== null;
}

/** Same issuer (given), scope and key, and numbers that fit (RFC 5280 §5.2.4, §6.3.3 (c)). */
function completes(delta: Crl, complete: Crl): boolean {
  return (
    delta.scope?.key === complete.scope?.key &&
    delta.authorityKeyId === complete.authorityKeyId &&
    delta.number !== null &&
    delta.baseNumber !== null &&
    complete.number !== null &&
    delta.baseNumber <= complete.number &&
    complete.number < delta.number
  );
}

function isAuthentic(delta: Crl, signer: Certificate): boolean {
  return verifyCrlSignature(delta, signer) === 'valid' && isReadable(delta);
}

/** A list that is not fresh clears nobody, but what it revoked for good stays revoked. */
function takeOver(
  state: State,
  { entry, periods }: Combined,
  reasons: number,
  certificate: Certificate,
  context: RevocationContext,
): void {
  const isCurrent = periods.some((period) => isFresh(period, certificate, context.provenAt));
  if (entry !== null && (isCurrent || entry.reason !== 'certificateHold')) {
    state.revoked = entry;
  } else if (isCurrent) {
    state.reasons |= reasons;
  } else {
    state.why = `the lists at hand do not reach to ${context.provenAt.toISOString()}`;
  }
}
