import { writeTable } from '../matters/matterTable.ts';
import type { CityMatter } from './cityWaivers.ts';

const COLUMNS = [
  'matterCode',
  'matterName',
  'department',
  'yearlyCases',
  'materialCode',
  'materialName',
  'source',
  'state',
  'by',
  'steps',
];

/** Writes what can be waived in the city as a table for spreadsheets, one row a material. */
export function writeWaiverTable(matters: readonly CityMatter[]): string {
  const rows = matters.flatMap(({ code, name, department, yearlyCases, materials }) =>
    materials.map((material) => [
      ...[code, name, department ?? '', String(yearlyCases)],
      ...[material.code, material.name, material.source, material.state, material.by ?? ''],
      material.steps
        .map(({ kind, typeCode, fields }) => [kind, typeCode, fields.join(',')].join(':'))
        .join(';'),
    ]),
  );
  return writeTable([COLUMNS, ...rows]);
}
