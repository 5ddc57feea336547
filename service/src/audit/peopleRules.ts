/** Rules about what people did. */
import {
  dayOf,
  HOUR_MS,
  isOutside,
  median,
  onDay,
  THRESHOLDS,
  type Facts,
  type Finding,
} from './alarmRules.ts';

/** Wrong spoken codes of a clerk: one before a lock is told, a lock more so. */
export function wrongSpokenCodes({ wrongCodes, codeLock }: Facts): readonly Finding[] {
  return [...Map.groupBy(wrongCodes, ({ clerk }) => clerk)].flatMap(([clerk, failures]) => {
    const times = failures.map(({ at }) => at.getTime()).toSorted((a, b) => a - b);
    const burst = mostWithin(times, codeLock.burstMs);
    const isLocked = burst >= codeLock.burst || times.length >= codeLock.day;
    const isNear =
      burst >= codeLock.burst - THRESHOLDS.beforeLock ||
      times.length >= codeLock.day - THRESHOLDS.beforeLock;
    if (!isNear) return [];
    const window = failures[0]?.window ?? null;
    const at = new Date(times.at(-1) ?? 0);
    return [
      {
        severity: isLocked ? 'high' : 'medium',
        at,
        subject: window === null ? { kind: 'clerk', id: clerk } : { kind: 'window', id: window },
        ...{ count: burst, threshold: codeLock.burst - THRESHOLDS.beforeLock },
        evidence: { list: 'usage-records', parameters: { clerk, ...onDay(dayOf(at)) } },
        statement: (name) => ({
          'zh-CN': `${name}在十分钟内输错口令码 ${burst} 次${isLocked ? '，已触发锁定' : '，接近锁定'}。`,
          en: `${name}: ${burst} wrong spoken codes within ten minutes, ${isLocked ? 'which locks the account' : 'nearly a lock'}.`,
        }),
      },
    ];
  });
}

/** A clerk who saw something of many more holders than clerks usually do on that day. */
export function manyHolders({ holders }: Facts): readonly Finding[] {
  return [...Map.groupBy(holders, ({ day }) => day)].flatMap(([day, clerks]) => {
    if (clerks.length < THRESHOLDS.clerks) return [];
    const usual = median(clerks.map((one) => one.holders));
    const threshold = Math.max(THRESHOLDS.holders, Math.ceil(usual * THRESHOLDS.timesMedian));
    return clerks
      .filter((one) => one.holders >= threshold)
      .map(({ clerk, holders: count }): Finding => ({
        ...{ severity: 'high', at: endOf(day), count, threshold },
        subject: { kind: 'clerk', id: clerk },
        evidence: { list: 'usage-records', parameters: { clerk, ...onDay(day) } },
        statement: (name) => ({
          'zh-CN': `${name}于 ${day} 查看了 ${count} 名持证人的信息，当日经办人的中位数为 ${usual}。`,
          en: `${name} saw something of ${count} holders on ${day}; the median of clerks that day is ${usual}.`,
        }),
      }));
  });
}

/** Uses at windows outside of working time: at night, and on days off by the calendar. */
export function outsideHours({ uses, calendar }: Facts): readonly Finding[] {
  const outside = uses.filter(({ day, hour }) => isOutside(day, hour, calendar));
  const groups = Map.groupBy(outside, ({ day, clerk }) => `${day} ${clerk}`);
  return [...groups.values()].flatMap((rows) => {
    const [first] = rows;
    const count = sum(rows.map((one) => one.uses));
    if (first === undefined || count < THRESHOLDS.outsideHours) return [];
    const { day, clerk } = first;
    return [
      {
        ...{ severity: 'medium', at: endOf(day), count, threshold: THRESHOLDS.outsideHours },
        subject: { kind: 'clerk', id: clerk },
        evidence: { list: 'usage-records', parameters: { clerk, ...onDay(day) } },
        statement: (name) => ({
          'zh-CN': `${name}于 ${day} 在工作时间以外使用证照 ${count} 次。`,
          en: `${name} made ${count} uses outside of working hours on ${day}.`,
        }),
      },
    ];
  });
}

/** A check by function on a legal basis that stands in no other check. */
export function rareBasis({ rareBases, functionChecks }: Facts): readonly Finding[] {
  if (functionChecks < THRESHOLDS.functionChecks) return [];
  return rareBases.map(({ use, at }) => ({
    ...{ severity: 'low', at, count: 1, threshold: 1 },
    subject: { kind: 'usage-record', id: use },
    evidence: {
      list: 'usage-records',
      parameters: { kind: 'disclosure', ...onDay(dayOf(at)) },
    },
    statement: () => ({
      'zh-CN': `一次依职能核查所依据的条款，在 ${functionChecks} 次核查中只出现过一次。`,
      en: `A check by function rests on a legal basis that stands in no other of ${functionChecks} checks.`,
    }),
  }));
}

/** A window where much is refused. */
export function refusedShare({ uses }: Facts): readonly Finding[] {
  const groups = Map.groupBy(uses, ({ window }) => window);
  return [...groups].flatMap(([window, rows]) => {
    const all = sum(rows.map((one) => one.uses));
    const refused = rows.filter(({ outcome }) => outcome === 'refused');
    const count = sum(refused.map((one) => one.uses));
    const percent = all === 0 ? 0 : (100 * count) / all;
    if (window === null || count < THRESHOLDS.refused) return [];
    if (percent < THRESHOLDS.refusedPercent) return [];
    const days = refused.map(({ day }) => day).toSorted();
    const last = days.at(-1) ?? '';
    const parameters = { window, outcome: 'refused', from: days[0] ?? last, to: last };
    return [
      {
        ...{ severity: 'medium', at: endOf(last), count, threshold: THRESHOLDS.refused },
        subject: { kind: 'window', id: window },
        evidence: { list: 'usage-records', parameters },
        statement: (name) => ({
          'zh-CN': `${name}的 ${all} 次使用中有 ${count} 次被拒绝（${Math.round(percent)}%）。`,
          en: `${name}: ${count} of ${all} uses were refused (${Math.round(percent)} %).`,
        }),
      },
    ];
  });
}

/** Several people disabled or given other roles by one person within an hour. */
export function rightsChanges({ rights }: Facts): readonly Finding[] {
  return [...Map.groupBy(rights, ({ actor }) => actor)].flatMap(([actor, changes]) => {
    const times = changes.map(({ at }) => at.getTime()).toSorted((a, b) => a - b);
    const count = mostWithin(times, HOUR_MS);
    if (count < THRESHOLDS.rightsChanges) return [];
    const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0].map((time) => new Date(time));
    if (first === undefined || last === undefined) return [];
    const parameters = { actor, from: dayOf(first), to: dayOf(last) };
    return [
      {
        ...{ severity: 'high', at: last, count, threshold: THRESHOLDS.rightsChanges },
        subject: { kind: 'person', id: actor },
        evidence: { list: 'administration', parameters },
        statement: (name) => ({
          'zh-CN': `${name}在一小时内停用账户或变更角色 ${count} 次。`,
          en: `${name} disabled people or changed their roles ${count} times within an hour.`,
        }),
      },
    ];
  });
}

/** The most of some times, in order, that lie within a span. */
function mostWithin(times: readonly number[], spanMs: number): number {
  let first = 0;
  let most = 0;
  times.forEach((time, place) => {
    while (time - (times[first] ?? time) > spanMs) first += 1;
    most = Math.max(most, place - first + 1);
  });
  return most;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** The last moment of a day in Asia/Shanghai. */
function endOf(day: string): Date {
  return new Date(`${day}T23:59:59.999+08:00`);
}
