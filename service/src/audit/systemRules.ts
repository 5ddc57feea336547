/** Rules about what runs out, waits or is missing. */
import type { Text } from '../language.ts';
import {
  DAY_MS,
  dayOf,
  THRESHOLDS,
  type Evidence,
  type Facts,
  type Finding,
  type SubjectKind,
} from './alarmRules.ts';

const MINUTE_MS = 60_000;

/** Uses that the ledger should have by now. */
export function notAnchored({ pending, now }: Facts): readonly Finding[] {
  if (pending === null) return [];
  const minutes = Math.floor((now.getTime() - pending.oldest.getTime()) / MINUTE_MS);
  if (minutes < THRESHOLDS.pendingMinutes) return [];
  const { oldest, uses } = pending;
  return [
    {
      ...{ severity: 'high', at: oldest, count: minutes, threshold: THRESHOLDS.pendingMinutes },
      subject: { kind: 'ledger', id: 'usage' },
      evidence: { list: 'usage-records', parameters: { from: oldest.toISOString() } },
      statement: () => ({
        'zh-CN': `${uses} 条使用记录尚未上链，最早的已等待 ${minutes} 分钟。`,
        en: `${uses} usage records are not anchored; the oldest has waited for ${minutes} minutes.`,
      }),
    },
  ];
}

export function certificatesEnding({ certificates, now }: Facts): readonly Finding[] {
  return certificates.map(({ fingerprint, subject, notAfter }) =>
    ending(
      { kind: 'certificate', id: fingerprint, endsAt: notAfter, now },
      { list: 'certificates', parameters: { fingerprint } },
      (days) => ({
        'zh-CN': `证书“${subject}”${ends(days)['zh-CN']}。`,
        en: `The certificate “${subject}” ${ends(days).en}.`,
      }),
    ),
  );
}

export function trustAnchorsEnding({ anchors, now }: Facts): readonly Finding[] {
  return anchors.map(({ fingerprint, name, notAfter }) =>
    ending(
      { kind: 'trust-anchor', id: fingerprint, endsAt: notAfter, now },
      { list: 'trust-list', parameters: { fingerprint } },
      (days) => ({
        'zh-CN': `信任列表中的“${name}”${ends(days)['zh-CN']}。`,
        en: `“${name}” on the trust list ${ends(days).en}.`,
      }),
    ),
  );
}

export function sealsEnding({ seals, now }: Facts): readonly Finding[] {
  return seals.map(({ esId, name, validUntil }) =>
    ending(
      { kind: 'seal', id: esId, endsAt: validUntil, now },
      { list: 'seals', parameters: { esId } },
      (days) => ({
        'zh-CN': `印章“${name}”${ends(days)['zh-CN']}。`,
        en: `The seal “${name}” ${ends(days).en}.`,
      }),
    ),
  );
}

/** Objections whose time to be answered is nearly over, or over. */
export function objectionsDue({ objections, now }: Facts): readonly Finding[] {
  return objections.map(({ id, dueAt }) => {
    const days = Math.floor((dueAt.getTime() - now.getTime()) / DAY_MS);
    const isOver = dueAt < now;
    return {
      severity: isOver ? 'high' : 'medium',
      ...{ at: dueAt, count: Math.max(days, 0), threshold: THRESHOLDS.objectionDays },
      subject: { kind: 'objection', id },
      evidence: { list: 'objections', parameters: { state: 'open' } },
      statement: () =>
        isOver
          ? {
              'zh-CN': `一件异议应于 ${dayOf(dueAt)} 前答复，已逾期。`,
              en: `An objection should have been answered by ${dayOf(dueAt)}.`,
            }
          : {
              'zh-CN': `一件异议须于 ${dayOf(dueAt)} 前答复。`,
              en: `An objection must be answered by ${dayOf(dueAt)}.`,
            },
    };
  });
}

export function recallsOpen({ recalls, now }: Facts): readonly Finding[] {
  return recalls.flatMap(({ window, oldest, notices }) => {
    const days = Math.floor((now.getTime() - oldest.getTime()) / DAY_MS);
    if (days < THRESHOLDS.recallDays) return [];
    return [
      {
        ...{ severity: 'medium', at: oldest, count: days, threshold: THRESHOLDS.recallDays },
        subject: { kind: 'window', id: window },
        evidence: { list: 'recall-notices', parameters: { open: 'true' } },
        statement: (name) => ({
          'zh-CN': `${name}有 ${notices} 件召回通知未确认，最早的已 ${days} 天。`,
          en: `${name} has not acknowledged ${notices} recall notices, the oldest for ${days} days.`,
        }),
      },
    ];
  });
}

/** A batch that the store relies on and the ledger does not know. */
export function ledgerMismatch({ lostRoots, now }: Facts): readonly Finding[] {
  if (lostRoots.length === 0) return [];
  return [
    {
      ...{ severity: 'high', at: now, count: lostRoots.length, threshold: 1 },
      subject: { kind: 'ledger', id: lostRoots[0] ?? '' },
      evidence: { list: 'usage-records', parameters: {} },
      statement: () => ({
        'zh-CN': `存储所指的 ${lostRoots.length} 个批次在账本中不存在。`,
        en: `The ledger lacks ${lostRoots.length} batches that the store names.`,
      }),
    },
  ];
}

function ending(
  what: Readonly<{ kind: SubjectKind; id: string; endsAt: Date; now: Date }>,
  evidence: Evidence,
  say: (days: number) => Text,
): Finding {
  const days = Math.floor((what.endsAt.getTime() - what.now.getTime()) / DAY_MS);
  return {
    severity: days < THRESHOLDS.urgentDays ? 'high' : 'medium',
    ...{ at: what.endsAt, count: Math.max(days, 0), threshold: THRESHOLDS.endingDays },
    ...{ subject: { kind: what.kind, id: what.id }, evidence },
    statement: () => say(days),
  };
}

function ends(days: number): Text {
  return days < 0
    ? { 'zh-CN': '已到期', en: 'has ended' }
    : { 'zh-CN': `将在 ${days} 天后到期`, en: `ends in ${days} days` };
}
