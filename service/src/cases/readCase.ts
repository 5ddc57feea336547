import { hasRole, organisationsOf, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type {
  Case,
  CaseEvent,
  CaseFilter,
  CaseRating,
  CaseVisibility,
  MaterialRequest,
  Page,
  PageRequest,
  SubCase,
} from '../store/store.ts';
import { recordUse, type Use, type UseContext } from '../usage/recordUse.ts';
import { definitionOf } from '../matters/matterDefinition.ts';
import { findCase, type Standing } from './caseAccess.ts';
import { workCalendar } from './calendar.ts';
import { stateOf } from './caseStates.ts';
import { termsOf, wholeTerms, type CaseTerms } from './caseTerms.ts';
import { materialsOf, type CaseMaterial } from './materialStates.ts';
import type { CaseParts } from './parts.ts';
import { readQueryCode } from './queryCode.ts';

/** A case with its terms as of now, as lists show it. */
export interface CaseSummary {
  readonly found: Case;
  readonly state: Case['subCases'][number]['state'];
  readonly terms: ReturnType<typeof wholeTerms>;
  readonly subCases: readonly { readonly one: SubCase; readonly terms: CaseTerms }[];
}

/** A case as who stands in some way to it sees it. */
export interface CaseView extends CaseSummary {
  readonly materials: readonly CaseMaterial[];
  readonly events: readonly CaseEvent[];
  readonly requests: readonly MaterialRequest[];
  readonly rating: CaseRating | null;
  /** Auditors see who did what and when, but not who the holder is. */
  readonly namesPeople: boolean;
}

/**
 * Shows a case to whoever looks at it. The holder always sees which licences of theirs could stand in for what is lacking, and
 * so does who acts for them; the counter when it asks. Every look but the holder's own is recorded first: each licence told of,
 * or the case.
 *
 * @param caseId - or its query code, as people type it.
 * @param asksLicences - whether the counter asks.
 * @throws ServiceError `CASE_NOT_FOUND` also for a case that is none of theirs.
 */
export async function lookAtCase(
  parts: CaseParts,
  principal: Principal,
  caseId: string,
  asksLicences: boolean,
): Promise<CaseView> {
  const id = await idOf(parts, caseId);
  const { found, standing } = await findCase(parts, principal, id);
  const tellsLicences = standing.isHolder || (standing.isCounter && asksLicences);
  const view = await viewOf(parts, found, standing, tellsLicences);
  const isOthers = view.namesPeople && !standing.isOneself;
  if (isOthers && tellsLicences) await recordLicencesTold(parts, principal, view);
  else if (isOthers) await recordLooks(parts, principal, view, [lookAt('case-file', found.id)]);
  return view;
}

/**
 * Shows a case to whoever has just acted on it; the act stands in the case's own trail.
 *
 * @throws ServiceError `CASE_NOT_FOUND` also for a case that is none of theirs.
 */
export async function readCase(
  parts: CaseParts,
  principal: Principal,
  caseId: string,
): Promise<CaseView> {
  const { found, standing } = await findCase(parts, principal, caseId);
  return await viewOf(parts, found, standing, standing.isOneself);
}

async function viewOf(
  parts: CaseParts,
  found: Case,
  { isCounter, isHolder, decides }: Standing,
  tellsLicences: boolean,
): Promise<CaseView> {
  const { cases } = parts.store;
  return {
    ...(await summarise(parts, found)),
    materials: await materialsOf(parts, found, tellsLicences),
    events: await cases.events(found.id),
    requests: await cases.requests(found.id),
    rating: await cases.rating(found.id),
    namesPeople: isCounter || decides.size > 0 || isHolder,
  };
}

/** Cases that somebody has to do with, newest first. @throws ServiceError `REQUEST_MALFORMED` for a wrong cursor. */
export async function listCases(
  parts: CaseParts,
  principal: Principal,
  filter: CaseFilter,
  page: PageRequest,
): Promise<Page<CaseSummary>> {
  const visible: CaseVisibility = {
    organisations: organisationsOf(principal, 'clerk'),
    departments: organisationsOf(principal, 'issuer', 'approver'),
    holderHash: principal.holderHash,
    grants: await grantsTo(parts, principal),
    isEverything: hasRole(principal, 'auditor'),
  };
  const { items, nextCursor } = await parts.store.cases.list(visible, filter, page);
  const summaries = await Promise.all(items.map((found) => summarise(parts, found)));
  return { items: summaries, nextCursor };
}

const MAX_GRANTS = 100;

/** Ids of grants by which somebody acts for others now. */
async function grantsTo(
  { clock, store }: CaseParts,
  { holderHash }: Principal,
): Promise<readonly string[]> {
  if (holderHash === null) return [];
  const { items } = await store.grants.list(holderHash, { limit: MAX_GRANTS });
  const now = clock.now();
  const inForce = items.filter(
    ({ agentHash, ended, validFrom, validUntil }) =>
      agentHash === holderHash &&
      ended === null &&
      validFrom <= now &&
      (validUntil === null || validUntil >= now),
  );
  return inForce.map(({ id }) => id);
}

/** How far a case is, for anybody who has its query code; nothing of people in it. */
export interface CaseProgress extends CaseSummary {
  /** English names of its matters by code; those that have none are not there. */
  readonly namesEn: ReadonlyMap<string, string>;
  readonly events: readonly CaseEvent[];
}

/** @param text - attacker-controlled. @throws ServiceError `CASE_NOT_FOUND`. */
export async function readProgress(parts: CaseParts, text: string): Promise<CaseProgress> {
  const found = await findByQueryCode(parts, text);
  if (found === null) throw new ServiceError('CASE_NOT_FOUND', 'no case with this query code');
  const [summary, events, namesEn] = await Promise.all([
    summarise(parts, found),
    parts.store.cases.events(found.id),
    englishNames(parts, found),
  ]);
  return { ...summary, events, namesEn };
}

/** What the matters of a case are called in English, by code; those that have no such name are not there. */
async function englishNames(
  { store }: Pick<CaseParts, 'store'>,
  { bundle, subCases }: Case,
): Promise<ReadonlyMap<string, string>> {
  const versioned = [...(bundle === null ? [] : [bundle]), ...subCases.map(({ matter }) => matter)];
  const names = await Promise.all(
    versioned.map(async ({ code, version }) => {
      const matter = await store.matters.find(code, version);
      const nameEn = matter === null ? undefined : definitionOf(matter).nameEn;
      return nameEn === undefined ? [] : [[code, nameEn] as const];
    }),
  );
  return new Map(names.flat());
}

async function findByQueryCode({ store }: CaseParts, text: string): Promise<Case | null> {
  const code = readQueryCode(text);
  if (code === null) return null;
  return await store.cases.findByQueryHash(store.holders.keyedHash('caseQuery', code));
}

/** Ids are longer than query codes. */
async function idOf(parts: CaseParts, text: string): Promise<string> {
  return (await findByQueryCode(parts, text))?.id ?? text;
}

async function summarise(
  parts: Pick<CaseParts, 'clock' | 'store'>,
  found: Case,
): Promise<CaseSummary> {
  const calendar = await workCalendar(parts);
  const now = parts.clock.now();
  const subCases = found.subCases.map((one) => ({ one, terms: termsOf(one, calendar, now) }));
  return {
    found,
    state: stateOf(found.subCases),
    terms: wholeTerms(subCases.map(({ terms }) => terms)),
    subCases,
  };
}

/** Where and for what somebody on the staff sees something of a case. */
export function useContextOf(principal: Principal, found: Case): UseContext {
  return {
    channel: principal.windowCode === null ? 'console' : 'window',
    window: principal.windowCode,
    clerk: principal.id,
    matter: found.bundle?.code ?? found.subCases[0]?.matter.code ?? null,
    purpose: null,
  };
}

type Look = Pick<Use, 'subject' | 'licence'>;

function lookAt(kind: 'case' | 'case-file' | 'licence', identifier: string): Look {
  return { subject: { kind, identifier }, licence: kind === 'licence' ? identifier : null };
}

/** One record a licence that is told of; one of the case, where none is. */
async function recordLicencesTold(
  parts: CaseParts,
  principal: Principal,
  view: CaseView,
): Promise<void> {
  const open = view.materials.filter(({ state }) => state === 'waivable' || state === 'needed');
  const licences = [...new Set(open.flatMap(({ by }) => by?.identifier ?? []))];
  const looks =
    licences.length === 0
      ? [lookAt('case', view.found.id)]
      : licences.map((licence) => lookAt('licence', licence));
  await recordLooks(parts, principal, view, looks);
}

async function recordLooks(
  { clock, store }: CaseParts,
  principal: Principal,
  { found }: CaseView,
  looks: readonly Look[],
): Promise<void> {
  const { holderHash, grantId } = found;
  const common = { kind: 'lookup', outcome: 'answered', reason: null, holderHash } as const;
  const isAgent = grantId !== null && principal.holderHash !== null;
  const details = { caseId: found.id, ...(isAgent ? { grant: grantId } : {}) };
  await Promise.all(
    looks.map((look) =>
      recordUse(
        { clock, usage: store.usage },
        { ...common, ...look, esId: null, indication: null, details },
        useContextOf(principal, found),
      ),
    ),
  );
}
