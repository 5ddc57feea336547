/** Licences that a new demo city has issued already. */
import type { LicenceFields } from '../store/store.ts';
import { DEMO_LICENCE_TYPES } from './demoLicenceTypes.ts';

export interface DemoLicence {
  readonly typeCode: string;
  /** Place in the list of holders. */
  readonly holder: number;
  readonly serial: string;
  readonly fields: LicenceFields;
  /** Whole days in Asia/Shanghai, `yyyy-mm-dd`; until null: without end. */
  readonly validFrom: string;
  readonly validUntil: string | null;
}

interface Issued {
  /** Place in the list of types. */
  readonly type: number;
  readonly holder: number;
  /** Differences from the type's sample. */
  readonly fields?: LicenceFields;
  readonly years: number | null;
}

const ISSUED: readonly Issued[] = [
  { type: 0, holder: 0, years: 5 },
  { type: 5, holder: 0, fields: { shopName: '砚秋小馆' }, years: 3 },
  {
    type: 0,
    holder: 1,
    fields: { principal: '陆青禾', premises: '云汉市望湖区湖滨路9号' },
    years: 5,
  },
  {
    type: 5,
    holder: 1,
    fields: { shopName: '青禾粥铺', premises: '云汉市望湖区湖滨路11号' },
    years: 3,
  },
  { type: 2, holder: 3, years: 5 },
  { type: 5, holder: 2, years: null },
  { type: 0, holder: 12, fields: { principal: '田初九' }, years: 5 },
  { type: 1, holder: 13, years: 4 },
  { type: 3, holder: 14, years: 2 },
  { type: 4, holder: 15, years: 1 },
  {
    type: 0,
    holder: 18,
    fields: { principal: '顾一舟', premises: '云汉市临江区渔市街17号' },
    years: 5,
  },
];

/**
 * Lists what is to be issued when the city begins: each type at least once, `holder` and `holder2` two each.
 *
 * @param today - `yyyy-mm-dd`, Asia/Shanghai: the first day of every period.
 */
export function demoLicences(today: string): readonly DemoLicence[] {
  return ISSUED.flatMap(({ type, holder, fields, years }, i) => {
    const definition = DEMO_LICENCE_TYPES[type];
    if (definition === undefined) return []; // cannot be: places above are of the list
    return {
      typeCode: definition.typeCode,
      holder,
      serial: `${today.slice(0, 4)}${String(i + 1).padStart(6, '0')}`,
      fields: { ...definition.sampleFields, ...fields },
      validFrom: today,
      validUntil: years === null ? null : lastDay(today, years),
    };
  });
}

/** The last day of a period of whole years: the day before the same day. */
export function lastDay(day: string, years: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]; // three parts by its form
  return new Date(Date.UTC(year + years, month - 1, date - 1)).toISOString().slice(0, 10);
}
