/** How a wallet is put in order. */
import type { Shapes } from '../api.ts';

type Licence = Shapes['Licence'];
type Card = Pick<Licence, 'state' | 'validUntil'>;

/** Whether nobody can rely on it any more, by its state or its period. */
export function isEnded({ state, validUntil }: Card, now: Date): boolean {
  if (state === 'suspended') return false;
  return state !== 'issued' || (validUntil !== null && new Date(validUntil) < now);
}

/** Whether its period is over though nobody ended it. */
export function isPast({ state, validUntil }: Card, now: Date): boolean {
  return state === 'issued' && validUntil !== null && new Date(validUntil) < now;
}

/** How many colours the cards have. */
export const FAMILIES = 6;

/** The same number for all licences of a type: its cards have one colour. From 1 to {@link FAMILIES}. */
export function familyOf(typeCode: string): number {
  let sum = 0;
  for (let place = 0; place < typeCode.length; place += 1) {
    sum = (sum * 31 + typeCode.charCodeAt(place)) % 9973;
  }
  return (sum % FAMILIES) + 1;
}

/** Whether every word of what somebody types stands somewhere on the card. */
export function fitsSearch(
  licence: Pick<Licence, 'typeName' | 'identifier' | 'issuer' | 'fields'>,
  search: string,
): boolean {
  const { typeName, identifier, issuer, fields } = licence;
  const card = [typeName, identifier, issuer.name, JSON.stringify(Object.values(fields ?? {}))];
  const text = card.join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
