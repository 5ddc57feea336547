/** Whether a package holds what its seals protect, and nothing else. */
import { createHash } from 'node:crypto';

import { failed, passed, type Check } from '../../report.ts';
import { SM2_WITH_SM3, SM3 } from '../../sealing/sealAlgorithm.ts';
import type { SealSignature } from '../../sealing/sealSignature.ts';
import type { OfdPackage, SignatureDescription } from './readOfd.ts';
import type { ReadSignature } from './readSignatures.ts';
import { writeZip } from './writeZip.ts';

/** SM3 of a part, computed once; null if the part is missing or broken. */
export type PartDigests = (path: string) => Uint8Array | null;

export function partDigests({ archive }: OfdPackage): PartDigests {
  const known = new Map<string, Uint8Array | null>();
  return (path) => {
    const digest = known.get(path);
    if (digest !== undefined) return digest;
    const bytes = archive.entries.get(path)?.read() ?? null;
    const computed = bytes === null ? null : createHash('sm3').update(bytes).digest();
    known.set(path, computed);
    return computed;
  };
}

const DIGEST_METHODS: readonly string[] = ['SM3', SM3];

export function checkReferences(description: SignatureDescription, digests: PartDigests): Check {
  const name = 'document.references';
  if (!DIGEST_METHODS.includes(description.checkMethod)) {
    const detail = `digests by ${description.checkMethod.slice(0, 40)}, not by SM3`;
    return failed(name, 'CRYPTO_CONSTRAINTS_FAILURE', detail);
  }
  const wrong = description.references.find((reference) => {
    const digest = digests(reference.path);
    return digest === null || Buffer.compare(digest, reference.digest) !== 0;
  });
  return wrong === undefined
    ? passed(name, `${description.references.length} parts are as sealed`)
    : failed(name, 'HASH_FAILURE', `${wrong.path} is not as sealed`);
}

/** A signature among the others of its package. */
export interface PackagedSignature {
  readonly ofd: OfdPackage;
  readonly signature: ReadSignature;
  /** Signatures listed after this one. */
  readonly later: readonly ReadSignature[];
}

/** The file beside the signature must be the seal inside of it. */
export function checkSealFile(
  { ofd }: PackagedSignature,
  { sealPath }: SignatureDescription,
  value: SealSignature,
): Check {
  const name = 'document.sealFile';
  if (sealPath === null) return passed(name, 'no seal file beside the signature');
  const bytes = ofd.archive.entries.get(sealPath)?.read();
  return bytes && Buffer.compare(bytes, value.seal.bytes) === 0
    ? passed(name, 'the seal file is the seal inside the signature')
    : failed(name, 'HASH_FAILURE', 'the seal file is not the seal inside the signature');
}

export interface PackageFacts {
  readonly signatures: readonly ReadSignature[];
  readonly requireOwnForm: boolean;
}

export function checkPackage(
  bytes: Uint8Array,
  ofd: OfdPackage,
  facts: PackageFacts,
): readonly Check[] {
  const { archive } = ofd;
  const broken = [...archive.entries.values()].find((entry) => !entry.hasRightChecksum());
  const count = facts.signatures.length;
  return [
    count === 0
      ? failed('document.signed', 'NOT_SIGNED', 'the document carries no seal')
      : passed('document.signed', `${count} listed`),
    archive.strayByteCount > 0
      ? failed(
          'document.package',
          'UNSIGNED_CONTENT',
          `${archive.strayByteCount} bytes belong to no part`,
        )
      : passed('document.package', 'nothing before, between or after the parts'),
    broken === undefined
      ? passed('document.checksums', 'every part is as packed')
      : failed('document.checksums', 'HASH_FAILURE', `${broken.name} is not as packed`),
    ...(facts.requireOwnForm ? [checkOwnForm(bytes, ofd, facts.signatures)] : []),
  ];
}

/**
 * One encoding for each content: parts stored with fixed fields in the order in which they were sealed, the list of
 * signatures closed.
 */
function checkOwnForm(
  bytes: Uint8Array,
  ofd: OfdPackage,
  signatures: readonly ReadSignature[],
): Check {
  const parts = [...ofd.archive.entries.values()].map((entry) => ({
    name: entry.name,
    bytes: entry.read() ?? new Uint8Array(),
  }));
  const isOurs =
    Buffer.compare(writeZip(parts), bytes) === 0 &&
    isInSealedOrder(
      parts.map(({ name }) => name),
      signatures.at(-1),
    ) &&
    signatures.every(
      ({ document, description, value }) =>
        value?.signatureAlgorithm === SM2_WITH_SM3 &&
        description?.references.some((reference) => reference.path === document.signaturesPath) ===
          true,
    );
  return isOurs
    ? passed('document.ownForm', 'packed as this service packs')
    : failed(
        'document.ownForm',
        'HASH_FAILURE',
        'not packed as this service packs: bytes were changed',
      );
}

/**
 * What is sealed in the order of its references, then the signature's own two parts; parts that are missing or too many
 * are told by the checks on references and coverage.
 */
function isInSealedOrder(names: readonly string[], last: ReadSignature | undefined): boolean {
  const description = last?.description;
  if (last === undefined || !description) return true; // nothing is sealed, as other checks say
  const sealed = description.references.map(({ path }) => path);
  const order = [...sealed, last.listed.path, description.signedValuePath];
  const known = new Set(order);
  const there = new Set(names);
  const found = names.filter((name) => known.has(name));
  return order.filter((name) => there.has(name)).every((name, index) => name === found[index]);
}
