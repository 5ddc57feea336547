/** The runs of the bench, each giving lines of the table. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { API, licenceRequests, licenceTable, type City } from './city.ts';
import { runLoadJob } from './loadProcess.ts';
import type { LoadJob, LoadResult, RequestItem } from './loadWorker.ts';
import { HOST, type ServiceProcess } from './serviceProcess.ts';
import type { Summary } from './statistics.ts';
import { isMet, type Goal, type Row } from './table.ts';
import {
  bareKoa,
  es256Verifications,
  sm2Signatures,
  sm2Verifications,
  unsignedPdfs,
} from './yardsticks.ts';

export interface BenchParts {
  readonly service: ServiceProcess;
  readonly city: City;
  /** For files to upload. */
  readonly folder: string;
  /** Seconds of each measured run. */
  readonly seconds: number;
  /** Told what goes on. */
  readonly progress: (text: string) => void;
}

/** A line with the verdict on its goal. */
export type JudgedRow = Row & { readonly met: boolean | null };

const ISSUE_CALLERS = 32;
const VERIFY_CALLERS = 64;
export const UPLOAD_CALLERS = 16;
export const UPLOADED_FILES = 200;
/** More than any run can use up. */
const MOST_ISSUES_A_SECOND = 1500;
export const PASSED = { status: 200, text: '"indication":"TOTAL-PASSED"' };

/** Runs a job and says how much processor time the service used for one answer. */
export async function runMeasured(
  { service }: BenchParts,
  job: LoadJob,
): Promise<LoadResult & { readonly cpuNotes: readonly string[] }> {
  const before = service.cpuMs();
  const result = await runLoadJob(job);
  const after = service.cpuMs();
  if (before === null || after === null || result.answers === 0) return { ...result, cpuNotes: [] };
  const each = (after - before) / result.answers;
  return { ...result, cpuNotes: [`${each.toFixed(2)} ms of the service's processor time each`] };
}

/** Issues licences and gives their identifiers back beside the line. */
export async function benchIssue(
  parts: BenchParts,
  order: Readonly<{
    what: string;
    formats: readonly ('ofd' | 'pdf')[];
    goal: Goal | null;
    first: number;
  }>,
): Promise<{ readonly row: JudgedRow; readonly identifiers: readonly string[] }> {
  parts.progress(order.what);
  await parts.city.useFormats(order.formats);
  const count = MOST_ISSUES_A_SECOND * (parts.seconds + 2);
  const { summary, collected, cpuNotes } = await issue(parts, {
    texts: licenceRequests(parts.city, order.first, count),
    warmUpSeconds: 2,
    seconds: parts.seconds,
  });
  const yardsticks = order.formats.includes('pdf')
    ? [{ what: 'the same PDF unsigned', perSecond: unsignedPdfs(parts.city) }]
    : [{ what: 'SM2 signatures', perSecond: sm2Signatures() }];
  const notes = [...cpuNotes, ...faultNotes(summary)];
  const { what, goal } = order;
  const row = { what, goal, perSecond: summary.perSecond, summary, yardsticks, notes };
  return { row: { ...row, met: isMet(row) }, identifiers: collected };
}

/** Issues until there are as many licences. @returns the new identifiers. */
export async function issueSubjects(
  parts: BenchParts,
  count: number,
  first: number,
): Promise<readonly string[]> {
  if (count <= 0) return [];
  parts.progress(`issuing ${count} more licences to verify`);
  await parts.city.useFormats(['ofd']);
  const { summary, collected } = await issue(parts, {
    texts: licenceRequests(parts.city, first, count),
    warmUpSeconds: 0,
    seconds: 600,
  });
  if (summary.errors > 0) throw new Error(`issuing failed: ${summary.firstError ?? ''}`);
  return collected;
}

async function issue(
  parts: BenchParts,
  run: Readonly<{ texts: readonly string[]; warmUpSeconds: number; seconds: number }>,
): ReturnType<typeof runMeasured> {
  const { service, city } = parts;
  const { texts, ...times } = run;
  return await runMeasured(parts, {
    order: {
      ...{ host: HOST, port: service.port, connections: ISSUE_CALLERS, ...times },
      ...{ perSecond: null, isOnce: true, expect: { status: 201, text: '"state":"issued"' } },
    },
    requests: {
      method: 'POST',
      headers: city.makerHeaders,
      items: texts.map((text) => ({ path: `${API}/licences`, text })),
    },
    collect: 'identifier',
  });
}

/** The texts of licences' document codes. */
export async function readCodes(
  { service, city, progress }: BenchParts,
  identifiers: readonly string[],
): Promise<readonly string[]> {
  progress(`reading ${identifiers.length} codes`);
  const { summary, collected } = await runLoadJob({
    order: {
      ...{ host: HOST, port: service.port, connections: VERIFY_CALLERS, warmUpSeconds: 0 },
      ...{ seconds: 300, perSecond: null, isOnce: true, expect: { status: 200, text: 'YX1.' } },
    },
    requests: {
      method: 'GET',
      headers: { authorization: city.makerHeaders['authorization'] ?? '' },
      items: identifiers.map((one) => ({ path: `${API}/licences/${one}/qr?format=text` })),
    },
    collect: 'text',
  });
  if (summary.errors > 0) throw new Error(`reading codes failed: ${summary.firstError ?? ''}`);
  return collected;
}

/** Verifies codes as fast as it goes, then at 70 % of that; one licence is revoked meanwhile. */
export async function benchVerifyCodes(
  parts: BenchParts,
  codes: readonly string[],
  toRevoke: Readonly<{ identifier: string; code: string }>,
): Promise<readonly JudgedRow[]> {
  parts.progress(`verify document codes (${codes.length} subjects)`);
  const items = codes.map((code) => ({
    path: `${API}/verifications`,
    text: JSON.stringify({ code }),
  }));
  const [{ summary: fastest, cpuNotes }, revocation] = await Promise.all([
    verify(parts, items, null),
    revokeMeanwhile(parts, toRevoke),
  ]);
  const koa = await bareKoa(VERIFY_CALLERS);
  const es256 = es256Verifications();
  const { summary: steady } = await verify(parts, items, fastest.perSecond * 0.7);
  const subjects = `${codes.length.toLocaleString('en')} subjects, ${VERIFY_CALLERS} connections`;
  const most = {
    what: 'verify a document code over HTTP',
    goal: { perSecond: 2000 },
    perSecond: fastest.perSecond,
    summary: fastest,
    yardsticks: [
      { what: 'bare Koa', perSecond: koa },
      { what: 'ES256 verifications', perSecond: es256 },
    ],
    notes: [subjects, revocation, ...cpuNotes, ...faultNotes(fastest)],
  };
  const calm = {
    what: 'the same at 70 % of the maximum',
    goal: { p99Ms: 50 },
    perSecond: steady.perSecond,
    summary: steady,
    yardsticks: [],
    notes: faultNotes(steady),
  };
  return [most, calm].map((row) => ({ ...row, met: isMet(row) }));
}

async function verify(
  parts: BenchParts,
  items: readonly RequestItem[],
  perSecond: number | null,
): ReturnType<typeof runMeasured> {
  const { service, seconds } = parts;
  return await runMeasured(parts, {
    order: {
      ...{ host: HOST, port: service.port, connections: VERIFY_CALLERS },
      ...{ warmUpSeconds: 2, seconds, perSecond, isOnce: false, expect: PASSED },
    },
    requests: { method: 'POST', headers: { 'content-type': 'application/json' }, items },
    collect: null,
  });
}

/** @throws Error unless the answer before the revocation passes and the very next one after it fails for that reason. */
async function revokeMeanwhile(
  { city, seconds }: BenchParts,
  { identifier, code }: Readonly<{ identifier: string; code: string }>,
): Promise<string> {
  await sleep((2 + seconds / 2) * 1000);
  const before = await city.call('POST', '/verifications', { code });
  const revoked = await city.call('POST', `/licences/${identifier}/revoke`, { reason: 'fraud' });
  const after = await city.call('POST', '/verifications', { code });
  const [first, second] = [before, after].map(
    ({ json }) => json as { readonly indication?: string; readonly subIndication?: string },
  );
  if (
    first?.indication !== 'TOTAL-PASSED' ||
    revoked.status !== 200 ||
    second?.subIndication !== 'LICENCE_REVOKED'
  ) {
    throw new Error(`a revocation did not show: ${JSON.stringify([before, revoked, after])}`);
  }
  return 'a revocation during the run showed in the very next answer';
}

/** Verifies uploaded files of ours. */
export async function benchVerifyFiles(
  parts: BenchParts,
  format: 'ofd' | 'pdf',
  identifiers: readonly string[],
): Promise<JudgedRow> {
  const what = `verify an uploaded ${format.toUpperCase()}`;
  const files = await download(parts, format, identifiers.slice(0, UPLOADED_FILES));
  const goal = { perSecond: format === 'ofd' ? 400 : 300 };
  return await verifyFiles(parts, { what, format, files, goal });
}

/** Uploads files again and again; each must pass. */
export async function verifyFiles(
  parts: BenchParts,
  order: Readonly<{
    what: string;
    format: 'ofd' | 'pdf';
    files: readonly string[];
    goal: Goal | null;
  }>,
): Promise<JudgedRow> {
  const { what, format, files, goal } = order;
  parts.progress(what);
  const { summary, cpuNotes } = await runMeasured(parts, {
    order: {
      ...{ host: HOST, port: parts.service.port, connections: UPLOAD_CALLERS },
      ...{ warmUpSeconds: 2, seconds: parts.seconds, perSecond: null, isOnce: false },
      expect: PASSED,
    },
    requests: {
      method: 'POST',
      headers: {},
      items: files.map((file) => ({ path: `${API}/verifications`, file })),
    },
    collect: null,
  });
  const yardstick =
    format === 'ofd'
      ? { what: 'SM2 verifications', perSecond: sm2Verifications() }
      : { what: 'ES256 verifications', perSecond: es256Verifications() };
  const row = {
    ...{ what, goal, summary, perSecond: summary.perSecond },
    yardsticks: [yardstick],
    notes: [
      `${files.length} files, ${UPLOAD_CALLERS} connections`,
      ...cpuNotes,
      ...faultNotes(summary),
    ],
  };
  return { ...row, met: isMet(row) };
}

async function download(
  { service, city, folder }: BenchParts,
  format: 'ofd' | 'pdf',
  identifiers: readonly string[],
): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true });
  return await Promise.all(
    identifiers.map(async (identifier, index) => {
      const path = `${API}/licences/${identifier}/document?format=${format}`;
      const answer = await fetch(`http://${HOST}:${service.port}${path}`, {
        headers: city.makerHeaders,
      });
      if (!answer.ok) throw new Error(`no ${format}: ${answer.status}`);
      const file = join(folder, `${index}.${format}`);
      writeFileSync(file, new Uint8Array(await answer.arrayBuffer()));
      return file;
    }),
  );
}

/** Imports a table of stock licences. */
export async function benchImport(parts: BenchParts, rows: number): Promise<JudgedRow> {
  parts.progress(`import ${rows} rows`);
  const { service, city } = parts;
  await city.useFormats(['ofd']);
  const form = new FormData();
  form.append('typeCode', city.typeCode);
  form.append('file', new Blob([new Uint8Array(licenceTable(city, rows))]), 'bench.csv');
  const idleMiB = service.residentMiB();
  const begun = performance.now();
  const answer = await fetch(`http://${HOST}:${service.port}${API}/imports`, {
    method: 'POST',
    headers: { authorization: city.makerHeaders['authorization'] ?? '' },
    body: form,
  });
  const { id } = (await answer.json()) as { readonly id?: string };
  if (id === undefined) throw new Error(`the import was not taken: ${answer.status}`);
  const { issued, residentMiB } = await waitForImport(parts, id);
  const row = {
    what: 'import stock licences, with OFD',
    goal: { perSecond: 400, maxMiB: 400 },
    perSecond: (issued * 1000) / (performance.now() - begun),
    summary: null,
    yardsticks: [],
    notes: [
      `${issued.toLocaleString('en')} of ${rows.toLocaleString('en')} rows issued`,
      residentMiB === null || idleMiB === null
        ? 'memory is not known on this system'
        : `${Math.round(idleMiB)} MiB resident before, at most ${Math.round(residentMiB)} MiB`,
    ],
  };
  return { ...row, met: issued === rows && isMet(row, residentMiB) };
}

async function waitForImport(
  { service, city }: BenchParts,
  id: string,
): Promise<{ readonly issued: number; readonly residentMiB: number | null }> {
  let most: number | null = null;
  for (;;) {
    await sleep(100);
    const resident = service.residentMiB();
    if (resident !== null) most = Math.max(most ?? 0, resident);
    const { json } = await city.call('GET', `/imports/${id}`);
    const { state, counts } = json as {
      readonly state: string;
      readonly counts: { readonly issued: number };
    };
    if (state !== 'running') return { issued: counts.issued, residentMiB: most };
  }
}

export function faultNotes({ firstError }: Summary): readonly string[] {
  return firstError === null ? [] : [`first error: ${firstError}`];
}
