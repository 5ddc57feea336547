import { z } from 'zod';
import { readStatistics, type Statistics } from '../audit/statistics.ts';
import type { CountedUses } from '../store/figures.ts';
import { USAGE_KINDS, USAGE_OUTCOMES } from '../store/usageRecords.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { indication, instant } from './shapes.ts';

const count = z.int().min(0);
const day = z
  .string()
  .meta({ description: 'yyyy-mm-dd in Asia/Shanghai; days of none are left out' });
const askedDay = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .meta({ description: 'yyyy-mm-dd in Asia/Shanghai, inside' });
/** Query of whatever is counted by days. */
export const daysQuery = z.strictObject({ from: askedDay.optional(), to: askedDay.optional() });

const inTime = z
  .strictObject({ matters: count, inTime: count })
  .meta({ description: 'Matters with such a term, and those of them decided within it' });

const statisticsShape = z
  .strictObject({
    from: z.string(),
    to: z.string(),
    at: instant.meta({ description: 'What is in force, open, overdue was so then' }),
    licences: z
      .array(z.strictObject({ typeCode: z.string(), state: z.string(), licences: count }))
      .meta({ description: 'Versions of licences by type and present state, all that there are' }),
    issued: z.array(z.strictObject({ day, licences: count })),
    ended: z.array(z.strictObject({ day, state: z.string(), licences: count })).meta({
      description:
        'Licences ended by an act, by the day on which the act was recorded here: revoked, withdrawn, cancelled, lapsed, transferred',
    }),
    uses: z
      .array(
        z.strictObject({
          day,
          kind: z.enum(USAGE_KINDS),
          outcome: z.enum(USAGE_OUTCOMES),
          uses: count,
        }),
      )
      .meta({ description: 'Usage records; what concerns several licences has one each' }),
    indications: z.array(z.strictObject({ indication: indication.nullable(), uses: count })).meta({
      description: 'The same uses by verdict; null: no verdict was told',
    }),
    refusals: z.array(z.strictObject({ reason: z.string().nullable(), uses: count })).meta({
      description: 'Refused uses by reason',
    }),
    presentations: z.strictObject({ redeemed: count, refused: count }).meta({
      description: 'Licences shown by presentations that were redeemed, and that were refused',
    }),
    receipts: z.array(z.strictObject({ day, receipts: count, licences: count })).meta({
      description: '`licences`: those in the receipts that were found valid',
    }),
    papersSaved: count.meta({
      description:
        'Licences found valid in the receipts of these days: each is a paper that a window filed no copy of. What online services asked for, and what other licences of a receipt would have needed as paper, is not counted',
    }),
    cases: z.strictObject({
      matters: z.array(z.strictObject({ state: z.string(), matters: count })).meta({
        description: 'Matters of cases by present state, whenever opened',
      }),
      decided: z.strictObject({ matters: count, promised: inTime, statutory: inTime }).meta({
        description: 'Matters approved or refused on these days',
      }),
      ratings: z.array(z.strictObject({ level: z.int(), ratings: count })).meta({
        description: 'Given on these days, by level',
      }),
    }),
    objections: z
      .strictObject({
        ...{ open: count, overdue: count, answered: count },
        ...{ upheld: count, rejected: count, withdrawn: count },
      })
      .meta({ description: '`open`, `overdue`: now; the others of those raised on these days' }),
    seals: z.strictObject({
      inForce: count,
      states: z.array(z.strictObject({ state: z.string(), seals: count })),
      signatures: z.array(z.strictObject({ day, signatures: count })).meta({
        description: 'Documents sealed, other than licences; each licence issued was sealed, too',
      }),
    }),
  })
  .meta({ id: 'Statistics' });

/** Figures of the city: numbers, no personal data. */
export function statisticsRoutes({ clock, store }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/statistics',
      summary: 'Figures of the city by days: the last 30, or those asked for, at most 366',
      access: ['auditor', 'operator'],
      query: daysQuery,
      answers: { 200: statisticsShape },
      async run({ query }) {
        const statistics = await readStatistics({ clock, store }, query);
        return { status: 200, json: presentStatistics(statistics) };
      },
    }),
  ];
}

function presentStatistics({
  days,
  counted,
  decided,
}: Statistics): z.input<typeof statisticsShape> {
  const { uses, receipts, objections, seals } = counted;
  const shown = (outcome: CountedUses['outcome']): number =>
    sumOf(uses.filter((one) => one.kind === 'presentation' && one.outcome === outcome));
  return {
    from: days.days[0]?.day ?? '',
    to: days.days.at(-1)?.day ?? '',
    at: days.now.toISOString(),
    licences: [...counted.licences],
    issued: [...counted.issued],
    ended: [...counted.ended],
    uses: grouped(uses, ({ day, kind, outcome }) => ({ day, kind, outcome })),
    indications: grouped(uses, (one) => ({ indication: one.indication })),
    refusals: [...counted.refusals],
    presentations: { redeemed: shown('answered'), refused: shown('refused') },
    receipts: [...receipts],
    papersSaved: receipts.reduce((sum, { licences }) => sum + licences, 0),
    cases: {
      matters: [...counted.cases],
      decided,
      ratings: [...counted.ratings],
    },
    objections: { ...objections, answered: objections.upheld + objections.rejected },
    seals: {
      inForce: seals.inForce,
      states: [...seals.byState],
      signatures: [...counted.signatures],
    },
  };
}

function sumOf(uses: readonly CountedUses[]): number {
  return uses.reduce((sum, one) => sum + one.uses, 0);
}

function grouped<G extends object>(
  all: readonly CountedUses[],
  groupOf: (uses: CountedUses) => G,
): (G & { uses: number })[] {
  const groups = Map.groupBy(all, (one) => JSON.stringify(groupOf(one)));
  return [...groups.values()].flatMap((uses) => {
    const [first] = uses;
    return first === undefined ? [] : [{ ...groupOf(first), uses: sumOf(uses) }];
  });
}
