/** Who is signed in, in this window of the browser. The session itself is a cookie that no script reads. */
import { computed, readonly, ref, shallowRef } from 'vue';
import type { components } from '../../generated/api.d.ts';
import { currentLanguage } from './texts.ts';

export type Person = components['schemas']['Me'];
export type Role = Person['roles'][number]['role'];

const person = ref<Person | null>(null);
/** Set while the session has ended under somebody who was at work: they sign in again, and what they had typed is kept. */
const wait = shallowRef<Readonly<{ isOver: Promise<void>; goOn: () => void }> | null>(null);
/** Until when, milliseconds by this machine's clock; `idleUntil` as of the last request. */
let lasts: Readonly<{ until: number; idleUntil: number | null; askedAt: number }> | null = null;

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
  lasts = null;
  if (next !== null) keepEnd(next, NaN);
  wait.value?.goOn();
  wait.value = null;
}

/** Finds out who is signed in; null: nobody, or the service did not answer. */
export async function loadPerson(): Promise<Person | null> {
  person.value = await fetchPerson('/api/v1/me');
  return person.value;
}

/**
 * Asks until when the session lasts.
 *
 * @param isPassive - asking is no use of the session: it does not put off its end.
 */
export async function askHowLong(isPassive: boolean): Promise<void> {
  const found = await fetchPerson(isPassive ? '/api/v1/me?passive=true' : '/api/v1/me');
  if (found !== null && found.id === person.value?.id) person.value = found;
}

/** When the session ends if nothing more is asked, by this machine's clock, milliseconds; null: nobody is signed in. */
export function endsAt(): number | null {
  return lasts === null ? null : Math.min(lasts.until, lasts.idleUntil ?? Infinity);
}

async function fetchPerson(address: string): Promise<Person | null> {
  try {
    const response = await fetch(address, { headers: { Accept: 'application/json' } });
    if (!response.ok) {
      await response.body?.cancel(); // else the browser waits for somebody to read it
      return null;
    }
    const found = (await response.json()) as Person; // the service's own answer
    keepEnd(found, Date.parse(response.headers.get('Date') ?? ''));
    return found;
  } catch {
    return null; // no network, or not the service
  }
}

/** @param servedAt - by the service's clock, which need not be this machine's. */
function keepEnd({ sessionExpiresAt, idleExpiresAt }: Person, servedAt: number): void {
  const ahead = Number.isNaN(servedAt) ? 0 : Date.now() - servedAt;
  const toLocal = (instant: string): number => Date.parse(instant) + ahead;
  lasts = {
    until: toLocal(sessionExpiresAt),
    idleUntil: idleExpiresAt === null ? null : toLocal(idleExpiresAt),
    askedAt: Date.now(),
  };
}

/** Every answered request puts off the end of an idle session. */
function noteUse(): void {
  if (lasts === null || lasts.idleUntil === null) return;
  const now = Date.now();
  lasts = { ...lasts, idleUntil: lasts.idleUntil + now - lasts.askedAt, askedAt: now };
}

/** Asks for a new sign-in over the page as it stands, once for all who wait for it. */
export function signInAgain(): Promise<void> {
  if (wait.value === null) {
    let goOn = (): void => undefined;
    const isOver = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    wait.value = { isOver, goOn };
  }
  return wait.value.isOver;
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
  if (response.status !== 401 || person.value === null) {
    noteUse();
    return response;
  }
  await response.body?.cancel();
  await signInAgain();
  return await fetch(again);
}
