/** Whether an answer says of a holder what it may, and whether the holder sees who was told. */
import type { AnswerBody, TestAnswer } from '../testApp.ts';
import { CANARY_HOLDERS, findCanaries, type Canary, type CanaryHolderName } from './canaries.ts';
import type { Asker, AskerFacts, Call, DisclosureCity } from './city.ts';
import type { Recipe } from './recipe.ts';

export interface Told {
  readonly status: number;
  /** Whose texts were in the answer, their own and what the caller had put in left out. */
  readonly holders: readonly CanaryHolderName[];
  /** Whether anything was in the answer that only licences and files say; what the caller had put in left out. */
  readonly isSilent: boolean;
  /** What left without a record, in words; empty: nothing. */
  readonly leaks: readonly string[];
}

/** A use as the holder reads it. */
interface ReadUse {
  readonly id: string;
  readonly at: string;
  readonly clerk: string | null;
  readonly licence: string | null;
  readonly caseId: string | null;
  readonly subject: { readonly identifier: string };
}

/** Sends one request, and looks in its answer and in the trails that holders read. */
export async function tell(
  city: DisclosureCity,
  recipe: Recipe,
  asked: Readonly<{ asker: Asker; method: string }>,
): Promise<Told> {
  const { asker, method } = asked;
  const call = await recipe.call(city, asker);
  city.clock.advance(10); // nothing before has the time of what comes
  const from = city.clock.now();
  const answer = await city.send(asker, method, call);
  const found = await canariesIn(answer, recipe, call);
  const holders = [...new Set(found.map(({ whose }) => whose))].filter((one) => one !== asker);
  const leaks: string[] = [];
  for (const holder of holders) {
    const texts = found.filter(({ whose }) => whose === holder);
    const unrecorded = await withoutRecord(city, { answer, recipe, texts, asker, holder, from });
    leaks.push(...unrecorded.map((what) => `${asker}: ${method} ${call.path}: ${what}`));
  }
  return { status: answer.status, holders, isSilent: found.length === 0, leaks };
}

async function canariesIn(
  { bytes, headers, status }: TestAnswer,
  { isPicture }: Recipe,
  { path, json, says }: Call,
): Promise<readonly Canary[]> {
  const isPdf = headers.get('content-type') === 'application/pdf';
  const found = await findCanaries(bytes, isPdf);
  const given = `${path} ${JSON.stringify(json ?? null)} ${says ?? ''}`;
  const told = found.filter(({ text }) => !given.includes(text));
  const picture = { whose: 'first', text: CANARY_HOLDERS.first.holder.name } as const;
  return isPicture === true && status === 200 ? [...told, picture] : told;
}

interface Matter {
  readonly answer: TestAnswer;
  readonly recipe: Recipe;
  readonly texts: readonly Canary[];
  readonly asker: Asker;
  readonly holder: CanaryHolderName;
  readonly from: Date;
}

/** @returns what of an answer the holder cannot know of. */
async function withoutRecord(city: DisclosureCity, matter: Matter): Promise<readonly string[]> {
  const { asker, holder, from, recipe, answer } = matter;
  const texts = matter.texts.map(({ text }) => text);
  if (areOfGrants(answer.body, texts)) return [];
  if (recipe.act !== undefined && (await isInTrail(city, matter, recipe.act))) return [];
  const facts = city.askers[asker];
  const { items } = await city.must(holder, 'GET', { path: '/me/uses?limit=40' });
  const uses = (items as unknown as readonly ReadUse[]).filter(
    ({ at, clerk }) =>
      at >= from.toISOString() && at <= city.clock.now().toISOString() && isBy(clerk, facts),
  );
  const subjects = subjectsIn(answer.body, texts);
  if (subjects.length === 0) return uses.length > 0 ? [] : [`${holder}: ${texts.join(', ')}`];
  return subjects
    .filter((one) => !uses.some((use) => isAbout(use, one)))
    .map((one) => `${holder}: ${one}: ${texts.join(', ')}`);
}

function isBy(clerk: string | null, facts: AskerFacts | null): boolean {
  return facts !== null && clerk === facts.name;
}

function isAbout({ licence, caseId, subject }: ReadUse, identifier: string): boolean {
  return [licence, caseId, subject.identifier].includes(identifier);
}

/**
 * Whether texts are names of holders, told to their agents with the grants: the holder's own record of the grant says so, and
 * to whom.
 */
function areOfGrants(body: AnswerBody, texts: readonly string[]): boolean {
  const names = Object.values(CANARY_HOLDERS).map(({ holder }) => holder.name);
  const rest = JSON.stringify(body, (_, value: unknown) => (isOfAgent(value) ? null : value));
  return texts.every((text) => names.includes(text) && !rest.includes(text));
}

function isOfAgent(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'side' in value && value.side === 'agent';
}

/** Acts stand in the history of the licence, steps in the trail of the case; what was never issued is nobody's yet. */
async function isInTrail(
  city: DisclosureCity,
  { answer: { body }, from, asker, holder }: Matter,
  act: 'licence' | 'case',
): Promise<boolean> {
  const since = (at: unknown): boolean => String(at) >= from.toISOString();
  if (act === 'case') {
    const { body: seen } = await city.send(holder, 'GET', { path: `/cases/${body.id}` });
    const events = seen['events'] as readonly { at: string; actor: string }[] | undefined;
    const id = city.askers[asker]?.id;
    return events?.some(({ at, actor }) => since(at) && actor === id) ?? false;
  }
  if (body['issuedAt'] === null) return ['drafted', 'returned'].includes(body.state);
  const path = `/licences/${body.identifier}/history`;
  const { items } = await city.must(holder, 'GET', { path });
  return items.some((change) => since(change['recordedAt']));
}

/** Identifiers of the licences, ids of the cases in an answer that say such texts. */
function subjectsIn(value: unknown, texts: readonly string[]): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap((one: unknown) => subjectsIn(one, texts));
  if (inner.length > 0) return inner;
  const { identifier, id, queryCode, issuedAt } = value as Readonly<Record<string, unknown>>;
  if (issuedAt === null) return []; // a draft is nobody's yet
  const own = identifier ?? (queryCode === undefined ? undefined : id);
  const said = JSON.stringify(value);
  return typeof own === 'string' && texts.some((text) => said.includes(text)) ? [own] : [];
}
