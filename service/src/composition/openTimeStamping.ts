import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { ServiceError } from '../errors.ts';
import { watchTimeStamper, type TimeStampingHealth } from '../health/watchTimeStamper.ts';
import { createHttpTimeStamper } from '../outbound/httpTimeStamper.ts';
import { parseCertificates, type Certificate } from '../pki/certificate.ts';
import type { CityPki } from '../pki/cityPki.ts';
import type { TimeStamper } from '../pki/timeStamp/timeStamper.ts';
import {
  createTimeStampingAuthority,
  type TimeStampingAuthority,
} from '../pki/timeStamp/timeStampingAuthority.ts';
import type { CurrentTrust } from '../trust/currentTrust.ts';

/** Who says what time it is. */
export interface TimeStamping {
  /** The built-in authority: it answers others also where our own documents are stamped elsewhere. */
  readonly authority: TimeStampingAuthority;
  /** Stamps documents and checkpoints; null: nothing is stamped. */
  readonly timeStamper: TimeStamper | null;
  /** How the last stamp went. */
  readonly health: () => TimeStampingHealth;
}

/** @throws ServiceError `CONFIGURATION_INVALID` if the roots cannot be read. */
export async function openTimeStamping(
  { timeStamping, timeStampRootsFile }: Pick<Config, 'timeStamping' | 'timeStampRootsFile'>,
  {
    clock,
    pki,
    trust,
  }: Readonly<{ clock: Clock; pki: Pick<CityPki, 'timeStampers'>; trust: CurrentTrust }>,
): Promise<TimeStamping> {
  const authority = createTimeStampingAuthority({ signers: pki.timeStampers, clock });
  if (timeStamping === 'built-in') {
    return { authority, ...watchTimeStamper(authority, { clock, source: 'built-in' }) };
  }
  if (timeStamping === 'off') {
    return { authority, ...watchTimeStamper(null, { clock, source: 'off' }) };
  }
  const roots = timeStampRootsFile === null ? [] : await readRoots(timeStampRootsFile);
  trust.setTimeStampAnchors(roots);
  const timeStamper = createHttpTimeStamper({
    ...{ url: timeStamping, clock },
    trust: () => trust.current,
  });
  return { authority, ...watchTimeStamper(timeStamper, { clock, source: 'external' }) };
}

async function readRoots(file: string): Promise<readonly Certificate[]> {
  try {
    return parseCertificates(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new ServiceError('CONFIGURATION_INVALID', `YINXIN_TSA_ROOTS: ${file} has no roots`, {
      cause,
    });
  }
}
