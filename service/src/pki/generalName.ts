/** General names (RFC 5280 §4.2.1.6); attacker-controlled. */
import { malformed, readChildren, readDer, TAG, type DerElement } from './der.ts';
import { readDistinguishedName, type DistinguishedName } from './distinguishedName.ts';

/** Forms that hold an IA5String. */
export type TextNameForm = 'rfc822Name' | 'dNSName' | 'uniformResourceIdentifier';
/** Forms that are told apart, and no more. */
export type OtherNameForm = 'otherName' | 'x400Address' | 'ediPartyName' | 'registeredID';

/** One general name. */
export type GeneralName =
  | { readonly form: 'directoryName'; readonly name: DistinguishedName; readonly key: string }
  | { readonly form: TextNameForm; readonly value: string; readonly key: string }
  | { readonly form: 'iPAddress'; readonly octets: Uint8Array; readonly key: string }
  | { readonly form: OtherNameForm; readonly key: string };

/** By identifier octet. */
const TEXT_FORMS: Readonly<Partial<Record<number, TextNameForm>>> = {
  0x81: 'rfc822Name',
  0x82: 'dNSName',
  0x86: 'uniformResourceIdentifier',
};
const OTHER_FORMS: Readonly<Partial<Record<number, OtherNameForm>>> = {
  0xa0: 'otherName',
  0xa3: 'x400Address',
  0xa5: 'ediPartyName',
  0x88: 'registeredID',
};
const DIRECTORY_NAME = 0xa4;
const IP_ADDRESS = 0x87;

/**
 * Reads GeneralNames.
 *
 * @param element - constructed, of any tag.
 * @throws ServiceError `CERTIFICATE_MALFORMED`, also for none at all.
 */
export function readGeneralNames(element: DerElement): readonly GeneralName[] {
  const names = readChildren(element).map(readGeneralName);
  if (names.length === 0) {
    throw malformed('a list of general names is empty');
  }
  return names;
}

/** Reads one GeneralName. `key` is equal for names that are the same. @throws ServiceError `CERTIFICATE_MALFORMED`. */
export function readGeneralName(element: DerElement): GeneralName {
  const { tag, content } = element;
  const textForm = TEXT_FORMS[tag];
  if (textForm !== undefined) {
    const value = Buffer.from(content).toString('latin1'); // of what is no IA5 nothing is made
    return { form: textForm, value, key: `${textForm}:${value}` };
  }
  if (tag === DIRECTORY_NAME) {
    const name = readDistinguishedName(readDer(content, TAG.sequence));
    return { form: 'directoryName', name, key: keyOfName(name.comparisonKey) };
  }
  const hex = Buffer.from(content).toString('hex');
  if (tag === IP_ADDRESS) {
    return { form: 'iPAddress', octets: content, key: `iPAddress:${hex}` };
  }
  const form = OTHER_FORMS[tag];
  if (form === undefined) {
    throw malformed('a general name is of no known form');
  }
  return { form, key: `${form}:${hex}` };
}

/** The key of a directory name. @param comparisonKey - of the distinguished name. */
export function keyOfName(comparisonKey: string): string {
  return `directoryName:${comparisonKey}`;
}
