import type { Reliance, RelianceQuery, RelianceStore } from '../reliance.ts';
import type { ReceiptLicence } from '../receipts.ts';
import type { SqliteParts } from './parts.ts';
import { toStoredTime } from './rows.ts';
import { idFloor } from './usageQuery.ts';

/** How far a record's id may be from its `at`. */
const ID_SLACK_MS = 60_000;

interface UseGroup {
  readonly window: string | null;
  readonly organisation: string | null;
  /** Account id of another system. */
  readonly system: string | null;
  /** JSON of that account's roles. */
  readonly systemRoles: string | null;
  readonly uses: number;
  readonly lastAt: string;
}

interface CaseRow {
  readonly caseId: string;
  readonly at: string;
  /** JSON. */
  readonly licences: string;
  readonly isOpen: number;
}

/** Counts by the indexes of a licence's uses and of a holder's receipts. */
export function sqliteReliance({ database }: Pick<SqliteParts, 'database'>): RelianceStore {
  const groups = database.prepare<[string, string, string], UseGroup>(
    `SELECT u."window", w.organisation, a.id AS system, a.roles AS systemRoles, count(*) AS uses, max(u.at) AS lastAt
     FROM UsageRecord u LEFT JOIN "Window" w ON w.code = u."window"
       LEFT JOIN Account a ON u.channel = 'api' AND a.id = u.clerk
     WHERE u.licence = ? AND u.id >= ? AND u.at >= ? AND +u.outcome = 'answered' AND +u.indication = 'TOTAL-PASSED'
     GROUP BY u."window", a.id`,
  );
  const cases = database.prepare<[string], CaseRow>(
    `SELECT r.caseId, r.at, r.licences,
       EXISTS (SELECT 1 FROM SubCase s WHERE s.caseId = r.caseId AND s.endedAt IS NULL) AS isOpen
     FROM Receipt r WHERE r.holderHash = ? AND r.caseId IS NOT NULL`,
  );
  return {
    async count(query) {
      const { identifier, holderHash, since } = query;
      const floor = idFloor(since, -ID_SLACK_MS);
      const found = groups.all(identifier, floor, toStoredTime(since));
      const receipts = holderHash === null ? [] : cases.all(holderHash);
      return await Promise.resolve({ ...ofUses(found), ...ofCases(receipts, query) });
    },
  };
}

function ofUses(groups: readonly UseGroup[]): Omit<Reliance, 'cases' | 'openCases'> {
  const last = groups.map(({ lastAt }) => lastAt).reduce((a, b) => (a > b ? a : b), '');
  return {
    uses: groups.reduce((sum, { uses }) => sum + uses, 0),
    windows: countOf(groups.map(({ window }) => window)),
    organisations: countOf(groups.flatMap((one) => [one.organisation, organisationOf(one)])),
    systems: countOf(groups.map(({ system }) => system)),
    lastUsedAt: last === '' ? null : new Date(last),
  };
}

/** Of a system's account: it has one role. */
function organisationOf({ systemRoles }: UseGroup): string | null {
  if (systemRoles === null) return null;
  const roles = JSON.parse(systemRoles) as readonly { readonly organisation: string | null }[]; // written by us
  return roles[0]?.organisation ?? null;
}

function ofCases(
  rows: readonly CaseRow[],
  { identifier, since }: RelianceQuery,
): Pick<Reliance, 'cases' | 'openCases'> {
  const showing = rows.filter(({ licences }) =>
    (JSON.parse(licences) as readonly ReceiptLicence[]).some(
      (one) => one.identifier === identifier && one.indication === 'TOTAL-PASSED',
    ),
  );
  const from = toStoredTime(since);
  return {
    cases: countOf(showing.map(({ at, caseId }) => (at < from ? null : caseId))),
    openCases: countOf(showing.map(({ isOpen, caseId }) => (isOpen === 0 ? null : caseId))),
  };
}

function countOf(values: readonly (string | null)[]): number {
  return new Set(values.filter((value) => value !== null)).size;
}
