/** Holders' codes as somebody types them: GB 11643-1999, GB 32100-2015, and other numbers. */
import { creditCodeCheckCharacter } from '../components/creditCode.ts';

export const CODE_TYPES = ['001', '111', '999'] as const;
/** 001: unified social credit code; 111: citizen id number; 999: another number. */
export type CodeType = (typeof CODE_TYPES)[number];

/** What is wrong with a typed code; each has a sentence in the texts. */
export type CodeFault = 'character' | 'tooLong' | 'beginning' | 'date' | 'check';

export interface CodeFeedback {
  /** As it is sent: capitals, half-width, without white space. */
  readonly code: string;
  /** `typing`: what stands there can still become right. */
  readonly state: 'empty' | 'typing' | 'right' | 'wrong';
  readonly fault: CodeFault | null;
  /** Characters that are still missing; null where there is no fixed length. */
  readonly missing: number | null;
  /** What a citizen id number tells, once it is right. */
  readonly person: { readonly birthDay: string; readonly sex: 'male' | 'female' } | null;
}

const LENGTH = 18;
const MAX_OTHER_LENGTH = 64;
const CITIZEN_CHECKS = '10X98765432'; // by remainder

/** Takes blanks, full-width characters and small letters from what was typed or pasted. */
export function tidyCode(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s\u200b-\u200d\ufeff]/g, '')
    .toUpperCase();
}

/** Says how far a typed code is right. */
export function checkHolderCode(codeType: CodeType, typed: string): CodeFeedback {
  if (codeType === '999') return checkOther(typed);
  const code = tidyCode(typed);
  const fault = (codeType === '111' ? citizenFault : creditFault)(code);
  const missing = Math.max(0, LENGTH - code.length);
  if (fault !== null) return { code, fault, missing, state: 'wrong', person: null };
  if (missing > 0) {
    return { code, fault, missing, state: code === '' ? 'empty' : 'typing', person: null };
  }
  const person = codeType === '111' ? tellPerson(code) : null;
  return { code, fault, missing, state: 'right', person };
}

/** The other type that a code is right for, if it isn't of this one: somebody chose the wrong type. */
export function otherCodeType(codeType: CodeType, typed: string): CodeType | null {
  if (checkHolderCode(codeType, typed).state === 'right' && codeType !== '999') return null;
  const others = (['111', '001'] as const).filter((one) => one !== codeType);
  return others.find((one) => checkHolderCode(one, typed).state === 'right') ?? null;
}

function checkOther(typed: string): CodeFeedback {
  const code = typed.normalize('NFKC').replace(/\s/g, '');
  const fault = !/^[0-9A-Za-z-]*$/.test(code)
    ? 'character'
    : code.length > MAX_OTHER_LENGTH
      ? 'tooLong'
      : null;
  const state = fault !== null ? 'wrong' : code === '' ? 'empty' : 'right';
  return { code, fault, state, missing: null, person: null };
}

function citizenFault(code: string): CodeFault | null {
  if (!/^\d{0,17}X?$|^\d{18,}$/.test(code)) return 'character';
  if (code.startsWith('0')) return 'beginning';
  if (code.length > LENGTH) return 'tooLong';
  if (code.endsWith('X') && code.length < LENGTH) return 'character';
  if (!canBeDay(code.slice(6, 14))) return 'date';
  if (code.length < LENGTH) return null;
  return citizenCheckCharacter(code) === code.at(-1) ? null : 'check';
}

function creditFault(code: string): CodeFault | null {
  if (!/^[0-9A-HJ-NP-RTUWXY]*$/.test(code)) return 'character';
  if (code.length > LENGTH) return 'tooLong';
  if (code.length < LENGTH) return null;
  return creditCodeCheckCharacter(code.slice(0, -1)) === code.at(-1) ? null : 'check';
}

/** Whether the digits so far, of `yyyymmdd`, can still become a day of the calendar. */
function canBeDay(digits: string): boolean {
  if (digits.length < 8) return /^(?:\d{0,4}|\d{4}(?:[01]|(?:0[1-9]|1[0-2])[0-3]?))$/.test(digits);
  const text = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  const time = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function citizenCheckCharacter(code: string): string {
  let remainder = 0;
  for (const digit of code.slice(0, LENGTH - 1)) {
    remainder = ((remainder + Number(digit)) * 2) % 11;
  }
  return CITIZEN_CHECKS.charAt(remainder);
}

function tellPerson(code: string): NonNullable<CodeFeedback['person']> {
  const birthDay = `${code.slice(6, 10)}-${code.slice(10, 12)}-${code.slice(12, 14)}`;
  return { birthDay, sex: Number(code.charAt(16)) % 2 === 1 ? 'male' : 'female' };
}
