/** Steps by which evidence is judged, each with what it started from and what it came to. */
import type { Indication } from '../../../report.ts';

/** One line of the reckoning; hashes in lower-case hex. */
export type Row =
  /** Bytes, as text, whose hash is the next one. */
  | {
      readonly kind: 'bytes';
      readonly text: string;
      readonly after: string;
      readonly salt?: string;
    }
  | {
      readonly kind: 'climb';
      readonly before: string;
      readonly sibling: string;
      readonly side: 'left' | 'right';
      readonly after: string;
    }
  /** What was computed, beside what it must be. */
  | {
      readonly kind: 'compare';
      readonly what: 'batchRoot' | 'logRoot' | 'keyId' | 'subject' | 'authority';
      readonly computed: string;
      readonly claimed: string;
    }
  | { readonly kind: 'signature'; readonly bytes: string; readonly value: string }
  | {
      readonly kind: 'certificate';
      readonly name: string;
      readonly fingerprint: string;
      readonly isRoot: boolean;
    };

export const STEP_NAMES = [
  'form',
  'signature',
  'authority',
  'batch',
  'log',
  'checkpoint',
  'node',
] as const;
export type StepName = (typeof STEP_NAMES)[number];

export interface Step {
  readonly name: StepName;
  readonly indication: Indication;
  /** Why it did not pass, in English; null: it did. */
  readonly fault: string | null;
  readonly rows: readonly Row[];
}

/** @param fault - null: the step passed. */
export function step(
  name: StepName,
  fault: string | null,
  rows: readonly Row[],
  indication: Indication = 'TOTAL-FAILED',
): Step {
  return { name, rows, fault, indication: fault === null ? 'TOTAL-PASSED' : indication };
}

/** The first failed step decides, else the first that could not be made. No steps prove nothing. */
export function concludeSteps(steps: readonly Step[]): Indication {
  const has = (indication: Indication): boolean =>
    steps.some((one) => one.indication === indication);
  if (has('TOTAL-FAILED')) return 'TOTAL-FAILED';
  return steps.length === 0 || has('INDETERMINATE') ? 'INDETERMINATE' : 'TOTAL-PASSED';
}
