/** What a licence shows at the counter, as a clerk reads it. */
import type { Language } from '../../i18n/language.ts';
import type { Shapes } from '../api.ts';
import { fieldText, schemaOfField, titleOf } from '../components/fieldWords.ts';

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
const HOLDER_TITLES: ReadonlyMap<string, string> = new Map([
  ['holderName', 'Holder'],
  ['holderCode', 'Holder’s code'],
  ['holderCodeType', 'Kind of code'],
]);

type TypeOfLicence = Readonly<{
  fields: Readonly<Record<string, unknown>>;
  layout: Readonly<Record<string, unknown>>;
}>;

/** Fields in the order of the licence's page, else of its schema; what neither has comes last. @param type - null: unknown. */
export function fieldRows(
  fields: Readonly<Record<string, unknown>>,
  type: TypeOfLicence | null,
  language: Language,
): readonly FieldRow[] {
  const labels = labelsOf(type?.layout);
  const order = [...new Set([...labels.keys(), ...Object.keys(type?.fields['properties'] ?? {})])];
  const place = (name: string): number =>
    order.includes(name) ? order.indexOf(name) : order.length;
  return Object.entries(fields)
    .sort(([a], [b]) => place(a) - place(b))
    .map(([name, value]) => {
      const schema = schemaOfField(type?.fields, name);
      const text = fieldText(schema, value, language) ?? '–';
      const title = titleOf(schema, language) ?? holderTitle(name, labels, language) ?? name;
      return { name, title, text, isLong: text.length > LONG };
    });
}

/** Of what every licence says of its holder: as its page calls it, which is in Chinese. */
function holderTitle(
  name: string,
  labels: ReadonlyMap<string, string>,
  language: Language,
): string | undefined {
  return (language === 'en' ? HOLDER_TITLES.get(name) : undefined) ?? labels.get(name);
}

function labelsOf(layout: TypeOfLicence['layout'] | undefined): ReadonlyMap<string, string> {
  const rows: readonly unknown[] = Array.isArray(layout?.['rows']) ? layout['rows'] : [];
  const labels = new Map<string, string>();
  for (const row of rows) {
    const { field, label } = recordOf(row);
    if (typeof field === 'string' && typeof label === 'string') labels.set(field, label);
  }
  return labels;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}; // members are looked at one by one
}
