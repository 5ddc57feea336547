/** Faults of an import of matters in the words of its columns, as far as they are known. */

const OF_MATTER = [
  ...(['code', 'name', 'nameEn', 'department', 'basis'] as const),
  ...(['promisedDays', 'statutoryDays', 'yearlyCases', 'bundles'] as const),
] as const;
const OF_MATERIAL = {
  ...({ code: 'materialCode', name: 'materialName', nameEn: 'materialNameEn' } as const),
  ...({ required: 'required', source: 'source', standIns: 'standIns' } as const),
} as const;

export type MatterColumn =
  (typeof OF_MATTER)[number] | (typeof OF_MATERIAL)[keyof typeof OF_MATERIAL];

/** Where a fault is; column null: nowhere that is known. Materials count from 1. */
export interface Place {
  readonly column: MatterColumn | null;
  readonly material: number | null;
}

export function readPlace(pointer: string): Place {
  const inMaterial = /^\/definition\/materials\/(\d+)\/([A-Za-z]+)/.exec(pointer);
  if (inMaterial !== null) {
    const [, at = '0', name = ''] = inMaterial;
    const known = Object.entries(OF_MATERIAL).find(([one]) => one === name);
    return known === undefined
      ? { column: null, material: null }
      : { column: known[1], material: Number(at) + 1 };
  }
  const name = /^(?:\/definition)?\/([A-Za-z]+)/.exec(pointer)?.[1];
  return { column: OF_MATTER.find((one) => one === name) ?? null, material: null };
}

export type FaultKind = 'empty' | 'yesNo' | 'number' | 'oneOf' | 'twice';

/** What a fault of the service comes to; kind null: only its own sentence tells. */
export function judgeDetail(detail: string): {
  readonly kind: FaultKind | null;
  readonly values: string;
} {
  if (/^Invalid option: expected one of /.test(detail)) {
    const values = [...detail.matchAll(/"([^"]*)"/g)].map(([, value]) => value);
    return { kind: 'oneOf', values: values.join(', ') };
  }
  return { kind: KINDS.find(([pattern]) => pattern.test(detail))?.[1] ?? null, values: '' };
}

const KINDS: readonly (readonly [RegExp, FaultKind])[] = [
  [/^Too small: expected string to have >=1 /, 'empty'],
  [/^Invalid input: expected boolean/, 'yesNo'],
  [/^Invalid input: expected (?:number|int)/, 'number'],
  [/^is there twice$/, 'twice'],
];
