import type { Text } from '../language.ts';
import { conclude, failed, passed, type Check } from '../report.ts';
import type { PersonalSignature } from '../store/store.ts';
import { checkEarlierSignatures, unknownEarlierSignature } from './earlierSignatures.ts';
import type { VerificationParts, VerificationTime } from './parts.ts';
import { evidenceFinding, type Finding } from './report.ts';

const GENUINE: Text = {
  'zh-CN': '个人电子签名有效：文件签名后未被改动，签名证书由本市签发给签名人。',
  en: 'The personal signature is valid: the document is unchanged since, and its certificate was issued to the signer by this city.',
};

/**
 * Verifies a form whose last signature is a person's, as this service keeps it. The ledger says nothing of persons: the
 * verdict rests on the signature, its certificate and the service's own record.
 *
 * @param file - the checks of all signatures, and their values' digests.
 */
export async function verifyPersonal(
  parts: VerificationParts,
  personal: PersonalSignature,
  file: Readonly<{ checks: readonly Check[]; signatureDigests: readonly (string | null)[] }>,
  time: VerificationTime,
): Promise<Finding> {
  const { signatureDigests } = file;
  const checks = [
    ...file.checks,
    checkRecord(personal, signatureDigests, time),
    ...(await checkEarlierSignatures(parts, signatureDigests, time, unknownEarlierSignature)),
  ];
  const isGenuine = conclude(checks).indication === 'TOTAL-PASSED';
  return evidenceFinding({
    subject: { kind: 'seal-signature', identifier: personal.id },
    checks,
    ...(isGenuine ? { statement: GENUINE } : {}),
  });
}

function checkRecord(
  { id, signatureDigest, signedAt }: PersonalSignature,
  signatureDigests: readonly (string | null)[],
  time: VerificationTime,
): Check {
  const name = 'personalSignature.recorded';
  if (signatureDigests.at(-1) !== signatureDigest) {
    return failed(name, 'HASH_FAILURE', `the last signature is not that of ${id}`);
  }
  return signedAt > time.at
    ? failed(name, 'NOT_YET_VALID', `signed only at ${signedAt.toISOString()}`)
    : passed(name, `signed here as ${id} at ${signedAt.toISOString()}`);
}
