/** What the pages about seals share. */
import { formatDay } from '../../i18n/instant.ts';
import type { Shapes } from '../api.ts';
import { currentLanguage } from '../texts.ts';
import { t } from './sealTexts.ts';

export type Seal = Shapes['Seal'];
export type Mandate = Shapes['Mandate'];
export type SealApplication = Shapes['SealApplication'];
export type SealAct = 'suspend' | 'reinstate' | 'revoke' | 'renew';

export const SEAL_KINDS = [
  'official',
  'finance',
  'contract',
  'legalRepresentative',
  'licence',
  'windowService',
] as const;

/** All seals are this wide and high. */
export const SEAL_MM = 42;

/** What can be done with a seal in a state. */
export const SEAL_ACTS: Readonly<Record<Seal['state'], readonly SealAct[]>> = {
  valid: ['renew', 'suspend', 'revoke'],
  suspended: ['reinstate', 'revoke'],
  superseded: ['revoke'],
  revoked: [],
};

export const REASONS = [
  'holderRequest',
  'error',
  'fraud',
  'conditionsLost',
  'penalty',
  'keyCompromise',
  'superseded',
  'courtOrder',
  'other',
] as const;
export type Reason = (typeof REASONS)[number];

/** What a seal's kind is called; one that this page does not know keeps its name. */
export function kindName(kind: string): string {
  const known = SEAL_KINDS.find((one) => one === kind);
  return known === undefined ? kind : t(`kind.${known}`);
}

/** A day in words, in the reader's language. */
export function dayInWords(at: string): string {
  return formatDay(at, currentLanguage());
}

export function periodOf({
  validFrom,
  validUntil,
}: Pick<Seal, 'validFrom' | 'validUntil'>): string {
  return t('periodOf', { from: dayInWords(validFrom), until: dayInWords(validUntil) });
}

/** Sentences that say what a mandate allows, limits first. @param typeNames - of licence types by code. */
export function mandateWords(
  mandate: Mandate,
  typeNames: ReadonlyMap<string, string>,
): readonly string[] {
  const { licenceTypes, usesPerDay, validFrom, validUntil } = mandate;
  const names = licenceTypes?.map((code) => typeNames.get(code) ?? code);
  return [
    typesWords(names),
    t(mandate.allowsDocuments ? 'mandate.documents' : 'mandate.noDocuments'),
    usesPerDay === null ? t('mandate.unlimited') : t('mandate.perDay', { count: usesPerDay }),
    t(mandate.requiresSecondPerson ? 'mandate.second' : 'mandate.noSecond'),
    ...(validFrom === null && validUntil === null
      ? []
      : [
          t('mandate.period', {
            from: validFrom === null ? '…' : dayInWords(validFrom),
            until: validUntil === null ? '…' : dayInWords(validUntil),
          }),
        ]),
  ];
}

function typesWords(names: readonly string[] | undefined): string {
  if (names === undefined) return t('mandate.anyType');
  const separator = currentLanguage() === 'en' ? ', ' : '、';
  return names.length === 0
    ? t('mandate.noTypes')
    : t('mandate.types', { names: names.join(separator) });
}

const DAY_MS = 86_400_000;

/** Days until a seal ends, if that is soon; 0 or less: it has ended; null: not soon. */
export function daysLeft({ validUntil }: Pick<Seal, 'validUntil'>, now: number): number | null {
  const days = Math.ceil((Date.parse(validUntil) - now) / DAY_MS);
  return days <= 60 ? days : null;
}

/** A date of a form (`yyyy-mm-dd`) some years from now, in Asia/Shanghai. */
export function dateIn(years: number, now: number): string {
  const today = new Date(now + 8 * 3_600_000).toISOString().slice(0, 10);
  return `${Number(today.slice(0, 4)) + years}${today.slice(4)}`.replace('-02-29', '-02-28');
}

export function pictureUrl(esId: string): string {
  return `/api/v1/seals/${encodeURIComponent(esId)}/picture`;
}
