/** What another system may do, as a form has it. */
import type { Shapes } from '../api.ts';

export const SCOPES = ['licence.search', 'licence.metadata', 'licence.file', 'verify'] as const;
export type Scope = (typeof SCOPES)[number];
/** The last word of a scope: what its text is called. */
export function scopeName(scope: Scope): 'search' | 'metadata' | 'file' | 'verify' {
  return (
    {
      'licence.search': 'search',
      'licence.metadata': 'metadata',
      'licence.file': 'file',
      verify: 'verify',
    } as const
  )[scope];
}

type Terms = Shapes['Client']['terms'];

export interface PurposeDraft {
  readonly code: string;
  readonly name: string;
  readonly legalBasis: string;
  /** Codes, one a line. */
  readonly matters: string;
}

export interface TermsDraft {
  readonly scopes: readonly Scope[];
  readonly types: readonly { readonly typeCode: string; readonly fields: readonly string[] }[];
  readonly purposes: readonly PurposeDraft[];
  readonly perMinute: number | null;
  readonly perDay: number | null;
}

export const EMPTY_PURPOSE: PurposeDraft = { code: '', name: '', legalBasis: '', matters: '' };
export const EMPTY_TERMS: TermsDraft = {
  ...{ scopes: ['verify'], types: [], purposes: [EMPTY_PURPOSE] },
  ...{ perMinute: 60, perDay: 10_000 },
};

export function toTermsDraft({ scopes, types, purposes, quota }: Terms): TermsDraft {
  return {
    ...{ scopes, types, ...quota },
    purposes: purposes.map(({ code, name, legalBasis, matters }) => ({
      ...{ code, name, legalBasis: legalBasis ?? '' },
      matters: (matters ?? []).join('\n'),
    })),
  };
}

export function toTerms(draft: TermsDraft): Terms {
  return {
    scopes: [...draft.scopes],
    types: draft.types.map(({ typeCode, fields }) => ({ typeCode, fields: [...fields] })),
    purposes: draft.purposes.map(({ code, name, legalBasis, matters }) => ({
      code: code.trim(),
      name: name.trim(),
      legalBasis: legalBasis.trim() === '' ? null : legalBasis.trim(),
      matters: codesOf(matters),
    })),
    quota: { perMinute: draft.perMinute ?? 1, perDay: draft.perDay ?? 1 },
  };
}

export function isPurposeCode(code: string): boolean {
  return /^[A-Za-z0-9._-]{1,64}$/.test(code.trim());
}

/** What is lacking; null: nothing. */
export function faultOfTerms({ scopes, purposes }: TermsDraft): 'needScope' | 'needPurpose' | null {
  if (scopes.length === 0) return 'needScope';
  const isLacking = ({ code, name }: PurposeDraft): boolean =>
    !isPurposeCode(code) || name.trim() === '';
  return purposes.length === 0 || purposes.some(isLacking) ? 'needPurpose' : null;
}

function codesOf(text: string): string[] | null {
  const codes = text.split(/[\s,;]+/).filter((code) => code !== '');
  return codes.length === 0 ? null : codes;
}
