import type { LicenceTypeStore } from '../catalogue.ts';
import { toLicenceType, toLicenceTypeRow } from '../licenceTypeRow.ts';
import { refusing, type Prisma } from './client.ts';

/** Licence types with all their versions; single ones are found by `sqlite/hotReads.ts`. */
export function prismaLicenceTypes(prisma: Prisma): Omit<LicenceTypeStore, 'find' | 'revision'> {
  return {
    put: async (type) => {
      await refusing(
        {
          unique: [
            'LICENCE_STATE_CONFLICT',
            `${type.typeCode} has a version ${type.version} already`,
          ],
        },
        () => prisma.licenceType.create({ data: toLicenceTypeRow(type) }),
      );
    },
    list: () =>
      refusing({}, async () => {
        const rows = await prisma.licenceType.findMany({
          orderBy: [{ typeCode: 'asc' }, { version: 'desc' }],
        });
        return rows
          .filter((row, index) => row.typeCode !== rows[index - 1]?.typeCode)
          .map(toLicenceType);
      }),
  };
}
