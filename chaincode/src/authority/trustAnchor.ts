/** Rules of trust anchors, the CAs of others that this city trusts: pure. */
import { effectiveTime, requireNotBefore, requireRole, requireSecondPerson } from '../access.js';
import type { Act, TrustScope } from '../act.js';
import { fingerprintOf, parseCertificate } from '../actSignature.js';
import { isTypeCode } from '../codes.js';
import { ContractError } from '../errors.js';
import type { AuthorityRecord, TrustAnchorRecord, TrustListRecord } from '../records.js';

/** What the ledger holds of the trust list before an act. */
export interface TrustListFacts {
  readonly list: TrustListRecord | null;
  /** The record under the same fingerprint. */
  readonly anchor: TrustAnchorRecord | null;
}

/** More would not fit one list that every verifier holds. */
export const MAX_TRUST_ANCHORS = 999_999;

/**
 * Trusts a CA of others within a scope. One that was withdrawn may be put again: its record begins anew.
 *
 * @throws ContractError `NOT_AUTHORISED`, `APPROVER_MISSING`, `APPROVER_IS_MAKER`, `CERTIFICATE_MALFORMED`,
 * `CERTIFICATE_EXPIRED`, `TRUST_ANCHOR_UNFIT` (no CA), `TRUST_SCOPE_INVALID`, `TRUST_ANCHOR_ALREADY_EXISTS`,
 * `ACT_BEFORE_SUBJECT` (dated before its withdrawal).
 */
export function putTrustAnchor(
  act: Act<'authority.putTrustAnchor'>,
  author: AuthorityRecord,
  { list, anchor }: TrustListFacts,
): TrustAnchorRecord {
  requireRole(author, 'registrar');
  requireSecondPerson(act.by);
  const { certificate, name, scope } = act.body;
  requireTrustAnchorCertificate(certificate, act.at);
  requireTrustScope(scope);
  const fingerprint = fingerprintOf(certificate);
  if (anchor?.state === 'trusted')
    throw new ContractError('TRUST_ANCHOR_ALREADY_EXISTS', `${fingerprint} is a trust anchor`);
  if (anchor !== null) requireNotBefore(act.at, anchor.since);
  const number = anchor?.number ?? (list?.size ?? 0) + 1;
  if (number > MAX_TRUST_ANCHORS)
    throw new ContractError('TRUST_ANCHOR_UNFIT', 'the trust list is full');
  return {
    ...{ schemaVersion: 1, fingerprint, certificate, name, scope, number },
    ...{ state: 'trusted', since: act.at, reason: null, actId: act.id },
  };
}

/**
 * Ends the trust in a CA of others. It may reach back to the beginning of the scope: what was signed since then was
 * signed without anybody's trust.
 *
 * @throws ContractError `NOT_AUTHORISED`, `APPROVER_MISSING`, `APPROVER_IS_MAKER`, `TRUST_ANCHOR_NOT_FOUND` (also when
 * withdrawn already), `ACT_BEFORE_SUBJECT`, `EFFECTIVE_TIME_INVALID`.
 */
export function withdrawTrustAnchor(
  act: Act<'authority.withdrawTrustAnchor'>,
  author: AuthorityRecord,
  anchor: TrustAnchorRecord | null,
): TrustAnchorRecord {
  requireRole(author, 'registrar');
  requireSecondPerson(act.by);
  const { fingerprint, reason } = act.body;
  if (anchor?.state !== 'trusted')
    throw new ContractError('TRUST_ANCHOR_NOT_FOUND', `${fingerprint} is not a trust anchor`);
  requireNotBefore(act.at, anchor.since);
  const { from } = anchor.scope;
  const since = effectiveTime(act, from < anchor.since ? from : anchor.since);
  return { ...anchor, state: 'withdrawn', since, reason, actId: act.id };
}

/**
 * RFC 5280 §4.2.1.9, §4.2.1.3: a CA that may sign certificates; OpenSSL looks at both.
 *
 * @param certificate - DER, base64; attacker-controlled.
 * @throws ContractError `CERTIFICATE_MALFORMED`, `TRUST_ANCHOR_UNFIT`, `CERTIFICATE_EXPIRED`.
 */
export function requireTrustAnchorCertificate(certificate: string, at: string): void {
  const parsed = parseCertificate(certificate);
  if (!parsed.ca) throw new ContractError('TRUST_ANCHOR_UNFIT', 'the certificate is not of a CA');
  if (Date.parse(parsed.validTo) < Date.parse(at))
    throw new ContractError('CERTIFICATE_EXPIRED', `the certificate ended at ${parsed.validTo}`);
}

/** @throws ContractError `TRUST_SCOPE_INVALID`. */
export function requireTrustScope({
  purposes,
  sealKinds,
  licenceTypes,
  from,
  until,
}: TrustScope): void {
  if (until !== null && until < from)
    throw new ContractError('TRUST_SCOPE_INVALID', `the scope ends at ${until}, before ${from}`);
  for (const names of [purposes, sealKinds ?? [], licenceTypes ?? []])
    if (new Set<string>(names).size !== names.length)
      throw new ContractError('TRUST_SCOPE_INVALID', 'the scope names something twice');
  const wrong = licenceTypes?.find((typeCode) => !isTypeCode(typeCode));
  if (wrong !== undefined)
    throw new ContractError('TRUST_SCOPE_INVALID', `${wrong} is not a type code`);
}
