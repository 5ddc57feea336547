/** A licence type's layout as a form has it. */

export interface LayoutRow {
  readonly field: string;
  readonly label: string;
  readonly wide?: boolean;
}

export interface Layout {
  readonly title?: string;
  readonly subtitle?: string;
  readonly orientation?: 'portrait' | 'landscape';
  readonly themeColour?: string;
  readonly statement?: string;
  readonly note?: string;
  readonly rows?: readonly LayoutRow[];
}

/** What the service draws with when a layout names no colour. */
export const DEFAULT_COLOUR = '#8a1c1c';

/** What a layout can print besides a type's own fields. */
export const EXTRA_FIELDS = [
  'holderName',
  'holderCode',
  'validity',
  'issuerName',
  'issuedOn',
  'validFrom',
  'validUntil',
  'serial',
  'identifier',
] as const;

/** A layout with a member changed; what is empty is left out, as the service wants it. */
export function withMember<K extends keyof Layout>(
  layout: Layout,
  member: K,
  value: Layout[K] | '',
): Layout {
  const others = Object.entries(layout).filter(([name]) => name !== member);
  const kept = Object.fromEntries(others) as Layout; // members of a layout
  return value === '' || value === undefined ? kept : { ...kept, [member]: value };
}
