/** Who is signed in, in this window of the browser. The session itself is a cookie that no script reads. */
import { computed, readonly, ref } from 'vue';
import type { components } from '../../generated/api.d.ts';
import { currentLanguage } from './texts.ts';

export type Person = components['schemas']['Me'];
export type Role = Person['roles'][number]['role'];

const person = ref<Person | null>(null);
/** Set while the session has ended under somebody who was at work: they sign in again, and what they had typed is kept. */
const wait = ref<{ resolve: (isBack: boolean) => void } | null>(null);
let waiting: Promise<boolean> | null = null;

export const session = {
  person: readonly(person),
  roles: computed<readonly Role[]>(() => [
    ...new Set(person.value?.roles.map(({ role }) => role) ?? []),
  ]),
  /** Whether somebody must sign in again before they can go on. */
  hasEnded: computed(() => wait.value !== null),
};

export function hasRole(...roles: readonly Role[]): boolean {
  return session.roles.value.some((role) => roles.includes(role));
}

/** Takes over who the service says is signed in; whoever was waiting goes on, if it is the same person. */
export function setPerson(next: Person | null): void {
  const before = person.value;
  if (wait.value !== null && before !== null && next?.id !== before.id) {
    window.location.assign('/'); // somebody else: nothing of the one before may stay on the screen
    return;
  }
  person.value = next;
  wait.value?.resolve(next !== null);
  wait.value = null;
  waiting = null;
}

/** Finds out who is signed in; null: nobody, or the service did not answer. */
export async function loadPerson(): Promise<Person | null> {
  try {
    const response = await fetch('/api/v1/me', { headers: { Accept: 'application/json' } });
    person.value = response.ok ? ((await response.json()) as Person) : null; // the service's own answer
  } catch {
    person.value = null;
  }
  return person.value;
}

/** Asks for a new sign-in over the page as it stands. @returns once somebody signed in again: true. */
export function signInAgain(): Promise<boolean> {
  waiting ??= new Promise((resolve) => {
    wait.value = { resolve };
  });
  return waiting;
}

/**
 * `fetch` for the API: in the reader's language, each POST with a key of its own, so that it can be sent again without being done
 * twice. A session that has ended is begun again first, and the request sent then.
 */
export async function fetchSignedIn(request: Request): Promise<Response> {
  request.headers.set('Accept-Language', currentLanguage());
  if (request.method === 'POST' && !request.headers.has('Idempotency-Key')) {
    request.headers.set('Idempotency-Key', crypto.randomUUID());
  }
  const again = request.clone();
  const response = await fetch(request);
  if (response.status !== 401 || person.value === null) return response;
  await signInAgain();
  return await fetch(again);
}
