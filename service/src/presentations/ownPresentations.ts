import type { Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Presentation } from '../store/store.ts';
import { requireWindow } from './asking.ts';
import type { PresentationParts } from './parts.ts';

/**
 * A presentation of one's own: made by oneself, or of one's own licences by somebody else.
 *
 * @throws ServiceError `PRESENTATION_NOT_FOUND`.
 */
export async function findPresentation(
  { store }: Pick<PresentationParts, 'store'>,
  principal: Principal,
  id: string,
): Promise<Presentation> {
  const found = await store.presentations.find(id);
  const isOwn =
    found !== null &&
    (found.makerId === principal.id ||
      (found.holderHash !== null && found.holderHash === principal.holderHash));
  if (!isOwn) throw new ServiceError('PRESENTATION_NOT_FOUND', `no presentation ${id}`);
  return found;
}

/**
 * Confirms at which window an unbound presentation may be redeemed; its spoken code works from then on.
 *
 * @throws ServiceError `PRESENTATION_NOT_FOUND`, `WINDOW_NOT_FOUND`, `PRESENTATION_STATE_CONFLICT` (no longer live, or
 * another window was named).
 */
export async function confirmWindow(
  parts: PresentationParts,
  principal: Principal,
  { id, window }: Readonly<{ id: string; window: string }>,
): Promise<Presentation> {
  const found = await findPresentation(parts, principal, id);
  if (found.makerId !== principal.id) {
    throw new ServiceError('PRESENTATION_STATE_CONFLICT', 'who made it names its window');
  }
  const { code } = await requireWindow(parts, window);
  const { presentations } = parts.store;
  if (!(await presentations.bind(id, code, parts.limits.maxSpokenAWindow))) throw notLive(id);
  return await findPresentation(parts, principal, id);
}

/** @throws ServiceError `PRESENTATION_NOT_FOUND`, `PRESENTATION_STATE_CONFLICT` (no longer live). */
export async function withdrawPresentation(
  parts: Pick<PresentationParts, 'store'>,
  principal: Principal,
  id: string,
): Promise<void> {
  await findPresentation(parts, principal, id);
  if (!(await parts.store.presentations.withdraw(id))) throw notLive(id);
}

function notLive(id: string): ServiceError {
  return new ServiceError(
    'PRESENTATION_STATE_CONFLICT',
    `presentation ${id} is used, withdrawn, run out, or bound to another window`,
  );
}
