import type { Answer, Problem } from './api.ts';
import type { Indication } from './report.ts';
import type { Progress } from './verification.ts';

/** Colour and sign of a verdict. Only a whole report, the service's or this page's own, can be `passed` or `failed`. */
export type Tone = 'passed' | 'failed' | 'unknown' | 'quiet' | 'stale';

/** How a check or verdict looks. */
export const TONES: Readonly<Record<Indication, Exclude<Tone, 'quiet' | 'stale'>>> = {
  'TOTAL-PASSED': 'passed',
  'TOTAL-FAILED': 'failed',
  INDETERMINATE: 'unknown',
};

/** What to show for a progress. Words and sentences are members of the messages' `verdict`. */
export interface VerdictView {
  readonly tone: Tone;
  readonly word: 'passed' | 'failed' | 'unknown' | 'checking' | 'expired';
  /** The page's own sentence; null: the report has one. */
  readonly sentence:
    | 'expiredHint'
    | 'unreachable'
    | 'onlyCodes'
    | 'offlinePassed'
    | 'rootsChanged'
    | 'problem'
    | 'notRecognised'
    | 'busy'
    | null;
  readonly canRetry: boolean;
}

/** @returns null while there is nothing to show. */
export function viewVerdict(progress: Progress): VerdictView | null {
  switch (progress.kind) {
    case 'idle':
      return null;
    case 'checking':
      return { tone: 'quiet', word: 'checking', sentence: null, canRetry: false };
    case 'expired':
      return { tone: 'stale', word: 'expired', sentence: 'expiredHint', canRetry: true };
    case 'unreachable':
      return {
        ...{ tone: 'unknown', word: 'unknown', canRetry: true },
        sentence: progress.isOfflineForCodesOnly === true ? 'onlyCodes' : 'unreachable',
      };
    case 'problem':
      return { tone: 'unknown', word: 'unknown', ...viewProblem(progress.problem) };
    case 'report':
      return viewReport(progress);
  }
}

/** Without network "valid" is said of the moment of the kept status only, and can always be asked again. */
function viewReport({ report, offline }: Extract<Answer, { kind: 'report' }>): VerdictView {
  const { indication, subIndication } = report;
  const tone = TONES[indication];
  const view = { tone, word: tone } as const;
  if (offline === undefined) {
    return { ...view, sentence: null, canRetry: subIndication === 'TRY_LATER' };
  }
  if (offline.haveRootsChanged && tone === 'unknown') {
    return { ...view, sentence: 'rootsChanged', canRetry: true };
  }
  const isLicence = report.subject.kind === 'licence';
  const sentence = tone === 'passed' && isLicence ? 'offlinePassed' : null;
  return { ...view, sentence, canRetry: true };
}

function viewProblem({ status }: Problem): Pick<VerdictView, 'sentence' | 'canRetry'> {
  if (status === 429) return { sentence: 'busy', canRetry: true };
  return status >= 400 && status < 500
    ? { sentence: 'notRecognised', canRetry: false }
    : { sentence: 'problem', canRetry: true };
}
