/** Files on their way to the holder's space. */
import { api, ask, type Asked, type Shapes } from '../api.ts';

/** Bytes that the service takes. */
export const MAX_FILE = 20 * 1024 * 1024;

export const ACCEPTED = '.pdf,.ofd,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg';

/** Where a file is handed in at once. */
interface For {
  readonly caseId: string;
  readonly materialCode: string;
}

/** Keeps a file; with `forCase` it is handed in for that case, too. */
export async function sendFile(
  file: File,
  { name, forCase }: { readonly name: string; readonly forCase?: For },
): Promise<Asked<Shapes['Material']>> {
  const form = new FormData();
  form.set('name', name);
  if (forCase !== undefined) {
    form.set('caseId', forCase.caseId);
    form.set('materialCode', forCase.materialCode);
  }
  form.set('file', file, file.name);
  const body = { name, file: '' }; // described as text; what is sent is the form
  return await ask(api.POST('/materials', { body, bodySerializer: () => form }));
}

/** A size as people read it. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
