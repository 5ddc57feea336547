import {
  canonicalBytes,
  isTypeCode,
  statePlaces,
  type DocumentFormat,
  type LicenceTypeRecord,
} from '@yinxin/chaincode/model';
import { hasRole, organisationOf, requireRoleIn, type Principal } from '../access.ts';
import { sha256Hex } from '../documents/digest.ts';
import { parseLayout } from '../documents/layout.ts';
import { ServiceError } from '../errors.ts';
import { requireRecorded } from '../ledger/outcome.ts';
import { signAct } from '../ledger/signAct.ts';
import type { LicenceType } from '../store/store.ts';
import { checkSchema } from './fields.ts';
import { actorHash, type LicenceParts } from './parts.ts';

export interface LicenceTypeRequest {
  readonly name: string;
  /** JSON Schema (draft 2020-12) of an object without unknown members. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly layout: Readonly<Record<string, unknown>>;
  readonly sealEsId: string;
  readonly approval: 'single' | 'dual';
  readonly formats: readonly DocumentFormat[];
}

/**
 * Adds a licence type or its next version; the ledger records the digest of the definition.
 *
 * @throws ServiceError `NOT_AUTHORISED`, `TYPE_CODE_INVALID`, `LICENCE_TYPE_MALFORMED`, `SEAL_NOT_FOUND`; the contract's
 * refusal.
 */
export async function putLicenceType(
  parts: LicenceParts,
  principal: Principal,
  typeCode: string,
  request: LicenceTypeRequest,
): Promise<LicenceType> {
  if (!isTypeCode(typeCode)) {
    throw new ServiceError('TYPE_CODE_INVALID', `${typeCode} is no licence type code`);
  }
  const authority = organisationOf(principal, 'operator', 'issuer');
  const seal = await parts.openSeal(request.sealEsId);
  const issuer = seal.holder.creditCode;
  if (!hasRole(principal, 'operator')) requireRoleIn(principal, issuer, 'issuer');
  checkSchema(request.fields);
  parseLayout(request.layout);
  const version = await recordDefinition(parts, principal, { typeCode, authority, request });
  const type = { ...request, typeCode, version, issuer, updatedAt: parts.clock.now() };
  const known = await parts.store.licenceTypes.find(typeCode);
  if (known?.version !== version) await parts.store.licenceTypes.put(type);
  return type;
}

/** @throws ServiceError `LICENCE_TYPE_NOT_FOUND`. */
export async function findLicenceType(
  parts: Pick<LicenceParts, 'store'>,
  typeCode: string,
): Promise<LicenceType> {
  const type = await parts.store.licenceTypes.find(typeCode);
  if (type === null) {
    throw new ServiceError('LICENCE_TYPE_NOT_FOUND', `no licence type ${typeCode}`);
  }
  return type;
}

/** @returns the version on the ledger; the same definition put again keeps its version. */
async function recordDefinition(
  parts: LicenceParts,
  principal: Principal,
  order: Readonly<{ typeCode: string; authority: string; request: LicenceTypeRequest }>,
): Promise<number> {
  const { typeCode, authority, request } = order;
  const definitionDigest = sha256Hex(canonicalBytes(request));
  const { values } = await parts.ledger.readStates([statePlaces.licenceType(typeCode)]);
  const known = values[0] as LicenceTypeRecord | null | undefined; // as the place says
  if (known?.definitionDigest === definitionDigest) return known.version;
  const version = (known?.version ?? 0) + 1;
  const signers = await parts.signersOf(authority);
  const act = await signAct(
    { clock: parts.clock, signer: signers.act },
    'catalogue.putLicenceType',
    {
      typeCode,
      version,
      name: request.name,
      approval: request.approval,
      formats: request.formats,
      definitionDigest,
    },
    { authority, maker: actorHash(parts.store, principal.id) },
  );
  requireRecorded(await parts.recorder.record(act));
  return version;
}
