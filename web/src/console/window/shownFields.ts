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

/** What fields of a licence type are called, and their order: as on the licence's page, else as in its schema. */
export type FieldTitles = ReadonlyMap<string, string>;

export function titlesOf(
  type: Readonly<{
    fields: Readonly<Record<string, unknown>>;
    layout: Readonly<Record<string, unknown>>;
  }> | null,
): FieldTitles {
  const titles = new Map<string, string>();
  const rows = type?.layout['rows'];
  for (const row of Array.isArray(rows) ? rows : []) {
    const { field, label } = recordOf(row);
    if (typeof field === 'string' && typeof label === 'string') titles.set(field, label);
  }
  for (const [name, schema] of Object.entries(recordOf(type?.fields['properties']))) {
    const { title } = recordOf(schema);
    if (typeof title === 'string') titles.set(name, title);
  }
  return titles;
}

/** Fields with their titles and in their order; what has no title comes last, by its name. */
export function fieldRows(
  fields: Readonly<Record<string, unknown>>,
  titles: FieldTitles,
): readonly FieldRow[] {
  const order = [...titles.keys()];
  const place = (name: string): number =>
    order.includes(name) ? order.indexOf(name) : order.length;
  return Object.entries(fields)
    .sort(([a], [b]) => place(a) - place(b))
    .map(([name, value]) => {
      const text = textOf(value);
      return { name, title: titles.get(name) ?? name, text, isLong: text.length > LONG };
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
