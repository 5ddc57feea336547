import { z } from 'zod';
import { putCalendar, readCalendar, type Calendar } from '../cases/calendar.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { instant } from './shapes.ts';

const days = z.array(z.string().regex(/^\d{4}-\d{2}-\d{2}$/)).max(2000);

const calendarShape = z
  .strictObject({
    rule: z.enum(['weekends', 'calendar']).meta({
      description: '`weekends`: nobody has put a calendar; only Saturdays and Sundays are off',
    }),
    holidays: days,
    workingDays: days,
    updatedAt: instant.nullable(),
    updatedBy: z.string().nullable().meta({ description: 'Account id' }),
  })
  .meta({ id: 'Calendar' });

/** Public holidays and made-up working days, by which terms are counted. */
export function calendarRoutes({ clock, store }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/calendar',
      summary: 'Days off and made-up working days, Asia/Shanghai',
      access: 'public',
      answers: { 200: calendarShape },
      async run() {
        return { status: 200, json: present(await readCalendar({ store })) };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/calendar',
      summary: 'Put another calendar in the place of the one before; running terms follow it',
      access: ['operator'],
      payload: json(z.strictObject({ holidays: days, workingDays: days })),
      answers: { 200: calendarShape },
      async run({ principal, body }) {
        return { status: 200, json: present(await putCalendar({ clock, store }, principal, body)) };
      },
    }),
  ];
}

function present(calendar: Calendar): z.input<typeof calendarShape> {
  return {
    rule: calendar.rule,
    holidays: [...calendar.holidays],
    workingDays: [...calendar.workingDays],
    updatedAt: calendar.updatedAt?.toISOString() ?? null,
    updatedBy: calendar.updatedBy,
  };
}
