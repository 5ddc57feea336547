import { createHmac } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { NoticeSender } from '../notices/noticeSender.ts';
import { postBytes } from './exchangeBytes.ts';

export interface HttpNoticeSenderOptions {
  /** `https`, or on this machine. */
  readonly url: string;
  /** What the gateway knows, too. */
  readonly secret: Uint8Array;
  readonly clock: Clock;
  /** By default 5 seconds. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5000;

/**
 * Posts notices as JSON. The gateway checks `X-Yinxin-Signature`, an HMAC over the time of sending and the very bytes
 * of the body; a fresh time at each attempt lets it refuse what was recorded and sent again later.
 */
export function createHttpNoticeSender(options: HttpNoticeSenderOptions): NoticeSender {
  const { url, secret, clock, timeoutMs = TIMEOUT_MS } = options;
  return {
    async send(message, stopped) {
      const bytes = Buffer.from(JSON.stringify(message), 'utf8');
      const timestamp = String(Math.floor(clock.now().getTime() / 1000));
      const hmac = createHmac('sha256', secret).update(`${timestamp}.`).update(bytes);
      await postBytes({
        ...{ url, timeoutMs, signal: stopped },
        body: { bytes, mediaType: 'application/json' },
        headers: {
          'idempotency-key': message.id,
          'x-yinxin-timestamp': timestamp,
          'x-yinxin-signature': `sha256=${hmac.digest('hex')}`,
        },
      });
    },
  };
}
