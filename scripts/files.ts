import { readFile, stat } from 'node:fs/promises';
import { ServiceError } from '../service/src/errors.ts';
import { detectEvidence, type Evidence } from '../service/src/offline/detectEvidence.ts';
import { parseCertificates, type Certificate } from '../service/src/pki/certificate.ts';
import { parseTrustFile, type TrustFile } from '../service/src/pki/trustStore.ts';
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
