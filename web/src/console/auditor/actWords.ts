/** Words for acts and reasons that come as the ledger's own names. */
import { t } from './lifeTexts.ts';

const ACTS = [
  ...(['issue', 'change', 'renew', 'transferIn', 'suspend', 'reinstate', 'cancel'] as const),
  ...(['revoke', 'withdraw', 'lapse', 'transferOut', 'putDocument'] as const),
];
const REASONS = [
  ...(['holderRequest', 'error', 'fraud', 'conditionsLost', 'penalty'] as const),
  ...(['keyCompromise', 'superseded', 'courtOrder', 'other'] as const),
];

/** What was done with a licence, by the act's name without its contract. */
export function actWord(name: string): string {
  const known = ACTS.find((one) => one === name);
  return known === undefined ? name : t(`acts.${known}`);
}

export function reasonWord(name: string): string {
  const known = REASONS.find((one) => one === name);
  return known === undefined ? name : t(`reasons.${known}`);
}
