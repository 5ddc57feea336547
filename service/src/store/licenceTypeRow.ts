/** The row of a licence type, whichever way it is read. */
import type { LicenceType } from './catalogue.ts';

export interface LicenceTypeRow {
  readonly typeCode: string;
  readonly version: number;
  readonly name: string;
  readonly issuer: string | null;
  /** JSON of everything else. */
  readonly definition: string;
  readonly updatedAt: Date;
}

export function toLicenceTypeRow(type: LicenceType): LicenceTypeRow {
  const { typeCode, version, name, issuer, updatedAt, ...definition } = type;
  return { typeCode, version, name, issuer, updatedAt, definition: JSON.stringify(definition) };
}

export function toLicenceType({ definition, ...columns }: LicenceTypeRow): LicenceType {
  const parsed = JSON.parse(definition) as Omit<LicenceType, keyof typeof columns>; // by toLicenceTypeRow
  return { ...columns, ...parsed };
}
