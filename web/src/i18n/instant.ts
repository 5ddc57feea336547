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
