/** The life of a licence on one line of time: acts with their evidence, and uses. */
import type { Shapes } from '../api.ts';
import { concludeSteps } from './proof/steps.ts';
import type { JudgedAct, JudgedProof } from './proof/verifyProof.ts';

export type LicenceAudit = Shapes['LicenceAudit'];
type Change = LicenceAudit['timeline'][number];
type Use = LicenceAudit['uses'][number];

export interface ActEntry {
  readonly kind: 'act';
  readonly id: string;
  /** When the ledger came to know it. */
  readonly at: string;
  /** `issue`, `revoke` …; null: the evidence does not tell of it. */
  readonly name: string | null;
  /** The state it led to; null: it changed none. */
  readonly change: Change | null;
  readonly judged: JudgedAct | null;
}

/** Uses in a row: many are shown as one. */
export interface UsesEntry {
  readonly kind: 'uses';
  readonly id: string;
  readonly at: string;
  readonly uses: readonly Use[];
}

export type LifeEntry = ActEntry | UsesEntry;

/** Oldest first. Acts stand where the ledger recorded them, whatever time they are in force from. */
export function lifeLine(
  { timeline, uses }: Pick<LicenceAudit, 'timeline' | 'uses'>,
  proof: Pick<JudgedProof, 'acts'> | null,
): readonly LifeEntry[] {
  const judged = new Map(proof?.acts.map((one) => [one.act.id, one]));
  const changes = timeline.map((change): ActEntry => ({
    ...{ kind: 'act', id: change.actId, at: change.recordedAt, change },
    name: nameOf(judged.get(change.actId)),
    judged: judged.get(change.actId) ?? null,
  }));
  const known = new Set(timeline.map(({ actId }) => actId));
  const others = [...judged.values()]
    .filter(({ act }) => !known.has(act.id))
    .map((one): ActEntry => ({
      ...{ kind: 'act', id: one.act.id, at: one.recordedAt, change: null },
      ...{ name: nameOf(one), judged: one },
    }));
  const used = uses.map((use): UsesEntry => ({
    kind: 'uses',
    id: use.id,
    at: use.at,
    uses: [use],
  }));
  const all = [...changes, ...others, ...used].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return all.reduce<LifeEntry[]>(gather, []);
}

function nameOf(judged: JudgedAct | undefined): string | null {
  return judged?.act.act.split('.')[1] ?? null;
}

function gather(entries: LifeEntry[], entry: LifeEntry): LifeEntry[] {
  const last = entries.at(-1);
  if (entry.kind === 'act' || last?.kind !== 'uses') return [...entries, entry];
  return [...entries.slice(0, -1), { ...last, uses: [...last.uses, ...entry.uses] }];
}

/** Splits uses at a moment, so that what came later can be told apart. */
export function splitAt(
  entries: readonly LifeEntry[],
  knownAt: string | null,
): readonly LifeEntry[] {
  if (knownAt === null) return entries;
  return entries.flatMap((entry): readonly LifeEntry[] => {
    if (entry.kind === 'act') return [entry];
    const before = entry.uses.filter(({ at }) => isKnown(at, knownAt));
    const after = entry.uses.filter(({ at }) => !isKnown(at, knownAt));
    return [before, after].flatMap((uses) => {
      const [first] = uses;
      return first === undefined ? [] : [{ ...entry, id: first.id, at: first.at, uses }];
    });
  });
}

/** Whether what was recorded at a moment was known at another one. @param knownAt - null: now. */
export function isKnown(recordedAt: string, knownAt: string | null): boolean {
  return knownAt === null || Date.parse(recordedAt) <= Date.parse(knownAt);
}

/** What all the evidence of the acts comes to; an act that it does not tell of is not passed. */
export function judgementOf(entries: readonly LifeEntry[]): ReturnType<typeof concludeSteps> {
  const acts = entries.filter((entry) => entry.kind === 'act');
  const verdicts = acts.map(({ judged }) => concludeSteps(judged?.steps ?? []));
  if (verdicts.includes('TOTAL-FAILED')) return 'TOTAL-FAILED';
  return verdicts.length === 0 || verdicts.includes('INDETERMINATE')
    ? 'INDETERMINATE'
    : 'TOTAL-PASSED';
}

/** Moments at which something changed, oldest first, each once; the end of them is now, which is not among them. */
export function stopsOf(moments: readonly (string | null)[], now: Date): readonly string[] {
  const times = moments.flatMap((one) => (one === null ? [] : [Date.parse(one)]));
  const past = times.filter((time) => time <= now.getTime()).sort((a, b) => a - b);
  return [...new Set(past)].map((time) => new Date(time).toISOString());
}

/** What the service says of a moment, as people ask it. */
export interface Standing {
  readonly word: 'valid' | 'invalid' | 'none';
  readonly why: 'early' | 'late' | null;
}

export function standingOf({
  at,
  inForce,
  versions,
}: Pick<LicenceAudit, 'at' | 'inForce' | 'versions'>): Standing {
  if (inForce === null) return { word: 'none', why: null };
  const version = versions.find(({ identifier }) => identifier === inForce.identifier);
  const isLate = version?.validUntil != null && version.validUntil < at;
  const isEarly = version !== undefined && version.validFrom > at;
  if (inForce.state !== 'issued') return { word: 'invalid', why: null };
  if (isEarly) return { word: 'invalid', why: 'early' };
  return isLate ? { word: 'invalid', why: 'late' } : { word: 'valid', why: null };
}
