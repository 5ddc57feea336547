/** What seals need of DER besides certificates' needs: IA5 text, plain GeneralizedTime, and their own error code. */
import { ServiceError } from '../errors.ts';
import { TAG, expectTag, readChildren, type DerElement } from '../pki/der.ts';
import { encodeDer, encodeUnsigned } from '../pki/derEncoding.ts';

export const CONTEXT_0 = 0xa0; // [0] EXPLICIT

/**
 * Runs a reader over a seal's bytes (attacker-controlled).
 *
 * @throws ServiceError `DOCUMENT_MALFORMED` where the bytes are not strict DER of what the reader expects.
 */
export function readingSeal<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'CERTIFICATE_MALFORMED') {
      throw new ServiceError('DOCUMENT_MALFORMED', `not a seal: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}

export function malformedSeal(what: string): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `not a seal: ${what}`);
}

/** Members of a SEQUENCE, or of another constructed element. */
export function membersOf(
  element: DerElement | undefined,
  tag: number = TAG.sequence,
): readonly DerElement[] {
  return readChildren(expectTag(element, tag));
}

/** Visible ASCII, of IA5String or PrintableString. */
export function readAscii(element: DerElement | undefined, tag: number = TAG.ia5String): string {
  const { content } = expectTag(element, tag);
  if (content.some((octet) => octet < 0x20 || octet > 0x7e)) {
    throw malformedSeal('control characters in a string');
  }
  return Buffer.from(content).toString('latin1');
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function readUtf8(element: DerElement | undefined): string {
  const { content } = expectTag(element, TAG.utf8String);
  try {
    return strictUtf8.decode(content);
  } catch (cause) {
    throw new ServiceError('DOCUMENT_MALFORMED', 'not a seal: text is not UTF-8', { cause });
  }
}

export function readOctets(element: DerElement | undefined): Uint8Array {
  return expectTag(element, TAG.octetString).content;
}

/** @param text - visible ASCII only. */
export function encodeAscii(text: string, tag: number = TAG.ia5String): Uint8Array {
  if (!/^[\x20-\x7e]*$/u.test(text)) {
    throw new ServiceError('REQUEST_MALFORMED', `not ASCII: ${text}`);
  }
  return encodeDer(tag, Buffer.from(text, 'latin1'));
}

/** @param value - 0 to 2³¹ − 1. */
export function encodeInteger(value: number): Uint8Array {
  return encodeUnsigned(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
}

/** GeneralizedTime whatever the year; parts of a second are cut off. */
export function encodeSealTime(time: Date): Uint8Array {
  const digits = time.toISOString().slice(0, 19).replaceAll(/[-:T]/gu, '');
  return encodeDer(TAG.generalizedTime, Buffer.from(`${digits}Z`, 'latin1'));
}
