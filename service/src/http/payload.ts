import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { parseJson } from './jsonValue.ts';
import { parseWith } from './parseWith.ts';
import type { RawBody, UploadFields } from './readBody.ts';

/** What a request carries, and how the API's description says it. */
export interface Payload<T> {
  /** Schemas by media type. */
  readonly content: Readonly<Record<string, z.ZodType>>;
  /** Set: the body is taken as bytes of this media type. */
  readonly bytes?: { readonly mediaType: string; readonly maxBytes: number };
  /** @throws ServiceError `REQUEST_MALFORMED`. */
  parse(body: RawBody): T;
}

export interface Upload<F> {
  readonly file: Uint8Array;
  readonly fields: F;
}

/** A JSON body. An empty one counts as `{}`. */
export function json<T>(schema: z.ZodType<T>): Payload<T> {
  return {
    content: { 'application/json': schema },
    parse: (body) => parseWith(schema, parseJson(textOf(body)), 'the body'),
  };
}

/** One file and text fields, as `multipart/form-data`; the file is recognised by its content later. */
export function upload<F>(fields: z.ZodObject & z.ZodType<F>): Payload<Upload<F>> {
  return {
    content: { 'multipart/form-data': withFile(fields) },
    parse: (body) => parseUpload(fields, body),
  };
}

/** A form as `application/x-www-form-urlencoded`: names and values in order, also those that are there twice. */
export function urlEncoded(schema: z.ZodType): Payload<readonly (readonly [string, string])[]> {
  return {
    content: { 'application/x-www-form-urlencoded': schema },
    parse: (body) => [...new URLSearchParams(body.kind === 'text' ? body.text : '')],
  };
}

/** Bytes of one media type, at most so many. */
export function bytes(mediaType: string, maxBytes: number): Payload<Uint8Array> {
  return {
    content: { [mediaType]: z.string().meta({ format: 'binary' }) },
    bytes: { mediaType, maxBytes },
    parse: (body) => {
      if (body.kind !== 'bytes')
        throw new ServiceError('REQUEST_MALFORMED', `the body must be ${mediaType}`);
      return body.bytes;
    },
  };
}

/** Either of the two. */
export function jsonOrUpload<T, F>(
  schema: z.ZodType<T>,
  fields: z.ZodObject & z.ZodType<F>,
): Payload<{ readonly json: T } | Upload<F>> {
  return {
    content: { 'application/json': schema, 'multipart/form-data': withFile(fields) },
    parse: (body) =>
      body.kind === 'upload'
        ? parseUpload(fields, body)
        : { json: parseWith(schema, parseJson(textOf(body)), 'the body') },
  };
}

/** SHA-256 over a body, lower-case hex; of an upload, over its parts, so that the boundary does not count. */
export function digestOfBody(body: RawBody): string {
  const hash = createHash('sha256').update(body.kind).update('\0');
  if (body.kind === 'text') return hash.update(body.text).digest('hex');
  if (body.kind === 'bytes') return hash.update(body.bytes).digest('hex');
  return hash.update(sortedText(body.fields)).update('\0').update(body.file).digest('hex');
}

function sortedText(fields: UploadFields): string {
  return JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function parseUpload<F>(fields: z.ZodType<F>, body: RawBody): Upload<F> {
  if (body.kind !== 'upload') {
    throw new ServiceError('REQUEST_MALFORMED', 'the body must be multipart/form-data');
  }
  return { file: body.file, fields: parseWith(fields, body.fields, 'the body') };
}

function textOf(body: RawBody): string {
  if (body.kind !== 'text') throw new ServiceError('REQUEST_MALFORMED', 'the body must be JSON');
  return body.text === '' ? '{}' : body.text;
}

function withFile(fields: z.ZodObject): z.ZodType {
  return fields.extend({ file: z.string().meta({ format: 'binary' }) });
}
