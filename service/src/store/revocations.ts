/** Port: what our certification authorities revoked, and the lists they published. */
import type { RevocationReason } from '../pki/revocation/certificateStatus.ts';

/** A certificate of ours that is revoked for good. */
export interface RevokedCertificate {
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string;
  /** Key identifier of the CA that issued it, lower-case hex. */
  readonly issuerKeyId: string;
  /** Lower-case hex of the content octets. */
  readonly serialNumber: string;
  readonly reason: RevocationReason;
  readonly revokedAt: Date;
  /** Account, or a name of the installation itself. */
  readonly revokedBy: string;
}

/** The newest list of one CA. */
export interface PublishedCrl {
  readonly issuerKeyId: string;
  readonly number: number;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly der: Uint8Array;
}

export interface RevocationStore {
  /** @throws ServiceError `CERTIFICATE_STATE_CONFLICT` if it is revoked already. */
  add(revoked: RevokedCertificate): Promise<void>;
  /** In the order of revocation. */
  list(): Promise<readonly RevokedCertificate[]>;
  /** Takes the next number for a list of this CA; durable, so no number is ever given out twice. */
  nextCrlNumber(issuerKeyId: string): Promise<number>;
  /** Replaces the CA's list, unless a later number is there already. */
  putCrl(crl: PublishedCrl): Promise<void>;
  /** Of each CA that published one. */
  crls(): Promise<readonly PublishedCrl[]>;
}
