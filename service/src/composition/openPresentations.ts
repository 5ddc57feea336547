import type { Config } from '../config.ts';
import { limitsFor, type PresentationParts } from '../presentations/parts.ts';
import type { LicenceParts } from '../licences/parts.ts';
import type { VerificationParts } from '../verification/parts.ts';

/** Puts together what presentations work with. */
export function openPresentations(
  config: Pick<Config, 'presentationSeconds' | 'operator'>,
  { licences, verification }: Readonly<{ licences: LicenceParts; verification: VerificationParts }>,
): PresentationParts {
  const { clock, store, ledger, signersOf } = licences;
  return {
    ...{ clock, store, verification },
    receipts: { store, ledger, signersOf, operator: config.operator },
    limits: limitsFor(config.presentationSeconds),
  };
}
