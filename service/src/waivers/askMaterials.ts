import { isCitizenId, isCreditCode } from '@yinxin/chaincode/model';
import { hasRole, notAuthorised, type Principal } from '../access.ts';
import type { Clock } from '../clock.ts';
import { findWholeMatter, type WholeMatter } from '../matters/wholeMatter.ts';
import type { LicenceType, Store } from '../store/store.ts';
import { recordUse, type UseContext } from '../usage/recordUse.ts';
import type { MaterialState } from './judgeMaterial.ts';
import { judgeMaterials, type WaiverParts } from './materialsFor.ts';

export type AskParts = WaiverParts & {
  readonly clock: Clock;
  readonly store: Pick<Store, 'holders' | 'usage'>;
};

export interface MaterialsRequest {
  readonly matter: string;
  readonly holderCode: string | undefined;
  /** Undefined: as the code itself says. */
  readonly holderCodeType: string | undefined;
}

export interface MaterialsAnswer {
  readonly whole: WholeMatter;
  readonly at: Date;
  /** Whether somebody in particular was meant. */
  readonly isForHolder: boolean;
  readonly materials: readonly MaterialState[];
  /** Of the types that can stand in and are issued here, by code. */
  readonly typeNames: ReadonlyMap<string, LicenceType['name']>;
}

/**
 * Answers what a matter asks for: a holder for themselves, a clerk at a window for the holder before them, others in
 * general. What a clerk is told of a holder is recorded first, so that the holder finds it.
 *
 * @throws ServiceError `MATTER_NOT_FOUND`; `NOT_AUTHORISED` for somebody else's holder code; `STORE_UNAVAILABLE`: then
 * nothing is told.
 */
export async function askMaterials(
  parts: AskParts,
  principal: Principal,
  request: MaterialsRequest,
): Promise<MaterialsAnswer> {
  const { store } = parts;
  const whole = await findWholeMatter(store, request.matter);
  const holderHash = holderMeant(parts, principal, request);
  const at = parts.clock.now();
  const { materials, types } = await judgeMaterials(parts, whole, { holderHash, at });
  if (holderHash !== null && holderHash !== principal.holderHash)
    await recordAnswer(parts, principal, { matter: whole.matter, holderHash, materials });
  const typeNames = new Map([...types].map(([typeCode, { name }]) => [typeCode, name]));
  return { whole, at, isForHolder: holderHash !== null, materials, typeNames };
}

/** @returns whose licences are meant; null: nobody's. */
function holderMeant(
  { store }: AskParts,
  principal: Principal,
  { holderCode, holderCodeType }: MaterialsRequest,
): string | null {
  if (holderCode === undefined) return hasRole(principal, 'holder') ? principal.holderHash : null;
  const codeType = holderCodeType ?? codeTypeOf(holderCode);
  const holderHash = store.holders.holderHash({ code: holderCode, codeType });
  if (holderHash === principal.holderHash) return holderHash;
  if (hasRole(principal, 'clerk') && principal.windowCode !== null) return holderHash;
  throw notAuthorised('only a clerk at a window asks for somebody else');
}

function codeTypeOf(code: string): string {
  if (isCitizenId(code)) return '111';
  return isCreditCode(code) ? '001' : '999';
}

/** One record a licence that the answer names; one without, where it names none. */
async function recordAnswer(
  { clock, store }: AskParts,
  principal: Principal,
  told: Readonly<{
    matter: WholeMatter['matter'];
    holderHash: string;
    materials: readonly MaterialState[];
  }>,
): Promise<void> {
  const { matter, holderHash, materials } = told;
  const licences = new Set(materials.flatMap(({ by }) => by?.identifier ?? []));
  const context: UseContext = {
    channel: 'window',
    window: principal.windowCode,
    clerk: principal.id,
    ...{ matter: matter.code, purpose: matter.name },
  };
  const subjects =
    licences.size === 0
      ? [{ subject: { kind: 'matter', identifier: matter.code }, licence: null }]
      : [...licences].map((identifier) => ({
          subject: { kind: 'licence', identifier },
          licence: identifier,
        }));
  const common = { kind: 'lookup', outcome: 'answered', reason: null, holderHash } as const;
  await Promise.all(
    subjects.map((subject) =>
      recordUse(
        { clock, usage: store.usage },
        { ...common, ...subject, esId: null, indication: null },
        context,
      ),
    ),
  );
}
