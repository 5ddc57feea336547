/** Verification of a document code: is it genuine, and was its signer entitled when it signed? */

import { verifySignature } from '../keys/publicKey.ts';
import type { Certificate } from '../pki/certificate.ts';
import { validateCertificationPath } from '../pki/certificationPath.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { failed, indeterminate, passed, type Check } from '../report.ts';
import { sign1ToBeSigned } from './cose.ts';
import type { DocumentCode } from './documentCode.ts';

const SIGNATURE_CLAUSE = 'RFC 9052 §4.4';
const TIME_CLAUSE = 'RFC 8392 §3.1';

/** Candidates tried for one key identifier: 8 bytes can collide, but not often. */
const MAX_CANDIDATES = 8;

/** Clocks of issuer and verifier may differ by this much. */
const MAX_CLOCK_SKEW_MS = 60_000;

/** What a code that was read shows of itself; that of a receipt is verified in the same way. */
export interface SignedCode extends Pick<DocumentCode, 'keyIdentifier' | 'sign1'> {
  readonly claims: Pick<DocumentCode['claims'], 'issuer' | 'issuedAt' | 'expiresAt'>;
}

export interface DocumentCodeQuestion {
  /** @returns every known certificate whose SHA-256 starts with these 8 bytes (lower-case hex). */
  readonly findSigners: (keyIdentifier: string) => readonly Certificate[];
  readonly trust: TrustStore;
  /** The instant the verdict is about. */
  readonly at: Date;
  /**
   * Whether a ledger record that holds the code's digest proves when it was signed. Without that proof a code is
   * worth nothing after its signer's `notAfter`: whoever holds the old key could have made it yesterday.
   */
  readonly isIssueProven: boolean;
}

export interface DocumentCodeAnswer {
  /** `code.signer`, `code.signature`, the path's own, `code.issuer`, `code.issuedAt`, `code.expiresAt`. */
  readonly checks: readonly Check[];
  /** Whose signature it is; `null` if no known key fits. */
  readonly signer: Certificate | null;
}

/**
 * Verifies a code that was parsed (its form is checked by then). The status of the licence is not looked at here.
 *
 * The certification path is judged as of `iat`, with the purpose `codeSigner`.
 *
 * @returns never throws for a code that is not genuine.
 */
export function verifyDocumentCode(
  code: SignedCode,
  question: DocumentCodeQuestion,
): DocumentCodeAnswer {
  const candidates = question.findSigners(code.keyIdentifier).slice(0, MAX_CANDIDATES);
  if (candidates.length === 0) {
    const detail = `no known certificate has the key identifier ${code.keyIdentifier}`;
    return {
      checks: [
        indeterminate('code.signer', 'NO_CERTIFICATE_CHAIN_FOUND', detail),
        ...checkTimes(code, question),
      ],
      signer: null,
    };
  }
  const signer = findSigner(code, candidates);
  if (signer === null) {
    return {
      checks: [...signatureFailure(code, candidates), ...checkTimes(code, question)],
      signer: null,
    };
  }
  return {
    checks: [
      passed('code.signer', `key identifier ${code.keyIdentifier} is known`),
      passed(
        'code.signature',
        `${code.sign1.algorithm} signature value is right`,
        SIGNATURE_CLAUSE,
      ),
      ...checkPath(code, signer, question),
      checkIssuer(code, signer),
      ...checkTimes(code, question),
      checkSigningTime(signer, question),
    ],
    signer,
  };
}

function findSigner(code: SignedCode, candidates: readonly Certificate[]): Certificate | null {
  const toBeSigned = sign1ToBeSigned(code.sign1);
  const signer = candidates.find(
    ({ publicKey }) =>
      publicKey.algorithm === code.sign1.algorithm && // the key, not the message, says how it is used
      verifySignature(publicKey, toBeSigned, code.sign1.signature),
  );
  return signer ?? null;
}

function signatureFailure(code: SignedCode, candidates: readonly Certificate[]): readonly Check[] {
  const { algorithm } = code.sign1;
  const signer = passed('code.signer', `key identifier ${code.keyIdentifier} is known`);
  if (!candidates.some(({ publicKey }) => publicKey.algorithm === algorithm)) {
    const detail = `algorithm ${algorithm} is not that of the signer's key`;
    return [
      signer,
      failed('code.signature', 'CRYPTO_CONSTRAINTS_FAILURE', detail, SIGNATURE_CLAUSE),
    ];
  }
  const detail = 'signature value does not fit content and key';
  return [signer, failed('code.signature', 'SIG_CRYPTO_FAILURE', detail, SIGNATURE_CLAUSE)];
}

function checkPath(
  code: SignedCode,
  signer: Certificate,
  { trust, at, isIssueProven }: DocumentCodeQuestion,
): readonly Check[] {
  const { issuedAt } = code.claims;
  return validateCertificationPath({
    ...trust,
    leaf: signer,
    at: issuedAt,
    provenAt: isIssueProven ? issuedAt : at, // without a record the time is the signer's word
    purpose: 'codeSigner',
  }).checks;
}

function checkIssuer(code: SignedCode, signer: Certificate): Check {
  const { issuer } = code.claims;
  const certified = signer.subject.creditCode;
  return certified === issuer
    ? passed('code.issuer', `the certificate names ${issuer}`, TIME_CLAUSE)
    : failed(
        'code.issuer',
        'CERTIFICATE_CONSTRAINTS_FAILURE',
        `code is issued by ${issuer}, its signer's certificate names ${certified ?? 'no credit code'}`,
        TIME_CLAUSE,
      );
}

function checkTimes(code: SignedCode, { at }: DocumentCodeQuestion): readonly Check[] {
  const { issuedAt, expiresAt } = code.claims;
  const isFromFuture = issuedAt.getTime() > at.getTime() + MAX_CLOCK_SKEW_MS;
  const isExpired = expiresAt !== null && at.getTime() >= expiresAt.getTime();
  return [
    isFromFuture
      ? failed('code.issuedAt', 'NOT_YET_VALID', `issued at ${issuedAt.toISOString()}`, TIME_CLAUSE)
      : passed('code.issuedAt', `issued at ${issuedAt.toISOString()}`, TIME_CLAUSE),
    isExpired
      ? failed(
          'code.expiresAt',
          'LICENCE_EXPIRED',
          `good before ${expiresAt.toISOString()}`,
          TIME_CLAUSE,
        )
      : passed('code.expiresAt', expiryDetail(expiresAt), TIME_CLAUSE),
  ];
}

function expiryDetail(expiresAt: Date | null): string {
  return expiresAt === null ? 'without end' : `good before ${expiresAt.toISOString()}`;
}

function checkSigningTime(signer: Certificate, { at, isIssueProven }: DocumentCodeQuestion): Check {
  const name = 'code.signingTime';
  if (isIssueProven) {
    return passed(name, 'the ledger proves when it was signed');
  }
  return at.getTime() > signer.notAfter.getTime()
    ? indeterminate(
        name,
        'EXPIRED',
        `signer's certificate ended at ${signer.notAfter.toISOString()} and nothing proves an earlier signature`,
      )
    : passed(name, "within the period of its signer's certificate");
}
