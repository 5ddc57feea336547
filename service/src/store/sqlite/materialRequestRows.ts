import type { Database, Statement } from 'better-sqlite3';
import type { MaterialRequest, MaterialRequestState } from '../cases.ts';
import { fromStoredTimeOrNull, prepareInsert, toStoredTime, toStoredTimeOrNull } from './rows.ts';

interface RequestRow {
  readonly id: string;
  readonly caseId: string;
  readonly materialCode: string;
  readonly materialId: string;
  readonly state: MaterialRequestState;
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
}

const COLUMNS: Readonly<Record<keyof RequestRow, true>> = {
  id: true,
  caseId: true,
  materialCode: true,
  materialId: true,
  state: true,
  proposedBy: true,
  proposedAt: true,
  decidedBy: true,
  decidedAt: true,
};

/** Rows of proposals to take an earlier material again. */
export class MaterialRequestRows {
  readonly #insert: ReturnType<typeof prepareInsert>;
  readonly #find: Statement<[string], RequestRow>;
  readonly #list: Statement<[string], RequestRow>;
  readonly #decide: Statement<[string, string, string, string]>;

  constructor(database: Database) {
    const names = Object.keys(COLUMNS).join(', ');
    this.#insert = prepareInsert(database, 'MaterialRequest', Object.keys(COLUMNS));
    this.#find = database.prepare(`SELECT ${names} FROM MaterialRequest WHERE id = ?`);
    this.#list = database.prepare(
      `SELECT ${names} FROM MaterialRequest WHERE caseId = ? ORDER BY id DESC`,
    );
    this.#decide = database.prepare(
      `UPDATE MaterialRequest SET state = ?, decidedBy = ?, decidedAt = ?
       WHERE id = ? AND state = 'proposed'`,
    );
  }

  /** Call within a write. */
  insert(request: MaterialRequest): void {
    this.#insert.run({
      ...request,
      proposedAt: toStoredTime(request.proposedAt),
      decidedAt: toStoredTimeOrNull(request.decidedAt),
    });
  }

  /** Call within a write. @returns false if it was decided before. */
  decide(
    id: string,
    { state, by, at }: Readonly<{ state: MaterialRequestState; by: string; at: Date }>,
  ): boolean {
    return this.#decide.run(state, by, toStoredTime(at), id).changes === 1;
  }

  find(id: string): MaterialRequest | null {
    const row = this.#find.get(id);
    return row === undefined ? null : toRequest(row);
  }

  list(caseId: string): readonly MaterialRequest[] {
    return this.#list.all(caseId).map(toRequest);
  }
}

function toRequest(row: RequestRow): MaterialRequest {
  return {
    id: row.id,
    caseId: row.caseId,
    materialCode: row.materialCode,
    materialId: row.materialId,
    state: row.state,
    proposedBy: row.proposedBy,
    proposedAt: new Date(row.proposedAt),
    decidedBy: row.decidedBy,
    decidedAt: fromStoredTimeOrNull(row.decidedAt),
  };
}
