import { z } from 'zod';
import { ERROR_CODES } from '../errors.ts';
import type { JobRun } from '../health/jobRegister.ts';
import { readHealth } from '../health/readHealth.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { instant } from './shapes.ts';
import { VERSION } from './version.ts';

const outcome = z.enum(['ok', 'failed', 'never']);

const jobShape = z.strictObject({
  name: z.string(),
  lastRunAt: instant.nullable(),
  lastOutcome: outcome,
  lastError: z.enum(ERROR_CODES).nullable(),
  nextRunAt: instant,
  failuresInRow: z.int().min(0),
});

const healthShape = z
  .strictObject({
    ready: z.boolean(),
    reasons: z.array(z.string()),
    version: z.string(),
    startedAt: instant,
    ledger: z.strictObject({
      mode: z.enum(['embedded', 'fabric', 'fabric-network']),
      isUp: z.boolean(),
      height: z.int().min(0).nullable(),
      headAt: instant.nullable(),
      organisations: z
        .array(
          z.strictObject({
            mspId: z.string(),
            isOwn: z.boolean(),
            answeredAt: instant.nullable(),
            endorsedAt: instant.nullable(),
          }),
        )
        .meta({ description: 'Who keeps the ledger, as this process has met them' }),
    }),
    store: z.strictObject({ kind: z.enum(['sqlite']), bytes: z.int().min(0) }),
    jobs: z.array(jobShape).meta({ description: 'Of this process, since it started' }),
    expiring: z.array(
      z.strictObject({
        kind: z.enum(['certificate', 'seal', 'trustAnchor', 'calendar']),
        id: z.string(),
        name: z.string(),
        notAfter: instant,
      }),
    ),
    timeStamping: z.strictObject({
      source: z.enum(['built-in', 'external', 'off']),
      lastOutcome: outcome,
      lastAt: instant.nullable(),
      lastError: z.enum(ERROR_CODES).nullable(),
    }),
  })
  .meta({ id: 'Health' });

/** How the service fares, for those who run it. */
export function healthRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/health',
      summary:
        'How the process that answers fares: ledger, store, jobs, and what ends within `days`',
      access: ['operator', 'securityAdmin', 'auditor'],
      query: z.strictObject({ days: z.coerce.number().int().min(1).max(3650).default(60) }),
      answers: { 200: healthShape },
      async run({ query: { days } }) {
        const { ledger, jobs, timeStamping, expiring, ...health } = await readHealth(parts, days);
        const json: z.input<typeof healthShape> = {
          ready: health.ready,
          reasons: [...health.reasons],
          version: VERSION,
          startedAt: health.startedAt.toISOString(),
          ledger: {
            ...{ ...ledger, headAt: textOf(ledger.headAt) },
            organisations: ledger.organisations.map((one) => ({
              ...{ mspId: one.mspId, isOwn: one.isOwn },
              ...{ answeredAt: textOf(one.answeredAt), endorsedAt: textOf(one.endorsedAt) },
            })),
          },
          store: health.store,
          jobs: jobs.map(presentJob),
          expiring: expiring.map((one) => ({ ...one, notAfter: one.notAfter.toISOString() })),
          timeStamping: { ...timeStamping, lastAt: textOf(timeStamping.lastAt) },
        };
        return { status: 200, json };
      },
    }),
  ];
}

function presentJob(job: JobRun): z.input<typeof jobShape> {
  return {
    ...job,
    lastRunAt: textOf(job.lastRunAt),
    nextRunAt: job.nextRunAt.toISOString(),
  };
}

function textOf(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
