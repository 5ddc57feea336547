/** One certificate profile a key purpose: which certificate a key needs to be allowed to sign. */
import type { FitnessRule, SigningPeriod } from '../keys/keyStore.ts';
import type { KeyPurpose } from '../keys/signer.ts';
import { ServiceError } from '../errors.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import type { KeyUsage } from './extensions.ts';

/** What a certificate must say to fit a purpose. */
export interface CertificateProfile {
  readonly isCa: boolean;
  /** pathLenConstraint of a CA; `null` for the others. */
  readonly pathLength: number | null;
  /** Exactly these (RFC 5280 §4.2.1.3). */
  readonly keyUsage: readonly KeyUsage[];
  /** The extended key usage that names the purpose; `null` for CAs. */
  readonly extendedKeyUsage: string | null;
  /** Usages that stand beside it for other people's readers; ours ask for none of them. */
  readonly furtherExtendedKeyUsages: readonly string[];
  readonly isExtendedKeyUsageCritical: boolean;
  /** Whether verifiers refuse a certificate without any extended key usage; foreign CAs set none for seals. */
  readonly isExtendedKeyUsageRequired: boolean;
  /** Length of the certificates we issue, in years. */
  readonly validityYears: number;
  readonly maxValidityYears: number;
  readonly minValidityYears: number;
  /** Years from notBefore in which the key signs; the certificate lives on to verify. */
  readonly signingYears: number | null;
}

/**
 * Our own extended key usages stand under an arc made from UUID 2996c913-02de-4ee8-9952-fd3e1f4a72a6 (ITU-T X.667 §6.3:
 * 2.25 and the UUID as an integer), which needs no registration.
 */
export const OWN_ARC = '2.25.55281270626514920876988889622045684390';

/** Extended key usages by purpose, dotted form. */
export const EXTENDED_KEY_USAGE = {
  sealMaker: `${OWN_ARC}.1`,
  act: `${OWN_ARC}.2`,
  codeSigner: `${OWN_ARC}.3`,
  credentialSigner: `${OWN_ARC}.4`,
  node: `${OWN_ARC}.5`,
  personalSigner: `${OWN_ARC}.6`,
  documentSigner: '1.3.6.1.5.5.7.3.36', // id-kp-documentSigning, RFC 9336 §3.1
  timeStamper: '1.3.6.1.5.5.7.3.8', // id-kp-timeStamping, RFC 3161 §2.3
} as const;

/** Readers built on NSS, poppler among them, trust a document's signer only if it may also sign e-mail. */
const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4'; // id-kp-emailProtection, RFC 5280 §4.2.1.12

const ca = {
  isCa: true,
  keyUsage: ['keyCertSign', 'cRLSign'],
  extendedKeyUsage: null,
  furtherExtendedKeyUsages: [],
  isExtendedKeyUsageCritical: false,
  isExtendedKeyUsageRequired: false,
  minValidityYears: 0,
  signingYears: null,
} as const;
const endEntity = {
  isCa: false,
  pathLength: null,
  keyUsage: ['digitalSignature'],
  furtherExtendedKeyUsages: [],
  isExtendedKeyUsageCritical: false,
  isExtendedKeyUsageRequired: true,
  validityYears: 5,
  maxValidityYears: 5,
  minValidityYears: 0,
  signingYears: null,
} as const;

/** The table: everything else about profiles reads it. */
export const CERTIFICATE_PROFILES: Readonly<Record<KeyPurpose, CertificateProfile>> = {
  rootCa: { ...ca, pathLength: 1, validityYears: 30, maxValidityYears: 30 },
  intermediateCa: { ...ca, pathLength: 0, validityYears: 20, maxValidityYears: 20 },
  sealMaker: {
    ...endEntity,
    keyUsage: ['digitalSignature', 'nonRepudiation'],
    extendedKeyUsage: EXTENDED_KEY_USAGE.sealMaker,
    isExtendedKeyUsageRequired: false,
    validityYears: 10,
    maxValidityYears: 10,
  },
  act: { ...endEntity, extendedKeyUsage: EXTENDED_KEY_USAGE.act },
  documentSigner: {
    ...endEntity,
    keyUsage: ['digitalSignature', 'nonRepudiation'],
    extendedKeyUsage: EXTENDED_KEY_USAGE.documentSigner,
    furtherExtendedKeyUsages: [EMAIL_PROTECTION],
    isExtendedKeyUsageRequired: false,
  },
  codeSigner: {
    ...endEntity,
    extendedKeyUsage: EXTENDED_KEY_USAGE.codeSigner,
    validityYears: 12, // a code cannot be signed again: its certificate must outlive it
    maxValidityYears: 15,
    minValidityYears: 10,
    signingYears: 1,
  },
  credentialSigner: { ...endEntity, extendedKeyUsage: EXTENDED_KEY_USAGE.credentialSigner },
  timeStamper: {
    ...endEntity,
    extendedKeyUsage: EXTENDED_KEY_USAGE.timeStamper,
    isExtendedKeyUsageCritical: true, // RFC 3161 §2.3: critical, and the only one
    validityYears: 10,
    maxValidityYears: 10,
  },
  personalSigner: {
    ...endEntity,
    keyUsage: ['digitalSignature', 'nonRepudiation'],
    extendedKeyUsage: EXTENDED_KEY_USAGE.personalSigner,
    furtherExtendedKeyUsages: [EXTENDED_KEY_USAGE.documentSigner, EMAIL_PROTECTION],
    validityYears: 3,
    maxValidityYears: 3,
  },
  node: {
    ...endEntity,
    extendedKeyUsage: EXTENDED_KEY_USAGE.node,
    validityYears: 10,
    maxValidityYears: 10,
  },
};

/** @returns what of a certificate is not as its purpose wants it, one sentence; `null` if all is. */
export function findProfileFault(certificate: Certificate, purpose: KeyPurpose): string | null {
  const profile = CERTIFICATE_PROFILES[purpose];
  const faults: readonly (readonly [boolean, string])[] = [
    [
      certificate.isCa !== profile.isCa,
      profile.isCa ? 'is no CA certificate' : 'is a CA certificate',
    ],
    [
      !hasExactly(certificate.keyUsage, profile.keyUsage),
      `has not exactly the key usage ${profile.keyUsage.join(', ')}`,
    ],
    [
      !hasExtendedKeyUsages(certificate, profile),
      'has not exactly the extended key usages of its purpose',
    ],
    [
      certificate.unknownCriticalExtensions.length > 0,
      'has a critical extension that is not known',
    ],
    [
      certificate.notAfter > addYears(certificate.notBefore, profile.maxValidityYears),
      'is valid for too long',
    ],
    [
      certificate.notAfter < addYears(certificate.notBefore, profile.minValidityYears),
      'is valid for too short a time',
    ],
  ];
  const fault = faults.find(([isFaulty]) => isFaulty);
  return fault === undefined
    ? null
    : `certificate ${certificate.fingerprint} ${fault[1]} (${purpose})`;
}

/**
 * Says what speaks against a certificate, ours or a foreign CA's, when a signature for this purpose is verified:
 * less than {@link findProfileFault}, which is for keys that are about to sign.
 *
 * @returns one sentence; `null` if nothing does.
 */
export function findPurposeFault(certificate: Certificate, purpose: KeyPurpose): string | null {
  const profile = CERTIFICATE_PROFILES[purpose];
  const { keyUsage, extendedKeyUsages } = certificate;
  if (certificate.isCa !== profile.isCa) {
    return certificate.isCa ? 'it is a CA certificate' : 'it is no CA certificate';
  }
  if (keyUsage !== null && !profile.keyUsage.some((usage) => keyUsage.has(usage))) {
    return `its key usage has none of ${profile.keyUsage.join(', ')}`;
  }
  if (profile.extendedKeyUsage === null) {
    return null;
  }
  const isAllowed =
    extendedKeyUsages === null
      ? !profile.isExtendedKeyUsageRequired
      : extendedKeyUsages.includes(profile.extendedKeyUsage);
  return isAllowed ? null : `its extended key usage is not ${profile.extendedKeyUsage}`;
}

/** When the profile lets the certified key sign: within the validity, for some only its first years. */
export function signingPeriodOf(certificate: Certificate, purpose: KeyPurpose): SigningPeriod {
  const { signingYears } = CERTIFICATE_PROFILES[purpose];
  const limit =
    signingYears === null ? certificate.notAfter : addYears(certificate.notBefore, signingYears);
  return {
    from: certificate.notBefore,
    until: limit < certificate.notAfter ? limit : certificate.notAfter,
  };
}

/** The rule a key store is given: unfit key, no signature. */
export const judgeFitness: FitnessRule = ({ purpose, algorithm, spki, certificationPath }) => {
  const [leaf] = certificationPath;
  if (leaf === undefined) {
    throw new ServiceError('KEY_UNFIT', `a key for ${purpose} has no certificate`);
  }
  const certificate = parseCertificate(leaf);
  if (
    certificate.publicKey.algorithm !== algorithm ||
    Buffer.compare(certificate.publicKey.spki, spki) !== 0
  ) {
    throw new ServiceError(
      'KEY_UNFIT',
      `certificate ${certificate.fingerprint} is for another key`,
    );
  }
  const fault = findProfileFault(certificate, purpose);
  if (fault !== null) {
    throw new ServiceError('KEY_UNFIT', fault);
  }
  return signingPeriodOf(certificate, purpose);
};

/** Calendar years in UTC; 29 February becomes 1 March. */
export function addYears(instant: Date, years: number): Date {
  const result = new Date(instant);
  result.setUTCFullYear(result.getUTCFullYear() + years);
  return result;
}

function hasExactly(found: ReadonlySet<KeyUsage> | null, expected: readonly KeyUsage[]): boolean {
  return (
    found !== null && found.size === expected.length && expected.every((usage) => found.has(usage))
  );
}

function hasExtendedKeyUsages(
  { extendedKeyUsages }: Certificate,
  { extendedKeyUsage, furtherExtendedKeyUsages }: CertificateProfile,
): boolean {
  if (extendedKeyUsage === null || extendedKeyUsages === null) {
    return extendedKeyUsage === extendedKeyUsages;
  }
  const expected = [extendedKeyUsage, ...furtherExtendedKeyUsages];
  return (
    extendedKeyUsages.length === expected.length &&
    expected.every((usage) => extendedKeyUsages.includes(usage))
  );
}
