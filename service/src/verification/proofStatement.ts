import { shanghaiTime } from '../civilTime.ts';
import type { Text } from '../language.ts';
import type { ProvenState } from '../ledger/proofState.ts';
import type { ProofVerdict } from '../ledger/verifyProof.ts';

/** States in words of a Chinese reader. */
const STATES: Readonly<Record<ProvenState['state'], string>> = {
  issued: '签发',
  suspended: '暂扣',
  withdrawn: '撤销',
  cancelled: '注销',
  lapsed: '失效',
  transferred: '迁出',
  revoked: '吊销',
  superseded: '被新版本取代',
  valid: '启用',
};

/**
 * Says what a proof that holds shows: what is recorded, the state it leads to, who answers for it. It never calls a
 * licence valid: what was recorded later is not in a proof.
 */
export function proofStatement({
  subject,
  state,
  provenAt,
  organisations,
}: Pick<ProofVerdict, 'subject' | 'state' | 'provenAt' | 'organisations'>): Text {
  const recorded = withTime(recordedAs(subject.kind, state), provenAt);
  if (organisations.length === 0) return recorded;
  return {
    'zh-CN': `${recorded['zh-CN']}账本记录由 ${organisations.join('、')} 共同背书。`,
    en: `${recorded.en} Endorsed by ${organisations.join(' and ')}.`,
  };
}

function withTime(recorded: Text, provenAt: Date | null): Text {
  if (provenAt === null) {
    return {
      'zh-CN': `${recorded['zh-CN']}记录时间仅由运营方时钟声明。`,
      en: `${recorded.en} Only the operator’s clock vouches for the time.`,
    };
  }
  const time = shanghaiTime(provenAt);
  return {
    'zh-CN': `${recorded['zh-CN']}时间戳证明：${time} 前已记入。`,
    en: `${recorded.en} A time-stamp proves that it was recorded by ${time} (UTC+8).`,
  };
}

function recordedAs(kind: ProofVerdict['subject']['kind'], state: ProvenState | null): Text {
  if (kind === 'usage') {
    return {
      'zh-CN': '证据成立：该次使用记录已锚定在账本上。',
      en: 'Recorded: this use is anchored on the ledger.',
    };
  }
  if (state === null) {
    return {
      'zh-CN': '证据成立：所示操作已记入账本；由此不能得出当前状态。',
      en: 'Recorded: the acts shown are on the ledger; they do not say in which state they end.',
    };
  }
  const since = shanghaiTime(new Date(state.since));
  return {
    'zh-CN': `证据成立：所示操作已记入账本；最后状态为${STATES[state.state]}（${since} 起）。此后有无其他操作，须联网核验。`,
    en: `Recorded; ${state.state} on ${since} (UTC+8). Whether anything was recorded later must be asked online.`,
  };
}
