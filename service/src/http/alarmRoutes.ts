import { z } from 'zod';
import { readAlarms, type Alarms } from '../audit/alarms.ts';
import { SEVERITIES, SUBJECT_KINDS } from '../audit/alarmRules.ts';
import type { Language } from '../language.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { instant } from './shapes.ts';
import { daysQuery } from './statisticsRoutes.ts';

const alarmShape = z
  .strictObject({
    id: z.string().meta({ description: 'The same for the same finding' }),
    rule: z.string(),
    severity: z.enum(SEVERITIES),
    at: instant.meta({ description: 'Of what was found: when it happened, is due, or ends' }),
    subject: z.strictObject({
      kind: z.enum(SUBJECT_KINDS),
      id: z.string(),
      name: z.string().nullable(),
    }),
    statement: z.string().meta({ description: 'In the caller’s language' }),
    count: z
      .int()
      .min(0)
      .meta({ description: 'What the rule counted: uses, holders, days left …' }),
    threshold: z.number().meta({ description: 'At which count the rule speaks' }),
    evidence: z
      .strictObject({ list: z.string(), parameters: z.record(z.string(), z.string()) })
      .meta({ description: 'List of the API that shows it, and what to look for there' }),
  })
  .meta({ id: 'Alarm' });

const alarmsShape = z
  .strictObject({
    ...{ from: z.string(), to: z.string(), at: instant },
    found: z.int().min(0),
    items: z.array(alarmShape).meta({ description: 'The gravest first, at most 200' }),
  })
  .meta({ id: 'Alarms' });

/** What auditors should look at. Nothing in it says who a holder is. */
export function alarmRoutes(parts: AppParts): readonly Route[] {
  const { clock, store, ledger, certificates, trustParts, presentations } = parts;
  return [
    defineRoute({
      method: 'get',
      path: '/audit/alarms',
      summary: 'What stands out, by rules: the last 7 days, or those asked for, at most 31',
      access: ['auditor'],
      query: daysQuery,
      answers: { 200: alarmsShape },
      async run({ query, language }) {
        const alarms = await readAlarms(
          {
            ...{ clock, store, ledger, certificates: certificates.parts },
            ...{ trustList: trustParts.trustList, codeLock: presentations.limits.spoken },
          },
          query,
        );
        return { status: 200, json: presentAlarms(alarms, language) };
      },
    }),
  ];
}

function presentAlarms(
  { days, alarms, found }: Alarms,
  language: Language,
): z.input<typeof alarmsShape> {
  return {
    from: days.days[0]?.day ?? '',
    to: days.days.at(-1)?.day ?? '',
    ...{ at: days.now.toISOString(), found },
    items: alarms.map(({ id, rule, severity, at, subject, name, count, threshold, ...rest }) => ({
      ...{ id, rule, severity, at: at.toISOString(), count, threshold },
      subject: { ...subject, name },
      statement: rest.statement(name ?? '')[language],
      evidence: { list: rest.evidence.list, parameters: { ...rest.evidence.parameters } },
    })),
  };
}
