import type { Text } from '../language.ts';

/** Kinds of seals, with the line that stands below the star. */
export const SEAL_KINDS = {
  official: { name: { 'zh-CN': '公章', en: 'official seal' }, bottomLine: null },
  finance: {
    name: { 'zh-CN': '财务专用章', en: 'finance seal' },
    bottomLine: '财务专用章',
  },
  contract: {
    name: { 'zh-CN': '合同专用章', en: 'contract seal' },
    bottomLine: '合同专用章',
  },
  legalRepresentative: {
    name: { 'zh-CN': '法定代表人章', en: "legal representative's seal" },
    bottomLine: '法定代表人章',
  },
  licence: {
    name: { 'zh-CN': '电子证照专用章', en: 'licence seal' },
    bottomLine: '电子证照专用章',
  },
  windowService: {
    name: { 'zh-CN': '窗口业务专用章', en: 'window service seal' },
    bottomLine: '窗口业务专用章',
  },
} as const satisfies Record<string, { readonly name: Text; readonly bottomLine: string | null }>;

export type SealKind = keyof typeof SEAL_KINDS;
export const SEAL_KIND_NAMES = Object.keys(SEAL_KINDS) as [SealKind, ...SealKind[]]; // non-empty, as written above
