/** Revocation lists, good and bad, made in the run. */
import {
  computeKeyId,
  encodeAuthorityKeyId,
  encodeExtension,
  encodeSigned,
  SIGNATURE_ALGORITHM_IDENTIFIERS,
} from '../../service/src/pki/certificateEncoding.ts';
import type { Certificate } from '../../service/src/pki/certificate.ts';
import { TAG } from '../../service/src/pki/der.ts';
import {
  encodeDer,
  encodeExplicit,
  encodeSequence,
  encodeSmallInteger,
  encodeTime,
} from '../../service/src/pki/derEncoding.ts';
import type { Entity } from './certificates.ts';
import { encodeGeneralName, encodePointName, type NameValue } from './pathExtensions.ts';

export interface CrlLine {
  readonly certificate: Pick<Certificate, 'serialNumber'>;
  readonly revokedAt: string;
  /** CRLReason. */
  readonly reason?: number;
  readonly invalidSince?: string;
  /** Whose certificate it is, in an indirect list; DER name. */
  readonly issuer?: Uint8Array;
  /** DER Extensions behind these. */
  readonly extensions?: readonly Uint8Array[];
}

export interface CrlOverrides {
  readonly thisUpdate?: string;
  /** `null`: none. */
  readonly nextUpdate?: string | null;
  readonly number?: number;
  /** Makes it a delta list. */
  readonly baseNumber?: number;
  readonly scope?: ScopeValue;
  readonly lines?: readonly CrlLine[];
  /** DER Extensions behind the others. */
  readonly extensions?: readonly Uint8Array[];
  /** DER name in place of the signer's own. */
  readonly issuer?: Uint8Array;
  readonly isFirstVersion?: boolean;
}

export interface ScopeValue {
  readonly names?: readonly NameValue[];
  readonly only?: 'userCerts' | 'caCerts' | 'attributeCerts';
  /** Content of the BIT STRING: unused bits, then the bits. */
  readonly reasons?: readonly number[];
  readonly isIndirect?: boolean;
}

/** keyCompromise alone, and everything but it, as the content of a BIT STRING. */
export const REASONS = { keyCompromise: [6, 0x40], others: [7, 0x3f, 0x80] } as const;

/** @param signer - whose name the list bears. Current from January to July 2026. @returns DER CertificateList. */
export function buildCrl(signer: Entity, overrides: CrlOverrides = {}): Uint8Array {
  const { thisUpdate = '2026-01-01T00:00:00Z', nextUpdate = '2026-07-01T00:00:00Z' } = overrides;
  const lines = overrides.lines ?? [];
  const isFirst = overrides.isFirstVersion === true;
  const tbs = encodeSequence(
    ...(isFirst ? [] : [encodeSmallInteger(1)]),
    SIGNATURE_ALGORITHM_IDENTIFIERS[signer.algorithm],
    overrides.issuer ?? signer.certificate.subjectDer,
    encodeTime(new Date(thisUpdate)),
    ...(nextUpdate === null ? [] : [encodeTime(new Date(nextUpdate))]),
    ...(lines.length === 0 ? [] : [encodeSequence(...lines.map(encodeLine))]),
    ...(isFirst ? [] : [encodeExplicit(0, encodeSequence(...extensionsOf(signer, overrides)))]),
  );
  return encodeSigned(tbs, signer.algorithm, signer.sign(tbs));
}

function extensionsOf(
  signer: Entity,
  { number = 1, baseNumber, scope, extensions = [] }: CrlOverrides,
): readonly Uint8Array[] {
  return [
    encodeAuthorityKeyId(computeKeyId(signer.spki.subarray(-65))),
    encodeExtension('2.5.29.20', false, encodeSmallInteger(number)),
    ...(baseNumber === undefined
      ? []
      : [encodeExtension('2.5.29.27', true, encodeSmallInteger(baseNumber))]),
    ...(scope === undefined ? [] : [encodeExtension('2.5.29.28', true, encodeScope(scope))]),
    ...extensions,
  ];
}

function encodeScope({ names, only, reasons, isIndirect = false }: ScopeValue): Uint8Array {
  const set = Uint8Array.of(0xff);
  const flag = (tag: number, isSet: boolean): readonly Uint8Array[] =>
    isSet ? [encodeDer(tag, set)] : [];
  return encodeSequence(
    ...(names === undefined ? [] : [encodePointName(names)]),
    ...flag(0x81, only === 'userCerts'),
    ...flag(0x82, only === 'caCerts'),
    ...(reasons === undefined ? [] : [encodeDer(0x83, Uint8Array.from(reasons))]),
    ...flag(0x84, isIndirect),
    ...flag(0x85, only === 'attributeCerts'),
  );
}

function encodeLine(line: CrlLine): Uint8Array {
  const { certificate, revokedAt, reason, invalidSince, issuer } = line;
  const extensions = [
    ...(reason === undefined
      ? []
      : [encodeExtension('2.5.29.21', false, encodeDer(0x0a, Uint8Array.of(reason)))]),
    ...(invalidSince === undefined
      ? []
      : [encodeExtension('2.5.29.24', false, encodeGeneralizedTime(invalidSince))]),
    ...(issuer === undefined
      ? []
      : [
          encodeExtension(
            '2.5.29.29',
            true,
            encodeSequence(encodeGeneralName({ directory: issuer })),
          ),
        ]),
    ...(line.extensions ?? []),
  ];
  return encodeSequence(
    encodeDer(TAG.integer, Buffer.from(certificate.serialNumber, 'hex')),
    encodeTime(new Date(revokedAt)),
    ...(extensions.length === 0 ? [] : [encodeSequence(...extensions)]),
  );
}

function encodeGeneralizedTime(instant: string): Uint8Array {
  const digits = new Date(instant).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return encodeDer(TAG.generalizedTime, Buffer.from(`${digits}Z`));
}
