/** How two cities come to know each other's CAs: one exports, the other imports as proposals. */
import { TRUST_PURPOSES, type TrustScope } from '@yinxin/chaincode/model';
import { organisationOf, type Principal } from '../access.ts';
import { ServiceError, type ErrorCode } from '../errors.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { AuthorityName } from '../pki/cityPki.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { unscopedAnchors } from '../pki/trustStore.ts';
import type { TrustProposal } from '../store/store.ts';
import type { TrustParts } from './parts.ts';
import { proposeTrustAnchor, TRUST_LIST_ROLES } from './proposals.ts';
import { readTrustExport, signTrustExport } from './trustExport.ts';

const EXPORT_LIFE_MS = 30 * 86_400_000;

/** Limits that the importing city sets beside what the other one suggests. */
export type ScopeLimits = Partial<TrustScope>;

/** What came of an import. */
export interface TrustImport {
  readonly issuer: AuthorityName;
  readonly signedBy: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly proposals: readonly TrustProposal[];
  /** CAs that were not proposed, with the reason: mostly because they are trusted already. */
  readonly skipped: readonly Readonly<{ fingerprint: string; name: string; code: ErrorCode }>[];
}

/** Exports this city's own CAs for seals, documents and time-stamps, signed by its operator. */
export async function exportTrust(parts: TrustParts): Promise<string> {
  const { clock, operator, trust } = parts;
  const { credentialSigner, ...signers } = await parts.signersOf(operator.creditCode);
  const issuedAt = clock.now();
  const known = [
    ...trust.own.intermediates,
    ...[signers.documentSignerSm2, signers.documentSignerEs256].flatMap(({ certificationPath }) =>
      certificationPath.map((der) => parseCertificate(der)),
    ),
  ];
  const crlUrls = [...new Set(known.flatMap((certificate) => certificate.crlUrls))];
  return await signTrustExport(
    {
      issuer: operator,
      issuedAt,
      expiresAt: new Date(issuedAt.getTime() + EXPORT_LIFE_MS),
      authorities: unscopedAnchors(trust.own)
        .filter(({ notAfter }) => notAfter > issuedAt)
        .map((certificate) => ({
          certificate,
          name: nameOf(certificate),
          suggestedScope: {
            purposes: [...TRUST_PURPOSES],
            ...{ sealKinds: null, licenceTypes: null, until: null },
            from: certificate.notBefore.toISOString(),
          },
          crlUrls,
        })),
    },
    credentialSigner,
  );
}

/**
 * Takes over another city's export as proposals, one a CA. Whoever approves them compares the fingerprints with what
 * that city says of itself by another way.
 *
 * @param text - attacker-controlled.
 * @throws ServiceError as `readTrustExport`; `NOT_AUTHORISED`, `TRUST_SCOPE_INVALID`.
 */
export async function importTrust(
  parts: TrustParts,
  principal: Principal,
  text: string,
  limits: ScopeLimits,
): Promise<TrustImport> {
  organisationOf(principal, ...TRUST_LIST_ROLES); // also where nothing is left to propose
  const { authorities, ...read } = readTrustExport(text, parts.clock.now());
  const origin = `${read.issuer.name} (${read.issuer.creditCode})`;
  const proposals: TrustProposal[] = [];
  const skipped: TrustImport['skipped'][number][] = [];
  for (const { certificate, name, suggestedScope } of authorities) {
    const body = {
      certificate: Buffer.from(certificate.der).toString('base64'),
      name,
      scope: { ...suggestedScope, ...limits },
    };
    try {
      proposals.push(await proposeTrustAnchor(parts, principal, body, origin));
    } catch (error) {
      if (!(error instanceof ServiceError) || !IS_SKIPPED.has(error.code)) throw error;
      skipped.push({ fingerprint: certificate.fingerprint, name, code: error.code });
    }
  }
  return { ...read, proposals, skipped };
}

/** What concerns one CA and not the whole import. */
const IS_SKIPPED: ReadonlySet<ErrorCode> = new Set([
  'TRUST_ANCHOR_ALREADY_EXISTS',
  'TRUST_ANCHOR_UNFIT',
]);

function nameOf({ subject }: Certificate): string {
  return (subject.commonName ?? subject.text).slice(0, 200);
}
