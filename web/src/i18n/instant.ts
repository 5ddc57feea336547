import type { Language } from './language.ts';

/** An instant as people in China read it on a clock: date and time to the second in Asia/Shanghai. */
export function formatInstant(instant: string, language: Language): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
    timeZone: 'Asia/Shanghai',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(instant));
}

/** The day of an instant in words, in Asia/Shanghai. */
export function formatDay(instant: string, language: Language): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'long',
  }).format(new Date(instant));
}

const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** The day of an instant in Asia/Shanghai as forms have it: `2026-06-01`. */
export function dayOf(instant: string | Date): string {
  return new Date(new Date(instant).getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10);
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** How long ago something was, in its largest whole unit. */
export function formatAge(seconds: number, language: Language): string {
  const [unit, length] = UNITS.find(([, one]) => seconds >= one) ?? ['second', 1];
  const format = new Intl.RelativeTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN');
  return format.format(-Math.floor(seconds / length), unit);
}
