/** How a matter of the demo city is written down. */
import type { Material, MatterDefinition, StandIn } from '../matters/matterDefinition.ts';
import { demoCreditCode, DEMO_DIVISION } from './demoCodes.ts';
import { DEMO_FURTHER_TYPES } from './demoFurtherTypes.ts';
import { DEMO_LICENCE_TYPES } from './demoLicenceTypes.ts';
import { materialInEnglish, matterInEnglish } from './demoMatterEnglish.ts';

export interface DemoMatter {
  readonly code: string;
  readonly name: string;
  readonly definition: MatterDefinition;
}

/** Nobody issues these electronically yet: what they would save can be read from the survey of the city. */
export const PLANNED_TYPES = {
  realEstate: `${demoCreditCode('authority', 9)}001`, // 不动产权证书
  fireSafety: `${demoCreditCode('authority', 10)}001`, // 公众聚集场所投入使用、营业前消防安全检查合格证
  environment: `${demoCreditCode('authority', 11)}001`, // 排污许可证
} as const;

const TYPES = [...DEMO_LICENCE_TYPES, ...DEMO_FURTHER_TYPES];

/** A licence type of the city by its name. @throws Error for a name that none has. */
export function standIn(name: string, ...fields: readonly string[]): StandIn {
  const type = TYPES.find((one) => one.name === name);
  if (type === undefined) throw new Error(`demo city: no licence type ${name}`);
  return { typeCode: type.typeCode, fields };
}

/** A material that the applicant brings, unless a licence stands in. */
export function paper(code: string, name: string, ...standIns: readonly StandIn[]): Material {
  return { code, name, required: true, source: 'applicant', standIns };
}

/** One that only some applicants need. */
export function optional(material: Material): Material {
  return { ...material, required: false };
}

/** One that nobody brings. */
export function fetched(
  code: string,
  name: string,
  source: Exclude<Material['source'], 'applicant'>,
): Material {
  return { code, name, required: true, source, standIns: [] };
}

export const APPLICATION = paper('application', '申请书');
export const IDENTITY = fetched('identity', '申请人身份证明', 'sharedData');
export const BUSINESS_LICENCE = fetched('businessLicence', '营业执照', 'onlineCheck');

/** Terms in working days, and cases a year. */
export type Numbers = readonly [promisedDays: number, statutoryDays: number, yearlyCases: number];

/** What a matter is besides its materials. */
export interface MatterHead {
  /** Three digits behind what kind of department it is. */
  readonly number: string;
  readonly name: string;
  readonly basis: string;
  readonly numbers: Numbers;
  readonly bundles?: readonly string[];
}

/** @param kind - three digits for the kind of department; with the division they begin the code. */
export function mattersOf(
  kind: string,
  department: string,
  drafts: readonly (readonly [head: MatterHead, ...materials: readonly Material[]])[],
): readonly DemoMatter[] {
  return drafts.map(([{ number, name, basis, numbers, bundles = [] }, ...materials]) => {
    const [promisedDays, statutoryDays, yearlyCases] = numbers;
    return {
      ...{ code: matterCode(kind, number), name },
      definition: {
        ...{ department, basis, promisedDays, statutoryDays, yearlyCases },
        ...{ ...matterInEnglish(name), bundles, materials: materials.map(materialInEnglish) },
      },
    };
  });
}

export function matterCode(kind: string, number: string): string {
  return DEMO_DIVISION + kind + number;
}
