/** Objects of later revisions that nothing leads to: no signature, no proof, and nobody's word. */
import { readIndirectObject, revisionOf, type PdfFile } from './pdfFile.ts';
import {
  asArray,
  asDictionary,
  asReference,
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
  const containers = containersOf(later.sections);
  const reached = reachFrom(later, versions, containers);
  const xrefs = xrefNumbers(later.sections);
  return [...later.fresh].find((number) => !reached.has(number) && !xrefs.has(number)) ?? null;
}

type Versions = ReadonlyMap<number, readonly PdfValue[]>;

/** @returns the fresh numbers that trailers, changed objects and streams of compressed ones lead to, and those streams. */
function reachFrom(
  { sections, fresh, changed, budget }: LaterObjects,
  versions: Versions,
  containers: ReadonlySet<number>,
): ReadonlySet<number> {
  const reached = new Set(containers);
  const waiting = sections.flatMap(({ trailer }) => leadsOf(trailer));
  for (const number of [...changed, ...containers]) waiting.push(...(versions.get(number) ?? []));
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

/** Who brings a security store up to date may write a new one and leave the old one behind: every version counts. */
function readVersions({ file, sections, budget }: LaterObjects): Versions {
  const versions = new Map<number, PdfValue[]>();
  for (const [age, section] of sections.entries()) {
    let revision: PdfFile | null = null;
    for (const [number, entry] of section.entries) {
      if (entry.kind === 'free') continue;
      const known = versions.get(number) ?? [];
      versions.set(number, known);
      if (file.entryOf(number) === entry) known.push(file.objectAt(number));
      else if (entry.kind === 'inStream') {
        revision ??= revisionOf(file, age, budget);
        known.push(revision.objectAt(number));
      } else {
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

/** Cross-reference streams, told by their place: anything may call itself one. */
function xrefNumbers(sections: readonly XrefSection[]): ReadonlySet<number> {
  const numbers = new Set<number>();
  for (const { start, beside, entries } of sections) {
    for (const [number, entry] of entries) {
      if (entry.kind !== 'inFile') continue;
      if (entry.offset === start || entry.offset === beside?.start) numbers.add(number);
    }
  }
  return numbers;
}
