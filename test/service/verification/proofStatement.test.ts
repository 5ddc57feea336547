import { describe, expect, it } from '@jest/globals';
import type { ProvenState } from '../../../service/src/ledger/proofState.ts';
import { proofStatement } from '../../../service/src/verification/proofStatement.ts';

const LICENCE = { kind: 'licence', identifier: 'X' } as const;
const REVOKED: ProvenState = {
  state: 'revoked',
  since: '2026-03-01T16:30:00.000Z',
  recordedAt: '2026-03-01T16:30:01.000Z',
  identifier: 'X',
};

describe('proofStatement', () => {
  it('names the state that the acts lead to, in the time of China', () => {
    const { en, 'zh-CN': zh } = proofStatement({
      ...{ subject: LICENCE, state: REVOKED, provenAt: null, organisations: [] },
    });

    expect(en).toMatch(/^Recorded; revoked on 2026-03-02 00:30:00 \(UTC\+8\)\./);
    expect(zh).toContain('最后状态为吊销（2026-03-02 00:30:00 起）');
  });

  it('says that later acts must be asked for', () => {
    const state = { ...REVOKED, state: 'issued' } as const;
    const { en, 'zh-CN': zh } = proofStatement({
      subject: LICENCE,
      state,
      provenAt: null,
      organisations: [],
    });

    expect(en).toContain('later must be asked online');
    expect(en).not.toContain('valid');
    expect(zh).not.toContain('有效');
  });

  it('names who endorsed', () => {
    const organisations = ['OperatorMSP', 'AuditorMSP'];

    const { en, 'zh-CN': zh } = proofStatement({
      ...{ subject: LICENCE, state: null, provenAt: null, organisations },
    });

    expect(en).toMatch(/Endorsed by OperatorMSP and AuditorMSP\.$/);
    expect(zh).toMatch(/由 OperatorMSP、AuditorMSP 共同背书。$/);
  });

  it('says who vouches for the time', () => {
    const facts = { subject: LICENCE, state: REVOKED, organisations: [] };
    const own = proofStatement({ ...facts, provenAt: null });
    const stamped = proofStatement({ ...facts, provenAt: new Date('2026-03-01T17:00:00Z') });

    expect(own.en).toMatch(/Only the operator’s clock vouches for the time\.$/);
    expect(own['zh-CN']).toContain('运营方时钟');
    expect(stamped.en).toMatch(/recorded by 2026-03-02 01:00:00 \(UTC\+8\)\.$/);
    expect(stamped['zh-CN']).toContain('时间戳证明：2026-03-02 01:00:00 前已记入');
  });

  it('says of a use that it is anchored', () => {
    const subject = { kind: 'usage', identifier: 'X' } as const;

    expect(
      proofStatement({ subject, state: null, provenAt: null, organisations: [] }).en,
    ).toContain('anchored');
  });
});
