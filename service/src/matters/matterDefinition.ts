/** What a matter (事项) asks of people, and what stands in for it. */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import type { Matter } from '../store/store.ts';

/**
 * How a material reaches the window: from the applicant, or in one of the three ways that need no submission: by shared
 * data, by an online check, or collected earlier in the case's chain.
 */
export const MATERIAL_SOURCES = [
  'applicant',
  'sharedData',
  'onlineCheck',
  'earlierInCase',
] as const;
export type MaterialSource = (typeof MATERIAL_SOURCES)[number];

/** Names by which a stand-in asks for what a licence says of its holder. */
export const HOLDER_FIELDS = ['holderName', 'holderCode', 'holderCodeType'] as const;

/** Of a matter or a material. */
export const catalogueCode = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
const code = catalogueCode;
/** Without space at its ends: tables do not keep it. */
const text = (max: number): z.ZodString =>
  z
    .string()
    .max(max)
    .regex(/^(?!\s)[^]*(?<!\s)$/);
export const catalogueName = text(200).min(1);
const name = catalogueName;
/** For readers of English. */
const nameEn = catalogueName.optional();
const workingDays = z.int().min(0).max(1000);

const standIn = z.strictObject({
  typeCode: code,
  /** Names of the licence type's fields, or {@link HOLDER_FIELDS}. Tables put `,`, `;` and `:` between them. */
  fields: z
    .array(z.string().regex(/^[^,;:\s]{1,64}$/))
    .max(100)
    .readonly(),
});

const material = z.strictObject({
  code,
  name,
  nameEn,
  required: z.boolean().default(true),
  source: z.enum(MATERIAL_SOURCES).default('applicant'),
  /** Any one of them waives the material. */
  standIns: z.array(standIn).max(20).readonly().default([]),
});

/** A definition as it is put and kept; what is left out has its default. */
export const matterDefinition = z.strictObject({
  nameEn,
  /** Credit code of the department in charge; null: nobody's in particular. */
  department: z.string().length(18).nullable().default(null),
  /** The provision that it rests on. */
  basis: text(500).default(''),
  /** Working days within which it is promised, and within which it must be done by law; null: no such term. */
  promisedDays: workingDays.nullable().default(null),
  statutoryDays: workingDays.nullable().default(null),
  /** Codes of the matters that a bundle (一件事一次办) opens together; empty: a single matter. */
  bundles: z.array(code).max(50).readonly().default([]),
  materials: z.array(material).max(200).readonly().default([]),
  /** Cases a year, where they are known from elsewhere; null: those of this service are counted. */
  yearlyCases: z.int().min(0).max(1_000_000_000).nullable().default(null),
});

export type StandIn = z.output<typeof standIn>;
export type Material = z.output<typeof material>;
export type MatterDefinition = z.output<typeof matterDefinition>;
export type MatterDefinitionInput = z.input<typeof matterDefinition>;

const read = new WeakMap<object, MatterDefinition>();

/**
 * Reads what the store keeps of a matter; the same object only once.
 *
 * @throws ServiceError `INTERNAL` for what was never put through {@link matterDefinition}.
 */
export function definitionOf(matter: Pick<Matter, 'code' | 'definition'>): MatterDefinition {
  const known = read.get(matter.definition);
  if (known !== undefined) return known;
  const parsed = matterDefinition.safeParse(matter.definition);
  if (!parsed.success) {
    throw new ServiceError('INTERNAL', `the definition of matter ${matter.code} is not as agreed`);
  }
  read.set(matter.definition, parsed.data);
  return parsed.data;
}

/**
 * Which fields a matter needs of licences of a type: those of every material that it can stand in for.
 *
 * @returns null if the matter has no use for such licences.
 */
export function neededFields(
  { materials }: Pick<MatterDefinition, 'materials'>,
  typeCode: string,
): readonly string[] | null {
  const standIns = materials
    .flatMap((one) => one.standIns)
    .filter((one) => one.typeCode === typeCode);
  return standIns.length === 0 ? null : [...new Set(standIns.flatMap(({ fields }) => fields))];
}
