import { z } from 'zod';
import type { LicenceType } from '../store/store.ts';
import { creditCode, instant } from './shapes.ts';

const anything = z.record(z.string(), z.unknown());

export const licenceTypeShape = z
  .strictObject({
    typeCode: z.string(),
    version: z.int().min(1),
    name: z.string(),
    issuer: creditCode.nullable(),
    fields: anything,
    layout: anything,
    sealEsId: z.string(),
    approval: z.enum(['single', 'dual']),
    formats: z.array(z.enum(['ofd', 'pdf'])),
    updatedAt: instant,
  })
  .meta({ id: 'LicenceType' });

export function presentLicenceType(type: LicenceType): z.input<typeof licenceTypeShape> {
  return {
    typeCode: type.typeCode,
    version: type.version,
    name: type.name,
    issuer: type.issuer,
    fields: { ...type.fields },
    layout: { ...type.layout },
    sealEsId: type.sealEsId,
    approval: type.approval,
    formats: [...type.formats],
    updatedAt: type.updatedAt.toISOString(),
  };
}
