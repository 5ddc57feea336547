/** Reads request bodies within bounds. Everything in them is attacker-controlled. */
import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import { ServiceError } from '../errors.ts';

export const MAX_JSON_BYTES = 256 * 1024;
export const MAX_UPLOAD_BYTES = 32 * 1024 * 1024;

/** Uploads of all callers together: beyond it newcomers are asked to come back. */
const MAX_UPLOADS_IN_FLIGHT = 128 * 1024 * 1024;
/** Boundaries, headers and fields around an uploaded file. */
const MULTIPART_OVERHEAD = 256 * 1024;

const UPLOAD_LIMITS = {
  fileSize: MAX_UPLOAD_BYTES + 1, // one more byte shows that it was too large
  files: 2, // the second one is refused, not lost
  fields: 16,
  fieldSize: 64 * 1024,
  fieldNameSize: 100,
  parts: 20,
  headerPairs: 50,
} as const;

export type RawBody =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'upload'; readonly file: Uint8Array; readonly fields: UploadFields };

export type UploadFields = Readonly<Record<string, string>>;

/**
 * Reads a body: `multipart/form-data` with one file named `file`, or text otherwise.
 *
 * @throws ServiceError `REQUEST_TOO_LARGE`, `REQUEST_MALFORMED`, `RATE_LIMITED` (too many uploads at once).
 */
export async function readBody(request: IncomingMessage): Promise<RawBody> {
  const isMultipart = /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');
  return isMultipart ? await readUpload(request) : await readText(request);
}

/**
 * Reads a body of bytes of one media type.
 *
 * @throws ServiceError `REQUEST_TOO_LARGE`, `REQUEST_MALFORMED` (another media type).
 */
export async function readBytes(
  request: IncomingMessage,
  { mediaType, maxBytes }: Readonly<{ mediaType: string; maxBytes: number }>,
): Promise<RawBody> {
  const [given = ''] = (request.headers['content-type'] ?? '').split(';');
  if (given.trim().toLowerCase() !== mediaType) throw malformed(`must be ${mediaType}`);
  requireLength(request, maxBytes);
  return { kind: 'bytes', bytes: await collect(request, maxBytes) };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

async function readText(request: IncomingMessage): Promise<RawBody> {
  requireLength(request, MAX_JSON_BYTES);
  const bytes = await collect(request, MAX_JSON_BYTES);
  try {
    return { kind: 'text', text: utf8.decode(bytes) };
  } catch {
    throw new ServiceError('REQUEST_MALFORMED', 'the body is not UTF-8'); // the decoder says no more
  }
}

/** Event handlers instead of an async iterator: one body costs one promise. */
async function collect(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else reject(tooLarge(maxBytes)); // what follows is read and dropped
    });
    request.on('end', () => {
      const [only = Buffer.alloc(0)] = chunks;
      resolve(chunks.length <= 1 ? only : Buffer.concat(chunks));
    });
    request.on('close', () => {
      if (!request.complete) reject(cutOff());
    });
    request.on('error', () => {
      reject(cutOff());
    });
  });
}

let uploadBytesInFlight = 0;

async function readUpload(request: IncomingMessage): Promise<RawBody> {
  requireLength(request, MAX_UPLOAD_BYTES + MULTIPART_OVERHEAD);
  let held = 0;
  const hold = (bytes: number): void => {
    held += bytes;
    uploadBytesInFlight += bytes;
    if (uploadBytesInFlight > MAX_UPLOADS_IN_FLIGHT) {
      throw new ServiceError('RATE_LIMITED', 'too many uploads at once', { retryAfterSeconds: 2 });
    }
  };
  try {
    return await parseMultipart(request, hold);
  } finally {
    uploadBytesInFlight -= held;
  }
}

async function parseMultipart(
  request: IncomingMessage,
  hold: (bytes: number) => void,
): Promise<RawBody> {
  const parser = openParser(request);
  const fields = new Map<string, string>();
  const files: Buffer[][] = [];
  let received = 0;
  return await new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      request.unpipe(parser);
      request.resume(); // read and drop the rest, so that the answer gets through
      reject(error instanceof ServiceError ? error : malformed('is no multipart/form-data'));
    };
    parser.on('file', (name, stream) => {
      const chunks: Buffer[] = [];
      files.push(chunks);
      if (name !== 'file' || files.length > 1) fail(malformed('must have one part `file`'));
      stream.on('data', (chunk: Buffer) => {
        received += chunk.length;
        try {
          hold(chunk.length);
          if (received > MAX_UPLOAD_BYTES) throw tooLarge(MAX_UPLOAD_BYTES);
          chunks.push(chunk);
        } catch (error) {
          stream.resume();
          fail(error);
        }
      });
      stream.on('error', fail);
    });
    parser.on('field', (name, value, facts) => {
      if (facts.nameTruncated || facts.valueTruncated || fields.has(name)) {
        fail(malformed('has a field that is too long or there twice'));
      }
      fields.set(name, value);
    });
    parser.on('partsLimit', () => {
      fail(malformed('has too many parts'));
    });
    parser.on('fieldsLimit', () => {
      fail(malformed('has too many fields'));
    });
    parser.on('error', fail);
    parser.on('close', () => {
      const [chunks] = files;
      if (chunks === undefined) fail(malformed('must have one part `file`'));
      else {
        resolve({
          kind: 'upload',
          file: Buffer.concat(chunks),
          fields: Object.fromEntries(fields),
        });
      }
    });
    request.on('error', () => {
      fail(cutOff());
    });
    request.on('close', () => {
      if (!request.complete) fail(cutOff());
    });
    request.pipe(parser);
  });
}

function openParser(request: IncomingMessage): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      limits: UPLOAD_LIMITS,
      defParamCharset: 'utf8', // file names are Chinese
    });
  } catch {
    throw malformed('is no multipart/form-data'); // busboy's message names its own inside
  }
}

function requireLength(request: IncomingMessage, maxBytes: number): void {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes);
}

function tooLarge(maxBytes: number): ServiceError {
  return new ServiceError('REQUEST_TOO_LARGE', `at most ${maxBytes} bytes are taken`);
}

function malformed(what: string): ServiceError {
  return new ServiceError('REQUEST_MALFORMED', `the body ${what}`);
}

function cutOff(): ServiceError {
  return new ServiceError('REQUEST_MALFORMED', 'the body was cut off');
}
