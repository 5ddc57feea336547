/** What licence types are called and what their fields are called, asked for once each. */
import { reactive } from 'vue';
import { api, ask, type Shapes } from '../api.ts';

type LicenceType = Shapes['LicenceType'];

const known = reactive(new Map<string, LicenceType>());
const asked = new Set<string>();

/** @returns null until it is known; reactive. */
export function licenceTypeOf(typeCode: string): LicenceType | null {
  if (typeCode !== '' && !asked.has(typeCode)) {
    asked.add(typeCode);
    void load(typeCode);
  }
  return known.get(typeCode) ?? null;
}

async function load(typeCode: string): Promise<void> {
  const answer = await ask(
    api.GET('/licence-types/{typeCode}', { params: { path: { typeCode } } }),
  );
  if (answer.ok) known.set(typeCode, answer.data);
  else asked.delete(typeCode); // asked for again with the next look
}
