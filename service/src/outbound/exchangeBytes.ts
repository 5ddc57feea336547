/** The one place from which the service asks others over HTTP. What comes back is attacker-controlled. */

export interface Exchange {
  readonly url: string;
  /** Bytes to post with their media type; absent: GET. */
  readonly body?: { readonly bytes: Uint8Array; readonly mediaType: string };
  /** Media type wanted. */
  readonly accept: string;
  readonly timeoutMs: number;
  /** Longer answers are refused. */
  readonly maxBytes: number;
}

/**
 * Sends one request; redirections are not followed.
 *
 * @returns the body of an answer of status 200.
 * @throws Error whatever goes wrong: no answer in time, another status, too many bytes.
 */
export async function exchangeBytes(exchange: Exchange): Promise<Uint8Array> {
  const { url, body, accept, timeoutMs, maxBytes } = exchange;
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { accept, ...(body === undefined ? {} : { 'content-type': body.mediaType }) },
    body: body === undefined ? null : Buffer.from(body.bytes),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`answered with status ${response.status}`);
  }
  return await collect(response, maxBytes);
}

/** Bytes to post, where only whether they were taken is of interest. */
export interface Posting extends Pick<Exchange, 'url' | 'timeoutMs'> {
  readonly body: NonNullable<Exchange['body']>;
  readonly headers: Readonly<Record<string, string>>;
  /** Aborts it. */
  readonly signal: AbortSignal;
}

/**
 * Posts bytes; redirections are not followed, and nothing of the answer but its status is read.
 *
 * @throws Error whatever goes wrong: no answer in time, a status other than 2xx.
 */
export async function postBytes(posting: Posting): Promise<void> {
  const { url, body, headers, timeoutMs, signal } = posting;
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': body.mediaType },
    body: Buffer.from(body.bytes),
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`answered with status ${response.status}`);
}

async function collect(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body = (response.body ?? []) as AsyncIterable<Uint8Array>; // of fetch: bytes
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`answered with more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
