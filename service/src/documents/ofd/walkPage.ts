/** Goes through everything drawn on a page: templates, layers, blocks, vector images, annotations. */
import { ServiceError } from '../../errors.ts';
import type { BoxMm } from '../drawing.ts';
import type { Matrix } from '../glyphPath.ts';
import { IDENTITY, multiply, numberOf, parseMatrix, translation } from './matrix.ts';
import { readBox, type OfdDocument, type OfdPackage } from './readOfd.ts';
import type { OfdPage } from './readPages.ts';
import { readOrNull, readResources, type Resources } from './resources.ts';
import { childOf, childrenOf, childText, type XmlElement } from './xml.ts';

/** A TextObject, PathObject or ImageObject in its place. */
export interface PlacedObject {
  readonly element: XmlElement;
  /** From the object's coordinates to millimetres of the page. */
  readonly matrix: Matrix;
  /** Areas outside of which nothing shows, outermost first. */
  readonly clips: readonly Clip[];
  /** 0 (nothing) to 1. */
  readonly alpha: number;
  /** Where its style is looked up: the object, its drawing parameters, those of its layer. */
  readonly styles: readonly XmlElement[];
}

/** Paths that together leave open what is inside of any of them. */
export interface Clip {
  readonly paths: readonly ClipPath[];
}

export interface ClipPath {
  /** Path data of OFD (AbbreviatedData), or a box. */
  readonly shape: string | BoxMm;
  readonly matrix: Matrix;
}

/** What a page is drawn from. */
export interface PageSource {
  readonly ofd: OfdPackage;
  readonly document: OfdDocument;
  readonly page: OfdPage;
  readonly resources: Resources;
  readonly templates: readonly Template[];
}

interface Template {
  readonly path: string;
  readonly root: XmlElement;
  readonly isForeground: boolean;
}

const MAX_OBJECTS = 100_000;
const MAX_DEPTH = 16;
const MAX_STYLES = 16;
const OBJECTS: readonly string[] = ['TextObject', 'PathObject', 'ImageObject'];
const LAYER_ORDER: readonly string[] = ['Background', 'Body', 'Foreground'];

/** @throws ServiceError `DOCUMENT_MALFORMED`. */
export function openPage(ofd: OfdPackage, document: OfdDocument, page: OfdPage): PageSource {
  const templates = templatesOf(ofd, document, page);
  const resources = readResources(ofd, document, [...templates, page]);
  return { ofd, document, page, resources, templates };
}

function templatesOf(
  ofd: OfdPackage,
  { rootPath }: OfdDocument,
  { root }: OfdPage,
): readonly Template[] {
  const common = childOf(ofd.readXml(rootPath).root, 'CommonData');
  const listed = new Map(
    (common === null ? [] : childrenOf(common, 'TemplatePage')).map(({ attributes }) => [
      attributes['ID'] ?? '',
      attributes,
    ]),
  );
  return childrenOf(root, 'Template').flatMap(({ attributes }): readonly Template[] => {
    const template = listed.get(attributes['TemplateID'] ?? '');
    if (template === undefined) return [];
    const path = ofd.resolve(rootPath, template['BaseLoc'] ?? '');
    const templateRoot = readOrNull(ofd, path);
    const order = attributes['ZOrder'] ?? template['ZOrder'];
    return templateRoot === null
      ? []
      : [{ path, root: templateRoot, isForeground: order === 'Foreground' }];
  });
}

interface Place {
  readonly matrix: Matrix;
  readonly clips: readonly Clip[];
  readonly alpha: number;
  /** Of the layer or the vector image around. */
  readonly styles: readonly XmlElement[];
  readonly depth: number;
}

/**
 * Visits the objects of a page in the order they are painted; invisible ones are left out.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED` if there are more than 100,000, or nested too deeply.
 */
export function walkPage(source: PageSource, visit: (object: PlacedObject) => void): void {
  const { templates, page } = source;
  let count = 0;
  const walk = new Walk(source, (object) => {
    if (++count > MAX_OBJECTS) throw tooMuch();
    visit(object);
  });
  const background = templates.filter((template) => !template.isForeground);
  const foreground = templates.filter((template) => template.isForeground);
  for (const { root } of [...background, page, ...foreground]) walk.layersOf(root);
  for (const appearance of annotationsOf(source)) walk.appearance(appearance);
}

function tooMuch(): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', 'not a readable OFD: too many objects on a page');
}

/** One walk over one page; a class for the source and the visitor that every step needs. */
class Walk {
  readonly #source: PageSource;
  readonly #visit: (object: PlacedObject) => void;
  #steps = 0;

  constructor(source: PageSource, visit: (object: PlacedObject) => void) {
    this.#source = source;
    this.#visit = visit;
  }

  layersOf(root: XmlElement): void {
    const content = childOf(root, 'Content');
    const layers = content === null ? [] : childrenOf(content, 'Layer');
    const rank = ({ attributes }: XmlElement): number =>
      LAYER_ORDER.indexOf(attributes['Type'] ?? 'Body');
    for (const layer of [...layers].sort((a, b) => rank(a) - rank(b))) {
      this.#block(layer, {
        ...{ matrix: IDENTITY, clips: [], alpha: 1, depth: 0 },
        styles: this.#parametersOf(layer),
      });
    }
  }

  /** An annotation's appearance: a block with a boundary of its own. */
  appearance(appearance: XmlElement): void {
    const box = boundaryOf(appearance);
    if (box === null) return;
    this.#block(appearance, {
      ...{ matrix: translation(box.xMm, box.yMm), clips: [], alpha: 1, styles: [], depth: 0 },
    });
  }

  #block(block: XmlElement, place: Place): void {
    if (place.depth > MAX_DEPTH) throw tooMuch();
    for (const child of block.children) {
      if (++this.#steps > MAX_OBJECTS) throw tooMuch();
      if (child.name === 'PageBlock') this.#block(child, { ...place, depth: place.depth + 1 });
      else if (child.name === 'CompositeObject') this.#composite(child, place);
      else if (OBJECTS.includes(child.name)) this.#object(child, place);
    }
  }

  #object(element: XmlElement, place: Place): void {
    const inner = this.#enter(element, place);
    if (inner === null) return;
    this.#visit({ element, ...inner, styles: inner.styles.slice(0, MAX_STYLES) });
  }

  #composite(element: XmlElement, place: Place): void {
    const inner = this.#enter(element, place);
    const unit = this.#source.resources.get(element.attributes['ResourceID'] ?? '');
    if (inner === null || unit?.kind !== 'CompositeGraphicUnit') return;
    const content = childOf(unit.element, 'Content');
    if (content !== null) {
      this.#block(content, { ...inner, styles: place.styles, depth: place.depth + 1 });
    }
  }

  /** Coordinates, clips and style inside of an object; null if nothing of it shows. */
  #enter(element: XmlElement, place: Place): Place | null {
    const box = boundaryOf(element);
    const alpha = place.alpha * alphaOf(element.attributes['Alpha']);
    if (box === null || alpha === 0 || element.attributes['Visible'] === 'false') return null;
    const placed = multiply(place.matrix, translation(box.xMm, box.yMm));
    const matrix = multiply(placed, parseMatrix(element.attributes['CTM']));
    const shown = shownBox(element, box);
    const boundary = shown === null ? [] : [{ paths: [{ shape: shown, matrix: place.matrix }] }];
    return {
      matrix,
      alpha,
      clips: [...place.clips, ...boundary, ...clipsOf(element, matrix, placed)],
      styles: [element, ...this.#parametersOf(element), ...place.styles],
      depth: place.depth,
    };
  }

  /** The drawing parameters an element names, and those they build on. */
  #parametersOf(element: XmlElement): readonly XmlElement[] {
    const found: XmlElement[] = [];
    let id = element.attributes['DrawParam'];
    while (id !== undefined && found.length < MAX_STYLES) {
      const resource = this.#source.resources.get(id);
      if (resource?.kind !== 'DrawParam') break;
      found.push(resource.element);
      id = resource.element.attributes['Relative'];
    }
    return found;
  }
}

/** Writers forget what overshoots: parts of letters, and half the width of a line. */
function shownBox({ name, attributes }: XmlElement, box: BoxMm): BoxMm | null {
  if (name === 'TextObject') return null;
  const more = name === 'PathObject' ? Math.abs(numberOf(attributes['LineWidth'] ?? '0.353')) : 0;
  return {
    xMm: box.xMm - more,
    yMm: box.yMm - more,
    widthMm: box.widthMm + 2 * more,
    heightMm: box.heightMm + 2 * more,
  };
}

function clipsOf(element: XmlElement, matrix: Matrix, untransformed: Matrix): readonly Clip[] {
  const clips = childOf(element, 'Clips');
  if (clips === null) return [];
  const outer = clips.attributes['TransFlag'] === 'false' ? untransformed : matrix;
  return childrenOf(clips, 'Clip').map((clip) => ({
    paths: childrenOf(clip, 'Area').flatMap((area) =>
      childrenOf(area, 'Path').flatMap((path): readonly ClipPath[] => {
        const box = boundaryOf(path);
        const shape = childText(path, 'AbbreviatedData');
        if (box === null || shape === null) return [];
        const inner = multiply(translation(box.xMm, box.yMm), parseMatrix(path.attributes['CTM']));
        const areaMatrix = multiply(outer, parseMatrix(area.attributes['CTM']));
        return [{ shape, matrix: multiply(areaMatrix, inner) }];
      }),
    ),
  }));
}

/** @returns null if it is missing or no box. */
export function boundaryOf({ attributes }: XmlElement): BoxMm | null {
  try {
    return readBox(attributes['Boundary'] ?? '', 'boundary');
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}

/** 0 to 255; absent or unreadable: opaque. */
export function alphaOf(text: string | undefined): number {
  if (text === undefined || !/^\s*\d+(?:\.\d+)?\s*$/u.test(text)) return 1;
  return Math.min(numberOf(text), 255) / 255;
}

function annotationsOf({ ofd, document, page }: PageSource): readonly XmlElement[] {
  const location = childText(ofd.readXml(document.rootPath).root, 'Annotations');
  if (location === null || location === '') return [];
  const listPath = ofd.resolve(document.rootPath, location);
  const list = readOrNull(ofd, listPath);
  if (list === null) return [];
  return childrenOf(list, 'Page')
    .filter(({ attributes }) => attributes['PageID'] === page.id)
    .flatMap((entry) => {
      const root = readOrNull(ofd, ofd.resolve(listPath, childText(entry, 'FileLoc') ?? ''));
      return root === null ? [] : childrenOf(root, 'Annot');
    })
    .filter(({ attributes }) => attributes['Visible'] !== 'false')
    .flatMap((annotation) => childrenOf(annotation, 'Appearance'));
}
