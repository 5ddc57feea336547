/** Showing (亮证): a holder, or who acts for them, makes a code that opens just what they chose. */
import type { Principal } from '../access.ts';
import { disclose, fieldsOf } from '../disclosure/prepareDisclosure.ts';
import { ServiceError } from '../errors.ts';
import type { Language } from '../language.ts';
import { neededFields, type MatterDefinition } from '../matters/matterDefinition.ts';
import type { Report } from '../report.ts';
import type { LicenceFields, Presentation } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import { examine } from '../verification/verifier.ts';
import { requireMatter, requireWindow } from './asking.ts';
import { makeCode, makeSpokenCodes } from './codes.ts';
import type { PresentationParts } from './parts.ts';
import { shownLicences, type ShownLicence, type ShowRequest } from './shownLicences.ts';
import { requireWindowCode } from './windowCodes.ts';

const MAX_LICENCES = 20;
/** So many codes are tried before a window is told that there is none to be had. */
const SPOKEN_TRIES = 8;

export interface PresentationRequest {
  /** 1 to 20. */
  readonly licences: readonly ShowRequest[];
  readonly window?: string | undefined;
  readonly matter?: string | undefined;
  /** Code that the window shows: names window and matter. */
  readonly windowCode?: string | undefined;
}

/** The codes are told here and nowhere again. */
export interface MadePresentation {
  readonly presentation: Presentation;
  readonly qr: string;
  readonly spokenCode: string | null;
  readonly shownUntil: Date;
}

/** What a clerk would see of a licence. */
export interface PreviewedLicence {
  readonly identifier: string;
  readonly typeCode: string;
  readonly report: Report;
  /** Null: those that the matter will need, which is not named yet. */
  readonly fields: LicenceFields | null;
  /** Id of the grant by which it is shown. */
  readonly grant: string | null;
}

/**
 * Makes a presentation.
 *
 * @throws ServiceError `REQUEST_MALFORMED`, `LICENCE_NOT_FOUND`, `LICENCE_FIELDS_INVALID`, `WINDOW_NOT_FOUND`,
 * `MATTER_NOT_FOUND`, `WINDOW_CODE_NOT_FOUND`.
 */
export async function present(
  parts: PresentationParts,
  principal: Principal,
  request: PresentationRequest,
): Promise<MadePresentation> {
  const { store, clock, limits } = parts;
  const { place, shown } = await readRequest(parts, principal, request);
  const code = makeCode(parts, 'YXP');
  const spoken = makeSpokenCodes(parts, limits.spokenDigits, SPOKEN_TRIES);
  const createdAt = clock.now();
  const made = {
    ...{ id: ulid(createdAt), makerId: principal.id, holderHash: shown.holderHash },
    licences: shown.licences.map(({ presented }) => presented),
    ...{ window: place.window, matter: place.matter, createdAt },
    expiresAt: new Date(createdAt.getTime() + limits.redeemableMs),
  };
  const taken = await store.presentations.add(
    { ...made, codeHash: code.hash, spokenHashes: spoken.map(({ hash }) => hash) },
    limits.maxSpokenAWindow,
  );
  const spokenCode = taken === null ? null : (spoken[taken]?.text ?? null);
  const state = { withdrawnAt: null, redeemed: null };
  return {
    presentation: { ...made, ...state, hasSpokenCode: spokenCode !== null },
    ...{ qr: code.text, spokenCode },
    shownUntil: new Date(createdAt.getTime() + limits.shownMs),
  };
}

/**
 * What would be shown, without making a code. To the holder it is their own data; who acts by a grant is told no more
 * than a clerk would be, and the holder sees that they looked.
 *
 * @throws ServiceError as {@link present}.
 */
export async function previewPresentation(
  parts: PresentationParts,
  principal: Principal,
  request: PresentationRequest & { readonly language: Language },
): Promise<readonly PreviewedLicence[]> {
  const { place, shown } = await readRequest(parts, principal, request);
  const previews: PreviewedLicence[] = [];
  for (const one of shown.licences) {
    const asked = fieldsToShow(one, place.definition);
    const { identifier, typeCode, grant } = one.presented;
    const by = { principal, matter: place.matter, language: request.language };
    const seen =
      grant === null
        ? await lookAtOwn(parts, one, asked, by)
        : await lookByGrant(parts, one, asked, by);
    previews.push({ identifier, typeCode, grant, ...seen });
  }
  return previews;
}

interface Looking {
  readonly principal: Principal;
  readonly matter: string | null;
  readonly language: Language;
}
type Seen = Pick<PreviewedLicence, 'report' | 'fields'>;

async function lookAtOwn(
  { verification }: PresentationParts,
  { licence }: ShownLicence,
  asked: readonly string[] | null,
  { language }: Looking,
): Promise<Seen> {
  const evidence = { kind: 'identifier', text: licence.identifier } as const;
  const { report } = await examine(verification, { evidence, language });
  if (asked === null) return { report, fields: null };
  const isShown = report.indication === 'TOTAL-PASSED';
  return { report, fields: isShown ? fieldsOf(licence, asked) : {} };
}

async function lookByGrant(
  { verification }: PresentationParts,
  { presented }: ShownLicence,
  asked: readonly string[] | null,
  { principal, matter, language }: Looking,
): Promise<Seen> {
  const { report, fields } = await disclose(verification, {
    ...{ identifier: presented.identifier, fields: asked, kind: 'disclosure', language },
    context: { channel: 'console', window: null, clerk: principal.id, matter, purpose: null },
    details: presented.grant === null ? {} : { grant: presented.grant },
  });
  return { report, fields: asked === null ? null : fields };
}

function fieldsToShow(
  { presented }: ShownLicence,
  definition: MatterDefinition | null,
): readonly string[] | null {
  if (presented.fields !== null) return presented.fields;
  return definition === null ? null : (neededFields(definition, presented.typeCode) ?? []);
}

interface Place {
  readonly window: string | null;
  readonly matter: string | null;
  readonly definition: MatterDefinition | null;
}

async function readRequest(
  parts: PresentationParts,
  principal: Principal,
  request: PresentationRequest,
): Promise<{ readonly place: Place; readonly shown: Awaited<ReturnType<typeof shownLicences>> }> {
  const { licences } = request;
  if (licences.length === 0 || licences.length > MAX_LICENCES) {
    throw new ServiceError('REQUEST_MALFORMED', `1 to ${MAX_LICENCES} licences can be shown`);
  }
  const place = await readPlace(parts, request);
  const at = parts.clock.now();
  const { matter } = place;
  return { place, shown: await shownLicences(parts, principal, { licences, matter, at }) };
}

async function readPlace(parts: PresentationParts, request: PresentationRequest): Promise<Place> {
  const named = await readNames(parts, request);
  const matter = named.matter === undefined ? null : await requireMatter(parts, named.matter);
  const window = named.window === undefined ? null : await requireWindow(parts, named.window);
  const place = { window: null, matter: null, definition: null };
  return {
    ...place,
    ...(window === null ? {} : { window: window.code }),
    ...(matter === null ? {} : { matter: matter.code, definition: matter.definition }),
  };
}

async function readNames(
  parts: PresentationParts,
  { window, matter, windowCode }: PresentationRequest,
): Promise<Pick<PresentationRequest, 'window' | 'matter'>> {
  if (windowCode === undefined) return { window, matter };
  if (window === undefined && matter === undefined)
    return await requireWindowCode(parts, windowCode);
  throw new ServiceError('REQUEST_MALFORMED', 'a window’s code names window and matter by itself');
}
