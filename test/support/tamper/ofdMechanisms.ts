/** Ways to tamper with the parts of an OFD. */
import { repack, turnBit, unpack } from '../repack.ts';
import { operate } from './derSurgery.ts';
import {
  DESCRIPTION,
  find,
  LIST,
  ofParts,
  protectedNames,
  SEAL,
  text,
  VALUE,
  type Cases,
  type Parts,
} from './ofdParts.ts';
import { ofdValueMechanisms } from './ofdValueMechanisms.ts';
import { expecting, MALFORMED, type Case, type Genuine, type Mechanism } from './tampered.ts';

const byName = (names: readonly string[], build: (name: string) => Case | null): Cases =>
  Object.fromEntries(names.map((name) => [name, build(name)]));

/** What may come of a change to each part; the entry and the signature's own parts decide first. */
function faultsOf(name: string): ReturnType<typeof expecting> {
  if (VALUE.test(name)) {
    const faults = ['SIG_CRYPTO_FAILURE', 'SIGNER_NOT_IN_SEAL', 'FORMAT_FAILURE', 'HASH_FAILURE'];
    return expecting(...faults, 'CRYPTO_CONSTRAINTS_FAILURE', 'NO_CERTIFICATE_CHAIN_FOUND');
  }
  if (LIST.test(name) || name === 'OFD.xml') {
    return expecting('HASH_FAILURE', 'UNSIGNED_CONTENT', 'NOT_SIGNED', 'FORMAT_FAILURE', MALFORMED);
  }
  return DESCRIPTION.test(name)
    ? expecting('HASH_FAILURE', 'FORMAT_FAILURE', 'UNSIGNED_CONTENT')
    : expecting('HASH_FAILURE', MALFORMED);
}

const byteChanged = ofParts('OFD: a byte of a part changed', (parts, change) =>
  Object.fromEntries(
    protectedNames(parts).flatMap((name) => {
      const bytes = parts.get(name)!;
      return [0.05, 0.5, 0.9].map((share) => {
        const offset = Math.floor(bytes.length * share);
        return [`${name} at ${offset}`, faultsOf(name)(change({ [name]: turnBit(bytes, offset) }))];
      });
    }),
  ),
);

const partReplaced = ofParts('OFD: a part replaced', (parts, change) => {
  const names = protectedNames(parts);
  return byName(names, (name) => {
    const other = names.find((one) => one !== name && one.endsWith('.xml'))!;
    return faultsOf(name)(change({ [name]: parts.get(other)! }));
  });
});

const partEmptied = ofParts('OFD: a part emptied', (parts, change) =>
  byName([...parts.keys()], (name) => faultsOf(name)(change({ [name]: new Uint8Array() }))),
);

const ADDED = [
  'Doc_0/Pages/Page_0/Annotation.xml',
  'Doc_0/Pages/Page_9/Content.xml',
  'Doc_0/Attachs/note.pdf',
  'Doc_0/Tags/tags.xml',
  'Doc_1/Document.xml',
  'META-INF/manifest.xml',
  'x',
  'Doc_0/Signs/Sign_9/Seal.esl',
  'Doc_0/Signs/Sign_9/Signature.xml',
  'Doc_0/Res/other.ttf',
];

const partAdded = ofParts('OFD: a part added', (_, change) =>
  byName(ADDED, (name) => expecting('UNSIGNED_CONTENT')(change({ [name]: Buffer.from('<a/>') }))),
);

const GONE = ['HASH_FAILURE', 'FORMAT_FAILURE', 'UNSIGNED_CONTENT', 'NOT_SIGNED', MALFORMED];

const partRemoved = ofParts('OFD: a part removed', (parts, change) =>
  byName([...parts.keys()], (name) => {
    const faults = expecting(...GONE);
    return faults(change({ [name]: null }));
  }),
);

const partRenamed = ofParts('OFD: a part renamed', (parts, change) =>
  byName([...parts.keys()], (name) => {
    const faults = expecting(...GONE);
    return faults(change({ [name]: null, [`${name}x`]: parts.get(name)! }));
  }),
);

const partDuplicated = ofParts('OFD: a part twice under another name', (parts, change) =>
  byName([...parts.keys()], (name) =>
    expecting('UNSIGNED_CONTENT')(change({ [`copy/${name}`]: parts.get(name)! })),
  ),
);

const referencesChanged = ofParts('OFD: references changed', (parts, change) => {
  const name = find(parts, DESCRIPTION);
  const xml = text(parts, name);
  const edit = (pattern: RegExp, by: string): Case | null => {
    const edited = xml.replace(pattern, by);
    const faults = expecting('HASH_FAILURE', 'FORMAT_FAILURE', 'UNSIGNED_CONTENT');
    return edited === xml ? null : faults(change({ [name]: Buffer.from(edited) }));
  };
  const reference = /<ofd:Reference FileRef[\s\S]*?<\/ofd:Reference>/u;
  return {
    'first dropped': edit(reference, ''),
    'all dropped': edit(new RegExp(reference.source, 'gu'), ''),
    'first twice': edit(reference, '$&$&'),
    'to another part': edit(/FileRef="[^"]*"/u, 'FileRef="/OFD.xml"'),
    'out of the package': edit(/FileRef="[^"]*"/u, 'FileRef="/../x"'),
    'another digest': edit(/CheckValue>./u, 'CheckValue>A'),
    'by MD5': edit(/CheckMethod="[^"]*"/u, 'CheckMethod="MD5"'),
    'by nothing': edit(/ CheckMethod="[^"]*"/u, ''),
    'seal elsewhere': edit(/Seal\.esl/u, 'Seal2.esl'),
    'another time': edit(/SignatureDateTime>2/u, 'SignatureDateTime>3'),
    'stamp moved': edit(/Boundary="/u, 'Boundary="1'),
    'another provider': edit(/ProviderName="/u, 'ProviderName="x'),
  };
});

const listChanged = ofParts('OFD: list of signatures changed', (parts, change) => {
  const name = find(parts, LIST);
  const xml = text(parts, name);
  const entries =
    xml.match(/<ofd:Signature [^>]*\/>|<ofd:Signature [\s\S]*?<\/ofd:Signature>/gu) ?? [];
  const [first = ''] = entries;
  const edit = (by: (text: string) => string): Case | null => {
    const edited = by(xml);
    const faults = [
      ...['HASH_FAILURE', 'FORMAT_FAILURE', 'UNSIGNED_CONTENT', 'NOT_SIGNED', MALFORMED],
    ];
    return edited === xml ? null : expecting(...faults)(change({ [name]: Buffer.from(edited) }));
  };
  return {
    emptied: edit((all) => entries.reduce((left, entry) => left.replace(entry, ''), all)),
    'first dropped': edit((all) => all.replace(first, '')),
    'last dropped': edit((all) => all.replace(entries.at(-1)!, '')),
    'first twice': edit((all) => all.replace(first, first + first)),
    truncated: edit((all) => all.slice(0, -20)),
    'first elsewhere': edit((all) => all.replace(/BaseLoc="/u, 'BaseLoc="/x')),
    'first without place': edit((all) => all.replace(/ BaseLoc="[^"]*"/u, '')),
    'of another type': edit((all) => all.replace(/Type="Seal"/u, 'Type="Sign"')),
    'in another order':
      entries.length < 2
        ? null
        : edit((all) =>
            all.replace(first, '').replace('</ofd:Signatures>', `${first}</ofd:Signatures>`),
          ),
    'not in the entry file': (() => {
      const entry = text(parts, 'OFD.xml');
      const edited = entry.replace(/<ofd:Signatures>[\s\S]*?<\/ofd:Signatures>/u, '');
      return expecting('NOT_SIGNED')(change({ 'OFD.xml': Buffer.from(edited) }));
    })(),
  };
});

/** One document sealed twice: the signatures are as good for the one as for the other. */
function isSameContent(one: Parts, other: Parts): boolean {
  const isContent = (name: string): boolean => !/Sign|OFD\.xml/u.test(name);
  return [...one]
    .filter(([name]) => isContent(name))
    .every(([name, bytes]) => Buffer.compare(bytes, other.get(name) ?? Buffer.of()) === 0);
}

/** Parts of one genuine document put into another one of the same trust. */
function transplanted(others: readonly Genuine[]): Mechanism {
  return {
    name: 'OFD: signature of another document',
    kind: 'ofd',
    cases(of) {
      const parts = unpack(of.bytes);
      const cases = others
        .filter((other) => other.kind === 'ofd' && !isSameContent(parts, unpack(other.bytes)))
        .flatMap((other) => {
          const theirs = unpack(other.bytes);
          const take = (...patterns: readonly RegExp[]): Case | null => {
            const changes = patterns.map(
              (pattern) => [find(parts, pattern), theirs.get(find(theirs, pattern))!] as const,
            );
            const isSame = changes.every(
              ([name, bytes]) => Buffer.compare(parts.get(name)!, bytes) === 0,
            );
            const faults = [
              'HASH_FAILURE',
              'SIG_CRYPTO_FAILURE',
              'UNSIGNED_CONTENT',
              'NO_CERTIFICATE_CHAIN_FOUND',
              'FORMAT_FAILURE',
            ];
            return isSame
              ? null
              : expecting(...faults)(repack(of.bytes, Object.fromEntries(changes)));
          };
          return [
            [`value of ${other.name}`, take(VALUE)],
            [`value and seal of ${other.name}`, take(VALUE, SEAL)],
            [`description of ${other.name}`, take(DESCRIPTION)],
            [`all of ${other.name}`, take(VALUE, SEAL, DESCRIPTION)],
          ] as const;
        });
      return Object.fromEntries(cases);
    },
  };
}

/** Another good seal beside the signature, or inside it. */
function sealSwapped(seals: readonly Genuine[]): Mechanism {
  return {
    name: 'OFD: seal swapped',
    kind: 'ofd',
    cases({ bytes }) {
      const parts = unpack(bytes);
      const [file, part] = [find(parts, SEAL), find(parts, VALUE)];
      return Object.fromEntries(
        seals
          .filter((seal) => Buffer.compare(seal.bytes, parts.get(file)!) !== 0)
          .flatMap((seal) => {
            const value = operate(parts.get(part)!, [0, 1], () => seal.bytes);
            const inside = expecting(
              'SIG_CRYPTO_FAILURE',
              'HASH_FAILURE',
              'FORMAT_FAILURE',
              'HASH_FAILURE',
            );
            return [
              [
                `beside, ${seal.name}`,
                expecting('HASH_FAILURE')(repack(bytes, { [file]: seal.bytes })),
              ],
              [`inside, ${seal.name}`, inside(repack(bytes, { [part]: value }))],
              [`both, ${seal.name}`, inside(repack(bytes, { [file]: seal.bytes, [part]: value }))],
            ];
          }),
      );
    },
  };
}

/** @param strangers - DER certificates of nobody who sealed. @param genuine - where other documents' parts come from. */
export function ofdMechanisms(
  strangers: readonly Uint8Array[],
  genuine: readonly Genuine[],
): Mechanism[] {
  return [
    byteChanged,
    partReplaced,
    partEmptied,
    partAdded,
    partRemoved,
    partRenamed,
    partDuplicated,
    referencesChanged,
    listChanged,
    ...ofdValueMechanisms(strangers),
    transplanted(genuine),
    sealSwapped(genuine.filter(({ kind }) => kind === 'seal')),
  ];
}
