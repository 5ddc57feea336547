import type { StatusUrls } from '../pki/certificateAuthority.ts';

const API = '/api/v1';

/**
 * Addresses that stand in our certificates: they stay for as long as the certificates do.
 *
 * @param publicUrl - origin, without trailing slash.
 */
export function statusUrls(publicUrl: string): StatusUrls {
  return {
    crl: (keyId) => `${publicUrl}${API}/crl/${keyId}.crl`,
    ocsp: `${publicUrl}${API}/ocsp`,
  };
}
