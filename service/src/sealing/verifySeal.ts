/** The steps of checking a seal and a seal signature, one named check each, in the order of GM/T 0031-2014. */
import type { Check } from '../report.ts';
import type { Seal } from './seal.ts';
import type { SealSignature } from './sealSignature.ts';

export interface SealTrust {
  /** DER certificates that the verifier trusts. Empty: paths are `INDETERMINATE` with `NO_TRUST`. */
  readonly anchors: readonly Uint8Array[];
  /** DER certificates that may help to build a path; trusted in nothing. */
  readonly intermediates: readonly Uint8Array[];
  /** Instant of verification: a signature may not claim a later time. */
  readonly at: Date;
}

/**
 * Checks a seal: signature value, maker's path, period.
 *
 * @param at - instant the seal is judged at: the signing time for a seal in a signature.
 */
export function verifySeal(seal: Seal, trust: SealTrust): readonly Check[] {
  throw new Error(`not written yet: ${seal.esId} ${trust.at.toISOString()}`);
}

/**
 * Checks a seal signature, its seal included. Certificates and seal are judged at the signing time.
 *
 * @param documentDigest - SM3 of the original, as computed by the caller.
 */
export function verifySealSignature(
  signature: SealSignature,
  documentDigest: Uint8Array,
  trust: SealTrust,
): readonly Check[] {
  throw new Error(
    `not written yet: ${signature.seal.esId} ${documentDigest.length} ${trust.at.toISOString()}`,
  );
}
