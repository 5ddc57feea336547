import type { HolderCode, Licence, LicenceState, Page, PageRequest } from '../store/store.ts';
import { toUsageRecord, type Use } from '../usage/recordUse.ts';
import { requireHolderCode } from '../holderCode.ts';
import type { AdmittedCall } from './admitCall.ts';
import {
  authorise,
  basisFor,
  mayAskForType,
  refuse,
  type Ask,
  type Basis,
  type Occasion,
} from './authorise.ts';
import type { SystemParts } from './parts.ts';

/** Versions that never were what a holder has. */
const NEVER_HELD: readonly LicenceState[] = ['drafted', 'returned'];

export interface SearchRequest extends Occasion {
  readonly holder: HolderCode;
  readonly typeCode: string;
  readonly page: PageRequest;
}

/** What a search tells of a licence. */
export type FoundLicence = Pick<
  Licence,
  'identifier' | 'typeCode' | 'state' | 'version' | 'validFrom' | 'validUntil'
>;

interface Granted {
  readonly licence: Licence;
  readonly basis: Basis;
}

/**
 * Tells which licences of a type a holder has, every version with its state; nothing of what they say. A record a licence,
 * or one for the type where there is none, is durable before the answer.
 *
 * @throws ServiceError `HOLDER_CODE_INVALID`, those of `authorise`, `GRANT_NEEDED`.
 */
export async function searchLicences(
  parts: SystemParts,
  call: AdmittedCall,
  { holder, typeCode, page, purpose, matter }: SearchRequest,
): Promise<Page<FoundLicence>> {
  requireHolderCode(holder, 'holder');
  const holderHash = parts.store.holders.holderHash(holder);
  const ask: Ask = {
    ...{ scope: 'licence.search', kind: 'lookup', purpose, matter, typeCode, holderHash },
    subject: { kind: 'licence-type', identifier: typeCode },
    ...{ licence: null, fields: [] },
  };
  const basis = await authorise(parts, call, ask);
  if (!(await mayAskForType(parts, call, basis, { holderHash, typeCode, matter }))) {
    throw await refuse(parts, call, ask, 'GRANT_NEEDED');
  }
  const found = await parts.store.licences.list({ holderHashes: [holderHash], typeCode }, page);
  const held = found.items.filter(({ state }) => !NEVER_HELD.includes(state));
  const granted = await grantedOf(parts, call, basis, { held, holderHash, matter });
  await record(parts, ask, basis, granted);
  return { items: granted.map(({ licence }) => licence), nextCursor: found.nextCursor };
}

async function grantedOf(
  parts: SystemParts,
  call: AdmittedCall,
  basis: Basis,
  {
    held,
    holderHash,
    matter,
  }: Readonly<{
    held: readonly Licence[];
    holderHash: string;
    matter: string | null;
  }>,
): Promise<readonly Granted[]> {
  const granted: Granted[] = [];
  for (const licence of held) {
    const found = await basisFor(parts, call, basis, { licence, holderHash, matter });
    if (found !== null) granted.push({ licence, basis: found });
  }
  return granted;
}

async function record(
  { clock, store }: SystemParts,
  ask: Ask,
  basis: Basis,
  granted: readonly Granted[],
): Promise<void> {
  const common = {
    ...({ kind: 'lookup', outcome: 'answered' } as const),
    ...{ esId: null, indication: null, holderHash: ask.holderHash },
  };
  const none = { reason: 'LICENCE_NOT_FOUND', subject: ask.subject, licence: null };
  const uses: readonly Use[] =
    granted.length === 0
      ? [{ ...common, ...none, details: basis.details }]
      : granted.map(({ licence: { identifier }, basis: { details } }) => ({
          ...common,
          ...{
            reason: null,
            subject: { kind: 'licence', identifier },
            licence: identifier,
            details,
          },
        }));
  const at = clock.now();
  await Promise.all(uses.map((use) => store.usage.append(toUsageRecord(use, basis.context, at))));
}
