import type { FieldKeys } from '../fieldEncryption.ts';
import type { AccountStore } from '../people.ts';
import { sealDisplayName, toAccount } from '../accountRow.ts';
import { refusing, type Prisma } from './client.ts';

/** Accounts of people and systems. */
export function prismaAccounts(prisma: Prisma, keys: FieldKeys): AccountStore {
  const update = (
    id: string,
    data: { roles?: string; windowCode?: string | null; passwordHash?: string },
  ): Promise<void> =>
    refusing({}, async () => {
      await prisma.account.updateMany({ where: { id }, data });
    });
  return {
    add: async (account) => {
      const { displayName, roles, ...columns } = account;
      const displayNameSealed = sealDisplayName(keys, account.id, displayName);
      await refusing(
        { unique: ['ACCOUNT_ALREADY_EXISTS', `account ${account.username} exists already`] },
        () =>
          prisma.account.create({
            data: { ...columns, displayNameSealed, roles: JSON.stringify(roles) },
          }),
      );
    },
    find: (id) =>
      refusing({}, async () => {
        const row = await prisma.account.findUnique({ where: { id } });
        return row === null ? null : toAccount(keys, row);
      }),
    findByUsername: (username) =>
      refusing({}, async () => {
        const row = await prisma.account.findUnique({ where: { username } });
        return row === null ? null : toAccount(keys, row);
      }),
    list: () =>
      refusing({}, async () => {
        const rows = await prisma.account.findMany({ orderBy: { username: 'asc' } });
        return rows.map((row) => toAccount(keys, row));
      }),
    setRoles: (id, roles, windowCode) => update(id, { roles: JSON.stringify(roles), windowCode }),
    setPassword: (id, passwordHash) => update(id, { passwordHash }),
    disable: (id, at) =>
      refusing({}, async () => {
        await prisma.$transaction([
          prisma.account.updateMany({ where: { id, disabledAt: null }, data: { disabledAt: at } }),
          prisma.session.deleteMany({ where: { accountId: id } }),
        ]);
      }),
  };
}
