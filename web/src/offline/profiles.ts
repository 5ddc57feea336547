/** What a certificate must say for the purposes that are verified here; as the service's own table has it. */
import type { Certificate } from './certificate.ts';

const OWN_ARC = '2.25.55281270626514920876988889622045684390';
const EXTENDED_KEY_USAGE = {
  act: `${OWN_ARC}.2`,
  codeSigner: `${OWN_ARC}.3`,
  credentialSigner: `${OWN_ARC}.4`,
  node: `${OWN_ARC}.5`,
} as const;
export type KeyPurpose = keyof typeof EXTENDED_KEY_USAGE;

/** @returns what speaks against a certificate, one sentence; null if nothing does. */
export function findPurposeFault(
  { isCa, keyUsage, extendedKeyUsages }: Certificate,
  purpose: KeyPurpose,
): string | null {
  if (isCa) return 'it is a CA certificate';
  if (keyUsage !== null && !keyUsage.has('digitalSignature')) {
    return 'its key usage has none of digitalSignature';
  }
  const wanted = EXTENDED_KEY_USAGE[purpose];
  return extendedKeyUsages?.includes(wanted) === true
    ? null
    : `its extended key usage is not ${wanted}`;
}
