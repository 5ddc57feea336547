/** Licence identifiers as people type them, and what to say while they type (GB/T 36904-2018). */

export const IDENTIFIER_ROOT = '1.2.156.3005.2';

export const IDENTIFIER_PARTS = ['type', 'issuer', 'serial', 'version', 'check'] as const;
export type IdentifierPart = (typeof IDENTIFIER_PARTS)[number];

/** `typing`: what stands there can still become right. */
export type PartState = 'empty' | 'typing' | 'right' | 'wrong';

/** What is wrong with a typed identifier; each has a sentence in the messages. */
export const IDENTIFIER_FAULTS = [
  'root',
  'character',
  'typeLength',
  'typeCheck',
  'issuerLength',
  'issuerCheck',
  'serial',
  'version',
  'check',
  'tooLong',
] as const;
export type IdentifierFault = (typeof IDENTIFIER_FAULTS)[number];

export interface IdentifierFeedback {
  /** As it is sent: capitals, no white space, with its root. */
  readonly identifier: string;
  readonly parts: Readonly<Record<IdentifierPart, PartState>>;
  /** The first part that is not right yet; null if all are. */
  readonly next: IdentifierPart | null;
  readonly fault: IdentifierFault | null;
}

const BASE36 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'; // GB 32100-2015: no I, O, S, V, Z
const CREDIT_LENGTH = 18;
const TYPE_LENGTH = 21;
const MAX_SERIAL_LENGTH = 32;
const VERSION_LENGTH = 3;

/** Capitals, no white space, half-width characters, any dot that an input method may give. */
export function tidyIdentifier(typed: string): string {
  const tidy = typed
    .normalize('NFKC')
    .replace(/[\s\u200b-\u200d\ufeff]/g, '')
    .replace(/[。．｡·]/g, '.')
    .toUpperCase();
  return /^[0-9A-Z]{4}/.test(tidy) ? `${IDENTIFIER_ROOT}.${tidy}` : tidy;
}

/** Says how far a typed identifier is right. The root may be left out. */
export function checkIdentifier(typed: string): IdentifierFeedback {
  const identifier = tidyIdentifier(typed);
  const root = `${IDENTIFIER_ROOT}.`;
  if (!identifier.startsWith(root)) {
    const fault = root.startsWith(identifier) ? null : 'root';
    return { identifier, parts: NOTHING, next: 'type', fault };
  }
  const segments = identifier.slice(root.length).split('.');
  const findings = IDENTIFIER_PARTS.map((part, index) => checkPart(part, index, segments));
  const parts = Object.fromEntries(
    IDENTIFIER_PARTS.map((part, index) => [part, findings[index]?.state ?? 'empty']),
  ) as Record<IdentifierPart, PartState>; // one entry a part
  return {
    identifier,
    parts,
    next: IDENTIFIER_PARTS.find((part) => parts[part] !== 'right') ?? null,
    fault: findFault(identifier, segments, findings),
  };
}

/**
 * Check character, ISO/IEC 7064 MOD 37,36.
 *
 * @param text - type code, issuer, serial and version without dots; digits and capitals only.
 */
export function checkCharacter(text: string): string {
  let product = 36;
  for (const character of text) {
    const sum = (product + BASE36.indexOf(character)) % 36;
    product = ((sum === 0 ? 36 : sum) * 2) % 37;
  }
  return BASE36.charAt((37 - product) % 36);
}

const NOTHING: Readonly<Record<IdentifierPart, PartState>> = {
  type: 'empty',
  issuer: 'empty',
  serial: 'empty',
  version: 'empty',
  check: 'empty',
};

interface Finding {
  readonly state: PartState;
  readonly fault: IdentifierFault | null;
}

const RIGHT: Finding = { state: 'right', fault: null };
const TYPING: Finding = { state: 'typing', fault: null };

type PartRule = (text: string, isClosed: boolean, before: string) => Finding;

/** What makes each part right; `before` is what stands in front of it, without dots. */
const PART_RULES: Readonly<Record<IdentifierPart, PartRule>> = {
  type: (text, isClosed) =>
    checkCode(text, isClosed, { length: TYPE_LENGTH, faults: ['typeLength', 'typeCheck'] }),
  issuer: (text, isClosed) =>
    checkCode(text, isClosed, { length: CREDIT_LENGTH, faults: ['issuerLength', 'issuerCheck'] }),
  serial: (text, isClosed) => {
    if (text === '' || text.length > MAX_SERIAL_LENGTH) return wrong('serial');
    return isClosed ? RIGHT : TYPING;
  },
  version: checkVersion,
  check: (text, isClosed, before) => {
    if (text.length > 1 || isClosed) return wrong('tooLong');
    return text === checkCharacter(before) ? RIGHT : wrong('check');
  },
};

function checkPart(part: IdentifierPart, index: number, segments: readonly string[]): Finding {
  const text = segments[index] ?? '';
  const isClosed = index < segments.length - 1;
  if (text === '' && !isClosed) return { state: 'empty', fault: null };
  return PART_RULES[part](text, isClosed, segments.slice(0, index).join(''));
}

function checkCode(
  text: string,
  isClosed: boolean,
  rule: Readonly<{ length: number; faults: readonly [IdentifierFault, IdentifierFault] }>,
): Finding {
  const [lengthFault, checkFault] = rule.faults;
  if (text.length < rule.length) return isClosed ? wrong(lengthFault) : TYPING;
  if (text.length > rule.length) return wrong(lengthFault);
  return isCreditCode(text.slice(0, CREDIT_LENGTH)) ? RIGHT : wrong(checkFault);
}

function checkVersion(text: string, isClosed: boolean): Finding {
  const isWhole = /^\d{3}$/.test(text) && text !== '000';
  if (isWhole) return RIGHT;
  return isClosed || !/^\d*$/.test(text) || text.length >= VERSION_LENGTH
    ? wrong('version')
    : TYPING;
}

/** GB 32100-2015: weights 3^(i−1) mod 31. */
function isCreditCode(text: string): boolean {
  let sum = 0;
  let weight = 1;
  for (const character of text.slice(0, -1)) {
    const value = CREDIT_ALPHABET.indexOf(character);
    if (value < 0) return false;
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return CREDIT_ALPHABET.charAt((31 - (sum % 31)) % 31) === text.at(-1);
}

function wrong(fault: IdentifierFault): Finding {
  return { state: 'wrong', fault };
}

function findFault(
  identifier: string,
  segments: readonly string[],
  findings: readonly Finding[],
): IdentifierFault | null {
  if (!/^[0-9A-Z.]*$/.test(identifier)) return 'character';
  const first = findings.find(({ fault }) => fault !== null)?.fault ?? null;
  return first ?? (segments.length > IDENTIFIER_PARTS.length ? 'tooLong' : null);
}
