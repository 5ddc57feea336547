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
  /** Protects the list of signatures too (whole mode): nobody can add a seal any more. Left open if absent. */
  readonly closing?: boolean;
}

/**
 * Seals the first document of a person's own OFD. Parts already there keep their bytes but for the lists that must name what
 * is added.
 *
 * A document that has seals, ours or others', can take another one if they left the list of signatures open. It then
 * protects all that they protect and their own parts, which proves the order. Pages and lists are under those seals, so
 * neither code nor certificates are added.
 *
 * @param bytes - attacker-controlled, at most 64 MiB unpacked.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it is no OFD that can be read, lacks the page, or a seal of it covers the
 * list of signatures (whole mode), which closes it to more seals.
 */
export function sealForeignOfd(bytes: Uint8Array, seal: ForeignOfdSeal): PreparedOfdSignature {
  const ofd = readOfd(bytes);
  const [document] = ofd.documents;
  if (document === undefined) throw refusal('there is no document');
  const pageIds = pageIdsOf(ofd.readXml(document.rootPath).root);
  const isSealed = document.signatures.length > 0;
  if (isSealed) requireOpenList(ofd, document);
  const list = isSealed ? extendList(ofd, document, seal) : newList(ofd, document, seal);
  const additions = isSealed
    ? []
    : addToDocument(ofd, document, additionsOf(ofd, document, seal, pageIds));
  const parts = withChanges(ofd, [...list.parts, ...additions]);
  const prepared = prepareSignatureParts({
    protectedParts:
      seal.closing === true ? parts : parts.filter(({ name }) => name !== list.listPath),
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
      throw refusal('a seal of it covers the list of signatures, which closes it to more seals');
    }
  }
}

interface SignatureList {
  readonly listPath: string;
  readonly parts: readonly ZipPart[];
  readonly signatureFolder: string;
  readonly firstStampId: number;
}

/** IDs count on over signatures and stamps, as `MaxSignId` does. */
function newList(
  ofd: OfdPackage,
  { body, rootPath, signaturesPath }: OfdDocument,
  { placements }: ForeignOfdSeal,
): SignatureList {
  const folder = freeFolder(ofd, `${folderOf(rootPath)}Signs`);
  const listPath = signaturesPath ?? `${folder}/Signatures.xml`;
  const signatureFolder = `${folder}/Sign_0`;
  const list = xmlPart(
    listPath,
    `<ofd:Signatures xmlns:ofd="http://www.ofdspec.org/2016"><ofd:MaxSignId>${1 + placements.length}</ofd:MaxSignId>` +
      `<ofd:Signature ID="1" Type="Seal" BaseLoc="/${signatureFolder}/Signature.xml"/></ofd:Signatures>`,
  );
  const common = { listPath, signatureFolder, firstStampId: 2 };
  if (signaturesPath !== null) return { ...common, parts: [list] };
  if (childOf(body, 'Signatures') !== null) throw refusal('its list of signatures has no name');
  const edit = appendChild(body, `<ofd:Signatures>/${listPath}</ofd:Signatures>`);
  const entry = { name: 'OFD.xml', bytes: applyEdits(ofd.entry, [edit]) };
  return { ...common, parts: [entry, list] };
}

function extendList(
  ofd: OfdPackage,
  { signatures, signaturesPath }: OfdDocument,
  { placements }: ForeignOfdSeal,
): SignatureList {
  const listPath = signaturesPath ?? '';
  const list = ofd.readXml(listPath);
  const signatureFolder = freeFolder(ofd, `${folderOf(listPath)}Sign_${signatures.length}`);
  const max = childOf(list.root, 'MaxSignId');
  const known = signatures.flatMap(({ id, path }) => [
    id,
    ...readSignatureDescription(ofd, path).stamps.map((stamp) => stamp.id),
  ]);
  const id = Math.max(...[max?.text ?? '', ...known].map(numberOf)) + 1;
  const edits = [
    appendChild(
      list.root,
      `<ofd:Signature ID="${id}" Type="Seal" BaseLoc="/${signatureFolder}/Signature.xml"/>`,
    ),
    ...(max === null || max.closingTagAt < 0
      ? []
      : [replaceText(list, max, String(id + placements.length))]),
  ];
  return {
    listPath,
    parts: [{ name: listPath, bytes: applyEdits(list, edits) }],
    signatureFolder,
    firstStampId: id + 1,
  };
}

/** Of `7`, `s007`; 0 for anything else. */
function numberOf(id: string): number {
  return Number(/^s?0*(\d{1,9})$/u.exec(id.trim())?.[1] ?? 0);
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
