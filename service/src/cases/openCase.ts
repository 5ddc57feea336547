import { hasRole, notAuthorised, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import { definitionOf } from '../matters/matterDefinition.ts';
import { findWholeMatter, gatherMaterials, type WholeMatter } from '../matters/wholeMatter.ts';
import type { Grant } from '../store/grants.ts';
import type {
  Case,
  CaseChannel,
  CaseEvent,
  CaseMatter,
  CaseState,
  Holder,
  Matter,
  SubCase,
} from '../store/store.ts';
import { ulid } from '../ulid.ts';
import { findCaseGrant } from './caseAccess.ts';
import { counterOf, requireOpen, type Counter } from './counter.ts';
import { materialsOf, missingFor } from './materialStates.ts';
import type { CaseParts } from './parts.ts';
import { drawQueryCode } from './queryCode.ts';

export interface CaseRequest {
  /** Codes of matters; a bundle opens its own. */
  readonly matters: readonly string[];
  /** For whom; null: for oneself. */
  readonly holder: Holder | null;
  /** Null: `window` for a clerk, `online` for a session of the holder. */
  readonly channel: CaseChannel | null;
  /** Where a case opened online shall be handled; null: at the department in charge. */
  readonly window: string | null;
  /** At a window: who came for the holder; with a grant they can follow the case. */
  readonly representedBy: Holder | null;
}

/**
 * Opens a case: a clerk at their window, or the holder, or who acts for them by a grant, in a session of their own.
 *
 * @throws ServiceError `MATTER_NOT_FOUND`, `WINDOW_NOT_FOUND`, `NOT_AUTHORISED` (a clerk without a window, a clerk for
 * themselves, somebody else's case without a grant), `REQUEST_MALFORMED` (nobody in charge, and no window named).
 */
export async function openCase(
  parts: CaseParts,
  principal: Principal,
  request: CaseRequest,
): Promise<Case> {
  const asked = await findAsked(parts, request.matters);
  const opener =
    hasRole(principal, 'clerk') && !isForOneself(parts, principal, request)
      ? await atWindow(parts, principal, request, asked)
      : await inOwnSession(parts, principal, request, asked);
  const now = parts.clock.now();
  const opened: Case = {
    ...{ id: ulid(now), queryCode: drawQueryCode() },
    bundle: bundleOf(asked),
    subCases: subCasesOf(asked),
    materials: gatherMaterials(asked.matters),
    ...opener,
    ...{ openedBy: principal.id, openedAt: now },
  };
  const first = await firstState(parts, opened);
  const subCases = opened.subCases.map((one) => ({ ...one, state: first }));
  const event: Omit<CaseEvent, 'id' | 'matter'> = {
    ...{ action: 'open', from: null, to: first, outcome: null },
    ...{ at: now, actorId: principal.id, reason: null },
  };
  await parts.store.cases.add(
    { ...opened, subCases },
    subCases.map(({ matter }) => ({ ...event, id: ulid(now), matter: matter.code })),
  );
  return { ...opened, subCases };
}

/** What was asked for. */
interface Asked {
  readonly wholes: readonly WholeMatter[];
  /** Each matter once, bundles before what they open. */
  readonly matters: readonly Matter[];
}

async function findAsked({ store }: CaseParts, codes: readonly string[]): Promise<Asked> {
  const wholes = await Promise.all([...new Set(codes)].map((code) => findWholeMatter(store, code)));
  const matters = new Map(
    wholes.flatMap(({ matter, parts }) => [matter, ...parts].map((one) => [one.code, one])),
  );
  return { wholes, matters: [...matters.values()] };
}

/** The bundle, if that alone was asked for. */
function bundleOf({ wholes }: Asked): CaseMatter | null {
  const [only, other] = wholes;
  const isBundle = only !== undefined && other === undefined && only.parts.length > 0;
  return isBundle ? toCaseMatter(only.matter) : null;
}

/** Every matter but bundles, which are handled by what they open. What a bundle promises binds each of those. */
function subCasesOf({ wholes, matters }: Asked): readonly SubCase[] {
  return matters
    .filter((one) => definitionOf(one).bundles.length === 0)
    .map((one) => {
      const bundles = wholes.filter(({ parts }) => parts.some(({ code }) => code === one.code));
      const binding = [definitionOf(one), ...bundles.map(({ definition }) => definition)];
      return {
        matter: toCaseMatter(one),
        department: definitionOf(one).department,
        ...{ state: 'opened', outcome: null, resumesAs: null },
        promisedDays: shortest(binding.map(({ promisedDays }) => promisedDays)),
        statutoryDays: shortest(binding.map(({ statutoryDays }) => statutoryDays)),
        ...{ acceptedAt: null, endedAt: null, suspensions: [] },
      };
    });
}

function shortest(days: readonly (number | null)[]): number | null {
  const terms = days.filter((one) => one !== null);
  return terms.length === 0 ? null : Math.min(...terms);
}

function toCaseMatter({ code, version, name }: Matter): CaseMatter {
  return { code, version, name };
}

/** Whether something required is still to come when it is opened. */
async function firstState(parts: CaseParts, opened: Case): Promise<CaseState> {
  const materials = await materialsOf(parts, opened, false);
  const codes = materials.flatMap(({ askedBy }) => askedBy);
  return missingFor(materials, codes).length > 0 ? 'materialsPending' : 'opened';
}

/** Clerks have the role of holders, too, where they act for themselves. */
function isForOneself(
  { store }: CaseParts,
  principal: Principal,
  { holder }: CaseRequest,
): boolean {
  if (principal.holderHash === null) return false;
  return holder === null || store.holders.holderHash(holder) === principal.holderHash;
}

type Opener = Pick<
  Case,
  | 'organisation'
  | 'window'
  | 'clerkId'
  | 'channel'
  | 'holderHash'
  | 'holder'
  | 'representedBy'
  | 'grantId'
>;

async function atWindow(
  parts: CaseParts,
  principal: Principal,
  { holder, representedBy, channel }: CaseRequest,
  asked: Asked,
): Promise<Opener> {
  if (channel !== null && channel !== 'window') throw wrongChannel(channel);
  const counter: Counter = await counterOf(parts, principal);
  if (holder === null) {
    throw new ServiceError('REQUEST_MALFORMED', 'whose case it is must be said', {
      faults: [{ pointer: '/holder', detail: 'is needed at a window' }],
    });
  }
  const { holders } = parts.store;
  const holderHash = holders.holderHash(holder);
  const agent = representedBy === null ? null : { holderHash: holders.holderHash(representedBy) };
  const matters = asked.wholes.map(({ matter }) => matter.code);
  const grant = agent === null ? null : await findCaseGrant(parts, agent, { holderHash, matters });
  return {
    ...counter,
    ...{ clerkId: principal.id, channel: 'window', holderHash, holder, representedBy },
    grantId: grant?.id ?? null,
  };
}

async function inOwnSession(
  parts: CaseParts,
  principal: Principal,
  request: CaseRequest,
  asked: Asked,
): Promise<Opener> {
  const { holder, channel, window } = request;
  if (channel === 'window') throw wrongChannel(channel);
  const { holderHash, grant } = await actingFor(parts, principal, holder, asked);
  const ownName = { name: principal.displayName, code: '', codeType: '' };
  return {
    organisation: await organisationFor(parts, window, asked),
    ...{ window, clerkId: null, channel: channel ?? 'online', holderHash },
    holder: holder ?? ownName,
    representedBy: grant === null ? null : ownName,
    grantId: grant?.id ?? null,
  };
}

/** @throws ServiceError `NOT_AUTHORISED`. */
async function actingFor(
  parts: CaseParts,
  principal: Principal,
  holder: Holder | null,
  { wholes }: Asked,
): Promise<{ readonly holderHash: string; readonly grant: Grant | null }> {
  const own = principal.holderHash;
  if (own === null) throw notAuthorised('only clerks and holders open cases');
  const holderHash = holder === null ? own : parts.store.holders.holderHash(holder);
  if (holderHash === own) return { holderHash, grant: null };
  const matters = wholes.map(({ matter }) => matter.code);
  const grant = await findCaseGrant(parts, principal, { holderHash, matters });
  if (grant === null) throw notAuthorised('no grant for this holder and these matters');
  return { holderHash, grant };
}

function wrongChannel(channel: CaseChannel): ServiceError {
  return new ServiceError('REQUEST_MALFORMED', `nobody opens a case ${channel} this way`, {
    faults: [{ pointer: '/channel', detail: 'window is for clerks, online and kiosk for holders' }],
  });
}

async function organisationFor(
  { store }: CaseParts,
  code: string | null,
  { matters }: Asked,
): Promise<string> {
  if (code !== null) {
    const window = await store.windows.find(code);
    if (window === null) throw new ServiceError('WINDOW_NOT_FOUND', `no window ${code}`);
    requireOpen(window);
    return window.organisation;
  }
  for (const one of matters) {
    const { department } = definitionOf(one);
    if (department !== null) return department;
  }
  throw new ServiceError('REQUEST_MALFORMED', 'no department is in charge: name a window', {
    faults: [{ pointer: '/window', detail: 'is needed here' }],
  });
}
