/** Whether a material need be submitted: pure. */
import { fieldNamesOf } from '../licences/fields.ts';
import { HOLDER_FIELDS, type StandIn } from '../matters/matterDefinition.ts';
import type { WholeMaterial } from '../matters/wholeMatter.ts';
import type { HeldLicence, LicenceType } from '../store/store.ts';

/** Why a material is as it is; the first four need no submission, the others do. */
export const MATERIAL_REASONS = [
  'sharedData',
  'onlineCheck',
  'earlierInCase',
  /** A licence stands in, or could for who holds one. */
  'licence',
  /** Nothing but the paper will do. */
  'paperNeeded',
  /** No such type is issued here yet. */
  'noSuchType',
  'noSuchLicence',
  'licenceNotYetValid',
  'licenceExpired',
  'licenceSuspended',
  /** Revoked, withdrawn, cancelled, lapsed or transferred. */
  'licenceEnded',
  /** The licence or, where nobody in particular is meant, its type lacks fields that the matter needs. */
  'fieldMissing',
] as const;
export type MaterialReason = (typeof MATERIAL_REASONS)[number];

/**
 * `waived`: a licence of the holder stands in for it now. `waivable`: nobody in particular is meant, and licences of a type of
 * this city can stand in for it. `noSubmission`: it comes by shared data, an online check, or from earlier in the case.
 */
export const MATERIAL_STATES = ['waived', 'waivable', 'needed', 'noSubmission'] as const;

export interface MaterialState {
  readonly code: string;
  readonly name: string;
  readonly required: boolean;
  readonly source: WholeMaterial['source'];
  /** Codes of the matters of a bundle that ask for it. */
  readonly askedBy: readonly string[];
  readonly standIns: readonly StandIn[];
  readonly state: (typeof MATERIAL_STATES)[number];
  /** The licence that stands in for it or, where it is needed, comes nearest to that. */
  readonly by: {
    readonly identifier: string;
    readonly typeCode: string;
    readonly typeName: string;
  } | null;
  readonly reason: MaterialReason;
  /** With `fieldMissing`: which. */
  readonly missingFields: readonly string[];
}

/** A licence with the names of the fields it has; null: nobody can read them any more. */
export type ReadableLicence = HeldLicence & { readonly fields: readonly string[] | null };

export interface Known {
  /** By type code. */
  readonly types: ReadonlyMap<string, Pick<LicenceType, 'name' | 'fields'>>;
  /** Of one holder by type code, those that serve best first; null: nobody in particular is meant. */
  readonly licences: ReadonlyMap<string, readonly ReadableLicence[]> | null;
}

type Finding = Pick<MaterialState, 'by' | 'reason' | 'missingFields'>;

/** What comes nearest to being waived first. */
const NEAREST: readonly MaterialReason[] = [
  'licence',
  'fieldMissing',
  'licenceSuspended',
  'licenceNotYetValid',
  'licenceExpired',
  'licenceEnded',
  'noSuchLicence',
  'noSuchType',
  'paperNeeded',
];

const PAPER_NEEDED = finding('paperNeeded');
const NO_SUCH_TYPE = [finding('noSuchType')];
const NO_SUCH_LICENCE = [finding('noSuchLicence')];

/** Judges one material as of a moment. */
export function judgeMaterial(material: WholeMaterial, known: Known, at: Date): MaterialState {
  const { code, name, required, source, askedBy, standIns } = material;
  const facts = { code, name, required, source, askedBy, standIns };
  if (source !== 'applicant')
    return { ...facts, state: 'noSubmission', ...finding(source), reason: source };
  let best = PAPER_NEEDED;
  for (const standIn of standIns)
    for (const found of judgeStandIn(standIn, known, at)) best = nearer(best, found);
  const isWaived = best.reason === 'licence';
  const state = !isWaived ? 'needed' : known.licences === null ? 'waivable' : 'waived';
  return { ...facts, state, ...best };
}

/** Which of the fields asked for no licence of the type can have. */
export function lackedFields(
  type: Pick<LicenceType, 'fields'>,
  asked: readonly string[],
): readonly string[] {
  const names: readonly string[] = [...fieldNamesOf(type), ...HOLDER_FIELDS];
  return asked.filter((field) => !names.includes(field));
}

function judgeStandIn(standIn: StandIn, known: Known, at: Date): readonly Finding[] {
  const { typeCode, fields } = standIn;
  const type = known.types.get(typeCode);
  if (type === undefined) return NO_SUCH_TYPE;
  if (known.licences === null) {
    const missingFields = lackedFields(type, fields);
    return [missingFields.length === 0 ? finding('licence') : lacking(missingFields)];
  }
  const own = known.licences.get(typeCode);
  if (own === undefined) return NO_SUCH_LICENCE;
  return own.map((licence) => ({
    ...judgeLicence(licence, fields, at),
    by: { identifier: licence.identifier, typeCode, typeName: type.name },
  }));
}

/** Whether a licence is good at a moment, as far as the store's index knows. */
export function isInForce({ state, validFrom, validUntil }: HeldLicence, at: Date): boolean {
  return state === 'issued' && validFrom <= at && (validUntil === null || validUntil >= at);
}

function judgeLicence(licence: ReadableLicence, asked: readonly string[], at: Date): Finding {
  const { state, validFrom, validUntil, fields } = licence;
  if (state === 'suspended') return finding('licenceSuspended');
  if (state !== 'issued') return finding('licenceEnded');
  if (validFrom > at) return finding('licenceNotYetValid');
  if (validUntil !== null && validUntil < at) return finding('licenceExpired');
  const missingFields = asked.filter((field) => fields === null || !fields.includes(field));
  return missingFields.length === 0 ? finding('licence') : lacking(missingFields);
}

function finding(reason: MaterialReason): Finding {
  return { by: null, reason, missingFields: [] };
}

function lacking(missingFields: readonly string[]): Finding {
  return { by: null, reason: 'fieldMissing', missingFields };
}

/** Of equally near ones the first. */
function nearer(best: Finding, other: Finding): Finding {
  return NEAREST.indexOf(other.reason) < NEAREST.indexOf(best.reason) ? other : best;
}
