import type { Text } from '../language.ts';
import type { LedgerProof } from '../ledger/proofFormat.ts';
import type { ProvenState } from '../ledger/proofState.ts';
import { verifyProof } from '../ledger/verifyProof.ts';
import { conclude } from '../report.ts';
import type { OfflineFinding, OfflineQuestion } from './question.ts';

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

/** Verifies a proof: the evidence alone, never that a licence is valid. */
export function verifyOfflineProof(proof: LedgerProof, question: OfflineQuestion): OfflineFinding {
  const { trust, at, endorsement = {} } = question;
  const { checks, subject, state, organisations } = verifyProof(proof, {
    anchors: trust.anchors,
    at,
    endorsement: { intermediates: trust.intermediates, ...endorsement },
  });
  const holds = conclude(checks).indication === 'TOTAL-PASSED';
  return {
    subject: { kind: 'proof', identifier: subject.identifier },
    checks,
    ...(holds ? { statement: endorsedBy(organisations, statementOf(subject.kind, state)) } : {}),
  };
}

/** Says who answered for the batches, where anybody did. */
function endorsedBy(organisations: readonly string[], statement: Text): Text {
  if (organisations.length === 0) return statement;
  return {
    'zh-CN': `${statement['zh-CN']}账本记录由 ${organisations.join('、')} 共同背书。`,
    en: `${statement.en} Endorsed by ${organisations.join(' and ')}.`,
  };
}

function statementOf(kind: LedgerProof['subject']['kind'], state: ProvenState | null): Text {
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
  const { since } = state;
  return {
    'zh-CN': `证据成立：所示操作已记入账本；最后状态为${STATES[state.state]}（自 ${since} 起）。此后有无其他操作，须联网核验。`,
    en: `Recorded; ${state.state} on ${since}. Whether anything was recorded later cannot be told offline.`,
  };
}
