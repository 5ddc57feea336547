/** From a signature to PAdES-BASELINE-B, -T or -LT. */
import { ServiceError } from '../../errors.ts';
import { parseCms } from '../../pki/cms/cmsParsing.ts';
import type { TimeStamper } from '../../pki/timeStamp/timeStamper.ts';
import { addValidationData } from './addValidationData.ts';
import type { PreparedPdfSignature } from './pdfSeal.ts';
import type { ValidationData } from './validationData.ts';

export const BASELINE_LEVELS = ['B', 'T', 'LT'] as const;
/** `B`: signed; `T`: and time-stamped; `LT`: and with all that a later verifier needs. */
export type BaselineLevel = (typeof BASELINE_LEVELS)[number];

/** Room for a signature time-stamp in `PdfSeal.timeStampReserveBytes`: tokens with a chain have 3 to 7 KiB. */
export const TIME_STAMP_RESERVE_BYTES = 8192;

export interface LevelServices {
  /** Null: there is none; the file stays at level B. */
  readonly timeStamper: TimeStamper | null;
  /**
   * Gathers issuers' certificates, revocation lists and responses for certificates (DER): those of the signer, of the
   * time-stamper, and of the authorities above them.
   */
  readonly validationDataFor: (certificates: readonly Uint8Array[]) => Promise<ValidationData>;
}

export interface LevelledPdf {
  readonly bytes: Uint8Array;
  /** What was reached: `B` if no time-stamper was in reach; a later document time-stamp makes up for it. */
  readonly level: BaselineLevel;
}

/**
 * Completes a prepared signature at a level.
 *
 * @param prepared - with {@link TIME_STAMP_RESERVE_BYTES} of room unless the level is `B`.
 * @param signature - as the signer gave it.
 */
export async function completeAtLevel(
  prepared: PreparedPdfSignature,
  signature: Uint8Array,
  level: BaselineLevel,
  { timeStamper, validationDataFor }: LevelServices,
): Promise<LevelledPdf> {
  const value = prepared.signatureValueOf(signature);
  const token =
    level === 'B' || timeStamper === null ? null : await stampIfInReach(timeStamper, value);
  const bytes = prepared.complete(signature, token);
  if (token === null) return { bytes, level: 'B' };
  if (level === 'T') return { bytes, level };
  const certificates = [...prepared.certificates, ...parseCms(token).certificates];
  const gathered = await validationDataFor(certificates);
  const data = { ...gathered, certificates: [...certificates, ...gathered.certificates] };
  return { bytes: addValidationData(bytes, data), level: 'LT' };
}

async function stampIfInReach(
  timeStamper: TimeStamper,
  value: Uint8Array,
): Promise<Uint8Array | null> {
  try {
    return await timeStamper.stamp(value, 'ES256');
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'TSA_UNAVAILABLE') return null;
    throw error;
  }
}
