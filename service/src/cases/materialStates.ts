/** What a case still lacks, derived each time from what is there: receipts, files, signed forms, and licences that could. */
import type { Case, CaseMaterialDemand, CaseSubmission, StoredReceipt } from '../store/store.ts';
import { judgeMaterial, type MaterialReason } from '../waivers/judgeMaterial.ts';
import { gatherKnown } from '../waivers/materialsFor.ts';
import type { CaseParts } from './parts.ts';

export const CASE_MATERIAL_STATES = [
  /** A receipt of this case shows a licence that stands in for it. */
  'waived',
  'noSubmission',
  'submitted',
  /** A licence of the holder could stand in for it, once the holder presents it. */
  'waivable',
  'needed',
] as const;
export type CaseMaterialState = (typeof CASE_MATERIAL_STATES)[number];

export interface CaseMaterial extends CaseMaterialDemand {
  readonly state: CaseMaterialState;
  /** Why it is waivable or still needed; null where neither. */
  readonly reason: MaterialReason | null;
  /** With the reason `fieldMissing`: which. */
  readonly missingFields: readonly string[];
  /** The licence by which it is waived, could be, or that comes nearest to it. */
  readonly by: {
    readonly identifier: string;
    readonly typeCode: string;
    readonly typeName: string;
    /** By which it was waived; null: not yet. */
    readonly receiptId: string | null;
  } | null;
  readonly submissions: readonly CaseSubmission[];
}

type MaterialParts = {
  readonly store: Pick<
    CaseParts['store'],
    'cases' | 'receipts' | 'licenceTypes' | 'licences' | 'waivers' | 'matters'
  >;
} & Pick<CaseParts, 'clock'>;

/**
 * Says of each material of a case where it stands.
 *
 * @param knowsLicences - whether to look for licences that could stand in: whoever tells that to somebody other than the
 * holder records a lookup first.
 */
export async function materialsOf(
  parts: MaterialParts,
  found: Case,
  knowsLicences: boolean,
): Promise<readonly CaseMaterial[]> {
  const all = await parts.store.receipts.listByCase(found.id);
  const receipts = all.filter(({ holderHash }) => holderHash === found.holderHash); // another one's licence waives nothing
  const submissions = await parts.store.cases.submissions(found.id);
  const settled = found.materials.map((demand) => settle(demand, receipts, submissions));
  const open = settled.filter(({ state }) => state === 'needed');
  if (!knowsLicences || found.holderHash === null || open.length === 0) return settled;
  const at = parts.clock.now();
  const known = await gatherKnown(parts, open, { holderHash: found.holderHash, at });
  return settled.map((one) => {
    if (one.state !== 'needed') return one;
    const { state, reason, by, missingFields } = judgeMaterial(one, known, at);
    const near = by === null ? null : { ...by, receiptId: null };
    const judged = { ...one, reason, missingFields, by: near };
    return state === 'waived' ? { ...judged, state: 'waivable' } : judged;
  });
}

/** Required materials that are neither waived nor there. @param matters - codes; those that none of them asks for are passed over. */
export function missingFor(
  materials: readonly CaseMaterial[],
  matters: readonly string[],
): readonly CaseMaterial[] {
  return materials.filter(
    ({ required, state, askedBy }) =>
      required &&
      (state === 'needed' || state === 'waivable') &&
      askedBy.some((matter) => matters.includes(matter)),
  );
}

function settle(
  demand: CaseMaterialDemand,
  receipts: readonly StoredReceipt[],
  all: readonly CaseSubmission[],
): CaseMaterial {
  const submissions = all.filter(({ materialCode }) => materialCode === demand.code);
  const by = waivedBy(demand, receipts);
  const isThere = submissions.length > 0;
  const state =
    by !== null
      ? 'waived'
      : demand.source !== 'applicant'
        ? 'noSubmission'
        : isThere
          ? 'submitted'
          : 'needed';
  return { ...demand, state, reason: null, missingFields: [], by, submissions };
}

/** A licence that was good when it was shown for this case, with every field that the material needs. */
function waivedBy(
  { standIns }: CaseMaterialDemand,
  receipts: readonly StoredReceipt[],
): CaseMaterial['by'] {
  for (const receipt of receipts) {
    for (const { identifier, typeCode, typeName, indication, fields } of receipt.licences) {
      const fits = standIns.some(
        (one) => one.typeCode === typeCode && one.fields.every((field) => fields.includes(field)),
      );
      if (indication === 'TOTAL-PASSED' && fits) {
        return { identifier, typeCode, typeName, receiptId: receipt.id };
      }
    }
  }
  return null;
}
