import { ServiceError } from '../../errors.ts';
import type { QrItem } from '../drawing.ts';
import { appendChild, applyEdits, replaceText } from './editXml.ts';
import { addToDocument } from './foreignAdditions.ts';
import { xmlPart } from './ofdParts.ts';
import {
  pageIdsOf,
  readOfd,
  readSignatureDescription,
  type OfdDocument,
  type OfdPackage,
} from './readOfd.ts';
import type { OfdSeal, PreparedOfdSignature } from './ofdSeal.ts';
import { prepareSignatureParts } from './signatureParts.ts';
import { writeZip, type ZipPart } from './writeZip.ts';
import { childOf } from './xml.ts';

/** Seal and document code to put on somebody's own OFD. */
export interface ForeignOfdSeal extends OfdSeal {
  /** The document code, on the page of the first placement; null for none. */
  readonly qr: QrItem | null;
  /** DER certificates to attach, for verifiers that have the roots only. */
  readonly certificates?: readonly Uint8Array[];
}

/**
 * Seals the first document of a person's own OFD. Parts already there keep their bytes but for the lists that must name what
 * is added.
 *
 * A document that has seals can take another one if they left the list of signatures open. Its pages and lists are under
 * those seals, so it gets neither code nor certificates.
 *
 * @param bytes - attacker-controlled, at most 64 MiB unpacked.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it is no OFD that can be read, lacks the page, or is closed to more seals.
 */
export function sealForeignOfd(bytes: Uint8Array, seal: ForeignOfdSeal): PreparedOfdSignature {
  const ofd = readOfd(bytes);
  const [document] = ofd.documents;
  if (document === undefined) throw refusal('there is no document');
  const pageIds = pageIdsOf(ofd.readXml(document.rootPath).root);
  const isSealed = document.signatures.length > 0;
  if (isSealed) requireOpenList(ofd, document);
  const list = isSealed ? extendList(ofd, document) : newList(ofd, document);
  const additions = isSealed
    ? []
    : addToDocument(ofd, document, additionsOf(ofd, document, seal, pageIds));
  const parts = withChanges(ofd, [...list.parts, ...additions]);
  const prepared = prepareSignatureParts({
    protectedParts: parts,
    folder: list.signatureFolder,
    stampIds: seal.placements.map((_, index) => list.firstStampId + index),
    pageIds,
    seal,
  });
  return {
    toBeSigned: prepared.toBeSigned,
    complete: (signature, timeStampToken) =>
      writeZip([...parts, ...prepared.complete(signature, timeStampToken)]),
  };
}

function refusal(why: string): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `the OFD cannot be sealed: ${why}`);
}

function additionsOf(
  ofd: OfdPackage,
  { rootPath }: OfdDocument,
  seal: ForeignOfdSeal,
  pageIds: readonly string[],
): Parameters<typeof addToDocument>[2] {
  const pageId = pageIds[(seal.placements[0]?.page ?? 0) - 1];
  if (pageId === undefined) throw refusal('the page is not there');
  return {
    qr: seal.qr,
    pageId,
    certificates: seal.certificates ?? [],
    addedAt: seal.signedAt,
    folder: freeFolder(ofd, `${folderOf(rootPath)}Added`),
  };
}

/** Once a seal covers the list of signatures, nobody may add to it. */
function requireOpenList(ofd: OfdPackage, { signatures, signaturesPath }: OfdDocument): void {
  for (const { path } of signatures) {
    const { references } = readSignatureDescription(ofd, path);
    if (references.some((reference) => reference.path === signaturesPath)) {
      throw refusal('its seal covers the list of signatures');
    }
  }
}

interface SignatureList {
  readonly parts: readonly ZipPart[];
  readonly signatureFolder: string;
  readonly firstStampId: number;
}

function newList(ofd: OfdPackage, { body, rootPath, signaturesPath }: OfdDocument): SignatureList {
  const folder = freeFolder(ofd, `${folderOf(rootPath)}Signs`);
  const listPath = signaturesPath ?? `${folder}/Signatures.xml`;
  const signatureFolder = `${folder}/Sign_0`;
  const list = xmlPart(
    listPath,
    `<ofd:Signatures xmlns:ofd="http://www.ofdspec.org/2016"><ofd:MaxSignId>1</ofd:MaxSignId>` +
      `<ofd:Signature ID="1" Type="Seal" BaseLoc="/${signatureFolder}/Signature.xml"/></ofd:Signatures>`,
  );
  if (signaturesPath !== null) return { parts: [list], signatureFolder, firstStampId: 1 };
  if (childOf(body, 'Signatures') !== null) throw refusal('its list of signatures has no name');
  const edit = appendChild(body, `<ofd:Signatures>/${listPath}</ofd:Signatures>`);
  const entry = { name: 'OFD.xml', bytes: applyEdits(ofd.entry, [edit]) };
  return { parts: [entry, list], signatureFolder, firstStampId: 1 };
}

function extendList(ofd: OfdPackage, { signatures, signaturesPath }: OfdDocument): SignatureList {
  const listPath = signaturesPath ?? '';
  const list = ofd.readXml(listPath);
  const signatureFolder = freeFolder(ofd, `${folderOf(listPath)}Sign_${signatures.length}`);
  const max = childOf(list.root, 'MaxSignId');
  const numbers = [max?.text ?? '', ...signatures.map((signature) => signature.id)].map((id) =>
    Number(/^s?0*(\d{1,9})$/u.exec(id.trim())?.[1] ?? 0),
  );
  const id = Math.max(...numbers) + 1;
  const edits = [
    appendChild(
      list.root,
      `<ofd:Signature ID="${id}" Type="Seal" BaseLoc="/${signatureFolder}/Signature.xml"/>`,
    ),
    ...(max === null || max.closingTagAt < 0 ? [] : [replaceText(list, max, String(id))]),
  ];
  return {
    parts: [{ name: listPath, bytes: applyEdits(list, edits) }],
    signatureFolder,
    firstStampId: id,
  };
}

/** With trailing slash; empty for the root. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** @returns the folder, or the first of `folder_1`, `folder_2`, … that is not in the package; letter case does not count. */
function freeFolder({ archive }: OfdPackage, folder: string): string {
  const taken = new Set<string>();
  for (const name of archive.entries.keys()) {
    const segments = name.toLowerCase().split('/');
    segments.forEach((_, index) => taken.add(segments.slice(0, index + 1).join('/')));
  }
  let free = folder;
  for (let number = 1; taken.has(free.toLowerCase()); number += 1) free = `${folder}_${number}`;
  return free;
}

/** Parts of the package in their order, changed ones in their place, new ones at the end. */
function withChanges({ archive }: OfdPackage, changes: readonly ZipPart[]): readonly ZipPart[] {
  const changed = new Map(changes.map((part) => [part.name, part]));
  const kept = [...archive.entries.values()].map((entry): ZipPart => {
    const change = changed.get(entry.name);
    changed.delete(entry.name);
    if (change !== undefined) return change;
    const bytes = entry.read();
    if (bytes === null || !entry.hasRightChecksum()) throw refusal(`${entry.name} is broken`);
    return entry.deflated === null
      ? { name: entry.name, bytes }
      : { name: entry.name, bytes, deflated: entry.deflated };
  });
  return [...kept, ...changed.values()];
}
