import type { Principal } from '../access.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Objection, ObjectionAnswer, Store } from '../store/store.ts';
import { ulid } from '../ulid.ts';

export interface ObjectionParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'objections' | 'usage'>;
}

/** Within so many days an objection must be answered. */
export const ANSWER_DAYS = 15;
const DAY_MS = 86_400_000;

/**
 * Objects to a use of one's own licence; an auditor must answer within {@link ANSWER_DAYS} days.
 *
 * @param grounds - in the holder's own words.
 * @throws ServiceError `USAGE_RECORD_NOT_FOUND`, also for uses of other people's licences; `OBJECTION_ALREADY_EXISTS`.
 */
export async function objectToUse(
  { clock, store }: ObjectionParts,
  principal: Principal,
  objection: Readonly<{ useId: string; grounds: string }>,
): Promise<Objection> {
  const { useId, grounds } = objection;
  const { holderHash } = principal;
  const use = await store.usage.find(useId);
  if (use === null || holderHash === null || use.holderHash !== holderHash) {
    throw new ServiceError('USAGE_RECORD_NOT_FOUND', `no usage record ${useId}`);
  }
  const createdAt = clock.now();
  const made = {
    id: ulid(createdAt),
    ...{ useId, holderHash, grounds, createdAt },
    state: 'open',
    dueAt: new Date(createdAt.getTime() + ANSWER_DAYS * DAY_MS),
    ...{ answeredBy: null, answeredAt: null, answer: null },
  } as const;
  await store.objections.add(made);
  return made;
}

/** Takes an objection back. @throws ServiceError `OBJECTION_NOT_FOUND`, `OBJECTION_STATE_CONFLICT`. */
export async function withdrawObjection(
  { store }: ObjectionParts,
  principal: Principal,
  id: string,
): Promise<Objection> {
  await requireOwn(store, principal, id);
  if (!(await store.objections.withdraw(id))) throw isClosed(id);
  return await requireObjection(store, id);
}

/**
 * Answers an objection.
 *
 * @throws ServiceError `OBJECTION_NOT_FOUND`; `OBJECTION_STATE_CONFLICT` if it was answered or taken back before.
 */
export async function answerObjection(
  { clock, store }: ObjectionParts,
  principal: Principal,
  { id, ...given }: Readonly<{ id: string }> & Pick<ObjectionAnswer, 'state' | 'answer'>,
): Promise<Objection> {
  await requireObjection(store, id);
  const answer = { ...given, answeredBy: principal.id, answeredAt: clock.now() };
  if (!(await store.objections.answer(id, answer))) throw isClosed(id);
  return await requireObjection(store, id);
}

async function requireOwn(
  store: ObjectionParts['store'],
  principal: Principal,
  id: string,
): Promise<void> {
  const { holderHash } = await requireObjection(store, id);
  if (holderHash === null || holderHash !== principal.holderHash) throw isMissing(id);
}

async function requireObjection(store: ObjectionParts['store'], id: string): Promise<Objection> {
  const objection = await store.objections.find(id);
  if (objection === null) throw isMissing(id);
  return objection;
}

function isMissing(id: string): ServiceError {
  return new ServiceError('OBJECTION_NOT_FOUND', `no objection ${id}`);
}

function isClosed(id: string): ServiceError {
  return new ServiceError('OBJECTION_STATE_CONFLICT', `objection ${id} is no longer open`);
}
