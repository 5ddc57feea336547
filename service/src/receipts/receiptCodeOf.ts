import {
  prepareReceiptCode,
  receiptDigest,
  type PreparedReceiptCode,
  type ReceiptCodeClaims,
} from '../credentials/receiptCode.ts';
import type { ReceiptContent } from '../credentials/receipt.ts';
import { ServiceError } from '../errors.ts';
import type { Signer } from '../keys/signer.ts';
import { MAX_RECEIPT_QR_BITS, qrBits } from '../qrcode/segments.ts';

/** The code of a receipt, and how many of its licences it has room for. */
export interface SignedReceiptCode {
  readonly text: string;
  readonly codedLicences: number;
}

const NO_SIGNATURE = new Uint8Array(64);

/**
 * Signs the code that is printed on a receipt: as many of its licences as a version 20 symbol holds, the others counted.
 *
 * @throws ServiceError `KEY_UNFIT`; `REQUEST_MALFORMED` if not even one licence has room.
 */
export async function signReceiptCode(
  { content, jws }: Readonly<{ content: ReceiptContent; jws: string }>,
  { signer, publicUrl }: Readonly<{ signer: Signer; publicUrl: string }>,
): Promise<SignedReceiptCode> {
  const digest = receiptDigest(jws);
  for (let count = content.licences.length; count > 0; count--) {
    const claims = claimsOf(content, digest, count);
    const prepared = prepareReceiptCode(claims, { signer, publicUrl });
    if (!fits(prepared)) continue;
    const text = prepared.complete(await signer.sign(prepared.toBeSigned));
    return { text, codedLicences: count };
  }
  throw new ServiceError('REQUEST_MALFORMED', 'the receipt does not fit a printed code');
}

function claimsOf(content: ReceiptContent, digest: string, count: number): ReceiptCodeClaims {
  const { issuer, at, id, matter, licences } = content;
  return {
    ...{ issuer: issuer.creditCode, issuedAt: at, receiptId: id, digest },
    matter: matter?.code ?? null,
    licences: licences.slice(0, count),
    furtherLicences: licences.length - count,
  };
}

function fits(prepared: PreparedReceiptCode): boolean {
  return qrBits(prepared.complete(NO_SIGNATURE)) <= MAX_RECEIPT_QR_BITS;
}
