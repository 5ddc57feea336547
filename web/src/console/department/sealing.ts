/** Where a seal is to stand, as a form has it, and how the API is asked. */
import { api, askFile, type Asked, type Shapes } from '../api.ts';
import type { Seal } from './seals.ts';
import { SEAL_MM } from './seals.ts';
import { t } from './sealingTexts.ts';

export type SealingRequest = Shapes['SealingRequest'];
export type Edge = 'right' | 'left' | 'top' | 'bottom';
export const EDGES = ['right', 'left', 'top', 'bottom'] as const;

/** As typed. */
export interface PlaceForm {
  kind: 'point' | 'keyword' | 'straddle';
  page: string;
  x: string;
  y: string;
  keyword: string;
  occurrence: string;
  edge: Edge;
  offset: string;
}

export interface PageMm {
  readonly widthMm: number;
  readonly heightMm: number;
}

export const A4: PageMm = { widthMm: 210, heightMm: 297 };

/** Where a letter has its seal: to the right, above the foot. */
export function firstPlace(): PlaceForm {
  return {
    ...{ kind: 'point', page: '1', x: '135', y: '215', keyword: '', occurrence: '1' },
    ...{ edge: 'right', offset: '' },
  };
}

type Fault = 'need' | 'number' | 'outside' | 'absent' | 'fewPages';
export type PlaceFaults = Readonly<Partial<Record<keyof PlaceForm, Fault>>>;

const LONGEST_MM = 2000;

/** What is wrong with a place, member by member. @param page - size of the page; null: not known. */
export function placeFaults(place: PlaceForm, page: PageMm | null): PlaceFaults {
  switch (place.kind) {
    case 'point':
      return {
        ...named('page', countFault(place.page)),
        ...named('x', millimetreFault(place.x, page?.widthMm ?? null)),
        ...named('y', millimetreFault(place.y, page?.heightMm ?? null)),
      };
    case 'keyword':
      return {
        ...named('keyword', place.keyword.trim() === '' ? 'need' : null),
        ...named('occurrence', countFault(place.occurrence)),
      };
    case 'straddle':
      return place.offset.trim() === '' ? {} : named('offset', millimetreFault(place.offset, null));
  }
}

/** What the service found wrong with a place on this very document. */
export function refusedPlace({ kind }: PlaceForm): PlaceFaults {
  switch (kind) {
    case 'point':
      return { page: 'outside' };
    case 'keyword':
      return { keyword: 'absent' };
    case 'straddle':
      return { edge: 'fewPages' };
  }
}

function named(name: keyof PlaceForm, fault: Fault | null): PlaceFaults {
  return fault === null ? {} : { [name]: fault };
}

function countFault(text: string): Fault | null {
  return /^[1-9]\d{0,4}$/.test(text.trim()) ? null : 'number';
}

function millimetreFault(text: string, length: number | null): Fault | null {
  if (text.trim() === '') return 'need';
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0 || value > LONGEST_MM) return 'number';
  return length !== null && value + SEAL_MM > length + 0.01 ? 'outside' : null;
}

/** Keeps a seal on its page; millimetres to the tenth. */
export function onPage(
  x: number,
  y: number,
  { widthMm, heightMm }: PageMm,
): { x: string; y: string } {
  const within = (value: number, length: number): string =>
    String(Math.round(Math.min(Math.max(value, 0), Math.max(length - SEAL_MM, 0)) * 10) / 10);
  return { x: within(x, widthMm), y: within(y, heightMm) };
}

/** Where a document that waits is to be sealed, in words; none for those who don't see it. */
export function placeWords({ place }: Pick<SealingRequest, 'place'>): readonly string[] {
  if (place === null) return [];
  const { page, x, y, keyword, occurrence, straddle } = place;
  return [
    ...(page === null ? [] : [t('waiting.at.point', { page, x: x ?? 0, y: y ?? 0 })]),
    ...(keyword === null
      ? []
      : [t('waiting.at.keyword', { keyword, occurrence: occurrence ?? 1 })]),
    ...(straddle === null
      ? []
      : [t('waiting.at.straddle', { edge: t(`place.edges.${straddle}`) })]),
  ];
}

/** Seals with which somebody may seal documents now. */
export function usableSeals(
  seals: readonly Seal[],
  own: ReadonlySet<string | null>,
  now: number,
): readonly Seal[] {
  return seals.filter(
    ({ state, holder, mandate, validFrom, validUntil }) =>
      state === 'valid' &&
      own.has(holder.creditCode) &&
      mandate.allowsDocuments &&
      Date.parse(validFrom) <= now &&
      now <= Date.parse(validUntil),
  );
}

export type DocumentKind = 'pdf' | 'ofd';

/** What a file is, by its first bytes; an OFD is a ZIP file. Null: neither. */
export async function documentKind(file: Blob): Promise<DocumentKind | null> {
  const head = new TextDecoder('latin1').decode(await file.slice(0, 1024).arrayBuffer());
  if (head.includes('%PDF-')) return 'pdf';
  return head.startsWith('PK') ? 'ofd' : null;
}

/** A sealed file, or the request that waits for a second person. */
export type Sealed =
  | { readonly kind: 'file'; readonly file: Blob }
  | { readonly kind: 'request'; readonly request: SealingRequest };

export async function sealDocument(
  file: File,
  esId: string,
  place: PlaceForm,
  isLongTerm: boolean,
): Promise<Asked<Sealed>> {
  const form = new FormData();
  form.set('esId', esId);
  for (const [name, value] of placeFields(place)) form.set(name, value);
  if (isLongTerm) form.set('level', 'LT');
  form.set('file', file, 'document'); // names of files can name people
  const asked = await askFile(
    api.POST('/seal-signatures', {
      body: { esId: '', level: 'T', closing: 'false', file: '' },
      bodySerializer: () => form,
      parseAs: 'blob',
    }),
  );
  if (!asked.ok) return asked;
  if (asked.response.status !== 202) return { ...asked, data: { kind: 'file', file: asked.data } };
  const request = JSON.parse(await asked.data.text()) as SealingRequest; // the service's own answer
  return { ...asked, data: { kind: 'request', request } };
}

function placeFields(place: PlaceForm): readonly (readonly [string, string])[] {
  const { page, x, y, keyword, occurrence, edge, offset } = place;
  switch (place.kind) {
    case 'point':
      return [
        ['page', page.trim()],
        ['x', x.trim()],
        ['y', y.trim()],
      ];
    case 'keyword':
      return [
        ['keyword', keyword.trim()],
        ['occurrence', occurrence.trim()],
      ];
    case 'straddle':
      return [
        ['straddle', edge],
        ...(offset.trim() === '' ? [] : [['straddleOffset', offset.trim()] as const]),
      ];
  }
}
