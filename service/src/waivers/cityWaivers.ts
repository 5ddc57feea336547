/**
 * What could be done without paper in the whole city: who holds which licences (duty), which fields they have (capability)
 * and what the matters ask for (demand), matched. Pure.
 */
import type { Material, MatterDefinition } from '../matters/matterDefinition.ts';
import type { LicenceType, Matter, TypeCount } from '../store/store.ts';
import { lackedFields } from './judgeMaterial.ts';

/** The three lists. */
export interface CityLists {
  /** Newest versions. */
  readonly matters: readonly {
    readonly matter: Matter;
    readonly definition: MatterDefinition;
    /** Counted by this service; used where the definition declares no number. */
    readonly countedCases: number;
  }[];
  /** Newest versions, by code. */
  readonly types: ReadonlyMap<string, LicenceType>;
  /** In force, by type code; a type without any has none. */
  readonly counts: ReadonlyMap<string, TypeCount>;
}

/** What is lacking before a material could be waived. */
export const STEP_KINDS = ['issueType', 'issueLicences', 'addFields'] as const;

/** One step that would waive materials: a type to begin with, licences of one to issue, or fields to add to one. */
export interface Step {
  readonly kind: (typeof STEP_KINDS)[number];
  readonly typeCode: string;
  /** Null: no such type yet. */
  readonly typeName: string | null;
  /** Of `addFields`: those that the type lacks; of `issueType`: all that it would need. */
  readonly fields: readonly string[];
}

/** `waivable`: licences that can stand in for it are in force; `planned`: one step is lacking; `paper`: nothing will do. */
export const CITY_STATES = ['noSubmission', 'waivable', 'planned', 'paper'] as const;

export interface CityMaterial {
  readonly code: string;
  readonly name: string;
  readonly source: Material['source'];
  readonly state: (typeof CITY_STATES)[number];
  /** Type that waives it: of several the one with the most holders. */
  readonly by: string | null;
  /** With `planned`: any one of these would waive it. */
  readonly steps: readonly Step[];
}

export interface CityMatter {
  readonly code: string;
  readonly name: string;
  readonly department: string | null;
  readonly yearlyCases: number;
  readonly materials: readonly CityMaterial[];
}

/** Counts of materials, and of papers: materials times cases a year. */
export interface WaiverTotals {
  readonly materials: number;
  readonly noSubmission: number;
  readonly waivable: number;
  readonly planned: number;
  readonly paper: number;
  readonly papersAsked: number;
  /** At most: if every applicant held what can stand in. */
  readonly papersSaved: number;
}

export interface NextStep extends Step {
  /** Materials that it would waive, of how many matters. */
  readonly materials: number;
  readonly matters: number;
  readonly papersSaved: number;
}

export interface TypeDuty extends TypeCount {
  readonly name: string;
  /** Credit code. */
  readonly issuer: string | null;
  /** Materials that it waives now. */
  readonly waives: number;
  readonly papersSaved: number;
}

export interface CityWaivers {
  readonly totals: WaiverTotals & { readonly matters: number; readonly yearlyCases: number };
  /** By code. A bundle counts with what it asks for itself: its parts are matters of their own. */
  readonly matters: readonly CityMatter[];
  /** The most papers first. */
  readonly next: readonly NextStep[];
  /** Every type, the most papers first. */
  readonly types: readonly TypeDuty[];
}

/** Matches the three lists. */
export function matchCity(lists: CityLists): CityWaivers {
  const matters = lists.matters.map(({ matter, definition, countedCases }) => ({
    ...{ code: matter.code, name: matter.name, department: definition.department },
    yearlyCases: definition.yearlyCases ?? countedCases,
    materials: definition.materials.map((material) => matchMaterial(material, lists)),
  }));
  return {
    totals: {
      ...addTotals(matters.map(totalsOf)),
      matters: matters.length,
      yearlyCases: matters.reduce((sum, one) => sum + one.yearlyCases, 0),
    },
    matters,
    next: nextSteps(matters),
    types: duties(matters, lists),
  };
}

/** Sums up one matter. */
export function totalsOf({ materials, yearlyCases }: CityMatter): WaiverTotals {
  const count = (state: CityMaterial['state']): number =>
    materials.filter((one) => one.state === state).length;
  const [noSubmission, waivable, planned, paper] = CITY_STATES.map(count) as [
    number,
    number,
    number,
    number,
  ]; // one a state
  return {
    ...{ materials: materials.length, noSubmission, waivable, planned, paper },
    papersAsked: materials.length * yearlyCases,
    papersSaved: (noSubmission + waivable) * yearlyCases,
  };
}

function addTotals(all: readonly WaiverTotals[]): WaiverTotals {
  const sum = (member: keyof WaiverTotals): number =>
    all.reduce((total, one) => total + one[member], 0);
  return {
    materials: sum('materials'),
    noSubmission: sum('noSubmission'),
    waivable: sum('waivable'),
    planned: sum('planned'),
    paper: sum('paper'),
    papersAsked: sum('papersAsked'),
    papersSaved: sum('papersSaved'),
  };
}

function matchMaterial(material: Material, { types, counts }: CityLists): CityMaterial {
  const { code, name, source, standIns } = material;
  const facts = { code, name, source };
  if (source !== 'applicant') return { ...facts, state: 'noSubmission', by: null, steps: [] };
  const holdersOf = (typeCode: string): number => counts.get(typeCode)?.holders ?? 0;
  const steps: Step[] = [];
  let by: string | null = null;
  for (const { typeCode, fields } of standIns) {
    const step = lackingStep({ typeCode, fields }, types.get(typeCode), counts.get(typeCode));
    if (step !== null) steps.push(step);
    else if (by === null || holdersOf(typeCode) > holdersOf(by)) by = typeCode;
  }
  if (by !== null) return { ...facts, state: 'waivable', by, steps: [] };
  return { ...facts, state: steps.length > 0 ? 'planned' : 'paper', by, steps };
}

/** @returns null if licences of the type stand in as they are. */
function lackingStep(
  { typeCode, fields }: Readonly<{ typeCode: string; fields: readonly string[] }>,
  type: LicenceType | undefined,
  count: TypeCount | undefined,
): Step | null {
  if (type === undefined)
    return { kind: 'issueType', typeCode, typeName: null, fields: [...fields].sort() };
  const typeName = type.name;
  const lacked = lackedFields(type, fields);
  if (lacked.length > 0)
    return { kind: 'addFields', typeCode, typeName, fields: [...lacked].sort() };
  if (count !== undefined && count.licences > 0) return null;
  return { kind: 'issueLicences', typeCode, typeName, fields: [] };
}

interface Gain {
  readonly step: Step;
  readonly matters: Set<string>;
  materials: number;
  papers: number;
}

function nextSteps(matters: readonly CityMatter[]): readonly NextStep[] {
  const wants = matters.flatMap((matter) =>
    matter.materials.flatMap(({ steps }) => (steps.length > 0 ? [{ matter, steps }] : [])),
  );
  const offers = offersByType(wants.flatMap(({ steps }) => steps));
  const gains = new Map<string, Gain>();
  for (const { matter, steps } of wants) {
    const serving = new Set(
      steps.flatMap((step) =>
        (offers.get(step.typeCode) ?? []).filter((offer) => serves(offer, step)),
      ),
    );
    for (const step of serving) {
      const key = keyOf(step);
      const gain = gains.get(key) ?? { step, matters: new Set(), materials: 0, papers: 0 };
      gain.matters.add(matter.code);
      gain.materials += 1;
      gain.papers += matter.yearlyCases;
      gains.set(key, gain);
    }
  }
  return [...gains.values()].map(toNextStep).sort(byGain);
}

/** A type that is not there yet comes with all fields that anybody asks of it; else each set of fields is an offer. */
function offersByType(steps: readonly Step[]): ReadonlyMap<string, readonly Step[]> {
  const offers = new Map<string, Map<string, Step>>();
  for (const step of steps) {
    const own = offers.get(step.typeCode) ?? new Map<string, Step>();
    offers.set(step.typeCode, own);
    if (step.kind !== 'issueType') own.set(keyOf(step), step);
    else {
      const known = own.get('issueType')?.fields ?? [];
      own.set('issueType', { ...step, fields: [...new Set([...known, ...step.fields])].sort() });
    }
  }
  return new Map([...offers].map(([typeCode, own]) => [typeCode, [...own.values()]]));
}

function serves(offer: Step, wanted: Step): boolean {
  return offer.kind === wanted.kind && wanted.fields.every((field) => offer.fields.includes(field));
}

function keyOf({ kind, typeCode, fields }: Step): string {
  return `${kind}/${typeCode}/${kind === 'addFields' ? fields.join() : ''}`;
}

function toNextStep({ step, matters, materials, papers }: Gain): NextStep {
  return { ...step, matters: matters.size, materials, papersSaved: papers };
}

function byGain(a: NextStep, b: NextStep): number {
  return (
    b.papersSaved - a.papersSaved ||
    b.materials - a.materials ||
    a.fields.length - b.fields.length ||
    (keyOf(a) < keyOf(b) ? -1 : 1)
  );
}

function duties(matters: readonly CityMatter[], lists: CityLists): readonly TypeDuty[] {
  const served = new Map<string, { waives: number; papersSaved: number }>();
  for (const { materials, yearlyCases } of matters)
    for (const { by } of materials) {
      if (by === null) continue;
      const known = served.get(by) ?? { waives: 0, papersSaved: 0 };
      served.set(by, {
        waives: known.waives + 1,
        papersSaved: known.papersSaved + yearlyCases,
      });
    }
  return [...lists.types.values()]
    .map(({ typeCode, name, issuer }) => ({
      ...{ typeCode, name, issuer },
      ...{ licences: 0, holders: 0, ...lists.counts.get(typeCode) },
      ...{ waives: 0, papersSaved: 0, ...served.get(typeCode) },
    }))
    .sort((a, b) => b.papersSaved - a.papersSaved || (a.typeCode < b.typeCode ? -1 : 1));
}
