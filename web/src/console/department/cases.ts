/** Terms, urgency and steps of cases, as a department sees them. */
import type { Shapes } from '../api.ts';
import { currentLanguage } from '../texts.ts';
import { t } from './caseTexts.ts';

export type CaseSummary = Shapes['CaseSummary'];
export type CaseView = Shapes['Case'];
export type SubCase = Shapes['SubCase'];
export type CaseState = SubCase['state'];
type Calendar = Pick<Shapes['Calendar'], 'holidays' | 'workingDays'>;

export const STEPS = [
  'accept',
  'request-materials',
  'decline',
  'review',
  'approve',
  'suspend',
  'refuse',
  'resume',
  'close',
] as const;
export type Step = (typeof STEPS)[number];

/** Steps that a department may take in a state, the usual one first. */
const STEPS_OF: Readonly<Record<CaseState, readonly Step[]>> = {
  opened: ['accept', 'request-materials', 'decline'],
  materialsPending: ['accept', 'decline'],
  accepted: ['review', 'suspend'],
  inReview: ['approve', 'suspend', 'refuse'],
  suspended: ['resume'],
  decided: ['close'],
  closed: [],
  withdrawn: [],
};

const WITH_REASON: readonly Step[] = ['request-materials', 'decline', 'suspend', 'refuse'];
const FOR_GOOD: readonly Step[] = ['decline', 'refuse'];

export function needsReason(step: Step): boolean {
  return WITH_REASON.includes(step);
}

export function isForGood(step: Step): boolean {
  return FOR_GOOD.includes(step);
}

/** @param own - organisations in which somebody issues or approves. */
export function stepsOf(
  { state, department }: Pick<SubCase, 'state' | 'department'>,
  organisation: string,
  own: ReadonlySet<string | null>,
): readonly Step[] {
  return own.has(department ?? organisation) ? STEPS_OF[state] : [];
}

/** States of the cases behind each choice of the list. */
export const FILTERS = {
  open: ['opened', 'materialsPending', 'accepted', 'inReview', 'suspended'],
  decided: ['decided'],
  ended: ['closed', 'withdrawn'],
} as const satisfies Readonly<Record<string, readonly CaseState[]>>;
export type Filter = keyof typeof FILTERS;

export type Urgency = 'late' | 'soon' | 'rest';

export function urgencyOf({ lateness }: Pick<CaseSummary, 'lateness'>): Urgency {
  if (lateness === 'pastPromised' || lateness === 'pastStatutory') return 'late';
  return lateness === 'dueSoon' ? 'soon' : 'rest';
}

/** The most urgent first: late, due soon, the others; each by the day that is promised. */
export function byUrgency(
  cases: readonly CaseSummary[],
): ReadonlyMap<Urgency, readonly CaseSummary[]> {
  const last = '9999';
  const sorted = [...cases].sort(
    (a, b) =>
      (a.promisedBy ?? last).localeCompare(b.promisedBy ?? last) ||
      a.openedAt.localeCompare(b.openedAt),
  );
  return new Map(
    (['late', 'soon', 'rest'] as const)
      .map((urgency) => [urgency, sorted.filter((one) => urgencyOf(one) === urgency)] as const)
      .filter(([, some]) => some.length > 0),
  );
}

const DAY_MS = 86_400_000;
const SHANGHAI_MS = 8 * 3_600_000; // UTC+8 all year
const MAX_DAYS = 2000;

/** Days since 1970-01-01 in Asia/Shanghai. */
function dayNumber(at: number): number {
  return Math.floor((at + SHANGHAI_MS) / DAY_MS);
}

function isWorkingDay(day: number, { holidays, workingDays }: Calendar): boolean {
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
  if (holidays.includes(date)) return false;
  return workingDays.includes(date) || (day + 3) % 7 < 5; // 1970-01-01 was a Thursday
}

/** Working days after today up to and with the day of `by`; negative: after that day up to and with today. */
export function workingDaysLeft(by: string, now: number, calendar: Calendar): number {
  const today = dayNumber(now);
  const last = dayNumber(Date.parse(by));
  const [from, to] = last >= today ? [today, last] : [last, today];
  let days = 0;
  for (let day = from + 1; day <= to && day <= from + MAX_DAYS; day += 1) {
    if (isWorkingDay(day, calendar)) days += 1;
  }
  return last >= today ? days : -days;
}

type Termed = Pick<
  SubCase,
  'state' | 'clock' | 'promisedBy' | 'statutoryBy' | 'lateness' | 'endedAt'
>;

/** How much time is left for a matter, in words. */
export function termWords(one: Termed, now: number, calendar: Calendar): string {
  if (one.clock === 'ended') {
    return one.endedAt === null
      ? t('term.withdrawn')
      : t('term.ended', { day: dayWords(one.endedAt) });
  }
  if (one.clock === 'suspended') return t('term.still');
  const by = one.promisedBy ?? one.statutoryBy;
  if (by === null) return t('term.none');
  if (one.clock === 'notStarted') return t('term.notYet', { day: dayWords(by) });
  if (one.lateness === 'pastStatutory' && one.statutoryBy !== null) {
    return t('term.overStatutory', { days: -workingDaysLeft(one.statutoryBy, now, calendar) });
  }
  return leftWords(by, now, calendar);
}

function leftWords(by: string, now: number, calendar: Calendar): string {
  const left = workingDaysLeft(by, now, calendar);
  const days = dayNumber(Date.parse(by)) - dayNumber(now);
  if (days < 0) return t('term.over', { days: -left });
  if (days === 0) return t('term.today');
  return days === 1 ? t('term.tomorrow') : t('term.left', { days: left });
}

/** The day of an instant, in Asia/Shanghai. */
export function dayWords(at: string): string {
  return new Intl.DateTimeFormat(currentLanguage() === 'en' ? 'en-GB' : 'zh-CN', {
    timeZone: 'Asia/Shanghai',
    month: 'long',
    day: 'numeric',
  }).format(new Date(at));
}

/** The matter of a case whose time presses most. */
export function mostUrgent({ subCases }: Pick<CaseSummary, 'subCases'>): SubCase | undefined {
  const order = ['pastStatutory', 'pastPromised', 'dueSoon', 'onTime'];
  return [...subCases].sort(
    (a, b) =>
      Number(a.clock === 'ended') - Number(b.clock === 'ended') ||
      order.indexOf(a.lateness) - order.indexOf(b.lateness),
  )[0];
}
