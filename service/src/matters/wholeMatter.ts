import { ServiceError } from '../errors.ts';
import type { Matter, MatterStore } from '../store/store.ts';
import {
  definitionOf,
  type Material,
  type MatterDefinition,
  type StandIn,
} from './matterDefinition.ts';

/** A material of a matter or, in a bundle, of each of the matters that ask for it. */
export interface WholeMaterial extends Material {
  /** Codes of the matters that ask for it. */
  readonly askedBy: readonly string[];
}

/** A matter as applicants meet it: a bundle (一件事一次办) with the matters that it opens. */
export interface WholeMatter {
  readonly matter: Matter;
  readonly definition: MatterDefinition;
  /** What a bundle opens, in its order; empty for a single matter. */
  readonly parts: readonly Matter[];
  /** One set for all of them: what several ask for by the same code is there once. */
  readonly materials: readonly WholeMaterial[];
}

/**
 * Finds a matter with all that it asks for. Also what `neededFields` is asked of, where a bundle may be meant.
 *
 * @throws ServiceError `MATTER_NOT_FOUND`.
 */
export async function findWholeMatter(
  { matters }: Readonly<{ matters: Pick<MatterStore, 'find'> }>,
  code: string,
): Promise<WholeMatter> {
  const matter = await requireMatter(matters, code);
  const definition = definitionOf(matter);
  const parts = await Promise.all(definition.bundles.map((part) => requireMatter(matters, part)));
  return { matter, definition, parts, materials: gatherMaterials([matter, ...parts]) };
}

/** Every matter as {@link findWholeMatter} finds it, by code. */
export async function listWholeMatters({
  matters,
}: Readonly<{ matters: Pick<MatterStore, 'list'> }>): Promise<readonly WholeMatter[]> {
  const list = await matters.list();
  const byCode = new Map(list.map((matter) => [matter.code, matter]));
  return list.map((matter) => {
    const definition = definitionOf(matter);
    const parts = definition.bundles.flatMap((code) => byCode.get(code) ?? []);
    return { matter, definition, parts, materials: gatherMaterials([matter, ...parts]) };
  });
}

/** {@link listWholeMatters}, made again only once a matter was put, in this process or another. */
export function keptCatalogue(
  matters: Pick<MatterStore, 'list' | 'revision'>,
): () => Promise<readonly WholeMatter[]> {
  let kept: { readonly revision: number; readonly wholes: readonly WholeMatter[] } | null = null;
  return async () => {
    const revision = await matters.revision();
    if (kept?.revision !== revision)
      kept = { revision, wholes: await listWholeMatters({ matters }) };
    return kept.wholes;
  };
}

/** One set of materials for several matters. */
export function gatherMaterials(
  matters: readonly Pick<Matter, 'code' | 'definition'>[],
): readonly WholeMaterial[] {
  const materials = new Map<string, WholeMaterial>();
  for (const one of matters) {
    for (const material of definitionOf(one).materials) {
      const whole = { ...material, askedBy: [one.code] };
      const known = materials.get(material.code);
      materials.set(material.code, known === undefined ? whole : merge(known, whole));
    }
  }
  return [...materials.values()];
}

/** What serves both: the stricter of everything. */
function merge(known: WholeMaterial, other: WholeMaterial): WholeMaterial {
  const asking = [known, other].find(({ source }) => source === 'applicant') ?? known;
  return {
    ...known,
    source: asking.source,
    required: known.required || other.required,
    standIns: mergeStandIns(known, other),
    askedBy: [...known.askedBy, ...other.askedBy],
  };
}

/** A type that only one of them takes serves them both no more; one that needs no submission takes anything. */
function mergeStandIns(known: WholeMaterial, other: WholeMaterial): readonly StandIn[] {
  if (other.source !== 'applicant' && known.source === 'applicant') return known.standIns;
  if (known.source !== 'applicant' && other.source === 'applicant') return other.standIns;
  return known.standIns.flatMap(({ typeCode, fields }) => {
    const same = other.standIns.find((one) => one.typeCode === typeCode);
    if (same === undefined) return [];
    return [{ typeCode, fields: [...new Set([...fields, ...same.fields])] }];
  });
}

async function requireMatter(matters: Pick<MatterStore, 'find'>, code: string): Promise<Matter> {
  const matter = await matters.find(code);
  if (matter === null) throw new ServiceError('MATTER_NOT_FOUND', `no matter ${code}`);
  return matter;
}
