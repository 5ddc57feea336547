import { hash } from 'node:crypto';
import { workCalendar } from '../cases/calendar.ts';
import { listCertificates } from '../certificates/listCertificates.ts';
import type { CertificateParts } from '../certificates/parts.ts';
import type { Clock } from '../clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { parseCertificate } from '../pki/certificate.ts';
import type { AlarmFacts } from '../store/alarmFacts.ts';
import type { FigureDays } from '../store/figures.ts';
import type { SpokenLimits, Store } from '../store/store.ts';
import type { TrustListKeeper } from '../trust/trustList.ts';
import { useDetailsOf } from '../usage/recordUse.ts';
import { DAY_MS, SEVERITIES, THRESHOLDS, type Facts, type Finding } from './alarmRules.ts';
import { figureDays, type AskedDays } from './figureDays.ts';
import { ALARM_RULES } from './ruleTable.ts';

export interface AlarmParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'figures' | 'usage' | 'meta' | 'accounts' | 'windows'>;
  readonly ledger: Pick<Ledger, 'batch'>;
  readonly certificates: Pick<CertificateParts, 'clock' | 'store' | 'pki'>;
  readonly trustList: TrustListKeeper;
  readonly codeLock: SpokenLimits;
}

export interface Alarm extends Finding {
  /** The same for the same finding, however often it is asked for. */
  readonly id: string;
  readonly rule: string;
  /** Of the subject, for people; null: it has none but its id. */
  readonly name: string | null;
}

export interface Alarms {
  readonly days: FigureDays;
  /** The gravest first, then the newest; at most 200. */
  readonly alarms: readonly Alarm[];
  /** How many there are in all. */
  readonly found: number;
}

const BOUNDS = { usual: 7, most: 31 };
const MAX_ALARMS = 200;
/** Checks by function whose bases are compared. */
const MAX_CHECKS = 1000;
const PAGE = 200;

/**
 * Asks every rule about what happened on some days, and about what is due now.
 *
 * @throws ServiceError `REQUEST_MALFORMED`, `STORE_UNAVAILABLE`, `LEDGER_UNAVAILABLE`.
 */
export async function readAlarms(parts: AlarmParts, asked: AskedDays): Promise<Alarms> {
  const now = parts.clock.now();
  const days = figureDays(asked, now, BOUNDS);
  const facts = await readFacts(parts, days);
  const all = ALARM_RULES.flatMap(({ name, find }) =>
    find(facts).map((finding) => ({ ...finding, rule: name, id: idOf(name, finding) })),
  ).toSorted(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      b.at.getTime() - a.at.getTime(),
  );
  const shown = await Promise.all(
    all.slice(0, MAX_ALARMS).map(async (one) => ({ ...one, name: await nameOf(parts, one) })),
  );
  return { days, alarms: shown, found: all.length };
}

function idOf(rule: string, { subject, at }: Finding): string {
  return hash('sha256', `${rule}\0${subject.kind}\0${subject.id}\0${at.toISOString()}`).slice(
    0,
    24,
  );
}

/** People are staff: what holders are called is not looked up. */
async function nameOf({ store }: AlarmParts, { subject }: Finding): Promise<string | null> {
  const { kind, id } = subject;
  if (kind === 'window') return (await store.windows.find(id))?.name ?? id;
  if (kind !== 'clerk' && kind !== 'person') return null;
  return (await store.accounts.find(id))?.displayName ?? id;
}

async function readFacts(parts: AlarmParts, days: FigureDays): Promise<Facts> {
  const { now } = days;
  const endsBefore = new Date(now.getTime() + THRESHOLDS.endingDays * DAY_MS);
  const dueBefore = new Date(now.getTime() + THRESHOLDS.objectionDays * DAY_MS);
  const [counted, calendar, certificates, anchors, checks] = await Promise.all([
    parts.store.figures.alarmFacts({ ...days, endsBefore, dueBefore }),
    workCalendar(parts),
    endingCertificates(parts, endsBefore),
    endingAnchors(parts, endsBefore),
    readChecks(parts, days),
  ]);
  const { burst, burstMs, day } = parts.codeLock;
  return {
    ...counted,
    ...{ now, calendar, certificates, anchors, codeLock: { burst, burstMs, day } },
    lostRoots: await lostRoots(parts, counted),
    ...checks,
  };
}

async function endingCertificates(
  { certificates }: AlarmParts,
  before: Date,
): Promise<Facts['certificates']> {
  const all = await listCertificates(certificates);
  return all.filter(({ state, notAfter }) => state === 'valid' && notAfter < before);
}

async function endingAnchors({ trustList }: AlarmParts, before: Date): Promise<Facts['anchors']> {
  await trustList.refresh();
  return trustList.list.entries
    .filter(({ state }) => state === 'trusted')
    .map(({ fingerprint, name, certificate }) => {
      const { notAfter } = parseCertificate(Buffer.from(certificate, 'base64'));
      return { fingerprint, name, notAfter };
    })
    .filter(({ notAfter }) => notAfter < before);
}

async function lostRoots(
  { ledger }: AlarmParts,
  { roots }: AlarmFacts,
): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const root of new Set(roots)) {
    if ((await ledger.batch(root)) === null) lost.push(root);
  }
  return lost;
}

/** Bases are sealed: the newest checks are opened, so many and no more. */
async function readChecks(
  { store }: AlarmParts,
  { days, until }: FigureDays,
): Promise<Pick<Facts, 'rareBases' | 'functionChecks'>> {
  const filter = { kind: 'disclosure', from: days[0]?.start ?? until, until } as const;
  const byBasis = new Map<string, { use: string; at: Date; uses: number }>();
  let cursor: string | null = null;
  let read = 0;
  let checks = 0;
  do {
    const page = { limit: PAGE, ...(cursor === null ? {} : { cursor }) };
    const { items, nextCursor } = await store.usage.list(filter, page);
    for (const { id, at, record } of items) {
      const { legalBasis } = useDetailsOf(record);
      if (legalBasis === undefined) continue;
      checks += 1;
      byBasis.set(legalBasis, { use: id, at, uses: (byBasis.get(legalBasis)?.uses ?? 0) + 1 });
    }
    read += items.length;
    cursor = nextCursor;
  } while (cursor !== null && read < MAX_CHECKS);
  const rareBases = [...byBasis.values()].filter(({ uses }) => uses === 1);
  return { rareBases, functionChecks: checks };
}
