/** What a licence shows at the counter, as a clerk reads it. */
import type { Shapes } from '../api.ts';

type Report = Shapes['Report'];
export type Tone = 'passed' | 'failed' | 'unknown';

const TONES: Readonly<Record<Report['indication'], Tone>> = {
  'TOTAL-PASSED': 'passed',
  'TOTAL-FAILED': 'failed',
  INDETERMINATE: 'unknown',
};

export function toneOf({ indication }: Pick<Report, 'indication'>): Tone {
  return TONES[indication];
}

/** The worst of several verdicts: one bad licence must not hide behind good ones. @returns unknown if there is none. */
export function worstTone(reports: readonly Pick<Report, 'indication'>[]): Tone {
  const tones = reports.map(toneOf);
  if (tones.includes('failed')) return 'failed';
  return tones.length === 0 || tones.includes('unknown') ? 'unknown' : 'passed';
}

/** Of `1.2.156.3005.2.<type>.<issuer>.<serial>.<version>.<check>`; empty if it is none. */
export function typeCodeOf(identifier: string): string {
  return /^1\.2\.156\.3005\.2\.([0-9A-Z]{21})\./.exec(identifier)?.[1] ?? '';
}

export interface FieldRow {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  /** Takes a whole line. */
  readonly isLong: boolean;
}

const LONG = 16;

/**
 * Fields with the titles and in the order of their type's schema; what the schema does not name comes last.
 *
 * @param schema - the type's JSON Schema; null while it is not known.
 */
export function fieldRows(
  fields: Readonly<Record<string, unknown>>,
  schema: Readonly<Record<string, unknown>> | null,
): readonly FieldRow[] {
  const properties = recordOf(schema?.['properties']);
  const order = Object.keys(properties);
  const place = (name: string): number =>
    order.includes(name) ? order.indexOf(name) : order.length;
  return Object.entries(fields)
    .sort(([a], [b]) => place(a) - place(b))
    .map(([name, value]) => {
      const title = recordOf(properties[name])['title'];
      const text = textOf(value);
      return {
        name,
        title: typeof title === 'string' ? title : name,
        text,
        isLong: text.length > LONG,
      };
    });
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join('、');
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value == null ? '–' : JSON.stringify(value);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}; // members are looked at one by one
}
