/** Lists and responders over HTTP. Their addresses stand in certificates, so somebody else chose them. */
import { lookup as lookUpName } from 'node:dns';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { StatusSource } from '../trust/statusSource.ts';

export interface HttpStatusSourceOptions {
  /** Whether addresses of the own machine and of private networks may be asked. */
  readonly allowsPrivate: boolean;
  /** For the whole exchange; by default 5 seconds. */
  readonly timeoutMs?: number;
  /** By default 10 MiB. */
  readonly maxBytes?: number;
}

const TIMEOUT_MS = 5000;
const MAX_BYTES = 10 * 1024 * 1024;

/** Never asked: they name no machine, many, or what a cloud tells its own machines. */
const NEVER = blockList(
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  ['fd00:ec2::', 32],
);
/** RFC 1918, RFC 6598, RFC 4193 and kin; addresses that carry one of another kind inside. */
const PRIVATE = blockList(
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
);

/**
 * Sends plain requests: no redirections, no proxies, no credentials; what is longer or slower than allowed is dropped.
 * The address that is connected to is the one that was looked at.
 */
export function createHttpStatusSource(options: HttpStatusSourceOptions): StatusSource {
  return {
    fetchCrl: (url) => exchange(options, url, null),
    askResponder: (url, request) => exchange(options, url, request),
  };
}

async function exchange(
  options: HttpStatusSourceOptions,
  text: string,
  body: Uint8Array | null,
): Promise<Uint8Array> {
  const url = new URL(text);
  requireAskable(url, options);
  const { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = options;
  const wanted: RequestOptions = {
    method: body === null ? 'GET' : 'POST',
    headers: {
      accept: body === null ? 'application/pkix-crl' : 'application/ocsp-response',
      ...(body === null
        ? {}
        : { 'content-type': 'application/ocsp-request', 'content-length': body.length }),
    },
    agent: false,
    lookup: guardedLookup(options),
    signal: AbortSignal.timeout(timeoutMs),
  };
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return await new Promise((resolve, reject) => {
    const request = send(url, wanted, (response) => {
      collect(response, maxBytes).then(resolve, reject);
    });
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}

async function collect(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  try {
    if (response.statusCode !== 200) throw new Error(`status ${response.statusCode ?? 'unknown'}`);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return new Uint8Array(Buffer.concat(chunks));
  } finally {
    response.destroy();
  }
}

/** A host that is an address is never looked up, so it is looked at here. */
function requireAskable(url: URL, options: HttpStatusSourceOptions): void {
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  if (!isWeb || url.username !== '' || url.password !== '') {
    throw new Error('only http and https are asked, and without credentials');
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0) requireAllowed(host, options);
}

function guardedLookup(options: HttpStatusSourceOptions): LookupFunction {
  return (hostname, wanted, callback) => {
    lookUpName(hostname, { ...wanted, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      try {
        for (const { address } of addresses) requireAllowed(address, options);
      } catch (cause) {
        callback(cause as Error, '');
        return;
      }
      const [first] = addresses;
      if (wanted.all === true || first === undefined) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function requireAllowed(address: string, { allowsPrivate }: HttpStatusSourceOptions): void {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (NEVER.check(address, family) || (!allowsPrivate && PRIVATE.check(address, family))) {
    throw new Error('addresses of this kind are not asked');
  }
}

function blockList(...subnets: readonly (readonly [address: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of subnets) {
    list.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
