/** Extensions of certificates that constrain paths or name lists, made in the run for tests. */
import { encodeExtension } from '../../service/src/pki/certificateEncoding.ts';
import {
  encodeDer,
  encodeOid,
  encodeSequence,
  encodeSmallInteger,
} from '../../service/src/pki/derEncoding.ts';

/** One general name: DER of a whole name, or the tag number of its form and its octets. */
export type NameValue =
  | { readonly directory: Uint8Array }
  | { readonly email: string }
  | { readonly dns: string }
  | { readonly uri: string }
  | { readonly ip: readonly number[] }
  | { readonly registered: string };

/** DER GeneralName. */
export function encodeGeneralName(name: NameValue): Uint8Array {
  if ('directory' in name) return encodeDer(0xa4, name.directory);
  if ('email' in name) return encodeDer(0x81, Buffer.from(name.email));
  if ('dns' in name) return encodeDer(0x82, Buffer.from(name.dns));
  if ('uri' in name) return encodeDer(0x86, Buffer.from(name.uri));
  if ('ip' in name) return encodeDer(0x87, Uint8Array.from(name.ip));
  return encodeDer(0x88, encodeOid(name.registered).subarray(2));
}

/** subjectAltName. */
export function encodeSubjectAltName(...names: readonly NameValue[]): Uint8Array {
  return encodeExtension('2.5.29.17', false, encodeSequence(...names.map(encodeGeneralName)));
}

/** nameConstraints, critical. */
export function encodeNameConstraints(subtrees: {
  readonly permitted?: readonly NameValue[];
  readonly excluded?: readonly NameValue[];
}): Uint8Array {
  const list = (tag: number, names: readonly NameValue[] = []): readonly Uint8Array[] =>
    names.length === 0
      ? []
      : [encodeDer(tag, ...names.map((name) => encodeSequence(encodeGeneralName(name))))];
  const value = [...list(0xa0, subtrees.permitted), ...list(0xa1, subtrees.excluded)];
  return encodeExtension('2.5.29.30', true, encodeSequence(...value));
}

/** certificatePolicies. @param oids - dotted form. */
export function encodePolicies(...oids: readonly string[]): Uint8Array {
  const policies = oids.map((oid) => encodeSequence(encodeOid(oid)));
  return encodeExtension('2.5.29.32', true, encodeSequence(...policies));
}

/** policyMappings. @param pairs - of issuer's and subject's domain. */
export function encodePolicyMappings(
  ...pairs: readonly (readonly [issuer: string, subject: string])[]
): Uint8Array {
  const mappings = pairs.map((pair) => encodeSequence(...pair.map(encodeOid)));
  return encodeExtension('2.5.29.33', true, encodeSequence(...mappings));
}

/** policyConstraints. */
export function encodePolicyConstraints(limits: {
  readonly explicit?: number;
  readonly mapping?: number;
}): Uint8Array {
  const member = (tag: number, value: number | undefined): readonly Uint8Array[] =>
    value === undefined ? [] : [encodeDer(tag, Uint8Array.of(value))];
  const value = [...member(0x80, limits.explicit), ...member(0x81, limits.mapping)];
  return encodeExtension('2.5.29.36', true, encodeSequence(...value));
}

/** inhibitAnyPolicy. */
export function encodeInhibitAnyPolicy(skip: number): Uint8Array {
  return encodeExtension('2.5.29.54', true, encodeSmallInteger(skip));
}

/** One distribution point. */
export interface PointValue {
  readonly names?: readonly NameValue[];
  /** Content of the BIT STRING: unused bits, then the bits. */
  readonly reasons?: readonly number[];
  readonly crlIssuer?: readonly NameValue[];
}

/** cRLDistributionPoints. */
export function encodeDistributionPoints(
  points: readonly PointValue[],
  isCritical = false,
): Uint8Array {
  const encoded = points.map(({ names, reasons, crlIssuer }) =>
    encodeSequence(
      ...(names === undefined ? [] : [encodePointName(names)]),
      ...(reasons === undefined ? [] : [encodeDer(0x81, Uint8Array.from(reasons))]),
      ...(crlIssuer === undefined ? [] : [encodeDer(0xa2, ...crlIssuer.map(encodeGeneralName))]),
    ),
  );
  return encodeExtension('2.5.29.31', isCritical, encodeSequence(...encoded));
}

/** distributionPoint [0], full name. */
export function encodePointName(names: readonly NameValue[]): Uint8Array {
  return encodeDer(0xa0, encodeDer(0xa0, ...names.map(encodeGeneralName)));
}

/** authorityInfoAccess with an OCSP responder's address. */
export function encodeOcspAccess(url: string): Uint8Array {
  const access = encodeSequence(encodeOid('1.3.6.1.5.5.7.48.1'), encodeGeneralName({ uri: url }));
  return encodeExtension('1.3.6.1.5.5.7.1.1', false, encodeSequence(access));
}
