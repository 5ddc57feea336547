import { describe, expect, it } from '@jest/globals';
import { hasRoleIn, organisationOf } from '../../../service/src/access.ts';
import { INSTALLATION, installationAs } from '../../../service/src/people/installation.ts';

const OFFICE = '11330400TEX000003M';

describe('installationAs', () => {
  it('acts in the roles it is given, and in no other', () => {
    const principal = installationAs([{ role: 'issuer', organisation: OFFICE }]);

    expect(organisationOf(principal, 'issuer')).toBe(OFFICE);
    expect(hasRoleIn(principal, OFFICE, 'approver')).toBe(false);
  });

  it('stands for no person', () => {
    const { id, username, holderHash, windowCode } = installationAs([]);

    expect({ id, username, holderHash, windowCode }).toEqual({
      id: INSTALLATION,
      username: INSTALLATION,
      holderHash: null,
      windowCode: null,
    });
  });
});
