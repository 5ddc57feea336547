import { creditCodeCheckCharacter } from '../components/creditCode.ts';

/** Which kind of code a holder's is, by its form. */
export type HolderCodeType = '111' | '001' | '999';

export interface HolderCode {
  readonly code: string;
  readonly codeType: HolderCodeType;
}

/** Citizen id (GB 11643) or unified social credit code (GB 32100) where it looks like one; else another code. */
export function readHolderCode(typed: string): HolderCode | null {
  const code = typed.normalize('NFKC').replace(/\s/g, '').toUpperCase();
  if (code === '') return null;
  if (/^[1-9]\d{16}[0-9X]$/.test(code) && isCalendarDay(code.slice(6, 14))) {
    return { code, codeType: '111' };
  }
  return { code, codeType: /^[0-9A-HJ-NP-RTUWXY]{18}$/.test(code) ? '001' : '999' };
}

function isCalendarDay(digits: string): boolean {
  const day = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

const CITIZEN_CHECKS = '10X98765432'; // by remainder

function citizenCheckCharacter(code: string): string {
  let remainder = 0;
  for (const digit of code.slice(0, 17)) remainder = ((remainder + Number(digit)) * 2) % 11;
  return CITIZEN_CHECKS.charAt(remainder);
}

/** What is wrong with a typed code before it is sent; of codes that are neither kind, nothing is known. */
export function holderCodeFault(typed: string): 'missing' | 'codeWrong' | null {
  const read = readHolderCode(typed);
  if (read === null) return 'missing';
  const { code, codeType } = read;
  if (codeType === '999') return /^\d{16,20}X?$/.test(code) ? 'codeWrong' : null; // a digit too few or too many
  const expected =
    codeType === '111' ? citizenCheckCharacter(code) : creditCodeCheckCharacter(code.slice(0, -1));
  return code.endsWith(expected) ? null : 'codeWrong';
}

/** The first and last characters only, as it stands on a screen that others can see. */
export function maskedCode(code: string): string {
  return code.length <= 8
    ? code
    : `${code.slice(0, 4)}${'*'.repeat(code.length - 8)}${code.slice(-4)}`;
}
