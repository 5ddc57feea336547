import { z } from 'zod';
import type { Language } from '../language.ts';
import { MATERIAL_SOURCES } from '../matters/matterDefinition.ts';
import type { MaterialsAnswer } from '../waivers/askMaterials.ts';
import { MATERIAL_REASONS, MATERIAL_STATES, type MaterialState } from '../waivers/judgeMaterial.ts';
import { materialStatement } from '../waivers/materialStatement.ts';
import { instant } from './shapes.ts';

const count = z.int().min(0);

const materialState = z
  .strictObject({
    code: z.string(),
    name: z.string(),
    required: z.boolean(),
    source: z.enum(MATERIAL_SOURCES),
    askedBy: z.array(z.string()).meta({ description: 'Codes of the matters that ask for it' }),
    state: z.enum(MATERIAL_STATES).meta({
      description:
        '`waived`: a licence of the holder stands in; `waivable`: nobody in particular was asked about, and a licence could',
    }),
    reason: z.enum(MATERIAL_REASONS),
    by: z
      .strictObject({ identifier: z.string(), typeCode: z.string(), typeName: z.string() })
      .nullable()
      .meta({ description: 'The licence that stands in, or comes nearest to it' }),
    missingFields: z.array(z.string()),
    statement: z.string(),
    standIns: z.array(
      z.strictObject({
        typeCode: z.string(),
        typeName: z.string().nullable().meta({ description: 'null: not issued here yet' }),
        fields: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'MaterialState' });

export const materialsShape = z
  .strictObject({
    matter: z.strictObject({ code: z.string(), name: z.string(), version: z.int().min(1) }),
    bundles: z.array(z.strictObject({ code: z.string(), name: z.string() })),
    at: instant,
    isForHolder: z.boolean(),
    counts: z.strictObject({ waived: count, waivable: count, needed: count, noSubmission: count }),
    items: z.array(materialState),
  })
  .meta({ id: 'MaterialsAnswer' });

export function presentMaterials(
  { whole, at, isForHolder, materials, typeNames }: MaterialsAnswer,
  language: Language,
): z.input<typeof materialsShape> {
  const { code, name, version } = whole.matter;
  const countOf = (state: MaterialState['state']): number =>
    materials.filter((one) => one.state === state).length;
  return {
    matter: { code, name, version },
    bundles: whole.parts.map((part) => ({ code: part.code, name: part.name })),
    at: at.toISOString(),
    isForHolder,
    counts: {
      waived: countOf('waived'),
      waivable: countOf('waivable'),
      needed: countOf('needed'),
      noSubmission: countOf('noSubmission'),
    },
    items: materials.map((material) => ({
      ...material,
      askedBy: [...material.askedBy],
      missingFields: [...material.missingFields],
      statement: materialStatement(material, language),
      standIns: material.standIns.map(({ typeCode, fields }) => ({
        typeCode,
        typeName: typeNames.get(typeCode) ?? null,
        fields: [...fields],
      })),
    })),
  };
}
