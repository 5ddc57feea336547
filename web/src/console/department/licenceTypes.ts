/** The licence types that somebody's department issues. */
import { api, ask, type Asked, type Shapes } from '../api.ts';
import { session } from '../session.ts';
import { useAsk, type Asking } from '../useAsk.ts';

export type LicenceType = Shapes['LicenceType'];

/** Those of one's own organisations, and those that every authority issues. */
export function useTypes(): Asking<readonly LicenceType[], readonly []> {
  return useAsk(askTypes);
}

async function askTypes(): Promise<Asked<readonly LicenceType[]>> {
  const asked = await ask(api.GET('/licence-types', { params: { query: { limit: 200 } } }));
  if (!asked.ok) return asked;
  const own = new Set(
    session.person.value?.roles
      .filter(({ role }) => role === 'issuer' || role === 'approver')
      .map(({ organisation }) => organisation),
  );
  const data = asked.data.items.filter(({ issuer }) => issuer === null || own.has(issuer));
  return { ...asked, data };
}
