import { isHolderField } from '../disclosure/prepareDisclosure.ts';
import { ServiceError } from '../errors.ts';
import type { LicenceType } from '../store/store.ts';
import type { ClientTerms } from '../store/systems.ts';
import type { ClientParts } from './parts.ts';

/** As for a check by function. */
const MIN_BASIS_CHARACTERS = 4;

/**
 * Checks what a client shall be allowed: types, fields and matters are known, each is named once, and a legal basis says
 * something.
 *
 * @throws ServiceError `CLIENT_TERMS_INVALID` with a fault a member.
 */
export async function checkTerms(
  { store }: Pick<ClientParts, 'store'>,
  terms: ClientTerms,
): Promise<void> {
  const faults = [
    ...duplicates(terms.scopes, '/scopes'),
    ...duplicates(
      terms.types.map(({ typeCode }) => typeCode),
      '/types',
    ),
    ...duplicates(
      terms.purposes.map(({ code }) => code),
      '/purposes',
    ),
    ...basisFaults(terms),
    ...(await typeFaults(store, terms)),
    ...(await matterFaults(store, terms)),
  ];
  if (faults.length === 0) return;
  throw new ServiceError('CLIENT_TERMS_INVALID', 'the terms are not what a client can have', {
    faults: faults.slice(0, 50),
  });
}

interface TermsFault {
  readonly pointer: string;
  readonly detail: string;
}

function duplicates(names: readonly string[], pointer: string): readonly TermsFault[] {
  return names.flatMap((name, place) =>
    names.indexOf(name) === place
      ? []
      : [{ pointer: `${pointer}/${place}`, detail: 'is named twice' }],
  );
}

function basisFaults({ purposes }: ClientTerms): readonly TermsFault[] {
  return purposes.flatMap(({ legalBasis }, place) =>
    legalBasis === null || Array.from(legalBasis.trim()).length >= MIN_BASIS_CHARACTERS
      ? []
      : [{ pointer: `/purposes/${place}/legalBasis`, detail: 'says nothing' }],
  );
}

async function typeFaults(
  store: ClientParts['store'],
  { types }: ClientTerms,
): Promise<readonly TermsFault[]> {
  const faults: TermsFault[] = [];
  for (const [place, { typeCode, fields }] of types.entries()) {
    const type = await store.licenceTypes.find(typeCode);
    if (type === null) faults.push({ pointer: `/types/${place}/typeCode`, detail: 'is unknown' });
    else faults.push(...fieldFaults(type, fields, `/types/${place}/fields`));
  }
  return faults;
}

function fieldFaults(
  type: LicenceType,
  fields: readonly string[],
  pointer: string,
): readonly TermsFault[] {
  const properties = (type.fields['properties'] ?? {}) as Readonly<Record<string, unknown>>; // a checked schema
  return [
    ...duplicates(fields, pointer),
    ...fields.flatMap((name, place) =>
      isHolderField(name) || Object.hasOwn(properties, name)
        ? []
        : [{ pointer: `${pointer}/${place}`, detail: 'is no field of this type' }],
    ),
  ];
}

async function matterFaults(
  store: ClientParts['store'],
  { purposes }: ClientTerms,
): Promise<readonly TermsFault[]> {
  const faults: TermsFault[] = [];
  for (const [place, { matters }] of purposes.entries()) {
    for (const [index, code] of (matters ?? []).entries()) {
      if ((await store.matters.find(code)) !== null) continue;
      faults.push({ pointer: `/purposes/${place}/matters/${index}`, detail: 'is unknown' });
    }
  }
  return faults;
}
