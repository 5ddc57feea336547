import { z } from 'zod';
import { caseMaterialStatement } from '../cases/caseMaterialStatement.ts';
import { groupQueryCode } from '../cases/queryCode.ts';
import { CASE_MATERIAL_STATES, type CaseMaterial } from '../cases/materialStates.ts';
import { LATENESS, type CaseTerms } from '../cases/caseTerms.ts';
import type { CaseProgress, CaseSummary, CaseView } from '../cases/readCase.ts';
import type { Language } from '../language.ts';
import { MATERIAL_SOURCES } from '../matters/matterDefinition.ts';
import { CASE_CHANNELS, CASE_OUTCOMES, CASE_STATES } from '../store/cases.ts';
import type { CaseEvent, CaseSubmission, Holder, MaterialRequest } from '../store/store.ts';
import { MATERIAL_REASONS } from '../waivers/judgeMaterial.ts';
import { creditCode, instant } from './shapes.ts';

const state = z.enum(CASE_STATES);
const outcome = z.enum(CASE_OUTCOMES).nullable();
const lateness = z.enum(LATENESS);
const byWhen = instant.nullable().meta({
  description:
    'Last moment of a term in working days, Asia/Shanghai; before acceptance: if it were accepted now',
});
const matter = z.strictObject({ code: z.string(), name: z.string() });
const versioned = matter.extend({ version: z.int().min(1) });

const subCaseShape = z
  .strictObject({
    matter: versioned,
    department: creditCode.nullable(),
    state,
    outcome,
    clock: z.enum(['notStarted', 'running', 'suspended', 'ended']),
    promisedDays: z.int().nullable(),
    statutoryDays: z.int().nullable(),
    promisedBy: byWhen,
    statutoryBy: byWhen,
    lateness,
    acceptedAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'SubCase' });

const summary = {
  id: z.string(),
  queryCode: z.string().meta({ description: 'For the public progress page, in groups of four' }),
  state: state.meta({ description: 'Of its least advanced matter' }),
  channel: z.enum(CASE_CHANNELS),
  bundle: versioned.nullable(),
  matters: z.array(z.string()),
  subCases: z.array(subCaseShape),
  promisedBy: byWhen,
  statutoryBy: byWhen,
  lateness,
  organisation: creditCode,
  window: z.string().nullable(),
  clerk: z.string().nullable().meta({ description: 'Account id' }),
  openedAt: instant,
};
export const caseSummaryShape = z.strictObject(summary).meta({ id: 'CaseSummary' });

export const submissionShape = z
  .strictObject({
    id: z.string(),
    materialCode: z.string(),
    kind: z.enum(['file', 'signedForm']),
    documentId: z.string(),
    submittedBy: z.string(),
    requestId: z.string().nullable(),
    at: instant,
  })
  .meta({ id: 'CaseSubmission' });

const materialShape = z
  .strictObject({
    code: z.string(),
    name: z.string(),
    required: z.boolean(),
    source: z.enum(MATERIAL_SOURCES),
    askedBy: z.array(z.string()),
    state: z.enum(CASE_MATERIAL_STATES),
    reason: z.enum(MATERIAL_REASONS).nullable(),
    statement: z.string().meta({ description: 'Where it stands, in plain words' }),
    by: z
      .strictObject({
        identifier: z.string(),
        typeCode: z.string(),
        typeName: z.string(),
        receiptId: z.string().nullable(),
      })
      .nullable(),
    submissions: z.array(submissionShape),
  })
  .meta({ id: 'CaseMaterial' });

export const materialRequestShape = z
  .strictObject({
    id: z.string(),
    materialCode: z.string(),
    materialId: z.string(),
    state: z.enum(['proposed', 'confirmed', 'declined']),
    proposedBy: z.string(),
    proposedAt: instant,
    decidedAt: instant.nullable(),
  })
  .meta({ id: 'MaterialRequest' });

const person = z
  .strictObject({ name: z.string(), code: z.string(), codeType: z.string() })
  .nullable();

export const caseShape = z
  .strictObject({
    ...summary,
    holder: person,
    representedBy: person,
    grant: z.string().nullable(),
    materials: z.array(materialShape),
    events: z.array(
      z.strictObject({
        id: z.string(),
        matter: z.string(),
        action: z.string(),
        from: state.nullable(),
        to: state,
        outcome,
        at: instant,
        actor: z.string().meta({ description: 'Account id' }),
        reason: z.string().nullable(),
      }),
    ),
    materialRequests: z.array(materialRequestShape),
    rating: z
      .strictObject({
        level: z.int().min(1).max(5),
        reasons: z.array(z.string()),
        note: z.string().nullable(),
        at: instant,
      })
      .nullable(),
  })
  .meta({ id: 'Case' });

const step = z.strictObject({ state, at: instant });

const namedMatter = matter.extend({
  nameEn: z.string().nullable().meta({ description: 'Null: it has no name in English' }),
});

/** What anybody may know who has the query code: nothing of people. */
export const progressShape = z
  .strictObject({
    matter: namedMatter.nullable().meta({ description: 'The bundle, or the only matter' }),
    state,
    promisedBy: byWhen,
    openedAt: instant,
    steps: z.array(step),
    subCases: z.array(
      z.strictObject({
        matter: namedMatter,
        ...{ state, outcome, promisedBy: byWhen, steps: z.array(step) },
      }),
    ),
  })
  .meta({ id: 'CaseProgress' });

export function presentSummary(one: CaseSummary): z.input<typeof caseSummaryShape> {
  const { found, terms } = one;
  return {
    id: found.id,
    queryCode: groupQueryCode(found.queryCode),
    state: one.state,
    channel: found.channel,
    bundle: found.bundle === null ? null : { ...found.bundle },
    matters: found.subCases.map((part) => part.matter.code),
    subCases: one.subCases.map(presentSubCase),
    promisedBy: text(terms.promisedBy),
    statutoryBy: text(terms.statutoryBy),
    lateness: terms.lateness,
    organisation: found.organisation,
    window: found.window,
    clerk: found.clerkId,
    openedAt: found.openedAt.toISOString(),
  };
}

export function presentCase(view: CaseView, language: Language): z.input<typeof caseShape> {
  const { found, namesPeople, rating } = view;
  return {
    ...presentSummary(view),
    holder: namesPeople ? presentHolder(found.holder) : null,
    representedBy: namesPeople ? presentHolder(found.representedBy) : null,
    grant: found.grantId,
    materials: view.materials.map((one) => presentMaterial(one, language)),
    events: view.events.map((event) => presentEvent(event, namesPeople)),
    materialRequests: view.requests.map(presentRequest),
    rating:
      rating === null
        ? null
        : {
            level: rating.level,
            reasons: namesPeople ? [...rating.reasons] : [],
            note: namesPeople ? rating.note : null,
            at: rating.at.toISOString(),
          },
  };
}

export function presentProgress(progress: CaseProgress): z.input<typeof progressShape> {
  const { found, events, namesEn } = progress;
  const named = ({ code, name }: z.input<typeof matter>): z.input<typeof namedMatter> => ({
    ...{ code, name },
    nameEn: namesEn.get(code) ?? null,
  });
  const stepsOf = (code: string): readonly z.input<typeof step>[] =>
    events
      .filter((event) => event.matter === code)
      .map((event) => ({ state: event.to, at: event.at.toISOString() }));
  const [only, other] = found.subCases;
  const whole = found.bundle ?? (other === undefined ? (only?.matter ?? null) : null);
  return {
    matter: whole === null ? null : named(whole),
    state: progress.state,
    promisedBy: text(progress.terms.promisedBy),
    openedAt: found.openedAt.toISOString(),
    steps: other === undefined && only !== undefined ? [...stepsOf(only.matter.code)] : [],
    subCases: progress.subCases.map(({ one, terms }) => ({
      matter: named(one.matter),
      state: one.state,
      outcome: one.outcome,
      promisedBy: text(terms.promisedBy),
      steps: [...stepsOf(one.matter.code)],
    })),
  };
}

export function presentSubmission(one: CaseSubmission): z.input<typeof submissionShape> {
  return {
    id: one.id,
    materialCode: one.materialCode,
    kind: one.kind,
    documentId: one.documentId,
    submittedBy: one.submittedBy,
    requestId: one.requestId,
    at: one.at.toISOString(),
  };
}

export function presentRequest(one: MaterialRequest): z.input<typeof materialRequestShape> {
  return {
    id: one.id,
    materialCode: one.materialCode,
    materialId: one.materialId,
    state: one.state,
    proposedBy: one.proposedBy,
    proposedAt: one.proposedAt.toISOString(),
    decidedAt: text(one.decidedAt),
  };
}

function presentSubCase({
  one,
  terms,
}: CaseSummary['subCases'][number]): z.input<typeof subCaseShape> {
  const { promisedDays, statutoryDays } = one;
  return {
    matter: { ...one.matter },
    department: one.department,
    state: one.state,
    outcome: one.outcome,
    ...{ promisedDays, statutoryDays },
    ...presentTerms(terms),
    acceptedAt: text(one.acceptedAt),
    endedAt: text(one.endedAt),
  };
}

function presentTerms({ clock, promisedBy, statutoryBy, lateness: flag }: CaseTerms): {
  readonly clock: CaseTerms['clock'];
  readonly promisedBy: string | null;
  readonly statutoryBy: string | null;
  readonly lateness: CaseTerms['lateness'];
} {
  return {
    clock,
    promisedBy: text(promisedBy),
    statutoryBy: text(statutoryBy),
    lateness: flag,
  };
}

function presentMaterial(one: CaseMaterial, language: Language): z.input<typeof materialShape> {
  return {
    code: one.code,
    name: one.name,
    required: one.required,
    source: one.source,
    askedBy: [...one.askedBy],
    state: one.state,
    reason: one.reason,
    statement: caseMaterialStatement(one, language),
    by: one.by === null ? null : { ...one.by },
    submissions: one.submissions.map(presentSubmission),
  };
}

function presentEvent(
  { from, to, outcome: result, at, actorId, reason, ...event }: CaseEvent,
  showsReason: boolean,
): z.input<typeof caseShape>['events'][number] {
  return {
    ...{ id: event.id, matter: event.matter, action: event.action, from, to },
    ...{ outcome: result, at: at.toISOString(), actor: actorId },
    reason: showsReason ? reason : null,
  };
}

function presentHolder(holder: Holder | null): Holder | null {
  return holder === null
    ? null
    : { name: holder.name, code: holder.code, codeType: holder.codeType };
}

function text(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
