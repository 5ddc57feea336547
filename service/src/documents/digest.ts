import { createHash } from 'node:crypto';
import type { DocumentDigest, DocumentFormat } from '@yinxin/chaincode/model';

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function sm3Hex(bytes: Uint8Array): string {
  return createHash('sm3').update(bytes).digest('hex');
}

/** Digests and size of a released file. */
export function digestOf(file: {
  readonly format: DocumentFormat;
  readonly bytes: Uint8Array;
}): DocumentDigest {
  const { format, bytes } = file;
  return { format, sha256: sha256Hex(bytes), sm3: sm3Hex(bytes), size: bytes.length };
}

/** @returns null if the bytes are neither PDF nor ZIP by their first bytes. */
export function formatOf(bytes: Uint8Array): DocumentFormat | null {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  if (head.startsWith('PK\x03\x04')) return 'ofd';
  return head.includes('%PDF-') ? 'pdf' : null;
}
