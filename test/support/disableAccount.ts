import type { Store } from '../../service/src/store/store.ts';

/** Disables an account in the store, as an administrator's request does after its rules. */
export async function disableAccount(
  store: Pick<Store, 'administration'>,
  id: string,
  at: Date,
): Promise<void> {
  await store.administration.change({ action: 'person.disable', id, at }, { actor: 'test', at });
}
