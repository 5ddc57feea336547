import type { RevocationSource } from '../trust/gatherRevocation.ts';
import { exchangeBytes } from './exchangeBytes.ts';

const TIMEOUT_MS = 5000;
/** The largest lists in use have a few megabytes. */
const MAX_CRL_BYTES = 16_000_000;
const MAX_OCSP_BYTES = 65_536;

/** Lists (RFC 5280 §4.2.1.13) and responders (RFC 6960 appendix A.1) over HTTP. */
export const httpRevocationSource: RevocationSource = {
  fetchCrl: (url) =>
    exchangeBytes({
      ...{ url, accept: 'application/pkix-crl' },
      ...{ timeoutMs: TIMEOUT_MS, maxBytes: MAX_CRL_BYTES },
    }),
  askResponder: (url, request) =>
    exchangeBytes({
      ...{ url, accept: 'application/ocsp-response' },
      body: { bytes: request, mediaType: 'application/ocsp-request' },
      ...{ timeoutMs: TIMEOUT_MS, maxBytes: MAX_OCSP_BYTES },
    }),
};
