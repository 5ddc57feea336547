/** What pages refer to by ID (GB/T 33190 Res): fonts, pictures, drawing parameters, vector images, colour spaces. */
import { ServiceError } from '../../errors.ts';
import type { OfdDocument, OfdPackage } from './readOfd.ts';
import { childOf, childrenOf, childText, type XmlElement } from './xml.ts';

export interface Resource {
  /** `Font`, `MultiMedia`, `DrawParam`, `CompositeGraphicUnit` or `ColorSpace`. */
  readonly kind: string;
  readonly element: XmlElement;
  /** Path of the part that describes it. */
  readonly from: string;
  /** Folder of its files, as written. */
  readonly baseLocation: string;
}

/** By ID. */
export type Resources = ReadonlyMap<string, Resource>;

const MAX_RESOURCE_FILES = 64;
const LISTS: readonly (readonly [list: string, member: string])[] = [
  ['Fonts', 'Font'],
  ['MultiMedias', 'MultiMedia'],
  ['DrawParams', 'DrawParam'],
  ['CompositeGraphicUnits', 'CompositeGraphicUnit'],
  ['ColorSpaces', 'ColorSpace'],
];

/**
 * Reads what a document and one of its pages have at hand. Files that are missing or broken have nothing.
 *
 * @param pageParts - parts with `PageRes` of their own: the page and its templates.
 */
export function readResources(
  ofd: OfdPackage,
  { rootPath }: OfdDocument,
  pageParts: readonly Readonly<{ path: string; root: XmlElement }>[],
): Resources {
  const resources = new Map<string, Resource>();
  const common = childOf(ofd.readXml(rootPath).root, 'CommonData');
  const files = [
    ...(common === null ? [] : locationsIn(common, ['PublicRes', 'DocumentRes'])).map((location) =>
      ofd.resolve(rootPath, location),
    ),
    ...pageParts.flatMap(({ path, root }) =>
      locationsIn(root, ['PageRes']).map((location) => ofd.resolve(path, location)),
    ),
  ];
  for (const path of files.slice(0, MAX_RESOURCE_FILES)) addResources(ofd, path, resources);
  return resources;
}

function locationsIn(element: XmlElement, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => childrenOf(element, name).map((child) => child.text.trim()));
}

function addResources(ofd: OfdPackage, path: string, resources: Map<string, Resource>): void {
  const root = readOrNull(ofd, path);
  if (root === null) return;
  const baseLocation = root.attributes['BaseLoc'] ?? '';
  for (const [list, member] of LISTS) {
    for (const element of childrenOf(root, list).flatMap((one) => childrenOf(one, member))) {
      const id = element.attributes['ID'];
      if (id !== undefined) resources.set(id, { kind: member, element, from: path, baseLocation });
    }
  }
}

/** @returns null if the part is missing or no XML: drawing goes on without it. */
export function readOrNull(ofd: OfdPackage, path: string): XmlElement | null {
  if (!ofd.archive.entries.has(path)) return null;
  try {
    return ofd.readXml(path).root;
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}

/** @returns the file that a resource names in the given child; null if there is none, or it is broken. */
export function resourceFile(
  ofd: OfdPackage,
  { element, from, baseLocation }: Resource,
  child: 'FontFile' | 'MediaFile',
): Uint8Array | null {
  const location = childText(element, child);
  if (location === null || location === '') return null;
  const folder = baseLocation.replace(/\/$/u, '');
  const places =
    folder === '' || location.startsWith('/') ? [location] : [`${folder}/${location}`, location];
  for (const place of places) {
    const bytes = ofd.archive.entries.get(ofd.resolve(from, place))?.read();
    if (bytes) return bytes;
  }
  return null;
}
