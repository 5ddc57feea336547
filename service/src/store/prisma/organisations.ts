import { parentsFirst, toOrganisation, toWindow } from '../organisationRow.ts';
import type { OrganisationStore, WindowStore } from '../people.ts';
import type { Prisma } from './client.ts';
import { refusing } from './client.ts';

/** The tree of organisations; single ones are found by `hotReads.ts`. */
export function prismaOrganisations(prisma: Prisma): Omit<OrganisationStore, 'find'> {
  return {
    add: (organisation) =>
      refusing(
        {
          unique: [
            'ORGANISATION_ALREADY_EXISTS',
            `organisation ${organisation.creditCode} exists already`,
          ],
          foreignKey: ['ORGANISATION_NOT_FOUND', `no organisation ${organisation.parent ?? ''}`],
        },
        async () => {
          await prisma.organisation.create({ data: organisation });
        },
      ),
    list: () =>
      refusing({}, async () =>
        parentsFirst(
          (await prisma.organisation.findMany({ orderBy: { creditCode: 'asc' } })).map(
            toOrganisation,
          ),
        ),
      ),
  };
}

/** Windows of service halls and departments. */
export function prismaWindows(prisma: Prisma): Omit<WindowStore, 'find'> {
  return {
    add: (window) =>
      refusing(
        {
          unique: ['WINDOW_ALREADY_EXISTS', `window ${window.code} exists already`],
          foreignKey: ['ORGANISATION_NOT_FOUND', `no organisation ${window.organisation}`],
        },
        async () => {
          await prisma.window.create({ data: window });
        },
      ),
    list: () =>
      refusing({}, async () =>
        (await prisma.window.findMany({ orderBy: { code: 'asc' } })).map(toWindow),
      ),
  };
}
