/** Which days figures are asked for. */
import { parseInstant, shanghaiDate, shanghaiDayNumber, startOfShanghaiDay } from '../civilTime.ts';
import { ServiceError } from '../errors.ts';
import type { FigureDays } from '../store/figures.ts';

/** Days as `yyyy-mm-dd` in Asia/Shanghai, both inside. */
export interface AskedDays {
  /** Absent: so that `usual` days are asked for. */
  readonly from?: string | undefined;
  /** Absent: today. */
  readonly to?: string | undefined;
}

/**
 * Reads which days are meant.
 *
 * @param bounds - how many days are meant if nobody says so, and at most.
 * @throws ServiceError `REQUEST_MALFORMED` for what is no day, for days in the wrong order, and for too many.
 */
export function figureDays(
  { from, to }: AskedDays,
  now: Date,
  bounds: Readonly<{ usual: number; most: number }>,
): FigureDays {
  const last = to === undefined ? shanghaiDayNumber(now) : dayOf(to, 'to');
  const first = from === undefined ? last - bounds.usual + 1 : dayOf(from, 'from');
  const count = last - first + 1;
  if (count < 1) throw malformed('from', 'is after `to`');
  if (count > bounds.most) throw malformed('from', `at most ${bounds.most} days`);
  const days = Array.from({ length: count }, (_, place) => {
    const start = startOfShanghaiDay(first + place);
    return { day: shanghaiDate(start), start };
  });
  return { days, until: startOfShanghaiDay(last + 1), now };
}

function dayOf(text: string, member: string): number {
  const start = text.length === 10 ? parseInstant(text, 'start') : null;
  if (start === null) throw malformed(member, 'is no day');
  return shanghaiDayNumber(start);
}

function malformed(member: string, detail: string): ServiceError {
  return new ServiceError('REQUEST_MALFORMED', `${member}: ${detail}`, {
    faults: [{ pointer: `/${member}`, detail }],
  });
}
