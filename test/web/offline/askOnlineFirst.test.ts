import { describe, expect, it } from '@jest/globals';
import type { Answer, Subject, VerificationRequest } from '../../../web/src/api.ts';
import { askOnlineFirst } from '../../../web/src/offline/askOnlineFirst.ts';
import type { KeptFacts } from '../../../web/src/offline/vault.ts';
import { buildReport } from '../support.ts';

const ONLINE: Answer = { kind: 'report', report: buildReport() };
const OFFLINE: Answer = { kind: 'report', report: buildReport({ statement: 'offline' }) };
const SILENCE: Answer = { kind: 'unreachable' };
const CODE: Subject = { kind: 'code', code: 'YX1.1' };
const FACTS: KeptFacts = {
  ...{ origin: 'https://licences.example.cn', rootsPem: '', rootsChangedAt: null },
  ...{ issuedAt: '2026-06-01T00:00:00.000Z', expiresAt: '2026-06-08T00:00:00.000Z' },
};

interface Surroundings {
  readonly online: Answer | 'slow';
  readonly offline?: Answer | null;
  readonly isOnline?: boolean;
}

async function ask(
  { online, offline = OFFLINE, isOnline = true }: Surroundings,
  subject: Subject = CODE,
): Promise<Readonly<{ answer: Answer; wasServiceAsked: boolean }>> {
  let wasServiceAsked = false;
  const verify = ({ signal }: VerificationRequest): Promise<Answer> => {
    wasServiceAsked = true;
    if (online !== 'slow') return Promise.resolve(online);
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        resolve(SILENCE);
      });
    });
  };
  const facts = offline === null ? null : FACTS;
  const asking = askOnlineFirst({
    ...{ verify, isOnline: () => isOnline, patienceMs: 1 },
    offline: {
      state: { value: { facts, isBusy: false, fault: null } } as never, // of a ref, its value
      verify: () => Promise.resolve(offline),
    },
  });
  const { signal } = new AbortController();
  return { answer: await asking({ subject, language: 'en', signal }), wasServiceAsked };
}

describe('askOnlineFirst', () => {
  it('takes the service’s word where there is one', async () => {
    const problem: Answer = {
      kind: 'problem',
      problem: { status: 503, code: 'X', title: '', detail: '', retryAfterSeconds: null },
    };
    expect((await ask({ online: ONLINE })).answer).toBe(ONLINE);
    expect((await ask({ online: problem })).answer).toBe(problem);
  });

  it('asks this device where the service is silent or slow', async () => {
    expect((await ask({ online: SILENCE })).answer).toBe(OFFLINE);
    expect((await ask({ online: 'slow' })).answer).toBe(OFFLINE);
    expect((await ask({ online: SILENCE, offline: null })).answer).toBe(SILENCE);
  });

  it('does not ask the service where there is no network', async () => {
    const { answer, wasServiceAsked } = await ask({ online: ONLINE, isOnline: false });

    expect(answer).toBe(OFFLINE);
    expect(wasServiceAsked).toBe(false);
  });
});
