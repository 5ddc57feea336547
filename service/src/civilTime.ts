import { ServiceError } from './errors.ts';

/** China has one time zone without daylight saving: UTC+8. */
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
const PLAIN_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
/** RFC 3339 §5.6, where `T` and `Z` may be small. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;

/**
 * Reads an RFC 3339 instant, or a plain date that means the whole day in Asia/Shanghai.
 *
 * @param edge - which end of a plain day is meant: its first or its last millisecond.
 * @returns null if the text is neither, or names a day that does not exist.
 */
export function parseInstant(text: string, edge: 'start' | 'end'): Date | null {
  const day = PLAIN_DATE.test(text) ? text : INSTANT.exec(text)?.[1];
  if (day === undefined) return null;
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return null;
  if (day !== text) {
    const instant = new Date(text.toUpperCase());
    return Number.isNaN(instant.getTime()) ? null : instant;
  }
  const start = midnight.getTime() - SHANGHAI_OFFSET_MS;
  return new Date(edge === 'start' ? start : start + DAY_MS - 1);
}

/** As {@link parseInstant}. @throws ServiceError `REQUEST_MALFORMED` naming the member. */
export function requireInstant(text: string, edge: 'start' | 'end', member: string): Date {
  const instant = parseInstant(text, edge);
  if (instant === null) {
    throw new ServiceError('REQUEST_MALFORMED', `${member} is no date or instant`, {
      faults: [{ pointer: `/${member}`, detail: 'expected an RFC 3339 instant or a date' }],
    });
  }
  return instant;
}

/** @returns a date whose UTC members are the instant's members in Asia/Shanghai. */
export function toShanghai(instant: Date): Date {
  return new Date(instant.getTime() + SHANGHAI_OFFSET_MS);
}

/** An instant as people in China read it, `yyyy-mm-dd hh:mm:ss`. */
export function shanghaiTime(instant: Date): string {
  return toShanghai(instant).toISOString().slice(0, 19).replace('T', ' ');
}

/** The day of an instant in Asia/Shanghai, `yyyy-mm-dd`. */
export function shanghaiDate(instant: Date): string {
  return toShanghai(instant).toISOString().slice(0, 10);
}

/** The day of an instant in Asia/Shanghai, `yyyymmdd`. */
export function shanghaiDay(instant: Date): string {
  return shanghaiDate(instant).replaceAll('-', '');
}

/** The day of an instant in Asia/Shanghai as days since 1970-01-01. */
export function shanghaiDayNumber(instant: Date): number {
  return Math.floor(toShanghai(instant).getTime() / DAY_MS);
}

/** The first instant of a day in Asia/Shanghai. @param day - days since 1970-01-01. */
export function startOfShanghaiDay(day: number): Date {
  return new Date(day * DAY_MS - SHANGHAI_OFFSET_MS);
}
