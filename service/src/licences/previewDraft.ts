/** Pages of what is no licence yet: nothing is stored, signed or used up by looking at them. */
import { hasRole, hasRoleIn, organisationOf, requireRoleIn, type Principal } from '../access.ts';
import { drawingPicture } from '../documents/drawingPicture.ts';
import { parseLayout, type LayoutInput } from '../documents/layout.ts';
import type { PreviewFormat } from '../documents/ofd/previewOfd.ts';
import { drawSamplePage, SAMPLE } from '../documents/samplePage.ts';
import { ServiceError } from '../errors.ts';
import type { Licence, LicenceFields, LicenceType } from '../store/store.ts';
import { requireType } from './draftLicence.ts';
import { checkSchema } from './fields.ts';
import type { LicenceTypeRequest } from './licenceTypes.ts';
import type { LicenceParts } from './parts.ts';
import { sampleFields } from './sampleFields.ts';

/** What a maker has filled in so far; it need not fit the type yet. */
export interface UnfinishedLicence {
  readonly typeCode: string;
  readonly serial?: string | undefined;
  readonly holder?: { readonly name?: string | undefined; readonly code?: string | undefined };
  readonly fields: LicenceFields;
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
}

type PreviewParts = Pick<LicenceParts, 'clock' | 'store' | 'openSeal'>;

/** More than a page holds, and little to set. */
const MAX_FIELDS_LENGTH = 20_000;
const NOTHING = '—';
const YEAR_MS = 365.25 * 86_400_000;

/**
 * Draws the page of a licence that somebody is about to draft.
 *
 * @throws ServiceError `NOT_AUTHORISED`, `LICENCE_TYPE_NOT_FOUND`, `LICENCE_FIELDS_INVALID` (more than a page holds),
 * `GLYPH_MISSING`, `SEAL_NOT_FOUND`.
 */
export async function previewUnfinished(
  parts: LicenceParts,
  principal: Principal,
  unfinished: UnfinishedLicence,
  format: PreviewFormat,
): Promise<Uint8Array> {
  const own = organisationOf(principal, 'issuer');
  const type = await requireType(parts, unfinished.typeCode);
  if (type.issuer !== null) requireRoleIn(principal, type.issuer, 'issuer');
  const { serial, holder, fields, validFrom, validUntil } = unfinished;
  if (JSON.stringify(fields).length > MAX_FIELDS_LENGTH) {
    throw new ServiceError('LICENCE_FIELDS_INVALID', 'the fields do not fit on the page');
  }
  const issuer = type.issuer ?? own;
  return await drawSample(parts, type, format, {
    ...{ issuer, fields, serial: textOr(serial, SAMPLE) },
    holder: { name: textOr(holder?.name, NOTHING), code: textOr(holder?.code, NOTHING) },
    validFrom: validFrom ?? parts.clock.now(),
    validUntil,
  });
}

/**
 * Draws the page of a draft for the staff of its department.
 *
 * @throws ServiceError `DOCUMENT_NOT_FOUND` for everybody else, and where the holder was erased.
 */
export async function previewDraft(
  parts: PreviewParts,
  principal: Principal,
  draft: Licence,
  format: PreviewFormat,
): Promise<Uint8Array> {
  const { holder, fields, issuer, validFrom, validUntil } = draft;
  const type = await parts.store.licenceTypes.find(draft.typeCode, draft.typeVersion);
  const isTheirs = hasRoleIn(principal, issuer, 'issuer', 'approver');
  if (!isTheirs || holder === null || fields === null || type === null) {
    throw new ServiceError('DOCUMENT_NOT_FOUND', `${draft.identifier} has no page`);
  }
  const serial = draft.base.slice(draft.base.lastIndexOf('.') + 1);
  const content = { issuer, serial, holder, fields, validFrom, validUntil };
  return await drawSample(parts, type, format, content);
}

/**
 * Draws what licences of a type would look like, with made-up fields.
 *
 * @throws ServiceError `NOT_AUTHORISED`, `LICENCE_TYPE_MALFORMED`, `SEAL_NOT_FOUND`, `GLYPH_MISSING`.
 */
export async function previewLicenceType(
  parts: PreviewParts,
  principal: Principal,
  request: LicenceTypeRequest,
  format: PreviewFormat,
): Promise<Uint8Array> {
  const { holder } = await parts.openSeal(request.sealEsId);
  if (!hasRole(principal, 'operator')) requireRoleIn(principal, holder.creditCode, 'issuer');
  checkSchema(request.fields);
  parseLayout(request.layout);
  const now = parts.clock.now();
  return await drawSample(parts, request, format, {
    ...{ issuer: holder.creditCode, serial: SAMPLE, fields: sampleFields(request.fields) },
    holder: { name: '持证主体（样本）', code: '000000000000000000' },
    validFrom: now,
    validUntil: new Date(now.getTime() + 5 * YEAR_MS),
  });
}

interface SampleContent extends Pick<
  LayoutInput['licence'],
  'serial' | 'holder' | 'fields' | 'validFrom' | 'validUntil'
> {
  /** Credit code. */
  readonly issuer: string;
}

async function drawSample(
  parts: PreviewParts,
  type: Pick<LicenceType, 'name' | 'layout' | 'fields' | 'sealEsId'>,
  format: PreviewFormat,
  { issuer, ...content }: SampleContent,
): Promise<Uint8Array> {
  const [seal, organisation] = await Promise.all([
    parts.openSeal(type.sealEsId),
    parts.store.organisations.find(issuer),
  ]);
  const drawing = drawSamplePage(
    {
      type: { name: type.name, layout: type.layout, fields: type.fields },
      licence: {
        ...content,
        identifier: SAMPLE,
        issuer: { name: organisation?.name ?? issuer },
        issuedOn: parts.clock.now(),
      },
    },
    seal.picture,
  );
  return await drawingPicture(drawing, format);
}

function textOr(text: string | undefined, other: string): string {
  return text === undefined || text === '' ? other : text;
}
