import type { LicenceType, LicenceTypeStore, Matter, MatterStore } from '../catalogue.ts';
import { refusing, type Prisma } from './client.ts';

interface TypeRow {
  readonly typeCode: string;
  readonly version: number;
  readonly name: string;
  readonly issuer: string | null;
  readonly definition: string;
  readonly updatedAt: Date;
}

/** Licence types with all their versions. */
export function prismaLicenceTypes(prisma: Prisma): LicenceTypeStore {
  // A version never changes once it is there, so it may be kept; the newest is asked for each time.
  const kept = new Map<string, LicenceType>();
  const keep = (row: TypeRow): LicenceType => {
    const name = `${row.typeCode}/${row.version}`;
    let type = kept.get(name);
    if (type === undefined) {
      if (kept.size >= 1000) kept.clear();
      type = toType(row);
      kept.set(name, type);
    }
    return type;
  };
  return {
    put: async ({ typeCode, version, name, issuer, updatedAt, ...definition }) => {
      await refusing(
        { unique: ['LICENCE_STATE_CONFLICT', `${typeCode} has a version ${version} already`] },
        () =>
          prisma.licenceType.create({
            data: {
              typeCode,
              version,
              name,
              issuer,
              updatedAt,
              definition: JSON.stringify(definition),
            },
          }),
      );
    },
    find: (typeCode, version) =>
      refusing({}, async () => {
        const known = version === undefined ? undefined : kept.get(`${typeCode}/${version}`);
        if (known !== undefined) return known;
        const row = await prisma.licenceType.findFirst({
          where: version === undefined ? { typeCode } : { typeCode, version },
          orderBy: { version: 'desc' },
        });
        return row === null ? null : keep(row);
      }),
    list: () =>
      refusing({}, async () => {
        const rows = await prisma.licenceType.findMany({
          orderBy: [{ typeCode: 'asc' }, { version: 'desc' }],
        });
        return rows
          .filter((row, index) => row.typeCode !== rows[index - 1]?.typeCode)
          .map((row) => keep(row));
      }),
  };
}

function toType({ definition, ...columns }: TypeRow): LicenceType {
  const parsed = JSON.parse(definition) as Omit<LicenceType, keyof typeof columns>; // written by put
  return { ...columns, ...parsed };
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
