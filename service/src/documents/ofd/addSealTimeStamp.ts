import { ServiceError } from '../../errors.ts';
import { addTimeStamp } from '../../sealing/addTimeStamp.ts';
import { readOfd } from './readOfd.ts';
import { readSignatures, type ReadSignature } from './readSignatures.ts';
import { writeZip, type ZipPart } from './writeZip.ts';

function refusal(why: string): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `the OFD takes no time stamp: ${why}`);
}

/**
 * Puts a time stamp into a seal signature of a sealed OFD. Only SignedValue.dat changes, which the signature's own digests
 * do not cover; the package is written in our form again.
 *
 * @param bytes - a sealed OFD; at most 64 MiB unpacked.
 * @param signatureIndex - from 0, in the order of the list of signatures, document after document.
 * @param token - RFC 3161 token over the DER signature value (the content of the BIT STRING).
 * @throws ServiceError `DOCUMENT_MALFORMED` if there is no such signature, it cannot be read or has a time stamp, or if
 * another signature covers it.
 */
export function addSealTimeStamp(
  bytes: Uint8Array,
  signatureIndex: number,
  token: Uint8Array,
): Uint8Array {
  const ofd = readOfd(bytes);
  const signatures = ofd.documents.flatMap((document) => readSignatures(ofd, document));
  const signature = signatures[signatureIndex];
  if (signature === undefined) throw refusal(`it has no signature ${signatureIndex}`);
  const path = requireFree(signature, signatures);
  const parts = [...ofd.archive.entries.values()].map((entry): ZipPart => {
    const part = entry.read();
    if (part === null || !entry.hasRightChecksum()) throw refusal(`${entry.name} is broken`);
    if (entry.name === path) return { name: path, bytes: addTimeStamp(part, token) };
    return entry.deflated === null
      ? { name: entry.name, bytes: part }
      : { name: entry.name, bytes: part, deflated: entry.deflated };
  });
  return writeZip(parts);
}

/** @returns the path of its SignedValue.dat. */
function requireFree(signature: ReadSignature, all: readonly ReadSignature[]): string {
  const { description, value, fault } = signature;
  if (description === null || value === null) throw refusal(fault ?? 'the signature is unreadable');
  const path = description.signedValuePath;
  const isCovered = all.some(
    (one) =>
      one.description === null ||
      one.description.references.some((reference) => reference.path === path),
  );
  if (isCovered) throw refusal('a signature covers the one to be stamped');
  return path;
}
