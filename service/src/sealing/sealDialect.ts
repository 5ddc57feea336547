/** What old and careless writers of seals do otherwise than the text: read here and noted, never written. */
import { ServiceError } from '../errors.ts';
import { parseCms } from '../pki/cms/cmsParsing.ts';
import {
  TAG,
  expectTag,
  readChildren,
  readDer,
  readOctetAlignedBits,
  readOid,
  readTime,
  type DerElement,
} from '../pki/der.ts';
import { readTimeStampInfo } from '../pki/timeStamp/timeStampInfo.ts';
import { SIGNATURE_ALGORITHM_ALIASES } from './sealAlgorithm.ts';
import { CONTEXT_0, malformedSeal, membersOf, readAscii, readOctets } from './sealDer.ts';

/** What was found of dialects, one phrase each, in the order of the bytes. */
export type DialectNotes = Set<string>;

/** Between Coordinated Universal Time and the time of China, which some writers take for each other. */
export const CHINA_OFFSET_MS = 8 * 3_600_000;

const CONTEXT_0_IMPLICIT = 0x80; // [0] IMPLICIT of a primitive type
const CONSTRUCTED_CONTEXT = 0xa0;

/**
 * A time, in the type of the version or in the other one; without zone it is the time of China.
 *
 * @param usual - `TAG.utcTime` for version 1, `TAG.generalizedTime` for versions 4 and 5.
 */
export function readSealTime(
  element: DerElement | undefined,
  usual: number,
  notes: DialectNotes,
): Date {
  if (element !== undefined && element.tag !== usual) {
    notes.add(
      usual === TAG.utcTime ? 'GeneralizedTime for UTCTime' : 'UTCTime for GeneralizedTime',
    );
  }
  const time = readLooseTime(element);
  if (time === null) return readTime(element);
  notes.add(time.note);
  return time.at;
}

const DIGITS: ReadonlyMap<number, number> = new Map([
  [TAG.utcTime, 12],
  [TAG.generalizedTime, 14],
]);

interface LooseTime {
  readonly at: Date;
  readonly note: string;
}

/** @returns null for the strict form, and for what is no time at all. */
function readLooseTime(element: DerElement | undefined): LooseTime | null {
  const text = Buffer.from(element?.content ?? []).toString('latin1');
  const match = /^(\d+)(?:\.\d{1,9})?(Z|[+-]\d{4})?$/u.exec(text.slice(0, 32));
  const [, digits = '', zone] = match ?? [];
  const isStrict = text === `${digits}Z`;
  if (element === undefined || isStrict || DIGITS.get(element.tag) !== digits.length) return null;
  const plain = readTime(withText(element, `${digits}Z`)).getTime();
  return zone === undefined
    ? {
        at: new Date(plain - CHINA_OFFSET_MS),
        note: 'a time without zone, read as the time of China',
      }
    : { at: new Date(plain - offsetOf(zone)), note: 'a time with fraction or offset' };
}

/** @param zone - `Z`, or sign, hours and minutes. */
function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

function withText({ tag }: Pick<DerElement, 'tag'>, text: string): DerElement {
  const content = Buffer.from(text, 'latin1');
  return { tag, content, bytes: content };
}

/**
 * The time a signature of version 1 claims: a time in DER, bare or inside the string, plain text, or the time of a stamp.
 *
 * @returns null for anything else.
 */
export function readVersion1Time(
  element: DerElement | undefined,
  notes: DialectNotes,
): Date | null {
  try {
    if (element === undefined) return null;
    if (isTime(element)) {
      notes.add('timeInfo that is a bare time');
      return readSealTime(element, element.tag, notes);
    }
    return readTimeInside(readBits(element, 'timeInfo', notes), notes);
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}

function readTimeInside(content: Uint8Array, notes: DialectNotes): Date {
  const [first = 0] = content;
  if (first === TAG.sequence) {
    // the signer signs it as timeInfo: no more than a claim, whoever stamped it
    notes.add('timeInfo that is a time-stamp token; its time counts as claimed');
    return readTimeStampInfo(parseCms(content).content ?? new Uint8Array()).at;
  }
  if (first === TAG.utcTime || first === TAG.generalizedTime) {
    return readSealTime(readDer(content, first), first, notes);
  }
  notes.add('timeInfo that is plain text');
  const text = withoutMarks(Buffer.from(content.subarray(0, 40)).toString('latin1'));
  const tag = /^\d{14}/u.test(text) ? TAG.generalizedTime : TAG.utcTime;
  return readSealTime(withText({ tag }, text), tag, notes);
}

/** `2026-06-01 16:00:00`, as widespread software writes it in the time of its place, and RFC 3339. */
function withoutMarks(text: string): string {
  return text
    .replace(/^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)/u, '$1$2$3$4$5$6')
    .replace(/([+-]\d\d):(\d\d)$/u, '$1$2');
}

function isTime({ tag }: DerElement): boolean {
  return tag === TAG.utcTime || tag === TAG.generalizedTime;
}

/** A BIT STRING of whole octets, or an OCTET STRING in its place. */
export function readBits(
  element: DerElement | undefined,
  name: string,
  notes: DialectNotes,
): Uint8Array {
  if (element?.tag !== TAG.octetString) return readOctetAlignedBits(element);
  notes.add(`OCTET STRING for ${name}`);
  return element.content;
}

/** A certificate in an OCTET STRING, or bare. */
export function readCertificateMember(
  element: DerElement | undefined,
  notes: DialectNotes,
): Uint8Array {
  if (element?.tag !== TAG.sequence) return readOctets(element);
  notes.add('a certificate that is not in an OCTET STRING');
  return element.bytes;
}

const DIGEST_NAME_TAGS: readonly number[] = [TAG.ia5String, TAG.utf8String, TAG.visibleString];

/** The name of a digest algorithm: text, or an object identifier. */
export function readDigestName(element: DerElement | undefined, notes: DialectNotes): string {
  if (element?.tag === TAG.printableString) return readAscii(element, TAG.printableString);
  notes.add('a digest name that is no PrintableString');
  if (element?.tag === TAG.oid) return readOid(element);
  const tag = DIGEST_NAME_TAGS.find((one) => one === element?.tag) ?? TAG.printableString;
  return readAscii(element, tag);
}

/** The object identifier of a signature algorithm, aliases included. */
export function readAlgorithm(element: DerElement | undefined, notes: DialectNotes): string {
  const oid = readOid(element);
  const meant = SIGNATURE_ALGORITHM_ALIASES.get(oid);
  if (meant !== undefined) notes.add(`algorithm ${oid}, meaning ${meant}`);
  return oid;
}

/** `[0] EXPLICIT BIT STRING` around an RFC 3161 token; also IMPLICIT. */
export function readTimeStampMember(element: DerElement, notes: DialectNotes): Uint8Array {
  if (element.tag === CONTEXT_0_IMPLICIT) {
    notes.add('a time stamp tagged IMPLICIT');
    return readOctetAlignedBits({ ...element, tag: TAG.bitString });
  }
  const [token, ...more] = membersOf(element, CONTEXT_0);
  if (more.length > 0) throw malformedSeal('more than one time stamp');
  return readBits(token, 'timeStamp', notes);
}

/**
 * Reads `ExtensionDatas`, tagged or not, far enough to refuse what it may not ignore.
 *
 * @param usual - `TAG.sequence` in a seal, `CONTEXT_0` in a signature.
 * @throws ServiceError `DOCUMENT_MALFORMED` if an extension is critical: none is known here.
 */
export function readExtensionDatas(element: DerElement, usual: number, notes: DialectNotes): void {
  for (const extension of extensionsOf(element, usual, notes)) {
    const [id, critical, value] = membersOf(extension);
    const oid = readOid(id);
    if (critical?.tag !== TAG.boolean) continue;
    if (critical.content[0] !== 0) throw malformedSeal(`critical extension ${oid} is not known`);
    expectTag(value, TAG.octetString);
    notes.add('critical FALSE written out');
  }
}

function extensionsOf(
  element: DerElement,
  usual: number,
  notes: DialectNotes,
): readonly DerElement[] {
  if (element.tag !== usual) {
    notes.add(`extDatas ${element.tag === TAG.sequence ? 'without' : 'with a'} tag`);
  }
  if (element.tag === TAG.sequence) return membersOf(element);
  if ((element.tag & 0xe0) !== CONSTRUCTED_CONTEXT) throw malformedSeal('extDatas of another type');
  const members = readChildren(element);
  const [first] = members;
  const isImplicit = first !== undefined && readChildren(first)[0]?.tag === TAG.oid;
  if (isImplicit) {
    notes.add('extDatas tagged IMPLICIT');
    return members;
  }
  if (members.length > 1) throw malformedSeal('more than one list of extensions');
  return first === undefined ? [] : membersOf(first);
}
