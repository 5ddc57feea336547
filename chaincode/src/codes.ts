/** Code formats with check characters: GB 32100-2015, GB 11643-1999 and the licence identifier of GB/T 36904-2018. */
import { ContractError } from './errors.js';

const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'; // GB 32100-2015: no I, O, S, V, Z
const CREDIT_FORM = /^[0-9A-HJ-NP-RTUWXY]{18}$/;
const CITIZEN_FORM = /^[1-9]\d{16}[0-9X]$/;
const CITIZEN_CHECKS = '10X98765432'; // GB 11643-1999, ISO 7064 MOD 11-2, by remainder
const BASE36 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Fixed root of every licence identifier (GB/T 36904-2018, from real identifiers). */
export const IDENTIFIER_ROOT = '1.2.156.3005.2';
export const MAX_LICENCE_VERSION = 999;

const TYPE_CODE_FORM = /^[0-9A-Z]{21}$/;
const SERIAL_FORM = /^[0-9A-Z]{1,32}$/;
const IDENTIFIER_FORM =
  /^1\.2\.156\.3005\.2\.([0-9A-Z]{21})\.([0-9A-Z]{18})\.([0-9A-Z]{1,32})\.(\d{3})\.([0-9A-Z])$/;
const BASE_FORM = /^([0-9A-Z]{21})\.([0-9A-Z]{18})\.([0-9A-Z]{1,32})$/;

/**
 * Check character of a unified social credit code: weights 3^(i−1) mod 31 (GB 32100-2015).
 *
 * @param first - the first 17 characters, of the code's alphabet.
 */
export function creditCodeCheckCharacter(first: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of first) {
    sum += CREDIT_ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return CREDIT_ALPHABET.charAt((31 - (sum % 31)) % 31);
}

/** Whether a text is a unified social credit code with its right check character. */
export function isCreditCode(text: string): boolean {
  return CREDIT_FORM.test(text) && creditCodeCheckCharacter(text.slice(0, 17)) === text.charAt(17);
}

/**
 * Check character of a citizen id number: weights 2^(18−i) mod 11 (GB 11643-1999, ISO 7064 MOD 11-2).
 *
 * @param first - the first 17 digits.
 */
export function citizenIdCheckCharacter(first: string): string {
  let remainder = 0;
  for (const digit of first) remainder = ((remainder + Number(digit)) * 2) % 11;
  return CITIZEN_CHECKS.charAt(remainder);
}

/** Whether a text is a citizen id number: real calendar date, right check character. */
export function isCitizenId(text: string): boolean {
  return (
    CITIZEN_FORM.test(text) &&
    isCalendarDay(text.slice(6, 10), text.slice(10, 12), text.slice(12, 14)) &&
    citizenIdCheckCharacter(text.slice(0, 17)) === text.charAt(17)
  );
}

/** Whether a text is a licence type code: credit code of the defining body and three more characters. */
export function isTypeCode(text: string): boolean {
  return TYPE_CODE_FORM.test(text) && isCreditCode(text.slice(0, 18));
}

/** Whether a text can be a licence's serial: 1 to 32 digits and capitals. */
export function isLicenceSerial(text: string): boolean {
  return SERIAL_FORM.test(text);
}

/** The parts that all versions of a licence share. */
export interface LicenceBase {
  readonly typeCode: string;
  /** Credit code of the issuing authority. */
  readonly issuer: string;
  readonly serial: string;
}

export interface LicenceIdentifier extends LicenceBase {
  /** 1 to 999. */
  readonly version: number;
  /** `typeCode.issuer.serial`. */
  readonly base: string;
}

/**
 * Check character of a licence identifier, ISO/IEC 7064 MOD 37,36.
 *
 * @param text - type code, issuer, serial and version without dots; digits and capitals only.
 */
export function identifierCheckCharacter(text: string): string {
  let product = 36;
  for (const character of text) {
    const sum = (product + BASE36.indexOf(character)) % 36;
    product = ((sum === 0 ? 36 : sum) * 2) % 37;
  }
  return BASE36.charAt((37 - product) % 36);
}

/** `typeCode.issuer.serial`: names a licence across its versions. */
export function formatBase(licence: LicenceBase): string {
  return `${licence.typeCode}.${licence.issuer}.${licence.serial}`;
}

/**
 * Writes a whole licence identifier with its check character.
 *
 * @throws ContractError `LICENCE_IDENTIFIER_INVALID` if a part is not well formed.
 */
export function formatIdentifier(licence: LicenceBase & { readonly version: number }): string {
  const { typeCode, issuer, serial, version } = licence;
  requireParts(licence);
  if (!Number.isInteger(version) || version < 1 || version > MAX_LICENCE_VERSION)
    throw invalid(`version ${version} is not between 1 and ${MAX_LICENCE_VERSION}`);
  const digits = formatVersion(version);
  const check = identifierCheckCharacter(typeCode + issuer + serial + digits);
  return `${IDENTIFIER_ROOT}.${typeCode}.${issuer}.${serial}.${digits}.${check}`;
}

/** A version as it stands in identifiers and keys: three digits. */
export function formatVersion(version: number): string {
  return String(version).padStart(3, '0');
}

/**
 * Parses a whole licence identifier.
 *
 * @param text - attacker-controlled; capitals only, nothing around it.
 * @throws ContractError `LICENCE_IDENTIFIER_INVALID` unless form, type code, issuer code and check character are right.
 */
export function parseIdentifier(text: string): LicenceIdentifier {
  const match = IDENTIFIER_FORM.exec(text);
  if (match === null)
    throw invalid('it does not have the form root.type.issuer.serial.version.check');
  const [, typeCode, issuer, serial, digits, check] = match as unknown as IdentifierMatch; // five groups, none optional
  const licence = { typeCode, issuer, serial };
  requireParts(licence);
  const version = Number(digits);
  if (version < 1) throw invalid('versions begin at 001');
  if (identifierCheckCharacter(typeCode + issuer + serial + digits) !== check)
    throw invalid('the check character is wrong');
  return { ...licence, version, base: formatBase(licence) };
}

type IdentifierMatch = readonly [string, string, string, string, string, string];

/**
 * Parses `typeCode.issuer.serial`.
 *
 * @throws ContractError `LICENCE_IDENTIFIER_INVALID`.
 */
export function parseBase(text: string): LicenceBase {
  const match = BASE_FORM.exec(text);
  if (match === null) throw invalid('it does not have the form type.issuer.serial');
  const [, typeCode, issuer, serial] = match as unknown as readonly [
    string,
    string,
    string,
    string,
  ]; // three groups, none optional
  const licence = { typeCode, issuer, serial };
  requireParts(licence);
  return licence;
}

function requireParts({ typeCode, issuer, serial }: LicenceBase): void {
  if (!isTypeCode(typeCode)) throw invalid('the type code is not well formed');
  if (!isCreditCode(issuer)) throw invalid("the issuer's credit code is not well formed");
  if (!isLicenceSerial(serial)) throw invalid('the serial is not 1 to 32 digits and capitals');
}

function invalid(why: string): ContractError {
  return new ContractError(
    'LICENCE_IDENTIFIER_INVALID',
    `the licence identifier is refused: ${why}`,
  );
}

function isCalendarDay(year: string, month: string, day: string): boolean {
  const text = `${year}-${month}-${day}`;
  const time = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
