import { describe, expect, it } from '@jest/globals';
import { hashPassword, verifyPassword } from '../../../service/src/people/password.ts';

describe('verifyPassword', () => {
  it('accepts the password that was hashed, and no other', async () => {
    const hash = await hashPassword('口令 with spaces');

    expect(await verifyPassword('口令 with spaces', hash)).toBe(true);
    expect(await verifyPassword('口令 with spaces ', hash)).toBe(false);
  });

  it('accepts the same characters however they were typed', async () => {
    const hash = await hashPassword('caf\u00e9');

    expect(await verifyPassword('cafe\u0301', hash)).toBe(true);
  });

  it('gives another hash each time', async () => {
    expect(await hashPassword('same')).not.toBe(await hashPassword('same'));
  });

  it.each(['', 'plain', 'bcrypt$1$2$3$4$5', 'scrypt$2'])(
    'refuses a hash of the form `%s`',
    async (hash) => {
      expect(await verifyPassword('', hash)).toBe(false);
    },
  );
});
