/** The tree of organisations as rows that can be walked by keyboard. */
import type { Shapes } from '../api.ts';

export type Organisation = Shapes['Organisation'];

export const LEVELS = ['province', 'prefecture', 'county', 'township', 'village'] as const;
export type Level = (typeof LEVELS)[number];

export interface TreeRow {
  readonly organisation: Organisation;
  /** From 1. */
  readonly depth: number;
  readonly hasChildren: boolean;
  readonly isOpen: boolean;
}

/** What is shown: rows whose ancestors are all open, or, with words to look for, what fits with everything above it. */
export function visibleRows(
  organisations: readonly Organisation[],
  open: ReadonlySet<string>,
  words = '',
): readonly TreeRow[] {
  const children = childrenOf(organisations);
  const wanted = words.trim() === '' ? null : withAbove(organisations, words.trim());
  const rows: TreeRow[] = [];
  const walk = (parent: string | null, depth: number): void => {
    for (const organisation of children.get(parent) ?? []) {
      const { creditCode } = organisation;
      if (wanted !== null && !wanted.has(creditCode)) continue;
      const hasChildren = (children.get(creditCode) ?? []).some(
        (child) => wanted === null || wanted.has(child.creditCode),
      );
      const isOpen = hasChildren && (wanted !== null || open.has(creditCode));
      rows.push({ organisation, depth, hasChildren, isOpen });
      if (isOpen) walk(creditCode, depth + 1);
    }
  };
  walk(null, 1);
  return rows;
}

/** What a key does in the tree; null: nothing of the tree's. */
export type TreeStep =
  { readonly focus: number } | { readonly open: string } | { readonly close: string } | null;

/** @param at - the row that has the focus. */
export function stepByKey(rows: readonly TreeRow[], at: number, key: string): TreeStep {
  const row = rows[at];
  if (row === undefined) return null;
  const last = rows.length - 1;
  const moves: Readonly<Record<string, () => TreeStep>> = {
    ArrowDown: () => ({ focus: Math.min(at + 1, last) }),
    ArrowUp: () => ({ focus: Math.max(at - 1, 0) }),
    Home: () => ({ focus: 0 }),
    End: () => ({ focus: last }),
    ArrowRight: () => stepIn(row, at),
    ArrowLeft: () => stepOut(rows, at),
  };
  return moves[key]?.() ?? null;
}

/** Everything at and below an organisation, by credit code. */
export function atAndBelow(
  organisations: readonly Organisation[],
  creditCode: string,
): ReadonlySet<string> {
  const found = new Set([creditCode]);
  for (const { creditCode: code, parent } of organisations) {
    if (parent !== null && found.has(parent)) found.add(code); // parents come before children
  }
  return found;
}

/** From the top down to the organisation itself. */
export function pathTo(
  organisations: readonly Organisation[],
  creditCode: string,
): readonly Organisation[] {
  const byCode = new Map(organisations.map((one) => [one.creditCode, one]));
  const path: Organisation[] = [];
  let at = byCode.get(creditCode);
  while (at !== undefined && !path.includes(at)) {
    path.unshift(at);
    at = at.parent === null ? undefined : byCode.get(at.parent);
  }
  return path;
}

/** Rows of a choice, indented by their depth. */
export function treeOptions(
  organisations: readonly Organisation[],
): readonly { readonly code: string; readonly label: string; readonly isClosed: boolean }[] {
  const all = new Set(organisations.map(({ creditCode }) => creditCode));
  return visibleRows(organisations, all).map(({ organisation, depth }) => ({
    code: organisation.creditCode,
    label: `${'\u3000'.repeat(depth - 1)}${organisation.name}`,
    isClosed: organisation.closedAt !== null,
  }));
}

function stepIn(row: TreeRow, at: number): TreeStep {
  if (!row.hasChildren) return null;
  return row.isOpen ? { focus: at + 1 } : { open: row.organisation.creditCode };
}

function stepOut(rows: readonly TreeRow[], at: number): TreeStep {
  const row = rows[at];
  if (row?.isOpen === true) return { close: row.organisation.creditCode };
  const above = rows.findIndex(
    ({ organisation }) => organisation.creditCode === row?.organisation.parent,
  );
  return above < 0 ? null : { focus: above };
}

function childrenOf(
  organisations: readonly Organisation[],
): ReadonlyMap<string | null, readonly Organisation[]> {
  const known = new Set(organisations.map(({ creditCode }) => creditCode));
  const children = new Map<string | null, Organisation[]>();
  for (const organisation of organisations) {
    const { parent } = organisation;
    const place = parent !== null && known.has(parent) ? parent : null;
    children.set(place, [...(children.get(place) ?? []), organisation]);
  }
  return children;
}

function withAbove(organisations: readonly Organisation[], words: string): ReadonlySet<string> {
  const sought = words.toLowerCase();
  const fits = organisations.filter(
    ({ name, creditCode }) =>
      name.toLowerCase().includes(sought) || creditCode.toLowerCase().includes(sought),
  );
  return new Set(
    fits.flatMap(({ creditCode }) =>
      pathTo(organisations, creditCode).map((one) => one.creditCode),
    ),
  );
}
