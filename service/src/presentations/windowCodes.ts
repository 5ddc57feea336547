/** Codes that a window shows, so that citizens know who asks and for what before they show anything. */
import type { Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import { neededFields } from '../matters/matterDefinition.ts';
import type { Licence, WindowCode } from '../store/store.ts';
import { askingOf, requireMatter, type AskingRequest, type MatterName } from './asking.ts';
import { makeCode, readWindowCode } from './codes.ts';
import type { PresentationParts } from './parts.ts';

/** The code is told here and nowhere again. */
export interface MadeWindowCode {
  readonly qr: string;
  readonly expiresAt: Date;
}

/** What a citizen who scans it is told. */
export interface WindowQuestion {
  readonly window: { readonly code: string; readonly name: string };
  readonly organisation: { readonly creditCode: string; readonly name: string };
  readonly matter: MatterName;
  readonly purpose: string;
  readonly needs: readonly NeededType[];
  readonly expiresAt: Date;
}

/** A type of licence that the matter has a use for. */
export interface NeededType {
  readonly typeCode: string;
  readonly typeName: string;
  readonly fields: readonly string[];
  /** Identifiers of the asker's own licences that would do. */
  readonly licences: readonly string[];
}

type CodeParts = Pick<PresentationParts, 'store' | 'clock' | 'limits'>;

/** @throws ServiceError `NOT_AUTHORISED` without a window, `MATTER_NOT_FOUND`. */
export async function makeWindowCode(
  parts: CodeParts,
  principal: Principal,
  request: Pick<AskingRequest, 'matter' | 'purpose'>,
): Promise<MadeWindowCode> {
  const { window, matter, purpose } = await askingOf(parts, principal, request);
  const { text, hash } = makeCode(parts, 'YXW');
  const createdAt = parts.clock.now();
  const expiresAt = new Date(createdAt.getTime() + parts.limits.windowCodeMs);
  await parts.store.presentations.addWindowCode({
    ...{ codeHash: hash, window: window.code, matter: matter.code, purpose },
    ...{ makerId: principal.id, createdAt, expiresAt },
  });
  return { qr: text, expiresAt };
}

/** @throws ServiceError `WINDOW_CODE_NOT_FOUND`: unknown, run out, or none at all. */
export async function requireWindowCode(
  parts: Pick<PresentationParts, 'store'>,
  text: string,
): Promise<WindowCode> {
  const hash = readWindowCode(parts, text);
  const found = hash === null ? null : await parts.store.presentations.findWindowCode(hash);
  if (found === null) {
    throw new ServiceError('WINDOW_CODE_NOT_FOUND', 'no window shows this code now');
  }
  return found;
}

/** Who asks, for what, and which of the principal's own licences would do. @throws ServiceError `WINDOW_CODE_NOT_FOUND`. */
export async function readWindowQuestion(
  parts: CodeParts,
  principal: Principal,
  text: string,
): Promise<WindowQuestion> {
  const { store } = parts;
  const code = await requireWindowCode(parts, text);
  const window = await store.windows.find(code.window);
  const organisation = window === null ? null : await store.organisations.find(window.organisation);
  if (window === null || organisation === null) {
    throw new ServiceError('WINDOW_CODE_NOT_FOUND', 'no window shows this code now');
  }
  const matter = await requireMatter(parts, code.matter);
  const { materials } = matter.definition;
  const typeCodes = materials.flatMap(({ standIns }) => standIns.map(({ typeCode }) => typeCode));
  const needs = [...new Set(typeCodes)].map(async (typeCode): Promise<NeededType> => {
    const type = await store.licenceTypes.find(typeCode);
    const fields = neededFields(matter.definition, typeCode) ?? [];
    const licences = await ownLicences(parts, principal, typeCode);
    return { typeCode, typeName: type?.name ?? typeCode, fields, licences };
  });
  return {
    window: { code: window.code, name: window.name },
    organisation: { creditCode: organisation.creditCode, name: organisation.name },
    matter: { code: matter.code, name: matter.name },
    ...{ purpose: code.purpose, expiresAt: code.expiresAt },
    needs: await Promise.all(needs),
  };
}

async function ownLicences(
  { store, clock }: CodeParts,
  { holderHash }: Principal,
  typeCode: string,
): Promise<readonly string[]> {
  if (holderHash === null) return [];
  const filter = { holderHashes: [holderHash], typeCode, state: 'issued' } as const;
  const { items } = await store.licences.list(filter, { limit: 20 });
  const now = clock.now();
  return items.filter((one) => isInPeriod(one, now)).map(({ identifier }) => identifier);
}

function isInPeriod({ validFrom, validUntil }: Licence, at: Date): boolean {
  return validFrom <= at && (validUntil === null || validUntil >= at);
}
