import type { Principal } from '../access.ts';
import { counterOf } from '../cases/counter.ts';
import { requireCase } from '../cases/requireCase.ts';
import { ServiceError } from '../errors.ts';
import type { MatterDefinition } from '../matters/matterDefinition.ts';
import { findWholeMatter } from '../matters/wholeMatter.ts';
import type { Store } from '../store/store.ts';
import type { PresentationParts } from './parts.ts';

/** Who asks, where, and for what: all but the clerk's own words from the account and the catalogue. */
export interface Asking {
  readonly clerk: { readonly accountId: string; readonly displayName: string };
  readonly window: { readonly code: string; readonly name: string };
  readonly organisation: { readonly creditCode: string; readonly name: string };
  readonly matter: MatterName & { readonly definition: MatterDefinition };
  readonly purpose: string;
  readonly caseId: string | null;
}

export interface MatterName {
  readonly code: string;
  readonly name: string;
}

/** What a clerk says of their question. */
export interface AskingRequest {
  readonly matter: string;
  readonly purpose: string;
  readonly caseId?: string | undefined;
}

/**
 * @throws ServiceError `NOT_AUTHORISED` without a window, `WINDOW_CLOSED`, `MATTER_NOT_FOUND`, and those of `requireCase`.
 */
export async function askingOf(
  parts: Pick<PresentationParts, 'store'>,
  principal: Principal,
  request: AskingRequest,
): Promise<Asking> {
  const { window: code, organisation } = await counterOf(parts, principal);
  const window = await requireWindow(parts, code);
  const matter = await requireMatter(parts, request.matter);
  const caseId = request.caseId ?? null;
  if (caseId !== null) await requireCase(parts, { caseId, principal, matter: matter.code });
  const found = await parts.store.organisations.find(organisation);
  return {
    clerk: { accountId: principal.id, displayName: principal.displayName },
    ...{ window, matter, purpose: request.purpose, caseId },
    organisation: { creditCode: organisation, name: found?.name ?? organisation },
  };
}

/** A matter with all that it asks for: of a bundle what each of its parts does. @throws ServiceError `MATTER_NOT_FOUND`. */
export async function requireMatter(
  { store }: Readonly<{ store: Pick<Store, 'matters'> }>,
  code: string,
): Promise<Asking['matter']> {
  const { matter, definition, materials } = await findWholeMatter(store, code);
  return { code: matter.code, name: matter.name, definition: { ...definition, materials } };
}

/** @throws ServiceError `WINDOW_NOT_FOUND`, `WINDOW_CLOSED`. */
export async function requireWindow(
  { store }: Readonly<{ store: Pick<Store, 'windows'> }>,
  code: string,
): Promise<Asking['window']> {
  const window = await store.windows.find(code);
  if (window === null) throw new ServiceError('WINDOW_NOT_FOUND', `no window ${code}`);
  if (window.closedAt !== undefined) {
    throw new ServiceError('WINDOW_CLOSED', `window ${code} is closed`);
  }
  return { code: window.code, name: window.name };
}
