/** Who signed a list, and whether they may (RFC 5280 §6.3.3 (f), (g)). */
import type { Certificate } from '../certificate.ts';
import { findPaths } from '../pathBuilding.ts';
import { verifyCrlSignature, type Crl } from './crl.ts';

/** What judging the status of one path's certificates goes by. */
export interface RevocationContext {
  /** Leaf first, anchor last: the path whose certificates are asked about. */
  readonly path: readonly Certificate[];
  /** Certificates that may be those of issuers of lists; attacker-controlled. */
  readonly intermediates: readonly Certificate[];
  readonly at: Date;
  readonly provenAt: Date;
  /** Certificates whose status is being asked about, here and further up: what they vouch for cannot clear them. */
  readonly pending: readonly Certificate[];
  /** Certificates whose status is asked about anyway. */
  readonly covered: readonly Certificate[];
  /** Signatures of lists that may still be verified. */
  readonly budget: { signatures: number };
  /** Everything but revocation, for the path of a list's issuer. */
  readonly isPathSound: (path: readonly Certificate[], at: Date) => boolean;
  /** Status of the certificates of such a path. */
  readonly isPathUnrevoked: (context: RevocationContext) => boolean;
}

/** The certificate by which a list is verified, or why there is none. */
export type CrlSigner =
  | { readonly signer: Certificate; readonly fault: null }
  | { readonly signer: null; readonly fault: string };

const MAX_CANDIDATES = 1024;

/**
 * Finds the certificate that signed a list: one of the path above the certificate asked about, or one with a path of
 * its own to the same anchor.
 */
export function findCrlSigner(
  crl: Crl,
  certificate: Certificate,
  context: RevocationContext,
): CrlSigner {
  const { path } = context;
  const above = path.slice(path.indexOf(certificate) + 1);
  const vouching = speaksForItself(certificate) ? [...above, certificate] : above;
  let fault = 'nobody known signed it';
  const others = context.intermediates
    .slice(0, MAX_CANDIDATES)
    .filter((candidate) => !context.pending.includes(candidate));
  for (const candidate of [...vouching, ...others]) {
    if (!mayBeSigner(candidate, crl)) {
      continue;
    }
    context.budget.signatures -= 1;
    if (context.budget.signatures < 0) {
      return { signer: null, fault: 'there are too many lists and issuers' };
    }
    const found = judgeSigner(crl, candidate, vouching, context);
    if (found === null) {
      return { signer: candidate, fault: null };
    }
    fault = found;
  }
  return { signer: null, fault };
}

/**
 * A CA may leave to an issuer of lists to say whether that issuer's own certificate was revoked: whoever holds its key
 * says what he likes of all the others, too.
 */
function speaksForItself({ crlDistributionPoints, subject }: Certificate): boolean {
  return crlDistributionPoints.some(({ crlIssuer }) =>
    crlIssuer?.some(
      (name) => name.form === 'directoryName' && name.name.comparisonKey === subject.comparisonKey,
    ),
  );
}

function mayBeSigner({ subject, subjectKeyId }: Certificate, crl: Crl): boolean {
  return (
    subject.comparisonKey === crl.issuer.comparisonKey &&
    (crl.authorityKeyId === null || subjectKeyId === null || crl.authorityKeyId === subjectKeyId)
  );
}

/** @returns why the candidate does not count; `null`: it does. */
function judgeSigner(
  crl: Crl,
  candidate: Certificate,
  vouching: readonly Certificate[],
  context: RevocationContext,
): string | null {
  const outcome = verifyCrlSignature(crl, candidate);
  if (outcome !== 'valid') {
    return outcome === 'wrong'
      ? 'its signature is wrong'
      : 'its signature is of a kind that is not verified';
  }
  if (candidate.keyUsage !== null && !candidate.keyUsage.has('cRLSign')) {
    return 'it is signed by a key that may not sign lists';
  }
  return vouching.includes(candidate) || hasOwnPath(crl, candidate, vouching, context)
    ? null
    : 'its issuer has no valid path to the same anchor';
}

/** The list's issuer must have been valid when it signed, and at the moment asked about if that is later. */
function hasOwnPath(
  crl: Crl,
  candidate: Certificate,
  above: readonly Certificate[],
  context: RevocationContext,
): boolean {
  const { intermediates, pending, provenAt } = context;
  const at = crl.thisUpdate > context.at ? crl.thisUpdate : context.at;
  const { paths } = findPaths(candidate, intermediates, context.path.slice(-1));
  const signing = {
    ...context,
    at,
    provenAt: provenAt > at ? provenAt : at,
    covered: [...context.covered, ...above],
  };
  return paths.some(
    (path) =>
      !path.some((certificate) => pending.includes(certificate)) &&
      context.isPathSound(path, at) &&
      context.isPathUnrevoked({ ...signing, path }),
  );
}
