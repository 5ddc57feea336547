/** Revocation lists and responses that a CMS carries; they help as any others do, and are judged as any others are. */
import { ServiceError } from '../../errors.ts';
import { TAG, expectTag, readChildren, readOid, type DerElement } from '../der.ts';

/** DER, attacker-controlled. */
export interface RevocationInfo {
  readonly crls: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
}

const OCSP_RESPONSE = '1.3.6.1.5.5.7.16.2'; // id-ri-ocsp-response
const MAX_ITEMS = 200;

/**
 * Reads `SignedData.crls` (RFC 5652 §10.2.1), OCSP responses among them, and Adobe's signed attribute
 * RevocationInfoArchival (PDF Reference 1.7 §8.7.2). What cannot be read is left out: less data proves less, never more.
 */
export function readRevocationInfo(
  choices: DerElement | null,
  archival: DerElement | null,
): RevocationInfo {
  const found = [
    ...leniently(() => (choices === null ? [] : readChildren(choices).map(readChoice))),
    ...leniently(() => (archival === null ? [] : readArchival(archival))),
  ].slice(0, MAX_ITEMS);
  return {
    crls: found.flatMap(({ crl }) => crl ?? []),
    ocspResponses: found.flatMap(({ ocsp }) => ocsp ?? []),
  };
}

interface Item {
  readonly crl?: Uint8Array;
  readonly ocsp?: Uint8Array;
}

/** A list, or `[1]` with another format. */
function readChoice(choice: DerElement): Item {
  if (choice.tag === TAG.sequence) return { crl: choice.bytes };
  if (choice.tag !== 0xa1) return {};
  const [format, info] = readChildren(choice);
  return readOid(format) === OCSP_RESPONSE && info !== undefined ? { ocsp: info.bytes } : {};
}

/** `crl [0]`, `ocsp [1]`, `otherRevInfo [2]`: each a SEQUENCE, tagged explicitly. */
function readArchival(attribute: DerElement): readonly Item[] {
  return readChildren(expectTag(attribute, TAG.sequence)).flatMap((member) => {
    const [list] = member.tag === 0xa0 || member.tag === 0xa1 ? readChildren(member) : [];
    const items = list === undefined ? [] : readChildren(expectTag(list, TAG.sequence));
    return items.map(({ bytes }) => (member.tag === 0xa0 ? { crl: bytes } : { ocsp: bytes }));
  });
}

function leniently(read: () => readonly Item[]): readonly Item[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof ServiceError) return [];
    throw error;
  }
}
