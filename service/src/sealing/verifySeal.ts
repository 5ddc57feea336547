/** The steps of checking a seal, one named check each, in the standard's order. */
import { createHash } from 'node:crypto';

import { createBoundedCache } from '../keys/boundedCache.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { failed, passed, type Check } from '../report.ts';
import { checkCertificate, isSignedBy, readCertificate } from './sealCertificate.ts';
import { verifySealTimeStamp } from './sealTimeStamp.ts';
import type { Seal } from './seal.ts';

const CLAUSE = {
  format: 'GM/T 0031-2014, verification of a seal, step a',
  signature: 'GM/T 0031-2014, verification of a seal, step b',
  makerCertificate: 'GM/T 0031-2014, verification of a seal, step c',
  period: 'GM/T 0031-2014, verification of a seal, step d',
} as const;

/**
 * Checks a seal: the maker's signature, the maker's certificate, the seal's period.
 *
 * @param at - instant at which seal and certificate are judged: the signing time for a seal inside a signature.
 * @returns the checks in the order of GM/T 0031-2014. Revocation is not looked at here.
 */
export function verifySeal(seal: Seal, trust: TrustStore, at: Date): readonly Check[] {
  const maker = readCertificate(seal.makerCertificate);
  const format = passed(
    'seal.format',
    `seal ${seal.esId} of version ${seal.version}`,
    CLAUSE.format,
  );
  if (maker === null) {
    const detail = 'the certificate of the seal maker cannot be read';
    return [
      format,
      failed('seal.makerCertificate.format', 'FORMAT_FAILURE', detail, CLAUSE.makerCertificate),
    ];
  }
  return [
    format,
    checkMakerSignature(seal, maker),
    ...checkCertificate({
      name: 'seal.makerCertificate',
      certificate: maker,
      purpose: 'sealMaker',
      trust,
      // GM/T 0031-2025 judges the maker by the day the seal was made
      at: seal.version === 5 ? seal.createdAt : at,
      clause: CLAUSE.makerCertificate,
    }),
    checkPeriod(seal, at),
    ...checkTimeStamp(seal, trust, at),
  ];
}

/** By SHA-256 of the seal: a signature value that was right stays right. */
const verifiedSeals = createBoundedCache<boolean>(1024);

function checkMakerSignature(seal: Seal, maker: Certificate): Check {
  const name = createHash('sha256').update(seal.bytes).digest('hex');
  const isRight = verifiedSeals.get(name) ?? isSignedBy(maker, seal);
  verifiedSeals.set(name, isRight);
  return isRight
    ? passed('seal.makerSignature', `signed by ${maker.subject.text}`, CLAUSE.signature)
    : failed(
        'seal.makerSignature',
        'SIG_CRYPTO_FAILURE',
        'the seal is not what its maker signed',
        CLAUSE.signature,
      );
}

/** Version 5 only: a seal cannot claim to have been made after its stamp. */
function checkTimeStamp(seal: Seal, trust: TrustStore, at: Date): readonly Check[] {
  const { timeStampToken: token, signatureValue: stamped, createdAt: claimedAt } = seal;
  return token === null
    ? []
    : verifySealTimeStamp({ name: 'seal.timeStamp', token, stamped, claimedAt, trust, at }).checks;
}

function checkPeriod({ validFrom, validUntil }: Seal, at: Date): Check {
  const period = `${validFrom.toISOString()} to ${validUntil.toISOString()}`;
  if (at < validFrom) {
    const detail = `used at ${at.toISOString()}; valid from ${period}`;
    return failed('seal.period', 'SEAL_NOT_YET_VALID_AT_SIGNING', detail, CLAUSE.period);
  }
  if (at > validUntil) {
    const detail = `used at ${at.toISOString()}; valid from ${period}`;
    return failed('seal.period', 'SEAL_EXPIRED_AT_SIGNING', detail, CLAUSE.period);
  }
  return passed('seal.period', `valid from ${period}`, CLAUSE.period);
}
