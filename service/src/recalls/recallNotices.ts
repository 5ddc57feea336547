import { hasRole, organisationsOf, type Principal } from '../access.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Page, PageRequest, RecallFilter, RecallNotice, Store } from '../store/store.ts';

export interface NoticeParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'recalls' | 'windows'>;
}

/**
 * Lists the notices someone may see: a clerk those to the windows of their organisation, a department those about its
 * licences, an auditor all.
 */
export async function listNotices(
  { store }: NoticeParts,
  principal: Principal,
  filter: Pick<RecallFilter, 'licence' | 'isOpen'>,
  page: PageRequest,
): Promise<Page<RecallNotice>> {
  if (hasRole(principal, 'auditor')) return await store.recalls.list(filter, page);
  const issuers = organisationsOf(principal, 'issuer', 'approver');
  const scope =
    issuers.length > 0 ? { issuers } : { windows: await windowsOf({ store }, principal) };
  return await store.recalls.list({ ...filter, ...scope }, page);
}

/**
 * Says that a window took note and what it did.
 *
 * @throws ServiceError `RECALL_NOTICE_NOT_FOUND`, also for other organisations' windows; `RECALL_NOTICE_CONFLICT` if
 * somebody was faster.
 */
export async function acknowledgeNotice(
  parts: NoticeParts,
  principal: Principal,
  { id, note }: Readonly<{ id: string; note: string }>,
): Promise<RecallNotice> {
  const found = await requireNotice(parts, id);
  if (!(await windowsOf(parts, principal)).includes(found.window)) throw isMissing(id);
  const by = { accountId: principal.id, at: parts.clock.now(), note };
  if (!(await parts.store.recalls.acknowledge(id, by))) {
    throw new ServiceError('RECALL_NOTICE_CONFLICT', `notice ${id} was acknowledged before`);
  }
  return await requireNotice(parts, id);
}

async function windowsOf(
  { store }: Pick<NoticeParts, 'store'>,
  principal: Principal,
): Promise<readonly string[]> {
  const organisations = organisationsOf(principal, 'clerk');
  return (await store.windows.list())
    .filter(({ organisation }) => organisations.includes(organisation))
    .map(({ code }) => code);
}

async function requireNotice({ store }: NoticeParts, id: string): Promise<RecallNotice> {
  const notice = await store.recalls.find(id);
  if (notice === null) throw isMissing(id);
  return notice;
}

function isMissing(id: string): ServiceError {
  return new ServiceError('RECALL_NOTICE_NOT_FOUND', `no recall notice ${id}`);
}
