/** PDFs with a further revision whose objects were made up: the cross-references are right, what they lead to need not be. */
import { addRevision, dissect } from '../pdfRevisions.ts';
import type { Random } from './random.ts';

const KEYS = [
  ...['Type', 'Kids', 'Parent', 'Count', 'Contents', 'Resources', 'Annots', 'MediaBox', 'Length'],
  ...[
    'Filter',
    'DecodeParms',
    'AcroForm',
    'Fields',
    'V',
    'FT',
    'T',
    'AP',
    'N',
    'Rect',
    'P',
    'Root',
  ],
  ...['Pages', 'DSS', 'Certs', 'CRLs', 'VRI', 'Names', 'EmbeddedFiles', 'EF', 'F', 'ByteRange'],
  ...['SubFilter', 'Perms', 'DocMDP', 'Reference', 'TransformParams', 'Prev', 'Size', 'Index', 'W'],
];
const NAMES = ['Sig', 'Page', 'Pages', 'Catalog', 'FlateDecode', 'ETSI.CAdES.detached', 'XRef'];
const MAX_DEPTH = 4;

/** One to four objects of the file replaced, or new ones. */
export function mutateObjects(samples: readonly Uint8Array[], random: Random): Uint8Array {
  const sample = random.pick(samples);
  const size = sizeOf(sample);
  const objects: Record<number, string> = {};
  const count = 1 + random.below(4);
  for (let index = 0; index < count; index++) {
    objects[1 + random.below(size + 2)] = object(random, size);
  }
  const trailer = random.below(6) === 0 ? `/${random.pick(KEYS)} ${value(random, size, 0)}` : '';
  return new Uint8Array(addRevision(sample, objects, trailer.includes('/Root') ? '' : trailer));
}

const sizes = new WeakMap<Uint8Array, number>();

function sizeOf(sample: Uint8Array): number {
  const known = sizes.get(sample) ?? dissect(sample).size;
  sizes.set(sample, known);
  return known;
}

function object(random: Random, size: number): string {
  if (random.below(4) > 0) return value(random, size, 0);
  const content = Buffer.from(random.bytes(random.below(60))).toString('latin1');
  const length = random.pick([content.length, 0, 9999, -1, `${random.below(size) + 1} 0 R`]);
  return `<</Length ${length}${members(random, size, 1)}>>\nstream\n${content}\nendstream`;
}

function value(random: Random, size: number, depth: number): string {
  const simple = [
    () => `${random.below(size + 2)} 0 R`,
    () => String(random.pick([0, 1, -1, 2 ** 31, 0.5, random.below(5000)])),
    () => `/${random.pick(NAMES)}`,
    () => `(${'x'.repeat(random.below(9))})`,
    () => random.pick(['null', 'true', '<>', '<0>', '()']),
  ];
  const nested = [
    () => `<<${members(random, size, depth + 1)}>>`,
    () => `[${items(random, size, depth + 1)}]`,
  ];
  return random.pick(depth < MAX_DEPTH ? [...simple, ...nested, ...nested] : simple)();
}

function members(random: Random, size: number, depth: number): string {
  const count = random.below(6);
  return Array.from(
    { length: count },
    () => `/${random.pick(KEYS)} ${value(random, size, depth)}`,
  ).join('');
}

function items(random: Random, size: number, depth: number): string {
  const count = random.pick([0, 1, 2, 4, 40]);
  return Array.from({ length: count }, () => value(random, size, depth)).join(' ');
}
