import { describe, expect, it } from '@jest/globals';
import {
  assertSeparateAdministrators,
  hasRole,
  hasRoleIn,
  organisationOf,
  organisationsOf,
  requireRoleIn,
  type Principal,
} from '../../service/src/access.ts';
import type { HeldRole } from '../../service/src/store/store.ts';

const person = (...roles: readonly HeldRole[]): Principal => ({
  ...{ id: '1', username: 'one', displayName: 'One', roles, windowCode: null, holderHash: null },
});
const maker = person(
  { role: 'issuer', organisation: 'A' },
  { role: 'issuer', organisation: 'B' },
  { role: 'approver', organisation: 'C' },
);
const holder = person({ role: 'holder', organisation: null });
const refusal = expect.objectContaining({ code: 'NOT_AUTHORISED' });

describe('a role', () => {
  it('is held in an organisation', () => {
    expect(hasRole(maker, 'issuer')).toBe(true);
    expect(hasRole(maker, 'operator')).toBe(false);
    expect(hasRoleIn(maker, 'B', 'issuer', 'approver')).toBe(true);
    expect(hasRoleIn(maker, 'C', 'issuer')).toBe(false);
  });

  it('leads to its organisations', () => {
    expect(organisationOf(maker, 'issuer')).toBe('A');
    expect(organisationsOf(maker, 'issuer', 'approver')).toEqual(['A', 'B', 'C']);
    expect(organisationsOf(holder, 'holder')).toEqual([]);
  });

  it.each([
    [
      'elsewhere',
      () => {
        requireRoleIn(maker, 'C', 'issuer');
      },
    ],
    ['not held', () => organisationOf(maker, 'operator')],
    ['without an organisation', () => organisationOf(holder, 'holder')],
  ])('that is %s opens nothing', (_, attempt) => {
    expect(attempt).toThrow(refusal);
  });
});

describe('the three administrators', () => {
  const role = (name: HeldRole['role']): HeldRole => ({ role: name, organisation: 'A' });

  it.each([
    [['operator', 'securityAdmin']],
    [['operator', 'auditor']],
    [['securityAdmin', 'auditor', 'issuer']],
  ] as const)('are not one person: %j', (names) => {
    expect(() => {
      assertSeparateAdministrators(names.map(role));
    }).toThrow(refusal);
  });

  it('may be anything else besides', () => {
    expect(() => {
      assertSeparateAdministrators([role('auditor'), role('clerk')]);
    }).not.toThrow();
    expect(() => {
      assertSeparateAdministrators([role('issuer'), role('approver')]);
    }).not.toThrow();
  });
});
