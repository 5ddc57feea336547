/** RFC 3161 tokens as document time-stamps carry them. */
import { TAG, expectTag, malformed, readChildren, readDer, readTime } from '../../pki/der.ts';
import { failed, indeterminate, passed, type Check } from '../../report.ts';
import { readAlgorithm, type CmsSignature } from './cmsParsing.ts';
import { digestByOid } from './cmsVerification.ts';
import { OID } from './cmsOids.ts';

export interface TimeStamp {
  readonly at: Date;
  /** Checks that the token speaks of these bytes. */
  checkImprint(signed: readonly Uint8Array[]): Check;
}

/**
 * Reads TSTInfo (RFC 3161 §2.4.2).
 *
 * @throws ServiceError `CERTIFICATE_MALFORMED` if the CMS holds none.
 */
export function readTimeStamp(cms: CmsSignature): TimeStamp {
  if (cms.contentType !== OID.timeStampInfo || cms.content === null) {
    throw malformed('the CMS is no time-stamp token');
  }
  const members = readChildren(readDer(cms.content, TAG.sequence));
  const [algorithm, imprint] = readChildren(expectTag(members[2], TAG.sequence));
  const { oid } = readAlgorithm(algorithm);
  const expected = expectTag(imprint, TAG.octetString).content;
  return {
    at: readTime(expectTag(members[4], TAG.generalizedTime)),
    checkImprint(signed) {
      const name = 'pdf.timeStampImprint';
      const computed = digestByOid(oid, signed);
      if (computed === null) {
        return indeterminate(name, 'CRYPTO_CONSTRAINTS_FAILURE', `digest algorithm ${oid}`);
      }
      return computed.equals(expected)
        ? passed(name, 'the time-stamp was made for these bytes')
        : failed(name, 'HASH_FAILURE', 'the time-stamp was made for other bytes');
    },
  };
}
