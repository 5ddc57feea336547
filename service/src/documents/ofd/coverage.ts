/** What each seal of a package covers, and what none does. */
import { ServiceError } from '../../errors.ts';
import { failed, passed, type Check } from '../../report.ts';
import type { PackagedSignature } from './packageChecks.ts';
import type { OfdPackage, SignatureDescription } from './readOfd.ts';
import type { ReadSignature } from './readSignatures.ts';
import type { ZipEntry } from './readZip.ts';
import { childOf, type XmlElement } from './xml.ts';

/** What one seal covers. */
export interface OfdCoverage {
  /** `whole`: the list of signatures too, so that no seal can follow. `continue`: further seals may follow. */
  readonly mode: 'whole' | 'continue';
  /** Paths under a digest, as the signature lists them. */
  readonly parts: readonly string[];
  /** Parts of the package that should be under the seal and are not. */
  readonly outside: readonly string[];
}

/**
 * Every part of the package must be under the seal, but for its own two parts and, where the list of signatures was left
 * open, that list and the parts of signatures added later.
 */
export function coverageOf(
  { ofd, signature, later }: PackagedSignature,
  description: SignatureDescription,
): OfdCoverage {
  const parts = description.references.map((reference) => reference.path);
  const allowed = new Set([...parts, ...ownParts(signature)]);
  const { signaturesPath } = signature.document;
  const isOpen = signaturesPath !== null && !allowed.has(signaturesPath);
  if (isOpen) {
    allowed.add(signaturesPath);
    for (const added of later) {
      for (const path of [...ownParts(added), added.description?.sealPath]) {
        if (path != null) allowed.add(path);
      }
      if (added.document.signaturesPath !== null) allowed.add(added.document.signaturesPath);
    }
  }
  return {
    mode: isOpen ? 'continue' : 'whole',
    parts,
    outside: [...ofd.archive.entries.keys()].filter((path) => !allowed.has(path)),
  };
}

/** What a signature proves by itself: its description by the digest it signs, its value by being one. */
function ownParts({ listed, description }: ReadSignature): readonly string[] {
  return description === null ? [listed.path] : [listed.path, description.signedValuePath];
}

export function checkCoverage({ mode, outside }: OfdCoverage): Check {
  const name = 'document.coverage';
  const [first] = outside;
  if (first !== undefined)
    return failed(name, 'UNSIGNED_CONTENT', `${first} is not under the seal`);
  return passed(
    name,
    mode === 'whole'
      ? 'every part of the package is under the seal'
      : 'every part of the package is under the seal; further seals may follow',
  );
}

/** A list that no seal covers can hold nothing but signatures, and none can have been taken out. */
export function checkOpenLists(
  ofd: OfdPackage,
  signatures: readonly ReadSignature[],
): Check | null {
  const name = 'document.openList';
  const covered = coveredParts(signatures);
  const open = ofd.documents.flatMap(({ signaturesPath }) =>
    signaturesPath === null || covered.has(signaturesPath) ? [] : [signaturesPath],
  );
  if (signatures.length === 0 || open.length === 0) return null;
  if (!open.every((path) => isPlainList(ofd.readXml(path).root))) {
    return failed(name, 'UNSIGNED_CONTENT', 'the open list of signatures holds more than those');
  }
  const listed = new Set(signatures.map((signature) => signature.listed.path));
  const removed = [...ofd.archive.entries.values()].find(
    (entry) => !listed.has(entry.name) && isSignatureDescription(ofd, entry),
  );
  return removed === undefined
    ? passed(name, 'the open list holds the signatures of the package and nothing else')
    : failed(name, 'UNSIGNED_CONTENT', `the open list leaves ${removed.name} out`);
}

function isSignatureDescription(ofd: OfdPackage, entry: ZipEntry): boolean {
  const bytes = /\.xml$/iu.test(entry.name) ? entry.read() : null;
  if (bytes === null) return false;
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('SignedInfo'))
    return false;
  try {
    return childOf(ofd.readXml(entry.name).root, 'SignedInfo') !== null;
  } catch (error) {
    if (error instanceof ServiceError) return true; // whoever made it unreadable may hide one
    throw error;
  }
}

const LIST_MEMBERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['MaxSignId', []],
  ['Signature', ['ID', 'Type', 'BaseLoc', 'Relative']],
]);

function isPlainList(root: XmlElement): boolean {
  return (
    root.name === 'Signatures' &&
    root.text.trim() === '' &&
    hasOnly(root, []) &&
    root.children.every((child) => {
      const attributes = LIST_MEMBERS.get(child.name);
      return (
        attributes !== undefined &&
        child.children.length === 0 &&
        (child.name === 'MaxSignId' ? /^\s*s?\d*\s*$/u : /^\s*$/u).test(child.text) &&
        hasOnly(child, attributes)
      );
    })
  );
}

function hasOnly({ attributes }: XmlElement, names: readonly string[]): boolean {
  return Object.keys(attributes).every(
    (name) => names.includes(name) || name === 'xmlns' || name.startsWith('xmlns:'),
  );
}

/**
 * Finds parts that no signature covers, in the order of the package.
 *
 * @returns neither the signatures' own parts nor an open list of signatures.
 */
export function uncoveredParts(
  ofd: OfdPackage,
  signatures: readonly ReadSignature[],
): readonly string[] {
  const covered = coveredParts(signatures);
  for (const signature of signatures) {
    for (const path of ownParts(signature)) covered.add(path);
    if (signature.document.signaturesPath !== null) covered.add(signature.document.signaturesPath);
  }
  return [...ofd.archive.entries.keys()].filter((path) => !covered.has(path));
}

function coveredParts(signatures: readonly ReadSignature[]): Set<string> {
  return new Set(
    signatures.flatMap(({ description }) =>
      description === null ? [] : description.references.map((reference) => reference.path),
    ),
  );
}
