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

/** The first and last characters only, as it stands on a screen that others can see. */
export function maskedCode(code: string): string {
  return code.length <= 8
    ? code
    : `${code.slice(0, 4)}${'*'.repeat(code.length - 8)}${code.slice(-4)}`;
}
