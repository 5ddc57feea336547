import type { Database, Statement } from 'better-sqlite3';
import { openText, sealText, type FieldKeys, type SealedPlace } from '../fieldEncryption.ts';
import type {
  Case,
  CaseEvent,
  CaseMaterialDemand,
  CaseMatter,
  CaseStep,
  SubCase,
  Suspension,
} from '../cases.ts';
import type { Holder } from '../people.ts';
import type { DataKeys, PersonKey } from './dataKeys.ts';
import type { SqliteParts } from './parts.ts';
import { fromStoredTimeOrNull, prepareInsert, toStoredTime, toStoredTimeOrNull } from './rows.ts';

export interface CaseIds {
  readonly caseId: string;
}

interface CaseRow {
  readonly id: string;
  readonly queryHash: string;
  readonly querySealed: Uint8Array;
  readonly matter: string | null;
  readonly matterVersion: number | null;
  readonly matterName: string | null;
  readonly materials: string;
  readonly organisation: string;
  readonly window: string | null;
  readonly clerkId: string | null;
  readonly channel: Case['channel'];
  readonly holderHash: string | null;
  readonly personId: string | null;
  readonly peopleSealed: Uint8Array | null;
  readonly grantId: string | null;
  readonly openedBy: string;
  readonly openedAt: string;
}

interface SubCaseRow {
  readonly caseId: string;
  readonly matter: string;
  readonly place: number;
  readonly matterVersion: number;
  readonly matterName: string;
  readonly organisation: string;
  readonly department: string | null;
  readonly state: SubCase['state'];
  readonly outcome: SubCase['outcome'];
  readonly resumesAs: SubCase['resumesAs'];
  readonly promisedDays: number | null;
  readonly statutoryDays: number | null;
  readonly acceptedAt: string | null;
  readonly endedAt: string | null;
  readonly suspensions: string;
}

interface EventRow {
  readonly id: string;
  readonly caseId: string;
  readonly matter: string;
  readonly action: string;
  readonly fromState: CaseEvent['from'];
  readonly toState: CaseEvent['to'];
  readonly outcome: CaseEvent['outcome'];
  readonly at: string;
  readonly actorId: string;
  readonly reasonSealed: Uint8Array | null;
}

const CASE_COLUMNS: Readonly<Record<keyof CaseRow, true>> = {
  id: true,
  queryHash: true,
  querySealed: true,
  matter: true,
  matterVersion: true,
  matterName: true,
  materials: true,
  organisation: true,
  window: true,
  clerkId: true,
  channel: true,
  holderHash: true,
  personId: true,
  peopleSealed: true,
  grantId: true,
  openedBy: true,
  openedAt: true,
};
const SUB_CASE_COLUMNS: Readonly<Record<keyof SubCaseRow, true>> = {
  caseId: true,
  matter: true,
  place: true,
  matterVersion: true,
  matterName: true,
  organisation: true,
  department: true,
  state: true,
  outcome: true,
  resumesAs: true,
  promisedDays: true,
  statutoryDays: true,
  acceptedAt: true,
  endedAt: true,
  suspensions: true,
};
const EVENT_COLUMNS: Readonly<Record<keyof EventRow, true>> = {
  id: true,
  caseId: true,
  matter: true,
  action: true,
  fromState: true,
  toState: true,
  outcome: true,
  at: true,
  actorId: true,
  reasonSealed: true,
};

const namesOf = (columns: object): string =>
  Object.keys(columns)
    .map((name) => `"${name}"`)
    .join(', ');

/** Rows of cases, their matters and events. What names or concerns the holder is sealed under their data key. */
export class CaseRows {
  readonly #keys: FieldKeys;
  readonly #dataKeys: DataKeys;
  readonly #insertCase: ReturnType<typeof prepareInsert>;
  readonly #insertSubCase: ReturnType<typeof prepareInsert>;
  readonly #insertEvent: ReturnType<typeof prepareInsert>;
  readonly #find: Statement<[string], CaseRow>;
  readonly #findByQuery: Statement<[string], CaseRow>;
  readonly #person: Statement<[string], Pick<CaseRow, 'personId' | 'holderHash'>>;
  readonly #subCases: Statement<[string], SubCaseRow>;
  readonly #events: Statement<[string], EventRow>;
  readonly #update: Statement<(string | null)[]>;

  constructor({ database, keys, dataKeys }: SqliteParts) {
    this.#keys = keys;
    this.#dataKeys = dataKeys;
    this.#insertCase = prepareInsert(database, 'ServiceCase', Object.keys(CASE_COLUMNS));
    this.#insertSubCase = prepareInsert(database, 'SubCase', Object.keys(SUB_CASE_COLUMNS));
    this.#insertEvent = prepareInsert(database, 'CaseEvent', Object.keys(EVENT_COLUMNS));
    const select = `SELECT ${namesOf(CASE_COLUMNS)} FROM ServiceCase WHERE`;
    this.#find = database.prepare(`${select} id = ?`);
    this.#findByQuery = database.prepare(`${select} queryHash = ?`);
    this.#person = database.prepare('SELECT personId, holderHash FROM ServiceCase WHERE id = ?');
    this.#subCases = prepareList(database, 'SubCase', SUB_CASE_COLUMNS, 'place');
    this.#events = prepareList(database, 'CaseEvent', EVENT_COLUMNS, 'rowid');
    this.#update = database.prepare(
      `UPDATE SubCase SET state = ?, outcome = ?, resumesAs = ?, acceptedAt = ?, endedAt = ?, suspensions = ?
       WHERE caseId = ? AND matter = ? AND state = ?`,
    );
  }

  /** Call within a write. @returns whose key seals what is personal in it. */
  insert(opened: Case): PersonKey | null {
    const { bundle, holderHash, holder, representedBy } = opened;
    const person =
      holderHash === null ? null : this.#dataKeys.ensureByHash(holderHash, opened.openedAt);
    const people = JSON.stringify({ holder, representedBy });
    this.#insertCase.run({
      id: opened.id,
      queryHash: this.#keys.keyedHash('of/caseQuery', opened.queryCode),
      querySealed: sealText(this.#keys.serviceKey('case'), queryPlace(opened.id), opened.queryCode),
      matter: bundle?.code ?? null,
      matterVersion: bundle?.version ?? null,
      matterName: bundle?.name ?? null,
      materials: JSON.stringify(opened.materials),
      organisation: opened.organisation,
      window: opened.window,
      clerkId: opened.clerkId,
      channel: opened.channel,
      holderHash,
      personId: person?.personId ?? null,
      peopleSealed: this.seal(opened.id, 'ServiceCase', people, person),
      grantId: opened.grantId,
      openedBy: opened.openedBy,
      openedAt: toStoredTime(opened.openedAt),
    });
    opened.subCases.forEach((one, place) => {
      this.#insertSubCase.run(toSubCaseRow(opened, one, place));
    });
    return person;
  }

  /** Call within a write. */
  insertEvent(caseId: string, event: CaseEvent, person: PersonKey | null): void {
    const { id, matter, action, from, to, outcome, at, actorId, reason } = event;
    this.#insertEvent.run({
      ...{ id, caseId, matter, action, fromState: from, toState: to, outcome, actorId },
      at: toStoredTime(at),
      reasonSealed: reason === null ? null : this.seal(caseId, `CaseEvent/${id}`, reason, person),
    });
  }

  /** Call within a write. @returns false if the matter is not in the state that the step begins with. */
  update(caseId: string, { event, ...step }: CaseStep): boolean {
    const { changes } = this.#update.run(
      ...[event.to, event.outcome, step.resumesAs, toStoredTimeOrNull(step.acceptedAt)],
      ...[toStoredTimeOrNull(step.endedAt), JSON.stringify(step.suspensions)],
      ...[caseId, event.matter, event.from],
    );
    return changes === 1;
  }

  find(id: string): Case | null {
    const row = this.#find.get(id);
    return row === undefined ? null : this.#toCase(row);
  }

  findByQueryHash(queryHash: string): Case | null {
    const row = this.#findByQuery.get(queryHash);
    return row === undefined ? null : this.#toCase(row);
  }

  /** Null when the holder was erased. */
  personOf(caseId: string): PersonKey | null {
    const holderHash = this.#person.get(caseId)?.holderHash ?? null;
    return holderHash === null ? null : this.#dataKeys.findByHash(holderHash);
  }

  events(caseId: string): readonly CaseEvent[] {
    return this.#events.all(caseId).map((row) => ({
      id: row.id,
      matter: row.matter,
      action: row.action,
      from: row.fromState,
      to: row.toState,
      outcome: row.outcome,
      at: new Date(row.at),
      actorId: row.actorId,
      reason: this.open(caseId, `CaseEvent/${row.id}`, row.reasonSealed),
    }));
  }

  /** Seals text of a case under its holder's key; null where the holder has none any more: then it is not kept. */
  seal(caseId: string, what: string, text: string, person: PersonKey | null): Uint8Array | null {
    return person === null ? null : sealText(person.key, textPlace(caseId, what), text);
  }

  /** Null when nothing was sealed or its holder was erased. */
  open(caseId: string, what: string, sealed: Uint8Array | null): string | null {
    const personId = this.#person.get(caseId)?.personId ?? null;
    const key = personId === null ? null : this.#dataKeys.find(personId);
    return sealed === null || key === null ? null : openText(key, textPlace(caseId, what), sealed);
  }

  #toCase(row: CaseRow): Case {
    const { id } = row;
    const people = this.open(id, 'ServiceCase', row.peopleSealed);
    const { holder, representedBy } = (
      people === null ? { holder: null, representedBy: null } : JSON.parse(people)
    ) as { holder: Holder | null; representedBy: Holder | null }; // as sealed above
    return {
      id,
      queryCode: openText(this.#keys.serviceKey('case'), queryPlace(id), row.querySealed),
      bundle: bundleOf(row),
      subCases: this.#subCases.all(id).map(toSubCase),
      materials: JSON.parse(row.materials) as CaseMaterialDemand[], // as written above
      organisation: row.organisation,
      window: row.window,
      clerkId: row.clerkId,
      channel: row.channel,
      holderHash: row.holderHash,
      ...{ holder, representedBy },
      grantId: row.grantId,
      openedBy: row.openedBy,
      openedAt: new Date(row.openedAt),
    };
  }
}

function bundleOf({ matter, matterVersion, matterName }: CaseRow): CaseMatter | null {
  return matter === null || matterVersion === null || matterName === null
    ? null
    : { code: matter, version: matterVersion, name: matterName };
}

function prepareList<R>(
  database: Database,
  table: string,
  columns: object,
  order: string,
): Statement<[string], R> {
  return database.prepare(
    `SELECT ${namesOf(columns)} FROM ${table} WHERE caseId = ? ORDER BY ${order}`,
  );
}

function toSubCaseRow(
  { id, organisation }: Pick<Case, 'id' | 'organisation'>,
  one: SubCase,
  place: number,
): { readonly [K in keyof SubCaseRow]: SubCaseRow[K] } {
  return {
    ...{ caseId: id, place, organisation, department: one.department },
    ...{ matter: one.matter.code, matterVersion: one.matter.version, matterName: one.matter.name },
    ...{ state: one.state, outcome: one.outcome, resumesAs: one.resumesAs },
    ...{ promisedDays: one.promisedDays, statutoryDays: one.statutoryDays },
    acceptedAt: toStoredTimeOrNull(one.acceptedAt),
    endedAt: toStoredTimeOrNull(one.endedAt),
    suspensions: JSON.stringify(one.suspensions),
  };
}

function toSubCase(row: SubCaseRow): SubCase {
  return {
    matter: { code: row.matter, version: row.matterVersion, name: row.matterName },
    department: row.department,
    state: row.state,
    outcome: row.outcome,
    resumesAs: row.resumesAs,
    promisedDays: row.promisedDays,
    statutoryDays: row.statutoryDays,
    acceptedAt: fromStoredTimeOrNull(row.acceptedAt),
    endedAt: fromStoredTimeOrNull(row.endedAt),
    suspensions: readSuspensions(row.suspensions),
  };
}

export function readSuspensions(text: string): readonly Suspension[] {
  const kept = JSON.parse(text) as readonly { from: string; until: string | null }[]; // as written above
  return kept.map(({ from, until }) => ({
    from: new Date(from),
    until: until === null ? null : new Date(until),
  }));
}

function queryPlace(id: string): SealedPlace {
  return { table: 'ServiceCase', column: 'querySealed', id };
}

function textPlace(caseId: string, what: string): SealedPlace {
  return { table: what, column: 'sealed', id: caseId };
}
