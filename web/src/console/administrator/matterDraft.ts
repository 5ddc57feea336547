/** A matter as a form has it, and what changed between two versions. */
import type { Shapes } from '../api.ts';

export type Matter = Shapes['Matter'];

export const SOURCES = ['applicant', 'sharedData', 'onlineCheck', 'earlierInCase'] as const;
export type Source = (typeof SOURCES)[number];

export interface StandIn {
  readonly typeCode: string;
  readonly fields: readonly string[];
}

export interface Material {
  readonly code: string;
  readonly name: string;
  /** For readers of English; absent: none. */
  readonly nameEn?: string;
  readonly required: boolean;
  readonly source: Source;
  readonly standIns: readonly StandIn[];
}

export interface Definition {
  /** For readers of English; absent: none. */
  readonly nameEn?: string;
  readonly department: string | null;
  readonly basis: string;
  readonly promisedDays: number | null;
  readonly statutoryDays: number | null;
  readonly yearlyCases: number | null;
  readonly bundles: readonly string[];
  readonly materials: readonly Material[];
}

export const EMPTY_DEFINITION: Definition = {
  department: null,
  basis: '',
  promisedDays: null,
  statutoryDays: null,
  yearlyCases: null,
  bundles: [],
  materials: [],
};

export const EMPTY_MATERIAL: Material = {
  code: '',
  name: '',
  required: true,
  source: 'applicant',
  standIns: [],
};

/** Reads a definition as the service keeps it: what is left out has its default. */
export function definitionOf({ definition }: Pick<Matter, 'definition'>): Definition {
  const given = definition as Partial<Definition>; // put through the service's own schema
  return {
    ...EMPTY_DEFINITION,
    ...given,
    materials: (given.materials ?? []).map((material) => ({ ...EMPTY_MATERIAL, ...material })),
  };
}

/** The same without an English name that is empty: the service knows none rather than an empty one. */
export function withoutEmptyName<N extends { readonly nameEn?: string }>(named: N): N {
  const { nameEn = '', ...others } = named;
  const trimmed = nameEn.trim();
  return { ...others, ...(trimmed === '' ? {} : { nameEn: trimmed }) } as N;
}

/** Where something is wrong with a draft; `at`: the material's place. */
export interface DraftFault {
  readonly kind: 'code' | 'name' | 'materialCode' | 'materialName' | 'materialTwice' | 'order';
  readonly at?: number;
}

const CODE = /^[A-Za-z0-9._-]{1,64}$/;

/** What the service would refuse, found before it is asked. */
export function faultsOfDraft(
  code: string,
  name: string,
  definition: Definition,
): readonly DraftFault[] {
  const { materials, promisedDays, statutoryDays } = definition;
  const faults: DraftFault[] = [];
  if (!CODE.test(code)) faults.push({ kind: 'code' });
  if (name.trim() === '') faults.push({ kind: 'name' });
  if (promisedDays !== null && statutoryDays !== null && promisedDays > statutoryDays) {
    faults.push({ kind: 'order' });
  }
  for (const [at, material] of materials.entries()) {
    if (!CODE.test(material.code)) faults.push({ kind: 'materialCode', at });
    else if (materials.findIndex((one) => one.code === material.code) < at) {
      faults.push({ kind: 'materialTwice', at });
    }
    if (material.name.trim() === '') faults.push({ kind: 'materialName', at });
  }
  return faults;
}

/** What changed from one version to the next, in the order of the form. */
export type Change =
  | {
      readonly kind:
        | 'name'
        | 'nameEn'
        | 'department'
        | 'basis'
        | 'promisedDays'
        | 'statutoryDays'
        | 'yearlyCases'
        | 'bundles';
      readonly before: string;
      readonly after: string;
    }
  | { readonly kind: 'materialAdded' | 'materialRemoved'; readonly material: Material }
  | {
      readonly kind: 'materialChanged';
      readonly material: Material;
      readonly members: readonly MaterialChange[];
    };

export interface MaterialChange {
  readonly member: 'name' | 'nameEn' | 'required' | 'source' | 'standIns';
  readonly before: Material;
}

const PLAIN = ['department', 'basis', 'promisedDays', 'statutoryDays', 'yearlyCases'] as const;

export function diffMatters(before: Matter, after: Matter): readonly Change[] {
  const [old, next] = [definitionOf(before), definitionOf(after)];
  const changes: Change[] = [];
  const add = (
    kind: (typeof PLAIN)[number] | 'name' | 'nameEn' | 'bundles',
    a: string | number | null,
    b: string | number | null,
  ): void => {
    if (textOf(a) !== textOf(b)) changes.push({ kind, before: textOf(a), after: textOf(b) });
  };
  add('name', before.name, after.name);
  add('nameEn', old.nameEn ?? '', next.nameEn ?? '');
  for (const member of PLAIN) add(member, old[member], next[member]);
  add('bundles', old.bundles.join(', '), next.bundles.join(', '));
  return [...changes, ...diffMaterials(old.materials, next.materials)];
}

function diffMaterials(before: readonly Material[], after: readonly Material[]): readonly Change[] {
  const old = new Map(before.map((material) => [material.code, material]));
  const kept = new Set(after.map(({ code }) => code));
  return [
    ...after.flatMap((material): readonly Change[] => {
      const known = old.get(material.code);
      if (known === undefined) return [{ kind: 'materialAdded', material }];
      const members = diffMaterial(known, material);
      return members.length === 0 ? [] : [{ kind: 'materialChanged', material, members }];
    }),
    ...before
      .filter(({ code }) => !kept.has(code))
      .map((material) => ({ kind: 'materialRemoved', material }) as const),
  ];
}

function diffMaterial(before: Material, after: Material): readonly MaterialChange[] {
  return (['name', 'nameEn', 'required', 'source', 'standIns'] as const)
    .filter((member) => JSON.stringify(before[member]) !== JSON.stringify(after[member]))
    .map((member) => ({ member, before }));
}

function textOf(value: string | number | null): string {
  return value === null ? '' : String(value);
}
