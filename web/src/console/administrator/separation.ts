/** Which roles one person may hold together, so that people read it before the service refuses. */
import type { Role } from '../session.ts';

export const ROLES = [
  'clerk',
  'issuer',
  'approver',
  'sealMaker',
  'auditor',
  'operator',
  'securityAdmin',
  'system',
  'holder',
] as const satisfies readonly Role[];

/** Duties of the three administrators (三员): of one person at most one. */
const ADMINISTRATORS = ['operator', 'securityAdmin', 'auditor'] as const satisfies readonly Role[];
type Administrator = (typeof ADMINISTRATORS)[number];

export interface GivenRole {
  readonly role: Role;
  /** Empty: not chosen yet. */
  readonly organisation: string;
}

/** Why roles cannot be given so. */
export type RoleFault =
  | { readonly kind: 'none' | 'organisationMissing' | 'twice' | 'onlySecurityAdmin' }
  | { readonly kind: 'notTogether'; readonly roles: readonly Administrator[] };

/** What is allowed, but should be known. */
export type RoleHint = 'clerkWithoutWindow' | 'windowWithoutClerk' | 'fourEyes';

export interface RoleJudgement {
  readonly faults: readonly RoleFault[];
  readonly hints: readonly RoleHint[];
}

/** @param isSecurityAdmin - whether whoever gives the roles is one; others appoint no administrators. */
export function judgeRoles(
  roles: readonly GivenRole[],
  { windowCode, isSecurityAdmin }: { windowCode: string; isSecurityAdmin: boolean },
): RoleJudgement {
  const held = new Set(roles.map(({ role }) => role));
  const administrators = ADMINISTRATORS.filter((role) => held.has(role));
  const places = roles.map(({ role, organisation }) => `${role} ${organisation}`);
  const isLacking = roles.some(
    ({ role, organisation }) => role !== 'holder' && organisation === '',
  );
  const faults: readonly (RoleFault | false)[] = [
    roles.length === 0 && { kind: 'none' },
    administrators.length > 1 && { kind: 'notTogether', roles: administrators },
    administrators.length > 0 && !isSecurityAdmin && { kind: 'onlySecurityAdmin' },
    isLacking && { kind: 'organisationMissing' },
    new Set(places).size < places.length && { kind: 'twice' },
  ];
  return {
    faults: faults.filter((fault) => fault !== false),
    hints: hintsOf(held, windowCode),
  };
}

function hintsOf(held: ReadonlySet<Role>, windowCode: string): readonly RoleHint[] {
  const hints: readonly (RoleHint | false)[] = [
    held.has('clerk') && windowCode === '' && 'clerkWithoutWindow',
    !held.has('clerk') && windowCode !== '' && 'windowWithoutClerk',
    held.has('issuer') && held.has('approver') && 'fourEyes',
  ];
  return hints.filter((hint) => hint !== false);
}

const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'; // none that look alike
const GROUPS = 4;
const GROUP_LENGTH = 4;

/** A password that can be read out and typed: 16 characters of 56, about 93 bits. */
export function makePassword(random: (array: Uint8Array) => Uint8Array = fillRandomly): string {
  const characters: string[] = [];
  while (characters.length < GROUPS * GROUP_LENGTH) {
    for (const byte of random(new Uint8Array(32))) {
      // bytes above the last whole round of the alphabet would favour its beginning
      if (byte < 256 - (256 % LETTERS.length))
        characters.push(LETTERS.charAt(byte % LETTERS.length));
    }
  }
  const text = characters.join('');
  return Array.from({ length: GROUPS }, (_, at) =>
    text.slice(at * GROUP_LENGTH, (at + 1) * GROUP_LENGTH),
  ).join('-');
}

function fillRandomly(array: Uint8Array): Uint8Array {
  return crypto.getRandomValues(array as Uint8Array<ArrayBuffer>); // never shared memory
}
