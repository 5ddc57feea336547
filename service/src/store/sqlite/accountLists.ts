import { toAccount, type AccountRow } from '../accountRow.ts';
import type { Account, AccountFilter, AccountStore } from '../people.ts';
import type { SqliteParts } from './parts.ts';
import { checkPage, toPage } from './rows.ts';

/** Lists and other ways to find accounts, on prepared statements. */
export function sqliteAccountLists({
  database,
  keys,
}: SqliteParts): Omit<AccountStore, 'add' | 'find' | 'findByUsername'> {
  const all = database.prepare<[string], AccountRow>(
    'SELECT * FROM Account WHERE id < ? ORDER BY id DESC',
  );
  const ofHolder = database.prepare<[string], AccountRow>(
    'SELECT * FROM Account WHERE holderHash = ? ORDER BY id',
  );
  const byIdentity = database.prepare<[string], AccountRow>(
    `SELECT a.* FROM ExternalIdentity e JOIN Account a ON a.id = e.accountId WHERE e.subjectHash = ?`,
  );
  const identityOf = database.prepare<[string], { issuer: string; boundAt: string }>(
    'SELECT issuer, boundAt FROM ExternalIdentity WHERE accountId = ?',
  );
  return {
    findHolders: async (holderHash) => {
      const accounts = ofHolder.all(holderHash).map((row) => toAccount(keys, row));
      const isOnlyHolder = ({ roles }: Account): boolean =>
        roles.every((held) => held.role === 'holder');
      return await Promise.resolve(accounts.filter(isOnlyHolder));
    },
    list: async (filter, page) => {
      checkPage(page);
      const found: Account[] = [];
      for (const row of all.iterate(page.cursor ?? '~')) {
        const account = toAccount(keys, row);
        if (isWanted(account, filter)) found.push(account);
        if (found.length > page.limit) break;
      }
      return await Promise.resolve(
        toPage(
          found,
          page.limit,
          (account) => account.id,
          (account) => account,
        ),
      );
    },
    findByIdentity: async (subjectHash) => {
      const row = byIdentity.get(subjectHash);
      return await Promise.resolve(row === undefined ? null : toAccount(keys, row));
    },
    identityOf: async (id) => {
      const row = identityOf.get(id);
      return await Promise.resolve(
        row === undefined ? null : { issuer: row.issuer, boundAt: new Date(row.boundAt) },
      );
    },
  };
}

function isWanted(account: Account, filter: AccountFilter): boolean {
  const { text, role, organisations, windowCode } = filter;
  const { roles } = account;
  if (role !== undefined && !roles.some((held) => held.role === role)) return false;
  if (windowCode !== undefined && account.windowCode !== windowCode) return false;
  const isInside = ({ organisation }: Account['roles'][number]): boolean =>
    organisation !== null && organisations?.has(organisation) === true;
  if (organisations !== undefined && !roles.some(isInside)) return false;
  return text === undefined || isNamed(account, text);
}

/** Citizens are found by their user name alone. */
function isNamed({ username, displayName, roles }: Account, text: string): boolean {
  if (username.includes(text)) return true;
  return roles.some((held) => held.organisation !== null) && displayName.includes(text);
}
