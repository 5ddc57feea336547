import { randomBytes } from 'node:crypto';
import { formatBase, formatIdentifier, isLicenceSerial } from '@yinxin/chaincode/model';
import { organisationOf, requireRoleIn, type Principal } from '../access.ts';
import { shanghaiDay } from '../civilTime.ts';
import { licenceFont } from '../documents/fonts.ts';
import { ServiceError } from '../errors.ts';
import { requireHolderCode } from '../holderCode.ts';
import type { Holder, Licence, LicenceFields, LicenceType, NewDraft } from '../store/store.ts';
import { readIdentifier } from '../identifier.ts';
import { validateFields } from './fields.ts';
import { issueLicence } from './issueLicence.ts';
import type { LicenceParts } from './parts.ts';

export { HOLDER_CODE_TYPES, type HolderCodeType } from '../holderCode.ts';

/** Shorter codes stand in a serial by chance. */
const MIN_TELLING_CODE = 8;

/** What a maker says of a licence. */
export interface LicenceContent {
  readonly holder: Holder;
  readonly fields: LicenceFields;
  readonly validFrom: Date;
  readonly validUntil: Date | null;
}

export interface LicenceRequest extends LicenceContent {
  readonly typeCode: string;
  /** Digits and capitals, at most 32; absent: one is made that says nothing of the holder. */
  readonly serial?: string | undefined;
  /** Identifier of a licence that its issuer transferred out, perhaps on another ledger: this one takes its place. */
  readonly takesOver?: string | undefined;
}

/** What a maker says anew of a draft; what is absent stays. */
export interface DraftChange extends Partial<{
  readonly [K in keyof LicenceContent]: LicenceContent[K] | undefined;
}> {
  /** Part of the identifier, which stays: given, it must be the draft's own. */
  readonly typeCode?: string | undefined;
  /** As `typeCode`. */
  readonly serial?: string | undefined;
}

/**
 * Drafts a licence; of a type with single approval it is issued at once.
 *
 * @returns the licence as readers see it.
 * @throws ServiceError `NOT_AUTHORISED`, `LICENCE_TYPE_NOT_FOUND`, `LICENCE_FIELDS_INVALID`, `HOLDER_CODE_INVALID`,
 * `LICENCE_PERIOD_INVALID`, `LICENCE_SERIAL_INVALID`, `GLYPH_MISSING`, `LICENCE_ALREADY_EXISTS`; those of issuing.
 */
export async function draftLicence(
  parts: LicenceParts,
  principal: Principal,
  request: LicenceRequest,
): Promise<Licence> {
  const { draft, type } = await prepareDraft(parts, principal, request);
  return await submitDraft(parts, draft, type);
}

/**
 * Keeps a draft for its approver; of a type with single approval it is issued at once.
 *
 * @throws ServiceError `LICENCE_ALREADY_EXISTS`; those of issuing.
 */
export async function submitDraft(
  parts: LicenceParts,
  draft: NewDraft,
  type: LicenceType,
): Promise<Licence> {
  if (type.approval === 'single') {
    await issueLicence(parts, draft, { type, approverId: null });
  } else {
    await parts.store.licences.addDraft(draft);
  }
  return await requireLicence(parts, draft.identifier);
}

/**
 * Checks a request and makes the draft, without writing it.
 *
 * @throws ServiceError as {@link draftLicence}.
 */
export async function prepareDraft(
  parts: LicenceParts,
  principal: Principal,
  request: LicenceRequest,
): Promise<{ readonly draft: NewDraft; readonly type: LicenceType }> {
  const issuer = organisationOf(principal, 'issuer');
  const type = await requireType(parts, request.typeCode);
  if (type.issuer !== null) requireRoleIn(principal, type.issuer, 'issuer');
  const content = checkContent(type, request);
  const createdAt = parts.clock.now();
  const serial = request.serial ?? makeSerial(createdAt);
  requireSerial(serial, content.holder);
  const named = { typeCode: type.typeCode, issuer: type.issuer ?? issuer, serial };
  const draft: NewDraft = {
    ...content,
    typeCode: type.typeCode,
    typeVersion: type.version,
    issuer: named.issuer,
    identifier: formatIdentifier({ ...named, version: 1 }),
    base: formatBase(named),
    version: 1,
    makerId: principal.id,
    createdAt,
    ...(await originOf(parts, request)),
  };
  return { draft, type };
}

/**
 * Changes a draft; a returned one goes back to its approver.
 *
 * @throws ServiceError as {@link draftLicence}; `LICENCE_NOT_FOUND`, `LICENCE_STATE_CONFLICT`, `REQUEST_MALFORMED`
 * (another type code or serial).
 */
export async function changeDraft(
  parts: LicenceParts,
  principal: Principal,
  identifier: string,
  change: DraftChange,
): Promise<Licence> {
  const draft = await requireLicence(parts, identifier);
  requireRoleIn(principal, draft.issuer, 'issuer');
  requireSameIdentifier(draft, change);
  const content = changedContent(draft, change);
  if (draft.supersedes !== null) await requireSameHolder(parts, draft.supersedes, content.holder);
  else requireSerial(readIdentifier(identifier).serial, content.holder);
  const type = await requireType(parts, draft.typeCode);
  await parts.store.licences.changeDraft(identifier, {
    ...checkContent(type, content),
    makerId: principal.id,
    typeVersion: type.version,
  });
  return await requireLicence(parts, identifier);
}

/** @throws ServiceError `REQUEST_MALFORMED`. */
function requireSameIdentifier(draft: Licence, change: DraftChange): void {
  const own = readIdentifier(draft.identifier);
  for (const member of ['typeCode', 'serial'] as const) {
    if ((change[member] ?? own[member]) === own[member]) continue;
    const detail = 'is part of the identifier, which a draft keeps';
    throw new ServiceError('REQUEST_MALFORMED', `${member} ${detail}`, {
      faults: [{ pointer: `/${member}`, detail }],
    });
  }
}

/** @throws ServiceError `LICENCE_STATE_CONFLICT`: there is nothing left to change. */
function changedContent(draft: Licence, change: DraftChange): LicenceContent {
  const holder = change.holder ?? draft.holder;
  const fields = change.fields ?? draft.fields;
  if (holder === null || fields === null) {
    throw new ServiceError(
      'LICENCE_STATE_CONFLICT',
      `the holder of ${draft.identifier} was erased`,
    );
  }
  const { validFrom = draft.validFrom, validUntil = draft.validUntil } = change;
  return { holder, fields, validFrom, validUntil };
}

/** Removes a draft. @throws ServiceError `LICENCE_NOT_FOUND`, `LICENCE_STATE_CONFLICT`, `NOT_AUTHORISED`. */
export async function removeDraft(
  parts: LicenceParts,
  principal: Principal,
  identifier: string,
): Promise<void> {
  const draft = await requireLicence(parts, identifier);
  requireRoleIn(principal, draft.issuer, 'issuer');
  await parts.store.licences.removeDraft(identifier);
}

/** @throws ServiceError `LICENCE_NOT_FOUND`. */
export async function requireLicence(
  parts: Pick<LicenceParts, 'store'>,
  identifier: string,
): Promise<Licence> {
  const licence = await parts.store.licences.find(identifier);
  if (licence === null) {
    throw new ServiceError('LICENCE_NOT_FOUND', `no licence ${identifier}`);
  }
  return licence;
}

/** @throws ServiceError `LICENCE_TYPE_NOT_FOUND`. */
export async function requireType(parts: LicenceParts, typeCode: string): Promise<LicenceType> {
  const type = await parts.store.licenceTypes.find(typeCode);
  if (type === null) {
    throw new ServiceError('LICENCE_TYPE_NOT_FOUND', `no licence type ${typeCode}`);
  }
  return type;
}

/** @throws ServiceError `LICENCE_FIELDS_INVALID`, `HOLDER_CODE_INVALID`, `LICENCE_PERIOD_INVALID`, `GLYPH_MISSING`. */
export function checkContent(type: LicenceType, content: LicenceContent): LicenceContent {
  const { holder, fields, validFrom, validUntil } = content;
  requireHolderCode(holder, 'holder');
  validateFields(type, fields);
  if (validUntil !== null && validUntil <= validFrom) {
    throw new ServiceError('LICENCE_PERIOD_INVALID', 'validUntil must be after validFrom', {
      faults: [{ pointer: '/validUntil', detail: 'must be after validFrom' }],
    });
  }
  licenceFont().requireGlyphs([holder.name, ...textsOf(fields)]);
  return { holder, fields, validFrom, validUntil };
}

/** How a first version comes into being. @throws ServiceError `CODE_MALFORMED`, `HOLDER_CODE_INVALID`. */
async function originOf(
  parts: LicenceParts,
  { takesOver, holder }: LicenceRequest,
): Promise<Pick<NewDraft, 'operation' | 'supersedes'>> {
  if (takesOver === undefined) return { operation: 'issue', supersedes: null };
  const { text } = readIdentifier(takesOver);
  await requireSameHolder(parts, text, holder);
  return { operation: 'transferIn', supersedes: text };
}

/** A licence of another ledger says nothing here of its holder. @throws ServiceError `HOLDER_CODE_INVALID`. */
async function requireSameHolder(
  { store }: LicenceParts,
  predecessor: string,
  holder: Holder,
): Promise<void> {
  const known = await store.licences.holderHash(predecessor);
  if (known === null || known === store.holders.holderHash(holder)) return;
  const detail = `is not the holder of ${predecessor}`;
  throw new ServiceError('HOLDER_CODE_INVALID', `holder.code ${detail}`, {
    faults: [{ pointer: '/holder/code', detail }],
  });
}

/**
 * The serial stands on the ledger for good, where nothing may tell who the holder is.
 *
 * @throws ServiceError `LICENCE_SERIAL_INVALID`.
 */
function requireSerial(serial: string, holder: Holder): void {
  const isHolderCode =
    holder.code.length >= MIN_TELLING_CODE && serial.includes(holder.code.toUpperCase());
  if (isLicenceSerial(serial) && !isHolderCode) return;
  const detail = isHolderCode
    ? 'must not be made from the code of the holder'
    : 'must be 1 to 32 digits and capitals';
  throw new ServiceError('LICENCE_SERIAL_INVALID', `serial ${detail}`, {
    faults: [{ pointer: '/serial', detail }],
  });
}

/** Year of issue and 60 random bits: unique without asking, and says nothing of the holder. */
function makeSerial(at: Date): string {
  const alphabet = '0123456789ABCDEFGHJKLMNPQRSTUVWX'; // 32 characters: 5 bits each
  const random = Array.from(randomBytes(12), (byte) => alphabet.charAt(byte & 31)).join('');
  return shanghaiDay(at).slice(0, 4) + random;
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
