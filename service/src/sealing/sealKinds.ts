import type { Text } from '../language.ts';

/**
 * Kinds of seals: what the seal itself says (`property.type`, 1: of an organisation; numbers above 2 are the maker's own),
 * and the line that stands below the star.
 */
export const SEAL_KINDS = {
  official: { type: 1, name: { 'zh-CN': '公章', en: 'official seal' }, bottomLine: null },
  finance: {
    type: 11,
    name: { 'zh-CN': '财务专用章', en: 'finance seal' },
    bottomLine: '财务专用章',
  },
  contract: {
    type: 12,
    name: { 'zh-CN': '合同专用章', en: 'contract seal' },
    bottomLine: '合同专用章',
  },
  legalRepresentative: {
    type: 13,
    name: { 'zh-CN': '法定代表人章', en: "legal representative's seal" },
    bottomLine: '法定代表人章',
  },
  licence: {
    type: 14,
    name: { 'zh-CN': '电子证照专用章', en: 'licence seal' },
    bottomLine: '电子证照专用章',
  },
  windowService: {
    type: 15,
    name: { 'zh-CN': '窗口业务专用章', en: 'window service seal' },
    bottomLine: '窗口业务专用章',
  },
} as const satisfies Record<
  string,
  { readonly type: number; readonly name: Text; readonly bottomLine: string | null }
>;

export type SealKind = keyof typeof SEAL_KINDS;
export const SEAL_KIND_NAMES = Object.keys(SEAL_KINDS) as [SealKind, ...SealKind[]]; // non-empty, as written above

/** Kind of a seal by what it says itself; null: a number that other makers gave a meaning of their own. */
export function sealKindOf({ type }: { readonly type: number }): SealKind | null {
  return SEAL_KIND_NAMES.find((kind) => SEAL_KINDS[kind].type === type) ?? null;
}
