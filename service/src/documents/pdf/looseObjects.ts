/** Objects of later revisions that nothing leads to: no signature, no proof, and nobody's word. */
import { readIndirectObject, type PdfFile } from './pdfFile.ts';
import {
  asArray,
  asDictionary,
  asName,
  asReference,
  isKind,
  type PdfDictionary,
  type PdfValue,
} from './pdfValue.ts';
import type { WorkBudget } from './workBudget.ts';
import type { XrefSection } from './xref.ts';

export interface LaterObjects {
  readonly file: PdfFile;
  /** What was added behind the signature. */
  readonly sections: readonly XrefSection[];
  /** Numbers that were not in use when it was signed. Signed content mentions none of them. */
  readonly fresh: ReadonlySet<number>;
  /** Numbers that were in use and now stand elsewhere. */
  readonly changed: readonly number[];
  readonly budget: WorkBudget;
}

/** @returns the number of an object that no later revision leads to, or null. */
export function findLooseObject(later: LaterObjects): number | null {
  const versions = readVersions(later);
  if (versions === null) return null;
  const reached = reachFrom(later, versions);
  const containers = containersOf(later.sections);
  const isLoose = (number: number): boolean =>
    !reached.has(number) && !containers.has(number) && !isXref(later.file.objectAt(number));
  return [...later.fresh].find(isLoose) ?? null;
}

type Versions = ReadonlyMap<number, readonly PdfValue[]>;

/** @returns the fresh numbers that trailers and changed objects lead to. */
function reachFrom(
  { sections, fresh, changed, budget }: LaterObjects,
  versions: Versions,
): ReadonlySet<number> {
  const reached = new Set<number>();
  const waiting = sections.flatMap(({ trailer }) => leadsOf(trailer));
  for (const number of changed) waiting.push(...(versions.get(number) ?? []));
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    budget.spend(1);
    const number = asReference(value)?.number;
    if (number === undefined) for (const member of membersOf(value)) waiting.push(member);
    else if (fresh.has(number) && !reached.has(number)) {
      reached.add(number);
      waiting.push(...(versions.get(number) ?? []));
    }
  }
  return reached;
}

/**
 * Who brings a security store up to date may write a new one and leave the old one behind: every version counts.
 *
 * @returns null where an older version stands in a compressed stream, so that it cannot be told.
 */
function readVersions({ file, sections, budget }: LaterObjects): Versions | null {
  const versions = new Map<number, PdfValue[]>();
  for (const section of sections) {
    for (const [number, entry] of section.entries) {
      if (entry.kind === 'free') continue;
      const known = versions.get(number);
      if (known === undefined) versions.set(number, [file.objectAt(number)]);
      else if (entry.kind === 'inStream') return null;
      else {
        const { offset, generation } = entry;
        known.push(readIndirectObject(file.bytes, offset, number, generation, budget).value);
      }
    }
  }
  return versions;
}

/** What else a trailer may name is none of ours. */
function leadsOf({ entries }: PdfDictionary): readonly PdfValue[] {
  return ['Root', 'Info'].flatMap((key) => entries.get(key) ?? []);
}

function membersOf(value: PdfValue): readonly PdfValue[] {
  return asArray(value)?.items ?? [...(asDictionary(value)?.entries.values() ?? [])];
}

/** Streams that hold compressed objects. */
function containersOf(sections: readonly XrefSection[]): ReadonlySet<number> {
  const entries = sections.flatMap((section) => [...section.entries.values()]);
  return new Set(entries.flatMap((entry) => (entry.kind === 'inStream' ? entry.stream : [])));
}

function isXref(value: PdfValue): boolean {
  return isKind(value, 'stream') && asName(value.dictionary.entries.get('Type')) === 'XRef';
}
