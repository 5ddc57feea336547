import { readFile } from 'node:fs/promises';
import type { BackgroundJobs } from './backgroundJobs.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { ServiceError } from '../errors.ts';
import { deliverNotices, type DeliveryParts } from '../notices/deliverNotices.ts';
import type { NoticeSender } from '../notices/noticeSender.ts';
import { createHttpNoticeSender } from '../outbound/httpNoticeSender.ts';

const INTERVAL_MS = 2000;
/** A shorter one could be guessed from the notices that it signed. */
const MIN_SECRET_BYTES = 32;

/**
 * Who takes notices to holders, by the configuration; null: nobody.
 *
 * @throws ServiceError `CONFIGURATION_INVALID` (no readable secret, or a short one).
 */
export async function openNotices(
  { notices }: Pick<Config, 'notices'>,
  { clock }: Readonly<{ clock: Clock }>,
): Promise<NoticeSender | null> {
  if (notices === null) return null;
  const secret = await readSecret(notices.secretFile);
  return createHttpNoticeSender({ url: notices.webhook, secret, clock });
}

async function readSecret(path: string): Promise<Uint8Array> {
  const detail = `YINXIN_NOTICE_SECRET_FILE: is no file with a secret of ${MIN_SECRET_BYTES} bytes or more`;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ServiceError('CONFIGURATION_INVALID', `configuration: ${detail}`, { cause });
  }
  const secret = Buffer.from(text.trim(), 'utf8');
  if (secret.length < MIN_SECRET_BYTES)
    throw new ServiceError('CONFIGURATION_INVALID', `configuration: ${detail}`);
  return secret;
}

/**
 * Delivers notices every two seconds; a request under way ends when the service does.
 *
 * @param onTrouble - told of each round in which something was not taken.
 */
export function addNoticeJob(
  jobs: BackgroundJobs,
  parts: DeliveryParts,
  onTrouble: (failure: unknown, facts: Readonly<Record<string, number>>) => void,
): void {
  const stopped = new AbortController();
  jobs.add(async () => {
    await Promise.resolve();
    stopped.abort();
  });
  jobs.every('deliverNotices', INTERVAL_MS, async (round) => {
    const { failure, ...facts } = await deliverNotices(parts, stopped.signal);
    if (failure === null) return;
    round.fail(failure);
    onTrouble(failure, facts);
  });
}
