import { createHash } from 'node:crypto';
import { canonicalBytes } from '@yinxin/chaincode/model';
import { shanghaiDay } from '../civilTime.ts';
import { sha256Hex } from '../documents/digest.ts';
import type { OfdMetadatum } from '../documents/ofd/ofdContent.ts';
import type { LicenceType, NewDraft } from '../store/store.ts';

/** What a licence says, apart from its code: the same in its files' metadata, its digest and its credential. */
export interface CanonicalLicence {
  readonly identifier: string;
  readonly typeCode: string;
  readonly typeName: string;
  readonly issuer: { readonly creditCode: string; readonly name: string };
  readonly holder: { readonly name: string; readonly code: string; readonly codeType: string };
  readonly fields: Readonly<Record<string, unknown>>;
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly issuedAt: string;
}

export function canonicalLicence(
  draft: NewDraft,
  facts: Readonly<{ type: LicenceType; issuerName: string; issuedAt: Date }>,
): CanonicalLicence {
  return {
    identifier: draft.identifier,
    typeCode: draft.typeCode,
    typeName: facts.type.name,
    issuer: { creditCode: draft.issuer, name: facts.issuerName },
    holder: {
      name: draft.holder.name,
      code: draft.holder.code,
      codeType: draft.holder.codeType,
    },
    fields: draft.fields,
    validFrom: draft.validFrom.toISOString(),
    validUntil: draft.validUntil?.toISOString() ?? null,
    issuedAt: facts.issuedAt.toISOString(),
  };
}

/** SHA-256 of the canonical content, lower-case hex: what the code and the act commit to. */
export function contentDigestOf(content: CanonicalLicence): string {
  return sha256Hex(canonicalBytes(content));
}

/** SHA-256 over a 16-byte salt and the canonical holder, lower-case hex. */
export function holderCommitmentOf(content: CanonicalLicence, salt: Uint8Array): string {
  return createHash('sha256').update(salt).update(canonicalBytes(content.holder)).digest('hex');
}

/** Metadata by the short names in use (GB/T 36903-2018 as systems implement it); fields as `KZ_…` extensions. */
export function metadataOf(content: CanonicalLicence, serial: string): readonly OfdMetadatum[] {
  const day = (instant: string): string => shanghaiDay(new Date(instant));
  return [
    { name: 'ZZBS', value: content.identifier },
    { name: 'ZZMC', value: content.typeName },
    { name: 'ZZLXDM', value: content.typeCode },
    { name: 'ZZBH', value: serial },
    { name: 'ZZBFJG', value: content.issuer.name },
    { name: 'ZZBFJGDM', value: content.issuer.creditCode },
    { name: 'ZZBFRQ', value: day(content.issuedAt) },
    { name: 'CZZT', value: content.holder.name },
    { name: 'CZZTDM', value: content.holder.code },
    { name: 'CZZTDMLXDM', value: content.holder.codeType },
    { name: 'ZZYXQQSRQ', value: day(content.validFrom) },
    { name: 'ZZYXQJZRQ', value: content.validUntil === null ? '' : day(content.validUntil) },
    ...Object.entries(content.fields).map(([name, value]) => ({
      name: `KZ_${name}`,
      value: typeof value === 'string' ? value : JSON.stringify(value),
    })),
  ];
}
