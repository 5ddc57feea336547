import type { Language } from './i18n/language.ts';
import { isRecord, readReport, type Report } from './report.ts';

/** What is to be verified. */
export type Subject =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'identifier'; readonly identifier: string }
  | { readonly kind: 'file'; readonly file: File };

/** A refusal by the service (RFC 9457), as it came; absent members are empty. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** Seconds to wait, if the service said so. */
  readonly retryAfterSeconds: number | null;
}

/** What a verdict without network rests on. */
export interface OfflineFacts {
  /** When the kept data was made, and until when it may be relied on; RFC 3339. */
  readonly issuedAt: string;
  readonly expiresAt: string;
  /** Age of the status; null: no status was looked at. */
  readonly ageSeconds: number | null;
  /** The service showed other roots than the kept ones. */
  readonly haveRootsChanged: boolean;
}

/**
 * `unreachable`: no answer, or one that is not the service's; `isOfflineForCodesOnly`: this device could answer without
 * network, but not this question. `offline`: the page's own verdict; absent: the service's.
 */
export type Answer =
  | { readonly kind: 'report'; readonly report: Report; readonly offline?: OfflineFacts }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'unreachable'; readonly isOfflineForCodesOnly?: true };

export interface VerificationRequest {
  readonly subject: Subject;
  readonly language: Language;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

const ADDRESS = '/api/v1/verifications';
/** A code is short; a file may take its time on a slow line. */
const TIMEOUT_MS = { code: 30_000, identifier: 30_000, file: 180_000 } as const;

/** Asks the service. Never throws: what is no report and no problem is `unreachable`. */
export async function verify({ subject, language, signal }: VerificationRequest): Promise<Answer> {
  const deadline = new AbortController();
  const abort = (): void => {
    deadline.abort();
  };
  const timer = setTimeout(abort, TIMEOUT_MS[subject.kind]);
  signal.addEventListener('abort', abort);
  try {
    const response = await fetch(ADDRESS, {
      method: 'POST',
      ...toBody(subject, { Accept: 'application/json', 'Accept-Language': language }),
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: deadline.signal,
    });
    return readAnswer(response.status, response.headers, await response.json());
  } catch {
    return { kind: 'unreachable' }; // no network, no answer in time, or not JSON
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

function toBody(
  subject: Subject,
  headers: Readonly<Record<string, string>>,
): Pick<RequestInit, 'body' | 'headers'> {
  if (subject.kind === 'file') {
    const form = new FormData();
    form.set('file', subject.file);
    return { headers, body: form };
  }
  const json =
    subject.kind === 'code' ? { code: subject.code } : { identifier: subject.identifier };
  return {
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(json),
  };
}

function readAnswer(status: number, headers: Headers, body: unknown): Answer {
  if (status === 200) {
    const report = readReport(body);
    return report === null ? { kind: 'unreachable' } : { kind: 'report', report };
  }
  if (!isRecord(body)) return { kind: 'unreachable' };
  const retryAfter = headers.get('Retry-After');
  return {
    kind: 'problem',
    problem: {
      status,
      code: textOf(body['code']),
      title: textOf(body['title']),
      detail: textOf(body['detail']),
      retryAfterSeconds:
        retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : null,
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
