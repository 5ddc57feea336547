import type { FieldKeys } from '../fieldEncryption.ts';
import type { AccountStore } from '../people.ts';
import { sealDisplayName, toAccount } from '../accountRow.ts';
import { refusing, type Prisma } from './client.ts';

/** Accounts of people and systems, one at a time. */
export function prismaAccounts(
  prisma: Prisma,
  keys: FieldKeys,
): Pick<AccountStore, 'add' | 'find' | 'findByUsername'> {
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
  };
}
