import { describe, expect, it } from '@jest/globals';
import { hasRoleIn } from '../../../service/src/access.ts';
import { INSTALLATION, installationAs } from '../../../service/src/people/installation.ts';

describe('installationAs', () => {
  it('stands for nobody, with the roles it is given and no others', () => {
    const principal = installationAs([{ role: 'issuer', organisation: '11100000000013338W' }]);

    expect(principal.id).toBe(INSTALLATION);
    expect(principal.holderHash).toBeNull();
    expect(hasRoleIn(principal, '11100000000013338W', 'issuer')).toBe(true);
    expect(hasRoleIn(principal, '11100000000013338W', 'approver')).toBe(false);
  });
});
