/** What a verifier needs to know of a foreign OFD package (GB/T 33190): documents, pages, lists of signatures. */
import { ServiceError } from '../../errors.ts';
import type { BoxMm, SealPlacement } from '../drawing.ts';
import { readZip, type ZipArchive } from './readZip.ts';
import type { OfdMetadatum } from './ofdContent.ts';
import {
  childOf,
  childrenOf,
  childText,
  parseXml,
  type XmlDocument,
  type XmlElement,
} from './xml.ts';

/** A package whose entry file was read. */
export interface OfdPackage {
  readonly archive: ZipArchive;
  /** OFD.xml. */
  readonly entry: XmlDocument;
  readonly documents: readonly OfdDocument[];
  /**
   * Parses a part, once; the parts parsed are bounded in size together.
   *
   * @throws ServiceError `DOCUMENT_MALFORMED` if it is missing or no XML.
   */
  readXml(path: string): XmlDocument;
  /**
   * Finds what a location (ST_Loc) in a part means: from the package's root if it begins with a slash, else from the folder
   * of that part. Writers are careless of letter case; where it alone differs, the part meant is the one that is there.
   *
   * @param from - path of the part that names it.
   * @throws ServiceError `DOCUMENT_MALFORMED` if it leads out of the package.
   */
  resolve(from: string, location: string): string;
}

/** One `DocBody`. */
export interface OfdDocument {
  readonly body: XmlElement;
  /** Path of Document.xml. */
  readonly rootPath: string;
  readonly metadata: readonly OfdMetadatum[];
  /** Path of the list of signatures; null if the document has none. */
  readonly signaturesPath: string | null;
  readonly signatures: readonly ListedSignature[];
}

export interface ListedSignature {
  readonly id: string;
  /** `Seal`, or `Sign` for a digital signature without a seal. */
  readonly type: string;
  /** Path of Signature.xml. */
  readonly path: string;
}

/** Signature.xml. */
export interface SignatureDescription {
  /** `CheckMethod` as written; `MD5` is the schema's default. */
  readonly checkMethod: string;
  readonly references: readonly Reference[];
  readonly stamps: readonly Stamp[];
  /** Path of Seal.esl; null if it is left out. */
  readonly sealPath: string | null;
  readonly signedValuePath: string;
}

export interface Reference {
  readonly path: string;
  readonly digest: Uint8Array;
}

/** A seal's picture on a page, by the page's ID. */
export interface Stamp {
  readonly id: string;
  readonly pageId: string;
  readonly place: Omit<SealPlacement, 'page'>;
}

const ENTRY_PATH = 'OFD.xml';
const MAX_XML_BYTES_IN_ALL = 8 * 1024 * 1024;
const MAX_DOCUMENTS = 16;
const MAX_SIGNATURES = 32;

function malformed(what: string): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `not a readable OFD: ${what}`);
}

/**
 * Opens a package (attacker-controlled).
 *
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export function readOfd(bytes: Uint8Array): OfdPackage {
  const archive = readZip(bytes);
  let budget = MAX_XML_BYTES_IN_ALL;
  const parsed = new Map<string, XmlDocument>();
  const readXml = (path: string): XmlDocument => {
    const known = parsed.get(path);
    if (known !== undefined) return known;
    const part = archive.entries.get(path)?.read();
    if (!part) throw malformed(`${path} is missing or broken`);
    budget -= part.length;
    if (budget < 0) throw malformed('too much XML');
    const document = parseXml(part);
    parsed.set(path, document);
    return document;
  };
  const resolve = resolverOf(archive);
  const entry = readXml(ENTRY_PATH);
  const bodies = childrenOf(entry.root, 'DocBody');
  if (entry.root.name !== 'OFD' || bodies.length === 0 || bodies.length > MAX_DOCUMENTS) {
    throw malformed('no document');
  }
  const parts = { archive, entry, readXml, resolve };
  return { ...parts, documents: bodies.map((body) => readBody(body, parts)) };
}

function resolverOf({ entries }: ZipArchive): OfdPackage['resolve'] {
  let folded: ReadonlyMap<string, string> | undefined; // no two names differ in letter case only
  return (from, location) => {
    const path = resolvePath(from, location);
    if (entries.has(path)) return path;
    folded ??= new Map([...entries.keys()].map((name) => [name.toLowerCase(), name]));
    return folded.get(path.toLowerCase()) ?? path;
  };
}

function readBody(body: XmlElement, ofd: Omit<OfdPackage, 'documents'>): OfdDocument {
  const root = childText(body, 'DocRoot');
  const list = childText(body, 'Signatures');
  if (root === null) throw malformed('a document without root');
  const signaturesPath = list === null || list === '' ? null : ofd.resolve(ENTRY_PATH, list);
  return {
    body,
    rootPath: ofd.resolve(ENTRY_PATH, root),
    metadata: readMetadata(body),
    signaturesPath,
    signatures: signaturesPath === null ? [] : readSignatureList(signaturesPath, ofd),
  };
}

function readMetadata(body: XmlElement): readonly OfdMetadatum[] {
  const information = childOf(body, 'DocInfo');
  const customDatas = information === null ? null : childOf(information, 'CustomDatas');
  if (customDatas === null) return [];
  return childrenOf(customDatas, 'CustomData').map((datum) => ({
    name: datum.attributes['Name'] ?? '',
    value: datum.text,
  }));
}

/** Some writers name the list before there is one. */
function readSignatureList(
  path: string,
  { archive, readXml, resolve }: Omit<OfdPackage, 'documents'>,
): readonly ListedSignature[] {
  if (!archive.entries.has(path)) return [];
  const listed = childrenOf(readXml(path).root, 'Signature');
  if (listed.length > MAX_SIGNATURES) throw malformed('too many signatures');
  const signatures = listed.map(({ attributes }) => ({
    id: attributes['ID'] ?? '',
    type: attributes['Type'] ?? 'Seal',
    path: resolve(path, attributes['BaseLoc'] ?? ''),
  }));
  if (new Set(signatures.map((signature) => signature.path)).size !== signatures.length) {
    throw malformed('a signature is listed twice');
  }
  return signatures;
}

/** @throws ServiceError `DOCUMENT_MALFORMED`. */
export function readSignatureDescription(ofd: OfdPackage, path: string): SignatureDescription {
  const { root } = ofd.readXml(path);
  const signedInfo = childOf(root, 'SignedInfo');
  const references = signedInfo === null ? null : childOf(signedInfo, 'References');
  const signedValue = childText(root, 'SignedValue');
  if (signedInfo === null || references === null || signedValue === null) {
    throw malformed(`${path} describes no signature`);
  }
  const seal = childOf(signedInfo, 'Seal');
  const sealLocation = seal === null ? null : childText(seal, 'BaseLoc');
  return {
    checkMethod: references.attributes['CheckMethod'] ?? 'MD5',
    references: childrenOf(references, 'Reference').map((reference) => ({
      path: ofd.resolve(path, reference.attributes['FileRef'] ?? ''),
      digest: Buffer.from(childText(reference, 'CheckValue') ?? '', 'base64'),
    })),
    stamps: childrenOf(signedInfo, 'StampAnnot').map(readStamp),
    sealPath: sealLocation === null ? null : ofd.resolve(path, sealLocation),
    signedValuePath: ofd.resolve(path, signedValue),
  };
}

function readStamp({ attributes }: XmlElement): Stamp {
  const { ID: id = '', PageRef: pageId = '', Boundary: boundary, Clip: clip } = attributes;
  const box = readBox(boundary ?? '', 'boundary of a stamp');
  const place = clip === undefined ? box : { ...box, clip: readBox(clip, 'clip of a stamp') };
  return { id, pageId, place };
}

/**
 * Reads a box (ST_Box): four numbers.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export function readBox(text: string, what: string): BoxMm {
  const box = text.trim().split(/\s+/u).map(Number);
  const [xMm = NaN, yMm = NaN, widthMm = NaN, heightMm = NaN] = box;
  if (box.length !== 4 || !box.every(Number.isFinite)) throw malformed(what);
  return { xMm, yMm, widthMm, heightMm };
}

/** IDs of a document's pages, in order. */
export function pageIdsOf(root: XmlElement): readonly string[] {
  const pages = childOf(root, 'Pages');
  return pages === null ? [] : childrenOf(pages, 'Page').map((page) => page.attributes['ID'] ?? '');
}

function resolvePath(from: string, location: string): string {
  const isAbsolute = location.startsWith('/');
  const segments = isAbsolute ? [] : from.split('/').slice(0, -1);
  for (const segment of location.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) throw malformed('a location leads out of the package');
  }
  return segments.join('/');
}
