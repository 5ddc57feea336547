import type { ReceiptParts } from '../receipts/receipt.ts';
import type { SealParts } from '../seals/parts.ts';
import type { AuthorityName } from '../pki/cityPki.ts';
import type { CurrentTrust } from '../trust/currentTrust.ts';

/** What receipts are made with. */
export function openReceipts(
  parts: Readonly<{ seals: SealParts; trust: CurrentTrust; operator: AuthorityName }>,
): ReceiptParts {
  const { seals, trust, operator } = parts;
  const { clock, store, ledger, signersOf, timeStamper, publicUrl } = seals;
  return {
    ...{ clock, store, ledger, signersOf, timeStamper, publicUrl, seals },
    operator: { creditCode: operator.creditCode, name: operator.name },
    get trust() {
      return trust.own;
    },
  };
}
