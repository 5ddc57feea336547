/** Keys of persons: one a signature, certified for the person, and forgotten once it has signed. */
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { generateEs256KeyPair, signEs256 } from '../keys/es256.ts';
import type { SignatureAlgorithm, Signer } from '../keys/signer.ts';
import { generateSm2KeyPair, signSm2 } from '../keys/sm2.ts';
import { issueCertificate, type CertificateRequest } from './certificateAuthority.ts';

/** A person as their certificate names them. */
export interface PersonName {
  readonly displayName: string;
  /** Keyed hash that tells persons of one name apart; never an identity number. */
  readonly pseudonym: string;
  /** Of a member of staff; null: a citizen. */
  readonly organisation: { readonly name: string; readonly creditCode: string } | null;
}

const KEYS = {
  ES256: { generate: generateEs256KeyPair, sign: signEs256 },
  SM2: { generate: generateSm2KeyPair, sign: signSm2 },
} as const;
const MAX_NAME_LENGTH = 64; // RFC 5280 appendix A: ub-common-name, ub-organization-name
const PSEUDONYM_LENGTH = 32;

/**
 * Makes a signer for one signature of a person: a fresh key, a certificate for it, and nothing that is kept. So there is
 * nothing to be stolen later, and nothing to be erased with the person but what they signed.
 *
 * @param issuer - of purpose `intermediateCa`.
 * @returns a signer that signs once; then `KEY_UNFIT`.
 * @throws ServiceError `KEY_UNFIT` if the issuer may not issue.
 */
export async function createPersonalSigner(
  person: PersonName,
  algorithm: SignatureAlgorithm,
  making: Readonly<{ issuer: Signer; clock: Clock }> & Pick<CertificateRequest, 'statusUrls'>,
): Promise<Signer> {
  const { issuer, clock, ...statusUrls } = making;
  const { privateKey, spki } = KEYS[algorithm].generate();
  const cut = (text: string): string => Array.from(text).slice(0, MAX_NAME_LENGTH).join('');
  const leaf = await issueCertificate(
    {
      purpose: 'personalSigner',
      subject: {
        organisation: person.organisation === null ? null : cut(person.organisation.name),
        creditCode: person.organisation?.creditCode ?? null,
        commonName: cut(person.displayName),
        serialNumber: person.pseudonym.slice(0, PSEUDONYM_LENGTH),
      },
      spki,
      notBefore: clock.now(),
      ...statusUrls,
    },
    issuer,
  );
  let hasSigned = false;
  const keyId = createHash('sha256').update(leaf).digest('hex');
  return {
    algorithm,
    purpose: 'personalSigner',
    certificationPath: [leaf, ...issuer.certificationPath],
    keyId,
    sign: (bytes) =>
      new Promise((resolve) => {
        if (hasSigned) throw new ServiceError('KEY_UNFIT', `key ${keyId} has signed already`);
        hasSigned = true;
        resolve(KEYS[algorithm].sign(privateKey, bytes));
      }),
  };
}
