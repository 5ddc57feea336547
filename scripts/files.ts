import { readFile, stat } from 'node:fs/promises';
import { ServiceError } from '../service/src/errors.ts';
import { detectEvidence, type Evidence } from '../service/src/verification/detectEvidence.ts';
import { parseCertificates, type Certificate } from '../service/src/pki/certificate.ts';
import { readCrlFile } from '../service/src/pki/revocation/crlFile.ts';
import type { RevocationKnowledge } from '../service/src/pki/revocation/revocationKnowledge.ts';
import { parseTrustFile, type TrustFile } from '../service/src/pki/trustStore.ts';
import { parseTrustBundle, type ReadTrustBundle } from '../service/src/trust/bundleFormat.ts';
import { UsageError } from './command.ts';

const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** @throws UsageError if there is no such file, or it cannot be read. */
export async function readInput(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES)
      throw new UsageError(`${path} has more than ${MAX_FILE_BYTES} bytes`);
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}

/**
 * Reads evidence from a file, or from the argument itself.
 *
 * @throws UsageError where it is neither; ServiceError `DOCUMENT_MALFORMED`, `CERTIFICATE_MALFORMED` for a file of no
 * known kind.
 */
export async function readEvidence(subject: string): Promise<Evidence> {
  const isFile = await stat(subject).then(
    (found) => found.isFile(),
    () => false, // too long a name, or none: then it is what it says itself
  );
  if (isFile) return detectEvidence(await readInput(subject));
  try {
    return detectEvidence(new TextEncoder().encode(subject));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new UsageError(`no such file, and no code: ${error.code}: ${error.message}`);
  }
}

/** Roots of PEM files, each for what it is marked for. @throws as {@link readCertificates}. */
export async function readTrust(paths: readonly string[]): Promise<TrustFile> {
  const files: TrustFile[] = [];
  for (const path of paths) files.push(parseTrustFile(await readPem(path)));
  return {
    anchors: files.flatMap((file) => file.anchors),
    endorsementAnchors: files.flatMap((file) => file.endorsementAnchors),
  };
}

/** Certificates of PEM files. @throws UsageError (no such file, none inside), ServiceError `CERTIFICATE_MALFORMED`. */
export async function readCertificates(paths: readonly string[]): Promise<Certificate[]> {
  const found: Certificate[] = [];
  for (const path of paths) {
    found.push(...parseCertificates(await readPem(path)));
  }
  return found;
}

/**
 * What files of revocation lists (PEM or DER, each with one or several) say. With a file, the status of every
 * certificate must be known; without any, that of certificates that name a list or responder.
 *
 * @throws UsageError (no such file), ServiceError `CERTIFICATE_MALFORMED`.
 */
export async function readRevocation(paths: readonly string[]): Promise<RevocationKnowledge> {
  const crls: Uint8Array[] = [];
  for (const path of paths) crls.push(...readCrlFile(await readInput(path)));
  return {
    crls: Object.freeze(crls),
    ocspResponses: [],
    demand: paths.length === 0 ? 'whereNamed' : 'always',
  };
}

/**
 * Reads a trust bundle; it is verified where it is used.
 *
 * @throws UsageError (no such file); ServiceError `DOCUMENT_MALFORMED`.
 */
export async function readTrustBundle(path: string): Promise<ReadTrustBundle> {
  return parseTrustBundle(Buffer.from(await readInput(path)).toString('utf8'));
}

async function readPem(path: string): Promise<string> {
  const pem = Buffer.from(await readInput(path)).toString('utf8');
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    throw new UsageError(`${path} holds no certificate`);
  }
  return pem;
}

function reasonOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return code === 'ENOENT' ? 'no such file' : typeof code === 'string' ? code : 'unknown reason';
}
