import { canonicalBytes, statePlaces, type MatterRecord } from '@yinxin/chaincode/model';
import { organisationOf, type Principal } from '../access.ts';
import { sha256Hex } from '../documents/digest.ts';
import { ServiceError } from '../errors.ts';
import { requireRecorded } from '../ledger/outcome.ts';
import { signAct } from '../ledger/signAct.ts';
import type { LicenceParts } from '../licences/parts.ts';
import type { Matter } from '../store/store.ts';
import { checkMatters, type MatterDraft } from './checkMatters.ts';
import { matterDefinition, type MatterDefinitionInput } from './matterDefinition.ts';

/** What putting a matter needs. */
export type MatterParts = Pick<
  LicenceParts,
  'clock' | 'store' | 'ledger' | 'recorder' | 'signersOf'
>;

/** What was done with a matter. */
export interface PutMatter {
  readonly matter: Matter;
  readonly outcome: 'added' | 'changed' | 'unchanged';
}

/** Keys that are read from the ledger at once. */
const KEYS_A_READ = 500;

/**
 * Adds a matter or its next version; the ledger records the digest of the definition. The same definition put again
 * changes nothing.
 *
 * @throws ServiceError `NOT_AUTHORISED`; `MATTER_MALFORMED` with a fault a member; the contract's refusal.
 */
export async function putMatter(
  parts: MatterParts,
  principal: Principal,
  draft: Readonly<{ code: string; name: string; definition: MatterDefinitionInput }>,
): Promise<Matter> {
  organisationOf(principal, 'operator');
  const definition = matterDefinition.parse(draft.definition);
  const drafts = [{ ...draft, definition }];
  const faults = await checkMatters(parts, drafts);
  if (faults.length > 0) {
    throw new ServiceError('MATTER_MALFORMED', `matter ${draft.code} does not agree with others`, {
      faults: faults.map(({ pointer, detail }) => ({
        pointer: pointer === '/code' ? pointer : `/definition${pointer}`,
        detail,
      })),
    });
  }
  const [put] = await putMatters(parts, principal, drafts);
  if (put === undefined) throw new ServiceError('INTERNAL', 'one matter put, none answered');
  return put.matter;
}

/**
 * Puts matters that were checked, in the acts of as few transactions as it takes. An act that is refused or does not come
 * through leaves its neighbours recorded; putting all again completes them.
 *
 * @throws ServiceError `NOT_AUTHORISED`; the first refusal.
 */
export async function putMatters(
  parts: MatterParts,
  principal: Principal,
  drafts: readonly MatterDraft[],
): Promise<readonly PutMatter[]> {
  const authority = organisationOf(principal, 'operator');
  const { act: signer } = await parts.signersOf(authority);
  const maker = parts.store.holders.keyedHash('actor', principal.id);
  const places = await compareMatters(parts, drafts);
  const recorded = await Promise.allSettled(
    places.map(async ({ draft, outcome, version, definitionDigest }): Promise<PutMatter> => {
      const { code, name, definition } = draft;
      if (outcome !== 'unchanged') {
        const act = await signAct(
          { clock: parts.clock, signer },
          'catalogue.putMatter',
          { code, version, name, definitionDigest },
          { authority, maker },
        );
        requireRecorded(await parts.recorder.record(act));
      }
      const updatedAt = parts.clock.now();
      return { matter: { code, name, definition, version, updatedAt }, outcome };
    }),
  );
  await parts.store.matters.put(
    recorded.flatMap((one) => (one.status === 'fulfilled' ? [one.value.matter] : [])),
  );
  const refused = recorded.find((one) => one.status === 'rejected');
  if (refused !== undefined) throw refused.reason;
  return await Promise.all(
    recorded.flatMap((one) => (one.status === 'fulfilled' ? [kept(parts, one.value)] : [])),
  );
}

/** Where a draft stands to what the ledger has. */
export interface ComparedMatter {
  readonly draft: MatterDraft;
  readonly outcome: PutMatter['outcome'];
  /** That it has or would have. */
  readonly version: number;
  readonly definitionDigest: string;
}

/** Says what putting matters would change. */
export async function compareMatters(
  { ledger }: Pick<MatterParts, 'ledger'>,
  drafts: readonly MatterDraft[],
): Promise<readonly ComparedMatter[]> {
  const known: (MatterRecord | null | undefined)[] = [];
  for (let at = 0; at < drafts.length; at += KEYS_A_READ) {
    const places = drafts.slice(at, at + KEYS_A_READ).map(({ code }) => statePlaces.matter(code));
    const { values } = await ledger.readStates(places);
    known.push(...(values as readonly (MatterRecord | null)[])); // as the places say
  }
  return drafts.map((draft, place) => {
    const { name, definition } = draft;
    const definitionDigest = sha256Hex(canonicalBytes({ name, definition }));
    const record = known[place] ?? null;
    if (record === null) return { draft, outcome: 'added', version: 1, definitionDigest };
    return record.definitionDigest === definitionDigest
      ? { draft, outcome: 'unchanged', version: record.version, definitionDigest }
      : { draft, outcome: 'changed', version: record.version + 1, definitionDigest };
  });
}

/** A version that was there already keeps its date. */
async function kept({ store }: Pick<MatterParts, 'store'>, put: PutMatter): Promise<PutMatter> {
  const { code, version } = put.matter;
  return { ...put, matter: (await store.matters.find(code, version)) ?? put.matter };
}
