/** How far a case is, as the service tells anybody who has its query code. */
import type { Language } from './i18n/language.ts';
import { isRecord } from './report.ts';

/** States by the names of the API. */
export const CASE_STATES = [
  ...(['opened', 'materialsPending', 'accepted', 'inReview'] as const),
  ...(['suspended', 'decided', 'closed', 'withdrawn'] as const),
] as const;
export type CaseState = (typeof CASE_STATES)[number];
export const CASE_OUTCOMES = ['approved', 'refused', 'declined'] as const;
export type CaseOutcome = (typeof CASE_OUTCOMES)[number];

export interface CaseStep {
  readonly state: CaseState;
  /** RFC 3339. */
  readonly at: string;
}

/** In each language; in Chinese where there is no other. */
export type MatterName = Readonly<Record<Language, string>>;

export interface MatterProgress {
  readonly name: MatterName;
  readonly state: CaseState;
  readonly outcome: CaseOutcome | null;
  readonly promisedBy: string | null;
  readonly steps: readonly CaseStep[];
}

export interface CaseProgress {
  readonly name: MatterName;
  readonly state: CaseState;
  readonly matters: readonly MatterProgress[];
}

export type CaseAnswer =
  | { readonly kind: 'progress'; readonly progress: CaseProgress }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'unreachable' };

const CODE = /^[0-9A-HJKMNP-TV-Z]{16}$/;
const ADDRESS = '/api/v1/cases/by-query-code/';
const TIMEOUT_MS = 30_000;

/** Whether an address is that of the progress page. */
export function isCasePath(path: string): boolean {
  return /\/case\/?$/.test(path);
}

/**
 * Reads a query code as people type it, or as an address carries it.
 *
 * @returns null if it is none; else without separators.
 */
export function readCaseCode(text: string): string | null {
  const plain = text
    .slice(0, 200)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/^#/, '')
    .replace(/[\s\-‐-―]/g, '')
    .replace(/[IL]/g, '1')
    .replace(/O/g, '0');
  return CODE.test(plain) ? plain : null;
}

/** Asks the service. Never throws. @param code - from {@link readCaseCode}. */
export async function fetchProgress(code: string): Promise<CaseAnswer> {
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort();
  }, TIMEOUT_MS);
  try {
    const response = await fetch(ADDRESS + code, {
      credentials: 'omit',
      signal: deadline.signal,
    });
    if (response.status === 404) return { kind: 'unknown' };
    if (response.status === 429) return { kind: 'busy' };
    const progress = response.ok ? readProgress(await response.json()) : null;
    return progress === null ? { kind: 'unreachable' } : { kind: 'progress', progress };
  } catch {
    return { kind: 'unreachable' };
  } finally {
    clearTimeout(timer);
  }
}

/** @param body - attacker-controlled: anything can stand between page and service. @returns null unless it is whole. */
export function readProgress(body: unknown): CaseProgress | null {
  if (!isRecord(body) || !Array.isArray(body['subCases'])) return null;
  const matters = body['subCases'].map(readMatter);
  const whole = matters.filter((one) => one !== null);
  const state = CASE_STATES.find((one) => one === body['state']);
  if (state === undefined || whole.length !== matters.length || whole.length === 0) return null;
  const name = nameOf(body['matter']) ?? {
    'zh-CN': whole.map((one) => one.name['zh-CN']).join('、'),
    en: whole.map((one) => one.name.en).join(', '),
  };
  return { name, state, matters: whole };
}

function readMatter(value: unknown): MatterProgress | null {
  if (!isRecord(value) || !Array.isArray(value['steps'])) return null;
  const name = nameOf(value['matter']);
  const state = CASE_STATES.find((one) => one === value['state']);
  const steps = value['steps'].map(readStep);
  const whole = steps.filter((one) => one !== null);
  if (name === null || state === undefined || whole.length !== steps.length) return null;
  return {
    ...{ name, state, steps: whole },
    outcome: CASE_OUTCOMES.find((one) => one === value['outcome']) ?? null,
    promisedBy: isInstant(value['promisedBy']) ? value['promisedBy'] : null,
  };
}

function readStep(value: unknown): CaseStep | null {
  if (!isRecord(value)) return null;
  const state = CASE_STATES.find((one) => one === value['state']);
  return state !== undefined && isInstant(value['at']) ? { state, at: value['at'] } : null;
}

function nameOf(matter: unknown): MatterName | null {
  if (!isRecord(matter) || typeof matter['name'] !== 'string') return null;
  const { name, nameEn } = matter;
  return { 'zh-CN': name, en: typeof nameEn === 'string' ? nameEn : name };
}

function isInstant(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
