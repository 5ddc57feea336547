import { api, ask, type Asked, type Shapes } from '../api.ts';
import type { FaultKind, ImportRow, Outcome } from './importFaults.ts';

const PAGE = 200;

/** Every row of an import with one outcome; stops at the first problem. */
export async function readAllRows(
  id: string,
  outcome: Outcome,
): Promise<Asked<readonly ImportRow[]>> {
  const rows: ImportRow[] = [];
  let cursor: string | null = null;
  for (;;) {
    const asked: Asked<RowPage> = await readRows(id, outcome, {
      limit: PAGE,
      ...(cursor === null ? {} : { cursor }),
    });
    if (!asked.ok) return asked;
    rows.push(...asked.data.items);
    cursor = asked.data.nextCursor;
    if (cursor === null) return { ...asked, data: rows };
  }
}

interface RowPage {
  readonly items: readonly Shapes['ImportRow'][];
  readonly nextCursor: string | null;
}

/** Faults of an import's refused rows by kind. */
export async function readFaultKinds(id: string): Promise<Asked<readonly FaultKind[]>> {
  const asked = await ask(api.GET('/imports/{id}/faults', { params: { path: { id } } }));
  return asked.ok ? { ...asked, data: asked.data.items } : asked;
}

/** A page of rows. @param outcome - null: every one. @param kind - only rows with this fault. */
export async function readRows(
  id: string,
  outcome: Outcome | null,
  at: Readonly<{ cursor?: string; limit: number }>,
  kind: FaultKind | null = null,
): Promise<Asked<RowPage>> {
  const query = {
    ...at,
    ...(outcome === null ? {} : { outcome }),
    ...(kind === null ? {} : { faultCode: kind.code, faultPointer: kind.pointer ?? '' }),
  };
  const asked = await ask(api.GET('/imports/{id}/rows', { params: { path: { id }, query } }));
  return asked as Asked<RowPage>; // a table is answered only to whoever asks for one
}
