import type { LicenceTypeStore, Matter, MatterStore } from '../catalogue.ts';
import { toLicenceType, toLicenceTypeRow } from '../licenceTypeRow.ts';
import { refusing, type Prisma } from './client.ts';

/** Licence types with all their versions; single ones are found by `hotReads.ts`. */
export function prismaLicenceTypes(prisma: Prisma): Omit<LicenceTypeStore, 'find'> {
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

/** Matters; a new version replaces the older one. */
export function prismaMatters(prisma: Prisma): MatterStore {
  return {
    put: ({ code, definition, ...columns }) =>
      refusing({}, async () => {
        const data = { ...columns, definition: JSON.stringify(definition) };
        await prisma.matter.upsert({ where: { code }, create: { code, ...data }, update: data });
      }),
    find: (code) =>
      refusing({}, async () => {
        const row = await prisma.matter.findUnique({ where: { code } });
        return row === null ? null : toMatter(row);
      }),
    list: () =>
      refusing({}, async () =>
        (await prisma.matter.findMany({ orderBy: { code: 'asc' } })).map(toMatter),
      ),
  };
}

function toMatter(row: Omit<Matter, 'definition'> & { readonly definition: string }): Matter {
  return { ...row, definition: JSON.parse(row.definition) as Matter['definition'] };
}
