import { parseIdentifier } from '@yinxin/chaincode/model';
import { parseCredential, verifyCredential, type Credential } from '../credentials/sdJwt.ts';
import { failed, passed, type Check } from '../report.ts';
import { viewLicence, type LicenceView } from './ledgerView.ts';
import { checkLicence } from './licenceChecks.ts';
import type { VerificationParts, VerificationTime } from './parts.ts';
import type { Finding } from './report.ts';

/**
 * Verifies a licence's credential: genuine, the one its issue act names, and the licence still good.
 *
 * @param text - SD-JWT, attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export async function verifyCredentialText(
  parts: VerificationParts,
  text: string,
  time: VerificationTime,
): Promise<Finding> {
  return await verifyReadCredential(parts, parseCredential(text.trim()), time);
}

/** The same of one that was read. */
export async function verifyReadCredential(
  parts: VerificationParts,
  credential: Credential,
  time: VerificationTime,
): Promise<Finding> {
  const { identifier } = credential;
  const asked = parseIdentifier(identifier);
  const view = await viewLicence(parts.ledger, asked, time);
  const recorded = checkRecorded(credential, view);
  const isRecorded = recorded.some((check) => check.indication === 'TOTAL-PASSED');
  const genuine = verifyCredential(credential, {
    ...{ trust: parts.trust, at: time.at },
    ...(isRecorded && view.version !== null ? { signedAt: new Date(view.version.issuedAt) } : {}),
  });
  return {
    subject: { kind: 'credential', identifier },
    licence: identifier,
    esId: view.version?.sealSignature.esId ?? null,
    statusAgeSeconds: view.ageSeconds,
    since: view.licence?.since,
    currentIdentifier: view.licence?.identifier,
    checks: [
      ...genuine.filter((check) => !isPeriodOfCredential(check)),
      ...recorded,
      ...checkLicence(asked, view, time),
      ...genuine.filter(isPeriodOfCredential),
    ],
  };
}

/** Judged last: a revoked licence whose credential has also run out is called revoked. */
function isPeriodOfCredential({ name }: Check): boolean {
  return name === 'credential.issuedAt' || name === 'credential.expiresAt';
}

/** The issue act names the digest of its credential: another one for the same licence is not what was issued. */
function checkRecorded({ digest }: Credential, { version }: LicenceView): readonly Check[] {
  if (version === null) return [];
  const name = 'credential.recorded';
  return [
    version.credentialDigest === digest
      ? passed(name, `the issue act ${version.actId} names this credential`)
      : failed(name, 'HASH_FAILURE', `the issue act ${version.actId} names another credential`),
  ];
}
