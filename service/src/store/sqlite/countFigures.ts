/** Counts figures over indexes; nothing is decrypted. Runs on the thread of `countWorker.ts`. */
import type { Database } from 'better-sqlite3';
import type { CountedDecisions, CountedFigures, CountedUses, FigureDays } from '../figures.ts';
import { USAGE_KINDS, USAGE_OUTCOMES } from '../usageRecords.ts';
import { readSuspensions } from './caseRows.ts';
import { toStoredTime } from './rows.ts';
import { idFloor } from './usageQuery.ts';

/** States in which a licence has ended by an act. */
const ENDED = ['revoked', 'withdrawn', 'cancelled', 'lapsed', 'transferred'];
const INDICATIONS = ['TOTAL-PASSED', 'TOTAL-FAILED', 'INDETERMINATE', null] as const;

/** A day as the statements take it: instants as text, and the lowest ids of them. */
interface Span {
  readonly day: string;
  readonly from: string;
  readonly until: string;
  readonly fromId: string;
  readonly untilId: string;
}

type Counts = Omit<Span, 'day'>;
type Rows<K extends keyof CountedFigures> = CountedFigures[K];

export function countFigures(store: Database, asked: FigureDays): CountedFigures {
  const spans = spansOf(asked);
  const [first, last] = [spans[0], spans.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('no days were asked for');
  const whole = { ...first, until: last.until, untilId: last.untilId };
  return {
    licences: countLicences(store),
    issued: byDay(
      store,
      spans,
      'licences',
      'Licence WHERE issuedAt >= @from AND issuedAt < @until',
    ),
    ended: countEnded(store, spans),
    uses: countUses(store, spans),
    refusals: countRefusals(store, whole),
    receipts: countReceipts(store, spans),
    cases: store
      .prepare<[], Rows<'cases'>[number]>(
        'SELECT state, count(*) AS matters FROM SubCase GROUP BY state',
      )
      .all(),
    decisions: countDecisions(store, whole),
    ratings: store
      .prepare<[Counts], Rows<'ratings'>[number]>(
        `SELECT level, count(*) AS ratings FROM CaseRating WHERE at >= @from AND at < @until
         GROUP BY level ORDER BY level`,
      )
      .all(whole),
    objections: countObjections(store, whole, asked.now),
    seals: countSeals(store, asked.now),
    signatures: byDay(
      store,
      spans,
      'signatures',
      'SealSignature WHERE id >= @fromId AND id < @untilId AND isStaged = 0',
    ),
  };
}

function spansOf({ days, until }: FigureDays): readonly Span[] {
  return days.map(({ day, start }, place) => {
    const end = days[place + 1]?.start ?? until;
    return {
      day,
      ...{ from: toStoredTime(start), until: toStoredTime(end) },
      ...{ fromId: idFloor(start), untilId: idFloor(end) },
    };
  });
}

/** Days on which there was nothing are left out. */
function byDay<N extends string>(
  store: Database,
  spans: readonly Span[],
  name: N,
  from: string,
): readonly ({ readonly day: string } & Readonly<Record<N, number>>)[] {
  const count = store.prepare<[Counts], number>(`SELECT count(*) FROM ${from}`).pluck();
  return spans.flatMap((span) => {
    const found = count.get(span) ?? 0;
    const row = { day: span.day, [name]: found } as { day: string } & Record<N, number>; // just these two
    return found === 0 ? [] : [row];
  });
}

/** What is staged counts as what readers see of it. */
function countLicences(store: Database): Rows<'licences'> {
  const rows = store
    .prepare<[], Rows<'licences'>[number]>(
      'SELECT typeCode, state, count(*) AS licences FROM Licence GROUP BY typeCode, state',
    )
    .all();
  const staged = store.prepare<[string], Rows<'licences'>[number]>(
    `SELECT typeCode, stagedFrom AS state, count(*) AS licences FROM Licence
     WHERE typeCode = ? AND state = 'staged' AND stagedFrom IS NOT NULL GROUP BY stagedFrom`,
  );
  const sums = new Map<string, Rows<'licences'>[number]>();
  const settled = rows.flatMap((row) =>
    row.state === 'staged' ? staged.all(row.typeCode) : [row],
  );
  for (const row of settled) {
    const key = `${row.typeCode} ${row.state}`;
    const licences = (sums.get(key)?.licences ?? 0) + row.licences;
    sums.set(key, { ...row, licences });
  }
  return [...sums.values()];
}

function countEnded(store: Database, spans: readonly Span[]): Rows<'ended'> {
  return ENDED.flatMap((state) =>
    byDay(
      store,
      spans,
      'licences',
      `Licence WHERE state = '${state}' AND changedAt >= @from AND changedAt < @until`,
    ).map((row) => ({ ...row, state })),
  );
}

function countUses(store: Database, spans: readonly Span[]): readonly CountedUses[] {
  const found: CountedUses[] = [];
  const count = store
    .prepare<[Counts & Pick<CountedUses, 'kind' | 'outcome' | 'indication'>], number>(
      `SELECT count(*) FROM UsageRecord WHERE kind = @kind AND outcome = @outcome
         AND indication IS @indication AND id >= @fromId AND id < @untilId`,
    )
    .pluck();
  for (const { kind, outcome, indication } of combinations()) {
    for (const span of spans) {
      const uses = count.get({ ...span, kind, outcome, indication }) ?? 0;
      if (uses > 0) found.push({ day: span.day, kind, outcome, indication, uses });
    }
  }
  return found;
}

function combinations(): readonly Pick<CountedUses, 'kind' | 'outcome' | 'indication'>[] {
  return USAGE_KINDS.flatMap((kind) =>
    USAGE_OUTCOMES.flatMap((outcome) =>
      INDICATIONS.map((indication) => ({ kind, outcome, indication })),
    ),
  );
}

/** Only what was refused is read, found by the index. */
function countRefusals(store: Database, whole: Span): Rows<'refusals'> {
  const byReason = store.prepare<
    [Counts & { kind: string; indication: string | null }],
    Rows<'refusals'>[number]
  >(
    `SELECT reason, count(*) AS uses FROM UsageRecord WHERE kind = @kind AND outcome = 'refused'
       AND indication IS @indication AND id >= @fromId AND id < @untilId GROUP BY reason`,
  );
  const sums = new Map<string | null, number>();
  for (const { kind, outcome, indication } of combinations()) {
    if (outcome !== 'refused') continue;
    for (const { reason, uses } of byReason.all({ ...whole, kind, indication })) {
      sums.set(reason, (sums.get(reason) ?? 0) + uses);
    }
  }
  return [...sums].map(([reason, uses]) => ({ reason, uses }));
}

function countReceipts(store: Database, spans: readonly Span[]): Rows<'receipts'> {
  const count = store.prepare<[Counts], { receipts: number; licences: number | null }>(
    `SELECT count(*) AS receipts, sum((
       SELECT count(*) FROM json_each(licences)
       WHERE json_extract(value, '$.indication') = 'TOTAL-PASSED')) AS licences
     FROM Receipt WHERE id >= @fromId AND id < @untilId`,
  );
  return spans.flatMap((span) => {
    const row = count.get(span);
    if (row === undefined || row.receipts === 0) return [];
    return [{ day: span.day, receipts: row.receipts, licences: row.licences ?? 0 }];
  });
}

/** Terms run by days, so that what has the same days has the same verdict. */
function countDecisions(store: Database, whole: Span): Rows<'decisions'> {
  return store
    .prepare<[Counts], Omit<CountedDecisions, 'suspensions'> & { suspensions: string }>(
      `SELECT date(acceptedAt, '+8 hours') AS acceptedOn, date(endedAt, '+8 hours') AS decidedOn,
         promisedDays, statutoryDays, suspensions, count(*) AS matters
       FROM SubCase
       WHERE endedAt >= @from AND endedAt < @until AND acceptedAt IS NOT NULL
         AND outcome IN ('approved', 'refused')
       GROUP BY 1, 2, 3, 4, 5`,
    )
    .all(whole)
    .map((row) => ({ ...row, suspensions: readSuspensions(row.suspensions) }));
}

function countObjections(store: Database, whole: Span, now: Date): Rows<'objections'> {
  const open = store.prepare<[string], { open: number; overdue: number | null }>(
    `SELECT count(*) AS open, sum(dueAt < ?) AS overdue FROM Objection WHERE state = 'open'`,
  );
  const ended = store
    .prepare<[Counts & { state: string }], number>(
      'SELECT count(*) FROM Objection WHERE state = @state AND id >= @fromId AND id < @untilId',
    )
    .pluck();
  const row = open.get(toStoredTime(now));
  const of = (state: string): number => ended.get({ ...whole, state }) ?? 0;
  return {
    ...{ open: row?.open ?? 0, overdue: row?.overdue ?? 0 },
    ...{ upheld: of('upheld'), rejected: of('rejected'), withdrawn: of('withdrawn') },
  };
}

function countSeals(store: Database, now: Date): Rows<'seals'> {
  const at = toStoredTime(now);
  const inForce = store
    .prepare<[string, string], number>(
      `SELECT count(*) FROM Seal WHERE state = 'valid' AND validFrom <= ? AND validUntil >= ?`,
    )
    .pluck();
  return {
    inForce: inForce.get(at, at) ?? 0,
    byState: store
      .prepare<[], { state: string; seals: number }>(
        'SELECT state, count(*) AS seals FROM Seal GROUP BY state',
      )
      .all(),
  };
}
