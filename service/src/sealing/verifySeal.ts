/** The steps of checking a seal, one named check each, in the standard's order. */
import { createHash } from 'node:crypto';

import { createBoundedCache } from '../keys/boundedCache.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { failed, noticed, passed, type Check } from '../report.ts';
import {
  checkOutcome,
  judgeCertificate,
  judgeSignature,
  readCertificate,
  type CertificateJudgement,
  type SignatureOutcome,
} from './sealCertificate.ts';
import { checkDialects } from './dialectCheck.ts';
import { CHINA_OFFSET_MS } from './sealDialect.ts';
import { checkSealScope } from './sealScope.ts';
import { verifySealTimeStamp, type SealTimeStampVerdict } from './sealTimeStamp.ts';
import type { Seal } from './seal.ts';

const CLAUSE = {
  format: 'GM/T 0031-2014, verification of a seal, step a',
  signature: 'GM/T 0031-2014, verification of a seal, step b',
  makerCertificate: 'GM/T 0031-2014, verification of a seal, step c',
  period: 'GM/T 0031-2014, verification of a seal, step d',
} as const;

/** What is known of a seal's use beside its time. */
export interface SealUseTimes {
  /** Instant by which the use provably happened; `at` if not given. */
  readonly provenAt?: Date;
  /** Instant of verification; `at` if not given. */
  readonly knownAt?: Date;
}

/**
 * Checks a seal: the maker's signature, the maker's certificate, the seal's period, its stamp.
 *
 * @param at - instant at which seal and certificate are judged: the signing time for a seal inside a signature.
 * @returns the checks in the order of GM/T 0031-2014.
 */
export function verifySeal(
  seal: Seal,
  trust: TrustStore,
  at: Date,
  { provenAt = at, knownAt = at }: SealUseTimes = {},
): readonly Check[] {
  const format = [
    passed('seal.format', `seal ${seal.esId} of version ${seal.version}`, CLAUSE.format),
    ...checkDialects('seal.dialect', seal.dialects),
  ];
  const maker = readCertificate(seal.makerCertificate);
  if (maker === null) {
    const detail = 'the certificate of the seal maker cannot be read';
    const name = 'seal.makerCertificate.format';
    return [...format, failed(name, 'FORMAT_FAILURE', detail, CLAUSE.makerCertificate)];
  }
  const stamp = judgeStamp(seal, trust, knownAt);
  const judged = judgeMaker(seal, { maker, trust, at, provenAt, knownAt, stamp });
  return [
    ...format,
    checkMakerSignature(seal, maker),
    ...judged.checks,
    ...checkSealScope(seal, trust, judged.anchor),
    ...checkCreation(seal, maker),
    checkPeriod(seal, at),
    ...(stamp?.checks ?? []),
  ];
}

/** By SHA-256 of the seal: what its maker signed stays signed. */
const verifiedSeals = createBoundedCache<SignatureOutcome>(1024);

function checkMakerSignature(seal: Seal, maker: Certificate): Check {
  const key = createHash('sha256').update(seal.bytes).digest('hex');
  const outcome = verifiedSeals.get(key) ?? judgeSignature(maker, seal);
  verifiedSeals.set(key, outcome);
  return checkOutcome(outcome, maker, {
    name: 'seal.makerSignature',
    wrong: 'the seal is not what its maker signed',
    algorithm: seal.signatureAlgorithm,
    clause: CLAUSE.signature,
  });
}

interface MakerQuestion {
  readonly maker: Certificate;
  readonly trust: TrustStore;
  readonly at: Date;
  readonly provenAt: Date;
  readonly knownAt: Date;
  readonly stamp: SealTimeStampVerdict | null;
}

/**
 * Versions 1 and 4 judge the maker at the time of use. GM/T 0031-2025 judges by the day the seal was made: an end or a
 * revocation since then is a notice.
 */
function judgeMaker(seal: Seal, question: MakerQuestion): CertificateJudgement {
  const { maker: certificate, trust, at, provenAt, knownAt, stamp } = question;
  const asked = {
    name: 'seal.makerCertificate',
    certificate,
    purpose: 'sealMaker',
    trust,
    clause: CLAUSE.makerCertificate,
  } as const;
  if (seal.version !== 5) return judgeCertificate({ ...asked, at, provenAt });
  const madeAt = isDatedEarly(seal, certificate) ? certificate.notBefore : seal.createdAt;
  const made = judgeCertificate({ ...asked, at: madeAt, provenAt: stamp?.provenAt ?? madeAt });
  const now = judgeCertificate({ ...asked, at: knownAt, provenAt: knownAt });
  const ended = now.checks.find(
    ({ subIndication }) => subIndication === 'EXPIRED' || subIndication === 'REVOKED',
  );
  if (ended === undefined) return made;
  const detail = `good when the seal was made; since then: ${ended.detail}`;
  const notice = noticed('seal.makerCertificate.now', detail, CLAUSE.makerCertificate);
  return { ...made, checks: [...made.checks, notice] };
}

/** Real seals are dated some days before their maker's certificate begins. */
const EARLY_MS = 31 * 24 * 3_600_000;

function isDatedEarly({ createdAt }: Seal, { notBefore }: Certificate): boolean {
  const early = notBefore.getTime() - createdAt.getTime();
  return early > 0 && early <= EARLY_MS;
}

/** What is odd about the day a seal was made and is no fault in itself. */
function checkCreation({ createdAt, validFrom }: Seal, maker: Certificate): readonly Check[] {
  const name = 'seal.createDate';
  const made = `made at ${createdAt.toISOString()}`;
  if (createdAt < maker.notBefore) {
    const detail = `${made}, before its maker's certificate begins at ${maker.notBefore.toISOString()}`;
    return [noticed(name, detail)];
  }
  if (createdAt > maker.notAfter) {
    const detail = `${made}, after its maker's certificate ended at ${maker.notAfter.toISOString()}`;
    return [noticed(name, detail)];
  }
  if (createdAt.getTime() - validFrom.getTime() === CHINA_OFFSET_MS) {
    return [
      noticed(name, `${made}, eight hours after the seal's period begins: local time and UTC`),
    ];
  }
  return [];
}

/** Version 5 only: a seal cannot claim to have been made after its stamp. */
function judgeStamp(seal: Seal, trust: TrustStore, at: Date): SealTimeStampVerdict | null {
  const { timeStampToken: token, signatureValue: stamped, createdAt: claimedAt } = seal;
  return token === null
    ? null
    : verifySealTimeStamp({ name: 'seal.timeStamp', token, stamped, claimedAt, trust, at });
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
