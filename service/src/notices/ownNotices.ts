import type { Principal } from '../access.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { NoticePreferences, Page, PageRequest, Store } from '../store/store.ts';
import { noticeDescriber, type DescribedNotice, type DescribeStore } from './describeNotice.ts';

export interface InboxParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'notices'> & DescribeStore;
}

export interface InboxPage extends Page<DescribedNotice> {
  readonly items: readonly DescribedNotice[];
  readonly unread: number;
}

/** One's own notices, newest first. @throws ServiceError `NOT_AUTHORISED` for who holds nothing. */
export async function readInbox(
  { store }: InboxParts,
  principal: Principal,
  page: PageRequest,
): Promise<InboxPage> {
  const holderHash = requireHolder(principal);
  const { items, nextCursor } = await store.notices.list(holderHash, page);
  const describe = noticeDescriber(store, 'holder');
  const described: DescribedNotice[] = [];
  for (const notice of items) described.push(await describe(notice));
  const unread = await store.notices.countUnread(holderHash);
  return { items: described, nextCursor, unread };
}

/** @throws ServiceError `NOTICE_NOT_FOUND`, also for other people's; `NOT_AUTHORISED`. */
export async function markNoticeRead(
  { clock, store }: InboxParts,
  principal: Principal,
  id: string,
): Promise<DescribedNotice> {
  const notice = await store.notices.markRead(requireHolder(principal), id, clock.now());
  if (notice === null) throw new ServiceError('NOTICE_NOT_FOUND', `no notice ${id}`);
  return await noticeDescriber(store, 'holder')(notice);
}

/** @throws ServiceError `NOT_AUTHORISED` for who holds nothing. */
export async function readPreferences(
  { store }: Pick<InboxParts, 'store'>,
  principal: Principal,
): Promise<NoticePreferences> {
  return await store.notices.preferences(requireHolder(principal));
}

/**
 * Says of which kinds one wants notices from now on. Uses are on record all the same.
 *
 * @throws ServiceError `NOT_AUTHORISED` for who holds nothing.
 */
export async function setPreferences(
  { store }: Pick<InboxParts, 'store'>,
  principal: Principal,
  preferences: NoticePreferences,
): Promise<NoticePreferences> {
  const holderHash = requireHolder(principal);
  await store.notices.setPreferences(holderHash, preferences);
  return await store.notices.preferences(holderHash);
}

function requireHolder({ holderHash }: Principal): string {
  if (holderHash === null) throw new ServiceError('NOT_AUTHORISED', 'only holders have notices');
  return holderHash;
}
