/** The row of an account, whichever way it is read. */
import { openText, sealText, type FieldKeys, type SealedPlace } from './fieldEncryption.ts';
import type { Account, HeldRole } from './people.ts';

export interface AccountRow {
  readonly id: string;
  readonly username: string;
  readonly passwordHash: string;
  readonly displayNameSealed: Uint8Array;
  /** JSON. */
  readonly roles: string;
  readonly windowCode: string | null;
  readonly holderHash: string | null;
  readonly createdAt: string | Date;
  readonly disabledAt: string | Date | null;
  readonly passwordUntil: string | Date | null;
}

export function toAccount(keys: FieldKeys, row: AccountRow): Account {
  return {
    id: row.id,
    username: row.username,
    passwordHash: row.passwordHash,
    displayName: openText(keys.serviceKey('account'), placeOfName(row.id), row.displayNameSealed),
    roles: JSON.parse(row.roles) as readonly HeldRole[], // written by the account repository
    windowCode: row.windowCode,
    holderHash: row.holderHash,
    createdAt: new Date(row.createdAt),
    disabledAt: row.disabledAt === null ? null : new Date(row.disabledAt),
    ...(row.passwordUntil === null ? {} : { passwordUntil: new Date(row.passwordUntil) }),
  };
}

/** Encrypts an account's display name. */
export function sealDisplayName(
  keys: FieldKeys,
  id: string,
  name: string,
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sealText(keys.serviceKey('account'), placeOfName(id), name));
}

function placeOfName(id: string): SealedPlace {
  return { table: 'Account', column: 'displayNameSealed', id };
}
