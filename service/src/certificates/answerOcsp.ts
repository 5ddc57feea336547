import { ServiceError } from '../errors.ts';
import type { Signer } from '../keys/signer.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { isIssuedBy, type OcspCertificateId } from '../pki/revocation/ocspCertificateId.ts';
import {
  encodeOcspRefusal,
  issueOcspResponse,
  type OcspAnswer,
} from '../pki/revocation/ocspEncoding.ts';
import { parseOcspRequest, type OcspRequest } from '../pki/revocation/ocspRequest.ts';
import type { CertificateParts } from './parts.ts';
import { certificateOf, keyIdOf } from './publishCrls.ts';

/** Answers a DER OCSPRequest, attacker-controlled, with a DER OCSPResponse; refusals are answers too. */
export type OcspResponder = (request: Uint8Array) => Promise<Uint8Array>;

type ResponderParts = Pick<CertificateParts, 'clock' | 'store' | 'pki'>;

const LIFE_MS = 3_600_000;
/** An unknown serial number makes the responder look into the keys again, but not more often than this. */
const LOOK_AGAIN_MS = 1000;

/** What the responder knows of our certificates. */
interface Register {
  readonly issuers: readonly Signer[];
  /** Key identifier of the issuer and serial number, of every certificate there is. */
  readonly issued: ReadonlySet<string>;
  readonly readAt: number;
  readonly issuedCount: number;
}

/** Each CA answers for what it issued, with its own key (RFC 6960 §2.2). Of a revoked CA nothing is said. */
export function ocspResponder(parts: ResponderParts): OcspResponder {
  let register: Promise<Register> | null = null;

  async function findIssuer(id: OcspCertificateId): Promise<readonly [Signer | null, Register]> {
    register ??= readRegister(parts);
    const known = await register;
    const issuer = issuerOf(id, known);
    const isStale =
      known.issuedCount !== parts.pki.issuedCount ||
      Math.abs(parts.clock.now().getTime() - known.readAt) >= LOOK_AGAIN_MS;
    const isComplete = issuer !== null && known.issued.has(`${keyIdOf(issuer)} ${id.serialNumber}`);
    if (isComplete || !isStale) return [issuer, known];
    register = readRegister(parts);
    const next = await register;
    return [issuerOf(id, next), next];
  }

  return async (bytes) => {
    const request = readRequest(bytes);
    if (request === null) return encodeOcspRefusal('malformedRequest');
    const [first] = request.ids;
    if (first === undefined) return encodeOcspRefusal('malformedRequest');
    try {
      const [issuer, known] = await findIssuer(first);
      if (issuer === null) return encodeOcspRefusal('unauthorized'); // RFC 6960 §2.3
      return await answer(parts, request, { issuer, known });
    } catch (error) {
      register = null;
      if (error instanceof ServiceError && error.code === 'KEY_UNFIT') {
        return encodeOcspRefusal('unauthorized');
      }
      throw error;
    }
  };
}

async function answer(
  { clock, store }: ResponderParts,
  { ids, nonce }: OcspRequest,
  { issuer, known }: Readonly<{ issuer: Signer; known: Register }>,
): Promise<Uint8Array> {
  const now = clock.now();
  const issuerKeyId = keyIdOf(issuer);
  const revoked = (await store.revocations.list()).filter((one) => one.issuerKeyId === issuerKeyId);
  const answers = ids.map((id): OcspAnswer => {
    const isOurs = isIssuedBy(id, certificateOf(issuer));
    const revocation = revoked.find(({ serialNumber }) => serialNumber === id.serialNumber);
    if (!isOurs || !known.issued.has(`${issuerKeyId} ${id.serialNumber}`)) {
      return { id, status: 'unknown' };
    }
    return { id, status: revocation ?? 'good' };
  });
  const nextUpdate = new Date(now.getTime() + LIFE_MS);
  return await issueOcspResponse(
    {
      ...{ answers, producedAt: now, thisUpdate: now, nextUpdate, nonce },
      archiveCutoff: certificateOf(issuer).notBefore,
    },
    issuer,
  );
}

async function readRegister({ clock, pki }: ResponderParts): Promise<Register> {
  const readAt = clock.now().getTime();
  const { issuedCount } = pki;
  const [issuers, keys] = await Promise.all([pki.issuers(), pki.certifiedKeys()]);
  const issued = keys.flatMap(({ certificationPath: [leaf] }) => {
    if (leaf === undefined) return [];
    const { authorityKeyId, serialNumber } = parseCertificate(leaf);
    return authorityKeyId === null ? [] : [`${authorityKeyId} ${serialNumber}`];
  });
  return { issuers, issued: new Set(issued), readAt, issuedCount };
}

function issuerOf(id: OcspCertificateId, { issuers }: Register): Signer | null {
  return issuers.find((issuer) => isIssuedBy(id, certificateOf(issuer))) ?? null;
}

function readRequest(bytes: Uint8Array): OcspRequest | null {
  try {
    return parseOcspRequest(bytes);
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}
