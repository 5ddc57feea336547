import type { Principal } from '../access.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { DescribedNotice } from '../notices/describeNotice.ts';
import { readInbox } from '../notices/ownNotices.ts';
import { allItems } from '../store/page.ts';
import type {
  Case,
  Erasure,
  HolderMaterial,
  IssuedParts,
  Licence,
  NamedGrant,
  NoticePreferences,
  Objection,
  Store,
  StoredReceipt,
} from '../store/store.ts';
import { findOwnUses, type VisibleUse } from '../usage/findUses.ts';
import { casesOf } from './ownCases.ts';

export interface OwnDataParts {
  readonly clock: Clock;
  readonly store: Store;
}

/** Everything that is kept of a holder. */
export interface OwnData {
  readonly at: Date;
  readonly licences: readonly Readonly<{ licence: Licence; parts: IssuedParts | null }>[];
  readonly uses: readonly VisibleUse[];
  readonly objections: readonly Objection[];
  readonly grants: readonly NamedGrant[];
  readonly cases: readonly Case[];
  readonly materials: readonly HolderMaterial[];
  readonly receipts: readonly StoredReceipt[];
  readonly erasures: readonly Erasure[];
  readonly notices: readonly DescribedNotice[];
  readonly noticePreferences: NoticePreferences;
}

/**
 * Collects what is kept of a holder, for the holder alone. Files are not in it: they are had one by one.
 *
 * @throws ServiceError `NOT_AUTHORISED` for who holds nothing.
 */
export async function collectOwnData(
  { clock, store }: OwnDataParts,
  principal: Principal,
): Promise<OwnData> {
  const { holderHash } = principal;
  if (holderHash === null) throw new ServiceError('NOT_AUTHORISED', 'only holders have such data');
  const licences = await allItems((page) =>
    store.licences.list({ holderHashes: [holderHash] }, page),
  );
  return {
    at: clock.now(),
    licences: await Promise.all(
      licences.map(async (licence) => ({
        licence,
        parts: await store.licences.parts(licence.identifier),
      })),
    ),
    uses: await allItems((page) => findOwnUses(store, principal, page)),
    objections: await allItems((page) => store.objections.list({ holderHash }, page)),
    grants: await allItems((page) => store.grants.list(holderHash, page)),
    cases: await casesOf(store, holderHash),
    materials: await allItems((page) => store.holderMaterials.list(holderHash, page)),
    receipts: await allItems((page) => store.receipts.listByHolder(holderHash, page)),
    erasures: await allItems((page) => store.erasures.list({ accountId: principal.id }, page)),
    notices: await allItems((page) => readInbox({ clock, store }, principal, page)),
    noticePreferences: await store.notices.preferences(holderHash),
  };
}
