import type { Principal } from '../access.ts';
import { isHolderField } from '../disclosure/prepareDisclosure.ts';
import { ServiceError, type Fault } from '../errors.ts';
import { findGrant } from '../grants/findGrant.ts';
import type { Licence, PresentedLicence, Store } from '../store/store.ts';

/** A licence that somebody wants to show. */
export interface ShowRequest {
  readonly identifier: string;
  /** Exactly these; absent: those that the matter needs. */
  readonly fields?: readonly string[] | undefined;
}

export interface ShownLicence {
  readonly licence: Licence;
  readonly presented: PresentedLicence;
}

export interface ShownLicences {
  /** Whose licences they are, all of them. */
  readonly holderHash: string;
  readonly licences: readonly ShownLicence[];
}

type ShowParts = Readonly<{
  store: Pick<Store, 'licences' | 'licenceTypes' | 'grants' | 'accounts'>;
}>;

/**
 * The licences that somebody shows: their own, or by a grant one other holder's.
 *
 * @throws ServiceError `LICENCE_NOT_FOUND` also for other people's, `LICENCE_FIELDS_INVALID` for fields that it has not,
 * `REQUEST_MALFORMED` for one named twice and for licences of several holders.
 */
export async function shownLicences(
  parts: ShowParts,
  principal: Principal,
  asked: Readonly<{ licences: readonly ShowRequest[]; matter: string | null; at: Date }>,
): Promise<ShownLicences> {
  const licences: ShownLicence[] = [];
  for (const [index, request] of asked.licences.entries()) {
    const identifier = request.identifier.trim().toUpperCase();
    if (licences.some(({ licence }) => licence.identifier === identifier)) {
      throw malformed(index, 'is named twice');
    }
    const { licence, grant } = await requireShowable(parts, principal, { ...asked, identifier });
    await requireFields(parts, licence, { index, fields: request.fields ?? [] });
    const { typeCode } = licence;
    const fields = request.fields === undefined ? null : [...new Set(request.fields)];
    licences.push({ licence, presented: { identifier, typeCode, fields, grant } });
  }
  const [first] = licences;
  const holderHash = first?.licence.holderHash ?? null;
  const other = licences.findIndex(({ licence }) => licence.holderHash !== holderHash);
  if (holderHash === null || other !== -1) {
    throw malformed(Math.max(other, 0), 'belongs to another holder: show theirs by themselves');
  }
  return { holderHash, licences };
}

async function requireShowable(
  parts: ShowParts,
  principal: Principal,
  { identifier, matter, at }: Readonly<{ identifier: string; matter: string | null; at: Date }>,
): Promise<{ readonly licence: Licence; readonly grant: string | null }> {
  const licence = await parts.store.licences.find(identifier);
  const notFound = new ServiceError('LICENCE_NOT_FOUND', `no licence ${identifier}`);
  if (licence === null || licence.state === 'drafted' || licence.state === 'returned') {
    throw notFound;
  }
  const { holderHash, typeCode } = licence;
  if (holderHash === null) throw notFound;
  if (holderHash === principal.holderHash) return { licence, grant: null };
  const question = { agent: principal, holderHash, licence: { identifier, typeCode }, matter, at };
  const grant = await findGrant(parts, question);
  if (grant === null) throw notFound;
  return { licence, grant: grant.id };
}

async function requireFields(
  { store }: ShowParts,
  licence: Licence,
  { index, fields }: Readonly<{ index: number; fields: readonly string[] }>,
): Promise<void> {
  const type = await store.licenceTypes.find(licence.typeCode);
  const known = type?.fields['properties'];
  const names = new Set([
    ...Object.keys(licence.fields ?? {}),
    ...Object.keys(typeof known === 'object' && known !== null ? known : {}),
  ]);
  const faults = fields.flatMap((name, place): readonly Fault[] =>
    isHolderField(name) || names.has(name)
      ? []
      : [{ pointer: `/licences/${index}/fields/${place}`, detail: 'is no field of the licence' }],
  );
  if (faults.length > 0) {
    throw new ServiceError('LICENCE_FIELDS_INVALID', 'a field is unknown', { faults });
  }
}

function malformed(index: number, detail: string): ServiceError {
  const faults = [{ pointer: `/licences/${index}/identifier`, detail }];
  return new ServiceError('REQUEST_MALFORMED', `a licence ${detail}`, { faults });
}
