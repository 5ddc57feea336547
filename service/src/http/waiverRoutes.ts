import { z } from 'zod';
import { MATERIAL_SOURCES } from '../matters/matterDefinition.ts';
import { CITY_STATES, STEP_KINDS, totalsOf, type CityMatter } from '../waivers/cityWaivers.ts';
import { keptCatalogue } from '../matters/wholeMatter.ts';
import { mattersFor } from '../waivers/materialsFor.ts';
import { waiverSurveyor, type WaiverSurvey } from '../waivers/surveyWaivers.ts';
import { writeWaiverTable } from '../waivers/waiverTable.ts';
import { defineRoute, type Answer, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { cutPage, instant, pageOf, pageQuery, wholeListQuery } from './shapes.ts';

const READERS = ['operator', 'auditor', 'issuer', 'approver'] as const;
const MAX_NEXT = 20;

const count = z.int().min(0);

const totals = {
  materials: count,
  noSubmission: count,
  waivable: count,
  planned: count.meta({ description: 'One step would waive them' }),
  paper: count.meta({ description: 'No licence can stand in' }),
  papersAsked: count.meta({ description: 'A year: materials times cases' }),
  papersSaved: count.meta({ description: 'A year, at most: if every applicant held the licence' }),
};

const step = {
  kind: z.enum(STEP_KINDS).meta({
    description: 'A type to begin with, licences of a type to issue, or fields to add to a type',
  }),
  typeCode: z.string(),
  typeName: z.string().nullable(),
  fields: z.array(z.string()),
};

const nextStep = z
  .strictObject({ ...step, materials: count, matters: count, papersSaved: count })
  .meta({ id: 'WaiverStep' });

const matter = z
  .strictObject({
    code: z.string(),
    name: z.string(),
    department: z.string().nullable(),
    yearlyCases: count,
    totals: z.strictObject(totals),
    materials: z.array(
      z.strictObject({
        code: z.string(),
        name: z.string(),
        source: z.enum(MATERIAL_SOURCES),
        state: z.enum(CITY_STATES),
        by: z.string().nullable().meta({ description: 'Licence type that waives it' }),
        steps: z.array(z.strictObject(step)),
      }),
    ),
  })
  .meta({ id: 'WaiverMatter' });

const waiversShape = z
  .strictObject({
    at: instant,
    recounted: count.meta({ description: 'Types whose licences were counted for this answer' }),
    totals: z.strictObject({ ...totals, matters: count, yearlyCases: count }),
    next: z.array(nextStep).meta({ description: 'What would save the most papers, at most 20' }),
    items: z.array(matter),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'Waivers' });

const typeDuty = z
  .strictObject({
    typeCode: z.string(),
    name: z.string(),
    issuer: z.string().nullable(),
    licences: count.meta({ description: 'In force' }),
    holders: count,
    waives: count.meta({ description: 'Materials' }),
    papersSaved: count,
  })
  .meta({ id: 'WaiverType' });

const holderMatter = z
  .strictObject({
    code: z.string(),
    name: z.string(),
    waived: count,
    noSubmission: count,
    needed: count,
    isPaperless: z.boolean().meta({ description: 'Nothing required must be brought on paper' }),
  })
  .meta({ id: 'WaiverOfHolder' });

/** What can be done without paper: by the whole city, or by a holder. */
export function waiverRoutes(parts: AppParts): readonly Route[] {
  return [...cityRoutes(parts), ...holderRoutes(parts)];
}

function holderRoutes({ clock, store }: AppParts): readonly Route[] {
  const catalogue = keptCatalogue(store.matters);
  return [
    defineRoute({
      method: 'get',
      path: '/waivers/mine',
      summary: 'Every matter, and how much of what it asks the holder need not bring',
      access: ['holder'],
      query: wholeListQuery,
      answers: { 200: pageOf(holderMatter) },
      async run({ principal: { holderHash }, query }) {
        const at = clock.now();
        const matters =
          holderHash === null
            ? []
            : await mattersFor({ store }, await catalogue(), { holderHash, at });
        const page = cutPage(matters, ({ code }) => code, query);
        return { status: 200, json: { items: page.items, nextCursor: page.nextCursor } };
      },
    }),
  ];
}

function cityRoutes({ clock, store }: AppParts): readonly Route[] {
  const survey = waiverSurveyor({ clock, store });
  return [
    defineRoute({
      method: 'get',
      path: '/waivers',
      summary: 'Which materials of all matters licences waive, and what one step more would waive',
      access: READERS,
      query: pageQuery({ format: z.enum(['json', 'csv']).default('json') }),
      answers: { 200: { json: waiversShape, mediaTypes: ['text/csv'] } },
      async run({ query }) {
        const found = await survey();
        return query.format === 'csv' ? csvOf(found) : jsonOf(found, query);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/waivers/next',
      summary: 'Steps that would waive materials, what saves the most papers first',
      access: READERS,
      query: wholeListQuery,
      answers: { 200: pageOf(nextStep) },
      async run({ query }) {
        const { next } = await survey();
        const page = cutPage([...next.entries()], ([place]) => String(place), query);
        const items = page.items.map(([, one]) => ({ ...one, fields: [...one.fields] }));
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/waivers/licence-types',
      summary: 'Who holds what: licences in force and their holders by type, and what they waive',
      access: READERS,
      query: wholeListQuery,
      answers: { 200: pageOf(typeDuty) },
      async run({ query }) {
        const { types } = await survey();
        const page = cutPage(types, ({ typeCode }) => typeCode, query);
        return { status: 200, json: { items: page.items, nextCursor: page.nextCursor } };
      },
    }),
  ];
}

function jsonOf(
  { at, recounted, totals: city, next, matters }: WaiverSurvey,
  query: Readonly<{ limit: number; cursor?: string | undefined }>,
): Answer {
  const page = cutPage(matters, ({ code }) => code, query);
  const body: z.input<typeof waiversShape> = {
    at: at.toISOString(),
    recounted,
    totals: city,
    next: next.slice(0, MAX_NEXT).map((one) => ({ ...one, fields: [...one.fields] })),
    items: page.items.map(presentMatter),
    nextCursor: page.nextCursor,
  };
  return { status: 200, json: body };
}

function csvOf({ matters }: WaiverSurvey): Answer {
  return {
    status: 200,
    bytes: writeWaiverTable(matters),
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="waivers.csv"',
    },
  };
}

function presentMatter(one: CityMatter): z.input<typeof matter> {
  return {
    ...one,
    totals: totalsOf(one),
    materials: one.materials.map((material) => ({
      ...material,
      steps: material.steps.map((each) => ({ ...each, fields: [...each.fields] })),
    })),
  };
}
