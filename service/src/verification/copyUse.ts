import type { CopyRecord } from '../documents/copyRecord.ts';
import { failed, passed, type Check } from '../report.ts';
import { normalise } from './visible/compareText.ts';

/** What a copy is to be relied on for. */
export interface CopyUse {
  readonly at: Date;
  /** Absent: nobody said. */
  readonly purpose: string | undefined;
}

/** Whether a copy is used in its time and for what it was made. */
export function checkCopyUse(record: CopyRecord, { at, purpose }: CopyUse): readonly Check[] {
  const until = `good until ${record.validUntil}`;
  return [
    at > new Date(record.validUntil)
      ? failed('copy.validUntil', 'COPY_EXPIRED', until)
      : passed('copy.validUntil', until),
    ...(purpose === undefined ? [] : [checkPurpose(record, purpose)]),
  ];
}

/** Its purpose in its own words, or its matter by code or name. */
function checkPurpose({ purpose, matter }: CopyRecord, asked: string): Check {
  const own = [purpose, ...(matter === null ? [] : [matter.code, matter.name])];
  return own.some((one) => normalise(one) === normalise(asked))
    ? passed('copy.purpose', 'used for what it was made for')
    : failed('copy.purpose', 'COPY_EXPIRED', 'made for another purpose than the one asked about');
}
