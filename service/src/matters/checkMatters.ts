/** What a matter's definition must agree with: itself, other matters, licence types, organisations. */
import { isTypeCode } from '@yinxin/chaincode/model';
import type { Fault } from '../errors.ts';
import { fieldNamesOf } from '../licences/fields.ts';
import type { LicenceType, Store } from '../store/store.ts';
import {
  definitionOf,
  HOLDER_FIELDS,
  type Material,
  type MatterDefinition,
  type StandIn,
} from './matterDefinition.ts';

/** A matter that somebody wants to put. */
export interface MatterDraft {
  readonly code: string;
  readonly name: string;
  readonly definition: MatterDefinition;
}

/** A fault of the matter at a place; the pointer is into the definition, or `/code`. */
export interface MatterFault extends Fault {
  readonly place: number;
}

/** Names that stand for something else where a code stands. */
const RESERVED: readonly string[] = ['export', 'import'];

/**
 * Checks matters that are to be put together; they may name each other. A licence type that stands in for something may
 * be one that is not issued here yet (it counts as planned); of one that is, the fields must be there.
 *
 * @returns every fault, in the order of the matters.
 */
export async function checkMatters(
  { store }: Readonly<{ store: Pick<Store, 'matters' | 'licenceTypes' | 'organisations'> }>,
  drafts: readonly MatterDraft[],
): Promise<readonly MatterFault[]> {
  const known = new Map<string, MatterDefinition>();
  for (const matter of await store.matters.list()) known.set(matter.code, definitionOf(matter));
  for (const { code, definition } of drafts) known.set(code, definition);
  const departments = new Set(drafts.map(({ definition }) => definition.department));
  const missing = await missingOrganisations(store, [...departments]);
  const types = await findTypes(store, drafts);
  const bundled = new Set([...known.values()].flatMap(({ bundles }) => bundles));
  return drafts.flatMap(({ code, definition }, draft) =>
    [
      ...checkCode(code),
      ...checkTerms(definition, missing),
      ...checkBundles(code, definition, { known, bundled }),
      ...definition.materials.flatMap((material, i) =>
        checkMaterial(material, i, { all: definition.materials, types }),
      ),
    ].map((fault) => ({ place: draft, ...fault })),
  );
}

function checkCode(code: string): readonly Fault[] {
  return RESERVED.includes(code) ? [{ pointer: '/code', detail: 'is a reserved word' }] : [];
}

function checkTerms(
  { department, promisedDays, statutoryDays }: MatterDefinition,
  missing: ReadonlySet<string>,
): readonly Fault[] {
  const isUnknown = department !== null && missing.has(department);
  const isLate = promisedDays !== null && statutoryDays !== null && promisedDays > statutoryDays;
  return [
    ...(isUnknown ? [{ pointer: '/department', detail: 'is no organisation of this city' }] : []),
    ...(isLate ? [{ pointer: '/promisedDays', detail: 'is later than the law allows' }] : []),
  ];
}

function checkBundles(
  code: string,
  { bundles }: MatterDefinition,
  others: Readonly<{ known: ReadonlyMap<string, MatterDefinition>; bundled: ReadonlySet<string> }>,
): readonly Fault[] {
  const nested =
    bundles.length > 0 && others.bundled.has(code)
      ? [{ pointer: '/bundles', detail: 'stand in a matter that is itself part of a bundle' }]
      : [];
  return [
    ...nested,
    ...bundles.flatMap((part, place) => {
      const pointer = `/bundles/${place}`;
      const definition = others.known.get(part);
      if (definition === undefined) return [{ pointer, detail: 'is no matter of this city' }];
      if (definition.bundles.length > 0) return [{ pointer, detail: 'is itself a bundle' }];
      const isRepeated = bundles.indexOf(part) !== place;
      return isRepeated ? [{ pointer, detail: 'is there twice' }] : [];
    }),
  ];
}

interface MaterialContext {
  readonly all: readonly Material[];
  readonly types: ReadonlyMap<string, LicenceType>;
}

function checkMaterial(
  { code, standIns }: Material,
  place: number,
  { all, types }: MaterialContext,
): readonly Fault[] {
  const pointer = `/materials/${place}`;
  const isRepeated = all.findIndex((one) => one.code === code) !== place;
  return [
    ...(isRepeated ? [{ pointer: `${pointer}/code`, detail: 'is there twice' }] : []),
    ...standIns.flatMap((standIn, i) => {
      const at = `${pointer}/standIns/${i}`;
      const isSecond = standIns.findIndex((one) => one.typeCode === standIn.typeCode) !== i;
      if (isSecond) return [{ pointer: `${at}/typeCode`, detail: 'is there twice' }];
      return checkStandIn(standIn, at, types.get(standIn.typeCode));
    }),
  ];
}

function checkStandIn(
  { typeCode, fields }: StandIn,
  pointer: string,
  type: LicenceType | undefined,
): readonly Fault[] {
  if (!isTypeCode(typeCode))
    return [{ pointer: `${pointer}/typeCode`, detail: 'is no licence type code' }];
  if (type === undefined) return [];
  const names = [...fieldNamesOf(type), ...HOLDER_FIELDS];
  return fields.flatMap((field, place) =>
    names.includes(field)
      ? []
      : [{ pointer: `${pointer}/fields/${place}`, detail: `is no field of ${typeCode}` }],
  );
}

async function missingOrganisations(
  { organisations }: Pick<Store, 'organisations'>,
  codes: readonly (string | null)[],
): Promise<ReadonlySet<string>> {
  const missing = await Promise.all(
    codes.map(async (code) =>
      code === null || (await organisations.find(code)) !== null ? [] : [code],
    ),
  );
  return new Set(missing.flat());
}

async function findTypes(
  { licenceTypes }: Pick<Store, 'licenceTypes'>,
  drafts: readonly MatterDraft[],
): Promise<ReadonlyMap<string, LicenceType>> {
  const codes = new Set(
    drafts.flatMap(({ definition }) =>
      definition.materials.flatMap(({ standIns }) => standIns.map((one) => one.typeCode)),
    ),
  );
  const types = await Promise.all([...codes].map((code) => licenceTypes.find(code)));
  return new Map(types.flatMap((type) => (type === null ? [] : [[type.typeCode, type] as const])));
}
