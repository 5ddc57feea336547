/** What evidence is judged by: the city's roots, and what its authorities say of revoked certificates. */
import { decodeUtf8, MalformedError, type Bytes } from '../../../offline/bytes.ts';
import { parseCertificates, type Certificate } from '../../../offline/certificate.ts';
import type { Trust } from '../../../offline/certificationPath.ts';
import { readRevocationList } from '../../../offline/revocationList.ts';

/** Fetches a public file of the API. @returns null: there is none, or no network. */
export type FetchFile = (path: string) => Promise<Bytes | null>;

export const fetchFile: FetchFile = async (path) => {
  try {
    const response = await fetch(`/api/v1${path}`);
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
  } catch {
    return null; // no network: nothing can be judged, which the steps say
  }
};

/** Roots that the service names as the city's; whoever relies on them compares their fingerprints elsewhere. */
export async function loadRoots(fetchFile: FetchFile): Promise<readonly Certificate[]> {
  return readPem(await fetchFile('/trust-roots'));
}

/** Certificates of a PEM file. @returns none for what cannot be had or read. */
export async function readPem(bytes: Bytes | null): Promise<readonly Certificate[]> {
  const pem = bytes === null ? null : decodeUtf8(bytes);
  try {
    return pem === null ? [] : await parseCertificates(pem);
  } catch (error) {
    if (error instanceof MalformedError) return [];
    throw error;
  }
}

/**
 * Roots with the revocation lists of whoever issued these certificates.
 *
 * @param certificates - that came with evidence; attacker-controlled.
 */
export async function loadTrust(
  fetchFile: FetchFile,
  anchors: readonly Certificate[],
  certificates: readonly Certificate[],
): Promise<Trust> {
  const issuers = new Set(
    certificates.flatMap(({ authorityKeyId }) => (authorityKeyId === null ? [] : [authorityKeyId])),
  );
  const files = await Promise.all(
    [...issuers].slice(0, MAX_LISTS).map((keyId) => fetchFile(`/crl/${keyId}.crl`)),
  );
  const lists = files
    .map((file) => (file === null ? null : readRevocationList(file)))
    .filter((list) => list !== null);
  return { anchors, intermediates: [], scopes: new Map(), lists };
}

const MAX_LISTS = 16;
