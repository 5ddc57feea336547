/** What a matter asks of somebody: material by material, what need not be submitted, and why. */
import { findWholeMatter, type WholeMaterial, type WholeMatter } from '../matters/wholeMatter.ts';
import { HOLDER_FIELDS } from '../matters/matterDefinition.ts';
import type { HeldLicence, LicenceStore, Store } from '../store/store.ts';
import {
  isInForce,
  judgeMaterial,
  type Known,
  type MaterialState,
  type ReadableLicence,
} from './judgeMaterial.ts';

export type { MaterialReason, MaterialState } from './judgeMaterial.ts';

export interface WaiverParts {
  readonly store: Pick<Store, 'matters' | 'licenceTypes' | 'licences' | 'waivers'>;
}

export interface MaterialsQuestion {
  /** Code; a bundle stands for all that it opens. */
  readonly matter: string;
  /** Keyed hash of the holder's code; null: nobody in particular is meant. */
  readonly holderHash: string | null;
  readonly at: Date;
}

/**
 * Says of each material of a matter whether a licence of the holder stands in for it now. It goes by the store's index;
 * whether the licence is good is for the verdict to say when it is presented. Nothing is recorded here: whoever tells a
 * person other than the holder what came out records a `lookup` first.
 *
 * @throws ServiceError `MATTER_NOT_FOUND`.
 */
export async function materialsFor(
  parts: WaiverParts,
  question: MaterialsQuestion,
): Promise<readonly MaterialState[]> {
  const whole = await findWholeMatter(parts.store, question.matter);
  return (await judgeMaterials(parts, whole, question)).materials;
}

/** As {@link materialsFor} of a matter that was found, with the types that can stand in and are issued here. */
export async function judgeMaterials(
  parts: WaiverParts,
  whole: WholeMatter,
  question: Pick<MaterialsQuestion, 'holderHash' | 'at'>,
): Promise<{ readonly materials: readonly MaterialState[]; readonly types: Known['types'] }> {
  const known = await gatherKnown(parts, whole.materials, question);
  return {
    materials: whole.materials.map((material) => judgeMaterial(material, known, question.at)),
    types: known.types,
  };
}

export interface MatterForHolder {
  readonly code: string;
  readonly name: string;
  readonly waived: number;
  readonly noSubmission: number;
  readonly needed: number;
  /** Whether no paper must be brought: what is needed besides is not required of everybody. */
  readonly isPaperless: boolean;
}

/**
 * Says of every matter how much of what it asks a holder need not bring.
 *
 * @param catalogue - as `listWholeMatters` gives it.
 */
export async function mattersFor(
  parts: WaiverParts,
  catalogue: readonly WholeMatter[],
  holder: Readonly<{ holderHash: string; at: Date }>,
): Promise<readonly MatterForHolder[]> {
  const all = catalogue.flatMap(({ materials }) => materials);
  const known = await gatherKnown(parts, all, holder);
  return catalogue.map(({ matter: { code, name }, materials }) => {
    const states = materials.map((material) => judgeMaterial(material, known, holder.at));
    const count = (state: MaterialState['state']): number =>
      states.filter((one) => one.state === state).length;
    return {
      ...{ code, name },
      ...{ waived: count('waived'), noSubmission: count('noSubmission'), needed: count('needed') },
      isPaperless: !states.some(({ state, required }) => state === 'needed' && required),
    };
  });
}

/** Licences of one holder and type whose fields are looked at. */
const MAX_READ = 50;

/** Gathers what the materials are judged by. */
export async function gatherKnown(
  { store }: WaiverParts,
  materials: readonly Pick<WholeMaterial, 'standIns'>[],
  { holderHash, at }: Pick<MaterialsQuestion, 'holderHash' | 'at'>,
): Promise<Known> {
  const asked = askedFields(materials);
  const codes = [...asked.keys()];
  const found = await Promise.all(codes.map((code) => store.licenceTypes.find(code)));
  const types = new Map(found.flatMap((type) => (type === null ? [] : [[type.typeCode, type]])));
  if (holderHash === null) return { types, licences: null };
  const held = await store.waivers.licencesOf(holderHash, codes);
  const byType = Map.groupBy(held, ({ typeCode }) => typeCode);
  const licences = new Map<string, readonly ReadableLicence[]>();
  for (const [typeCode, own] of byType)
    licences.set(typeCode, await readFields(store, own, { asked: asked.get(typeCode), at }));
  return { types, licences };
}

/** Of each type, what any of the materials asks of it. */
function askedFields(
  materials: readonly Pick<WholeMaterial, 'standIns'>[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const asked = new Map<string, Set<string>>();
  for (const { standIns } of materials) {
    for (const { typeCode, fields } of standIns) {
      const own = asked.get(typeCode) ?? new Set();
      asked.set(typeCode, own);
      for (const field of fields) own.add(field);
    }
  }
  return asked;
}

/**
 * Reads until one has all that anything asks of the type: others can serve nothing that it does not. Of those that are
 * not good, one of a kind says why.
 */
async function readFields(
  { licences }: Pick<Store, 'licences'>,
  held: readonly HeldLicence[],
  { asked = new Set(), at }: Readonly<{ asked: ReadonlySet<string> | undefined; at: Date }>,
): Promise<readonly ReadableLicence[]> {
  const read: ReadableLicence[] = [];
  const others = new Map<string, ReadableLicence>();
  for (const one of held) {
    if (!isInForce(one, at)) {
      const kind = `${one.state} ${String(one.validFrom > at)}`;
      if (!others.has(kind)) others.set(kind, { ...one, fields: null });
    } else if (read.length < MAX_READ) {
      const fields = await fieldsOf(licences, one.identifier);
      read.push({ ...one, fields });
      if (fields !== null && [...asked].every((field) => fields.includes(field))) break;
    }
  }
  return [...read, ...others.values()];
}

/** Names only; of values that are there. */
async function fieldsOf(
  licences: Pick<LicenceStore, 'find'>,
  identifier: string,
): Promise<readonly string[] | null> {
  const licence = await licences.find(identifier);
  if (licence?.fields == null || licence.holder === null) return null; // erased
  return [...Object.keys(licence.fields), ...HOLDER_FIELDS];
}
