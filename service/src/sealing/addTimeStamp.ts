/** A time stamp that comes after the signature: it is outside of what the seal signature signs. */
import { TAG, readDer } from '../pki/der.ts';
import { encodeBits, encodeDer, encodeSequence } from '../pki/derEncoding.ts';
import { CONTEXT_0, malformedSeal, membersOf, readingSeal } from './sealDer.ts';
import { parseSealSignature } from './sealSignature.ts';

/**
 * Adds a time stamp to a seal signature of version 4 or 5; all else keeps its bytes.
 *
 * @param bytes - SES_Signature, DER.
 * @param token - RFC 3161 token over the DER signature value; becomes `[0]` EXPLICIT BIT STRING.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it is no such signature or has a time stamp already.
 */
export function addTimeStamp(bytes: Uint8Array, token: Uint8Array): Uint8Array {
  const { version, timeStampToken } = parseSealSignature(bytes);
  if (version === 1) throw malformedSeal('a seal signature of version 1 has no room for a token');
  if (timeStampToken !== null) throw malformedSeal('the seal signature has a time stamp');
  const members = readingSeal(() => membersOf(readDer(bytes, TAG.sequence)));
  return encodeSequence(
    ...members.map((member) => member.bytes),
    encodeDer(CONTEXT_0, encodeBits(token)),
  );
}
