/** The rules for alarms, one a row. */
import type { AlarmRule } from './alarmRules.ts';
import {
  manyHolders,
  outsideHours,
  rareBasis,
  refusedShare,
  rightsChanges,
  wrongSpokenCodes,
} from './peopleRules.ts';
import {
  certificatesEnding,
  ledgerMismatch,
  notAnchored,
  objectionsDue,
  recallsOpen,
  sealsEnding,
  trustAnchorsEnding,
} from './systemRules.ts';

export const ALARM_RULES: readonly AlarmRule[] = [
  { name: 'SPOKEN_CODES_WRONG', find: wrongSpokenCodes },
  { name: 'MANY_HOLDERS_SEEN', find: manyHolders },
  { name: 'USES_OUTSIDE_HOURS', find: outsideHours },
  { name: 'LEGAL_BASIS_USED_ONCE', find: rareBasis },
  { name: 'REFUSED_SHARE_HIGH', find: refusedShare },
  { name: 'RIGHTS_CHANGED_OFTEN', find: rightsChanges },
  { name: 'USES_NOT_ANCHORED', find: notAnchored },
  { name: 'CERTIFICATE_ENDING', find: certificatesEnding },
  { name: 'TRUST_ANCHOR_ENDING', find: trustAnchorsEnding },
  { name: 'SEAL_ENDING', find: sealsEnding },
  { name: 'OBJECTION_DUE', find: objectionsDue },
  { name: 'RECALL_NOT_ACKNOWLEDGED', find: recallsOpen },
  { name: 'LEDGER_LACKS_BATCH', find: ledgerMismatch },
];
