import { ServiceError } from '../../errors.ts';
import type {
  Case,
  CaseFilter,
  CaseRating,
  CaseStep,
  CaseStore,
  CaseSubmission,
  CaseVisibility,
} from '../cases.ts';
import type { PageRequest } from '../licences.ts';
import { CaseRows, type CaseIds } from './caseRows.ts';
import { MaterialRequestRows } from './materialRequestRows.ts';
import type { SqliteParts } from './parts.ts';
import {
  checkPage,
  isUniqueViolation,
  prepareInsert,
  statementCache,
  toPage,
  toStoredTime,
  toStoredTimeOrNull,
  type ColumnValue,
} from './rows.ts';

const MAX_FORMS = 50;

interface SubmissionRow {
  readonly id: string;
  readonly materialCode: string;
  readonly kind: CaseSubmission['kind'];
  readonly documentId: string;
  readonly submittedBy: string;
  readonly requestId: string | null;
  readonly at: string;
}

/** Cases on prepared statements. */
export function sqliteCases(parts: SqliteParts): CaseStore {
  const { database, writer } = parts;
  const rows = new CaseRows(parts);
  const submissions = submissionRows(parts);
  const requests = new MaterialRequestRows(database);
  const pages = statementCache(database);
  return {
    add: (opened, events) =>
      writer.write(() => {
        const person = rows.insert(opened);
        for (const event of events) rows.insertEvent(opened.id, event, person);
      }),
    find: async (id) => await Promise.resolve(rows.find(id)),
    findByQueryHash: async (queryHash) => await Promise.resolve(rows.findByQueryHash(queryHash)),
    list: async (visible, filter, page) => {
      checkPage(page);
      const ids = armsOf(visible).flatMap((arm) => {
        const { sql, values } = queryOf(arm, filter, page);
        return pages(sql).all(...values) as CaseIds[]; // the column selected
      });
      const newestFirst = [...new Set(ids.map(({ caseId }) => caseId))].sort().reverse();
      return await Promise.resolve(
        toPage(
          newestFirst,
          page.limit,
          (id) => id,
          (id) => rows.find(id) as Case, // its row was just read, and none is ever removed
        ),
      );
    },
    step: (caseId, steps) =>
      writer.write(() => {
        const person = rows.personOf(caseId);
        for (const step of steps) takeStep(rows, caseId, step, person);
      }),
    events: async (caseId) => await Promise.resolve(rows.events(caseId)),
    submit: (caseId, submission) =>
      writer.write(() => {
        submissions.insert(caseId, submission);
      }),
    submissions: async (caseId) => await Promise.resolve(submissions.list(caseId)),
    earlierForms: async (holderHash, codes) =>
      await Promise.resolve(codes.flatMap((code) => submissions.formsOf(holderHash, code))),
    addRequest: (request) =>
      writer.write(() => {
        requests.insert(request);
      }),
    findRequest: async (id) => await Promise.resolve(requests.find(id)),
    requests: async (caseId) => await Promise.resolve(requests.list(caseId)),
    decideRequest: ({ id, caseId }, { by, at, submission }) =>
      writer.write(() => {
        const state = submission === null ? 'declined' : 'confirmed';
        if (!requests.decide(id, { state, by, at })) {
          throw new ServiceError('MATERIAL_REQUEST_CONFLICT', `proposal ${id} is decided`);
        }
        if (submission !== null) submissions.insert(caseId, submission);
      }),
    ...ratings(parts, rows),
  };
}

function takeStep(
  rows: CaseRows,
  caseId: string,
  step: CaseStep,
  person: ReturnType<CaseRows['personOf']>,
): void {
  const { event } = step;
  if (!rows.update(caseId, step)) {
    throw new ServiceError(
      'CASE_STATE_CONFLICT',
      `matter ${event.matter} of case ${caseId} is no longer ${event.from}`,
    );
  }
  rows.insertEvent(caseId, event, person);
}

interface Arm {
  readonly condition: string;
  readonly values: readonly string[];
}

/** One query each, so that every one has its index. */
function armsOf(visible: CaseVisibility): readonly Arm[] {
  if (visible.isEverything) return [{ condition: '1', values: [] }];
  const arms: Arm[] = [];
  for (const one of visible.organisations) {
    arms.push({ condition: 's.organisation = ?', values: [one] });
  }
  for (const one of visible.departments) {
    arms.push({ condition: 's.department = ?', values: [one] });
  }
  if (visible.holderHash !== null) {
    arms.push({ condition: 'c.holderHash = ?', values: [visible.holderHash] });
  }
  for (const one of visible.grants) arms.push({ condition: 'c.grantId = ?', values: [one] });
  return arms;
}

function queryOf(
  arm: Arm,
  filter: CaseFilter,
  page: PageRequest,
): { readonly sql: string; readonly values: readonly ColumnValue[] } {
  const conditions = [arm.condition];
  const values: ColumnValue[] = [...arm.values];
  if (filter.state !== undefined) {
    conditions.push('s.state = ?');
    values.push(filter.state);
  }
  if (filter.matter !== undefined) {
    conditions.push('(s.matter = ? OR c.matter = ?)');
    values.push(filter.matter, filter.matter);
  }
  if (page.cursor !== undefined) {
    conditions.push('s.caseId < ?');
    values.push(page.cursor);
  }
  return {
    sql: `SELECT DISTINCT s.caseId FROM SubCase s JOIN ServiceCase c ON c.id = s.caseId
          WHERE ${conditions.join(' AND ')} ORDER BY s.caseId DESC LIMIT ?`,
    values: [...values, page.limit + 1],
  };
}

function submissionRows({ database }: SqliteParts): {
  insert(caseId: string, submission: CaseSubmission): void;
  list(caseId: string): readonly CaseSubmission[];
  formsOf(holderHash: string, materialCode: string): readonly CaseSubmission[];
} {
  const columns = [
    ...['id', 'caseId', 'materialCode', 'kind', 'documentId', 'submittedBy', 'requestId', 'at'],
  ];
  const insert = prepareInsert(database, 'CaseSubmission', columns);
  const names = columns.map((name) => `f."${name}"`).join(', ');
  const list = database.prepare<[string], SubmissionRow>(
    `SELECT ${names} FROM CaseSubmission f WHERE f.caseId = ? ORDER BY f.rowid`,
  );
  const forms = database.prepare<[string, string, number], SubmissionRow>(
    `SELECT ${names} FROM CaseSubmission f JOIN ServiceCase c ON c.id = f.caseId
     WHERE c.holderHash = ? AND f.materialCode = ? AND f.kind = 'signedForm'
     ORDER BY f.id DESC LIMIT ?`,
  );
  return {
    insert(caseId, submission) {
      insert.run({ ...submission, caseId, at: toStoredTime(submission.at) });
    },
    list: (caseId) => list.all(caseId).map(toSubmission),
    formsOf: (holderHash, code) => forms.all(holderHash, code, MAX_FORMS).map(toSubmission),
  };
}

function toSubmission(row: SubmissionRow): CaseSubmission {
  return {
    id: row.id,
    materialCode: row.materialCode,
    kind: row.kind,
    documentId: row.documentId,
    submittedBy: row.submittedBy,
    requestId: row.requestId,
    at: new Date(row.at),
  };
}

interface RatingRow {
  readonly level: number;
  readonly wordsSealed: Uint8Array | null;
  readonly at: string;
}

function ratings(
  { database, writer }: SqliteParts,
  rows: CaseRows,
): Pick<CaseStore, 'rate' | 'rating'> {
  const insert = prepareInsert(database, 'CaseRating', [
    ...['caseId', 'level', 'wordsSealed', 'ratedBy', 'at'],
  ]);
  const find = database.prepare<[string], RatingRow>(
    'SELECT level, wordsSealed, at FROM CaseRating WHERE caseId = ?',
  );
  return {
    rate: async (caseId, { level, reasons, note, at }, by) => {
      try {
        await writer.write(() => {
          const words = JSON.stringify({ reasons, note });
          const wordsSealed = rows.seal(caseId, 'CaseRating', words, rows.personOf(caseId));
          insert.run({
            ...{ caseId, level, wordsSealed, ratedBy: by },
            at: toStoredTimeOrNull(at),
          });
        });
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new ServiceError('CASE_ALREADY_RATED', `case ${caseId} is rated`);
      }
    },
    rating: async (caseId) => {
      const row = find.get(caseId);
      return await Promise.resolve(row === undefined ? null : toRating(rows, caseId, row));
    },
  };
}

function toRating(rows: CaseRows, caseId: string, row: RatingRow): CaseRating {
  const words = rows.open(caseId, 'CaseRating', row.wordsSealed);
  const { reasons, note } = (
    words === null ? { reasons: [], note: null } : JSON.parse(words)
  ) as Pick<CaseRating, 'reasons' | 'note'>; // as sealed above
  return { level: row.level, reasons, note, at: new Date(row.at) };
}
