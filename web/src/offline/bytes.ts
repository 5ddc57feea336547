/** Bytes and their texts, for what must be read the same way by everybody. */

/** What WebCrypto takes: never a view of shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Evidence that cannot be read; `code` is that of the service's problem for the same bytes. */
export class MalformedError extends Error {
  readonly code: 'CODE_MALFORMED' | 'DOCUMENT_MALFORMED' | 'CERTIFICATE_MALFORMED';

  constructor(code: MalformedError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'MalformedError';
    this.code = code;
  }
}

/** @returns null unless the text is base64 as it is written, with padding and without a stray bit. */
export function decodeBase64(text: string): Bytes | null {
  try {
    const binary = atob(text);
    return btoa(binary) === text ? toBytes(binary) : null;
  } catch {
    return null; // atob throws for nothing else
  }
}

/** @returns null unless the text is base64url as it is written, without padding or a stray bit. */
export function decodeBase64url(text: string): Bytes | null {
  if (/[^A-Za-z0-9_-]/.test(text)) return null;
  const padding = '='.repeat((4 - (text.length % 4)) % 4);
  return decodeBase64(text.replace(/-/g, '+').replace(/_/g, '/') + padding);
}

export function encodeBase64url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** Characters below 256 as bytes. */
export function toBytes(binary: string): Bytes {
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** Lower case. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @returns null unless the bytes are UTF-8; a byte order mark stays what it is. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null; // the decoder throws for nothing else
  }
}

export function encodeUtf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

export function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** Negative, zero or positive, as the bytes stand in order. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
