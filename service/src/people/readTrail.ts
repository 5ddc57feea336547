import type {
  AdministrationEntry,
  AdministrationFilter,
  Page,
  PageRequest,
  Store,
} from '../store/store.ts';

/** What a record says beside the entry's own members: what stood before and after (null: nothing). */
export interface RecordedChange {
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  /** Undefined: none was given. */
  readonly reason?: string;
  /** Leaf hash of the entry before; null: this is the first. */
  readonly previous: string | null;
}

export interface TrailEntry extends RecordedChange {
  readonly entry: AdministrationEntry;
  /** User names as of now; null: no account, or none any more. */
  readonly actorName: string | null;
  readonly subjectName: string | null;
}

/**
 * Reads the administrative trail, newest first.
 *
 * @param filter - people by account id or by user name.
 */
export async function readTrail(
  store: Pick<Store, 'administration' | 'accounts'>,
  { actor, subject, ...span }: AdministrationFilter,
  page: PageRequest,
): Promise<Page<TrailEntry>> {
  const found = await store.administration.list(
    {
      ...span,
      ...(actor === undefined ? {} : { actor: await idOf(store, actor) }),
      ...(subject === undefined ? {} : { subject: await idOf(store, subject) }),
    },
    page,
  );
  const nameOf = namesOf(store);
  const items: TrailEntry[] = [];
  for (const entry of found.items) {
    const isPerson = entry.subject.kind === 'person';
    items.push({
      ...{ entry, ...recordedChangeOf(entry.record) },
      actorName: await nameOf(entry.actor),
      subjectName: isPerson ? await nameOf(entry.subject.id) : null,
    });
  }
  return { items, nextCursor: found.nextCursor };
}

function recordedChangeOf(record: Uint8Array): RecordedChange {
  return JSON.parse(Buffer.from(record).toString('utf8')) as RecordedChange; // our own bytes
}

async function idOf(store: Pick<Store, 'accounts'>, name: string): Promise<string> {
  return (await store.accounts.findByUsername(name))?.id ?? name;
}

function namesOf(store: Pick<Store, 'accounts'>): (id: string) => Promise<string | null> {
  const known = new Map<string, Promise<string | null>>();
  return async (id) => {
    const found =
      known.get(id) ?? store.accounts.find(id).then((account) => account?.username ?? null);
    known.set(id, found);
    return await found;
  };
}
