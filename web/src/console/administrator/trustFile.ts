/** What people choose to bring another city's CAs: a certificate, or the city's signed export. Judged by the service. */
import { sha256, toHex } from '../../offline/bytes.ts';

export const TRUST_PURPOSES = ['sealMaker', 'documentSigner', 'timeStamper'] as const;
export type TrustPurpose = (typeof TRUST_PURPOSES)[number];

/** A CA in an export, as it says of itself. */
export interface ExportedCa {
  readonly name: string;
  readonly fingerprint: string;
}

export type TrustFile =
  | { readonly kind: 'certificate'; readonly pem: string; readonly fingerprint: string }
  | {
      readonly kind: 'export';
      readonly jws: string;
      readonly issuer: { readonly name: string; readonly creditCode: string };
      readonly expiresAt: string;
      readonly authorities: readonly ExportedCa[];
    };

/** Longest file that is looked at, bytes. */
export const MAX_TRUST_FILE = 524_288;

/** @returns null: it is neither. */
export async function readTrustFile(bytes: Uint8Array): Promise<TrustFile | null> {
  const text = new TextDecoder().decode(bytes).trim();
  try {
    if (text.includes('-----BEGIN CERTIFICATE-----')) return await readPem(text);
    if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return await readExport(text);
    return isNested(bytes) ? await readDer(bytes) : null;
  } catch {
    return null; // the file is anybody's
  }
}

/** SHA-256 of each certificate in a PEM text. */
export async function pemFingerprints(pem: string): Promise<readonly string[]> {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g);
  return await Promise.all([...blocks].map(([, body = '']) => fingerprintOf(fromBase64(body))));
}

/** In groups of four, upper case, as people compare them. */
export function groupFingerprint(fingerprint: string): string {
  return (fingerprint.toUpperCase().match(/.{1,4}/g) ?? []).join(' ');
}

async function readPem(pem: string): Promise<TrustFile | null> {
  const [fingerprint, ...others] = await pemFingerprints(pem);
  if (fingerprint === undefined || others.length > 0) return null;
  return { kind: 'certificate', pem, fingerprint };
}

/** A certificate is a sequence that begins with a sequence; a PKCS#12 file begins with a number. */
function isNested(der: Uint8Array): boolean {
  const length = der[1] ?? 0;
  return der[0] === 0x30 && der[length < 0x80 ? 2 : 2 + (length & 0x7f)] === 0x30;
}

async function readDer(der: Uint8Array): Promise<TrustFile> {
  const base64 = btoa(Array.from(der, (byte) => String.fromCharCode(byte)).join(''));
  const lines = (base64.match(/.{1,64}/g) ?? []).join('\n');
  const pem = `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
  return { kind: 'certificate', pem, fingerprint: await fingerprintOf(der) };
}

async function readExport(jws: string): Promise<TrustFile> {
  const [, payload = ''] = jws.split('.');
  const json = new TextDecoder('utf-8', { fatal: true }).decode(
    fromBase64(payload.replaceAll('-', '+').replaceAll('_', '/')),
  );
  const { issuer, expiresAt, authorities } = JSON.parse(json) as {
    issuer: { name: unknown; creditCode: unknown };
    expiresAt: unknown;
    authorities: readonly { name: unknown; certificate: string }[];
  }; // whatever is not so shows as it is, or throws
  return {
    kind: 'export',
    jws,
    issuer: { name: String(issuer.name), creditCode: String(issuer.creditCode) },
    expiresAt: String(expiresAt),
    authorities: await Promise.all(
      authorities.map(async ({ name, certificate }) => ({
        name: String(name),
        fingerprint: await fingerprintOf(fromBase64(certificate)),
      })),
    ),
  };
}

async function fingerprintOf(der: Uint8Array): Promise<string> {
  return toHex(await sha256(der as Uint8Array<ArrayBuffer>)); // never shared memory
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replace(/\s/g, '')), (character) => character.charCodeAt(0));
}
