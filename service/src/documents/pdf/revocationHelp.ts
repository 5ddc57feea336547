import { parseCms, type CmsSignature } from '../../pki/cms/cmsParsing.ts';
import type { RevocationInfo } from '../../pki/cms/revocationInfo.ts';
import type { TrustStore } from '../../pki/trustStore.ts';
import { ServiceError } from '../../errors.ts';
import type { ValidationData } from './validationData.ts';

/** What the document brings helps to know whether certificates were revoked, if anybody asks. */
export function trustWith(
  trust: TrustStore,
  validationData: ValidationData,
  cms: CmsSignature,
): TrustStore {
  const { crls, ocspResponses } = gatherRevocation(validationData, cms);
  if (trust.revocation === undefined || crls.length + ocspResponses.length === 0) return trust;
  const { revocation } = trust;
  return {
    ...trust,
    revocation: {
      ...revocation,
      crls: [...revocation.crls, ...crls],
      ocspResponses: [...revocation.ocspResponses, ...ocspResponses],
    },
  };
}

function gatherRevocation(data: ValidationData, cms: CmsSignature): RevocationInfo {
  const sources = [data, cms.revocationInfo, readTokenRevocation(cms.timeStampToken)];
  return {
    crls: sources.flatMap(({ crls }) => crls),
    ocspResponses: sources.flatMap(({ ocspResponses }) => ocspResponses),
  };
}

const NO_REVOCATION: RevocationInfo = { crls: [], ocspResponses: [] };

function readTokenRevocation(token: Uint8Array | null): RevocationInfo {
  if (token === null) return NO_REVOCATION;
  try {
    return parseCms(token).revocationInfo;
  } catch (error) {
    if (error instanceof ServiceError) return NO_REVOCATION; // the check on the time-stamp says why
    throw error;
  }
}
