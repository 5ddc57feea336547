import { t } from './healthTexts.ts';

const KNOWN = [
  'anchorUses',
  'anchorTrail',
  'watchLedger',
  'followLedger',
  'publishCrls',
  'renewKeys',
  'stampFiles',
  'stampCheckpoint',
  'sweepSessions',
  'completeReceipts',
  'settleStages',
  'sendNotices',
  'runImports',
] as const;
type Known = (typeof KNOWN)[number];

/** What a background job is called; one that we do not know is called as the service calls it. */
export function jobName(name: string): string {
  return KNOWN.includes(name as Known) ? t(`jobNames.${name as Known}`) : name; // looked up just before
}
