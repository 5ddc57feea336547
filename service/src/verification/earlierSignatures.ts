import { indeterminate, passed, type Check } from '../report.ts';
import { viewSealing } from './ledgerView.ts';
import { checkSealing } from './licenceChecks.ts';
import type { VerificationParts, VerificationTime } from './parts.ts';

/**
 * Asks for every signature below the last one what is known of it here: of a seal's, whether the seal could seal then; of a
 * person's, whether it was made here.
 *
 * @param signatureDigests - SHA-256 of the signature values, first signature first.
 * @param ofUnknown - says what follows from a signature that nobody here made.
 */
export async function checkEarlierSignatures(
  parts: Pick<VerificationParts, 'ledger' | 'store'>,
  signatureDigests: readonly (string | null)[],
  time: VerificationTime,
  ofUnknown: () => readonly Check[],
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const digest of signatureDigests.slice(0, -1)) {
    checks.push(...((await checkOne(parts, digest, time)) ?? ofUnknown()));
  }
  return checks;
}

/** @returns null: nobody here made it. */
async function checkOne(
  { ledger, store }: Pick<VerificationParts, 'ledger' | 'store'>,
  digest: string | null,
  time: VerificationTime,
): Promise<readonly Check[] | null> {
  if (digest === null) return null;
  const personal = await store.personalSignatures.findByValue(digest);
  if (personal !== null) {
    return [passed('earlierSignature.recorded', `personal signature ${personal.id}`)];
  }
  const sealed = await store.seals.findSignatureByValue(digest);
  if (sealed === null) return null;
  const { esId, document, sealedAt: claimedAt } = sealed;
  const view = await viewSealing(ledger, { esId, sha256: document.sha256, claimedAt }, time);
  return checkSealing(view, { claimedAt, time }).map((check) => ({
    ...check,
    name: `earlierSignature.${check.name}`,
  }));
}

/** Of a file whose last signature is a person's: an earlier one that nobody here made leaves a gap. */
export function unknownEarlierSignature(): readonly Check[] {
  return [
    indeterminate(
      'earlierSignature.recorded',
      'NOT_RECORDED',
      'an earlier signature is not known here',
    ),
  ];
}
