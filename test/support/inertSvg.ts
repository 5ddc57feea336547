/** Whether an SVG can do anything but show. */
import { parseXml, type XmlElement } from '../../service/src/documents/ofd/xml.ts';

const ELEMENTS: readonly string[] = [
  'svg',
  'rect',
  'path',
  'g',
  'defs',
  'clipPath',
  'image',
  'use',
  'text',
];

/** @returns what is not allowed; throws if the SVG is not well-formed. */
export function findActiveContent(svg: Uint8Array): readonly string[] {
  return inspect(parseXml(svg).root);
}

function inspect({ name, attributes, children }: XmlElement): readonly string[] {
  const faults = Object.entries(attributes).filter(
    ([key, value]) =>
      /^on/iu.test(key) ||
      (/href$/iu.test(key) &&
        !/^#[ci]\d+$|^data:image\/(?:png|jpeg|gif|bmp);base64,/u.test(value)) ||
      (/url\(/iu.test(value) && !/^url\(#c\d+\)$/u.test(value)) ||
      /NaN|Infinity|undefined/u.test(value.slice(0, 1000)),
  );
  return [
    ...(ELEMENTS.includes(name) ? [] : [name]),
    ...faults.map(([key, value]) => `${key}=${value.slice(0, 80)}`),
    ...children.flatMap(inspect),
  ];
}
