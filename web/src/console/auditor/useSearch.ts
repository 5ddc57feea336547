/** What auditors look for: it stays in this window's memory, so that no holder's code stands in an address or a store. */
import { reactive } from 'vue';
import type { Shapes } from '../api.ts';
import { INDICATIONS, type Indication } from '../../report.ts';
import { toLocal, toMoment } from './beijingTime.ts';

export type Use = Shapes['UsageRecord'];

export interface UseSearch {
  licence: string;
  holderCode: string;
  clerk: string;
  window: string;
  matter: string;
  kind: Use['kind'] | '';
  outcome: Use['outcome'] | '';
  indication: Indication | '';
  /** A clock in Beijing. */
  from: string;
  to: string;
}

export const KINDS: readonly Use['kind'][] = [
  ...(['verification', 'presentation', 'disclosure', 'copy', 'lookup'] as const),
];
export const OUTCOMES: readonly Use['outcome'][] = ['answered', 'refused'];

const EMPTY: UseSearch = {
  ...{ licence: '', holderCode: '', clerk: '', window: '', matter: '' },
  ...{ kind: '', outcome: '', indication: '', from: '', to: '' },
};

/** As it was left; somebody else who signs in gets a new page and with it an empty one. */
export const search = reactive<UseSearch>({ ...EMPTY });

export function clearSearch(): void {
  Object.assign(search, EMPTY);
}

export interface UseQuery {
  licence?: string;
  holderCode?: string;
  clerk?: string;
  window?: string;
  matter?: string;
  kind?: Use['kind'];
  outcome?: Use['outcome'];
  indication?: Indication;
  from?: string;
  to?: string;
}

/** What is asked of the API: filled-in fields only. */
export function toQuery({ from, to, ...rest }: UseSearch): UseQuery {
  const filled = Object.entries({ ...rest, from: toMoment(from), to: toMoment(to) })
    .map(([name, value]) => [name, value?.trim() ?? ''] as const)
    .filter(([, value]) => value !== '');
  return Object.fromEntries(filled);
}

/** Puts what an alarm points to into the form. Days are whole days. */
export function searchFor(parameters: Readonly<Record<string, string>>): void {
  clearSearch();
  for (const [name, value] of Object.entries(parameters)) {
    if (!(name in EMPTY)) continue;
    const isTime = name === 'from' || name === 'to';
    Object.assign(search, { [name]: isTime ? timeOf(name, value) : value });
  }
}

function timeOf(name: 'from' | 'to', value: string): string {
  if (value.length > 10) return toLocal(value);
  return `${value}T${name === 'from' ? '00:00:00' : '23:59:59'}`;
}

/** A statement without the time it begins with, where the time stands beside it. */
export function withoutTime(statement: string): string {
  return statement.replace(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?: \(UTC\+8\): |，)/, '');
}

/** The verdict of a use; null: none was told. */
export function indicationOf({ indication }: Pick<Use, 'indication'>): Indication | null {
  return INDICATIONS.find((one) => one === indication) ?? null;
}
