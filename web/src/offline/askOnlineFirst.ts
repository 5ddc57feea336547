/** Whom a verification is asked of: the service, and this device where the service is out of reach. */
import type { Answer, VerificationRequest } from '../api.ts';
import type { OfflineData } from './offlineData.ts';

/** A code is judged here if the service has not answered by then. */
const PATIENCE_MS = 8000;

export function askOnlineFirst({
  verify,
  offline,
  isOnline,
  patienceMs = PATIENCE_MS,
}: Readonly<{
  verify: (request: VerificationRequest) => Promise<Answer>;
  offline: Pick<OfflineData, 'state' | 'verify'>;
  isOnline: () => boolean;
  patienceMs?: number;
}>): (request: VerificationRequest) => Promise<Answer> {
  return async (request) => {
    const isKept = offline.state.value.facts !== null;
    const isBounded = isKept && request.subject.kind === 'code';
    const answer: Answer = !isOnline()
      ? { kind: 'unreachable' }
      : await (isBounded ? verifyWithin(patienceMs, verify, request) : verify(request));
    if (answer.kind !== 'unreachable' || request.signal.aborted) return answer;
    return (await offline.verify(request.subject, request.language)) ?? answer;
  };
}

async function verifyWithin(
  ms: number,
  verify: (request: VerificationRequest) => Promise<Answer>,
  request: VerificationRequest,
): Promise<Answer> {
  const patience = new AbortController();
  const abort = (): void => {
    patience.abort();
  };
  const timer = setTimeout(abort, ms);
  request.signal.addEventListener('abort', abort);
  try {
    return await verify({ ...request, signal: patience.signal });
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', abort);
  }
}
