/** An auditor takes uses away as evidence, and somebody else verifies the file with nothing but the roots. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseAuditExport } from '../../../service/src/credentials/auditExport.ts';
import type { SetRecord } from '../../../service/src/ledger/proofFormat.ts';
import { verifyUsageSet } from '../../../service/src/ledger/verifyUsageSet.ts';
import { detectEvidence } from '../../../service/src/verification/detectEvidence.ts';
import { inspectEvidence } from '../../../service/src/offline/inspectEvidence.ts';
import { verifyOffline } from '../../../service/src/offline/verifyOffline.ts';
import { parseTrustStore } from '../../../service/src/pki/trustStore.ts';
import type { Report } from '../../../service/src/report.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { anchorPendingUses } from '../../../service/src/usage/anchorUses.ts';
import { verificationTime } from '../../../service/src/verification/parts.ts';
import { signersFor } from '../../support/anchoring.ts';
import { formOf, testApp, type TestAnswer, type TestApp } from '../../support/testApp.ts';
import { TEST_COMPANY } from '../../support/testService.ts';
import { buildUsage } from '../../support/testStore.ts';

const SPAN = { from: '2020-01-01', to: '2099-12-31' } as const;
const MAX = 2000;

interface ExportFile {
  manifest: string;
  evidence: {
    records: { record: Record<string, string>; salt: string; inclusion: string[] }[];
    batches: { batch: { at: string } }[];
    checkpoint: string;
  };
}

let app: TestApp;
let mine: Licence;
let text: string;

const order = async (json: object): Promise<TestAnswer> =>
  await app.send('POST', '/audit/exports', { as: 'auditor', json });

async function use(...licences: readonly Licence[]): Promise<void> {
  for (const { identifier } of licences) {
    await app.send('POST', '/verifications', { as: 'clerk', json: { identifier } });
  }
}

beforeAll(async () => {
  app = await testApp();
  mine = await app.city.issue();
  await use(mine, await app.city.issue({ holder: TEST_COMPANY }), mine);
  const { clock, store } = app.city.service;
  await anchorPendingUses({ clock, usage: store.usage, ...(await signersFor(app.city)) });
  await use(mine);
  const answer = await order(SPAN);
  expect(answer.status).toBe(201);
  ({ text } = answer);
});
afterAll(async () => {
  await app.remove();
});

function judge(file: string, roots = app.city.service.pki.rootsPem): Report {
  const { clock } = app.city.service;
  return verifyOffline(
    detectEvidence(Buffer.from(file)),
    { trust: parseTrustStore(roots, ''), codeSigners: [] },
    { time: verificationTime(clock, {}), language: 'en' },
  );
}

const dropRecord = ({ evidence: { records } }: ExportFile): void => void records.pop();
const changed = (change: (file: ExportFile) => void): string => {
  const file = JSON.parse(text) as ExportFile;
  change(file);
  return JSON.stringify(file);
};

describe('POST /audit/exports', () => {
  it('gives a file that passes with the roots alone, and says what it does not hold', () => {
    const report = judge(text);

    expect(report).toMatchObject({ indication: 'TOTAL-PASSED', subject: { kind: 'export' } });
    expect(report.statement).toMatch(/^Genuine: all 3 usage records .* 1 more were not anchored/);
    expect(inspectEvidence(detectEvidence(Buffer.from(text)), new Date())).toMatchObject({
      ...{ kind: 'export', records: 3, pending: 1, uses: { length: 3 } },
    });
  });

  it('gives a file that the service itself judges by its own trust, as with the roots alone', async () => {
    const upload = async (to: TestApp, file: string): Promise<Report> =>
      (await to.send('POST', '/verifications', { form: formOf(file) })).body as unknown as Report;
    const [own, stale] = [await upload(app, text), await upload(app, changed(dropRecord))];

    expect(own).toMatchObject({ indication: 'TOTAL-PASSED', subject: { kind: 'export' } });
    expect(own.statement).toContain('3 条使用记录均已锚定');
    expect(new Set(own.checks.map(({ name }) => name))).toEqual(
      new Set([...judge(text).checks.map(({ name }) => name), 'certificationPath.revocation']),
    );
    expect(stale).toMatchObject({ indication: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE' });
  });

  it('cannot be told without roots', () => {
    expect(judge(text, '')).toMatchObject({ subIndication: 'NO_TRUST' });
  });

  it.each<[string, (file: ExportFile) => void, string]>([
    [
      'a changed record',
      ({ evidence: { records } }) => (records[1]!.record['purpose'] = 'x'),
      'export.records',
    ],
    ['a record less', dropRecord, 'export.manifest'],
    ['a record twice', ({ evidence: { records } }) => records.push(records[0]!), 'export.manifest'],
    [
      'another salt',
      ({ evidence: { records } }) => (records[2]!.salt = records[0]!.salt),
      'export.records',
    ],
    [
      'a later batch',
      ({ evidence: { batches } }) => (batches[0]!.batch.at = '2030'),
      'proof.logInclusion',
    ],
    ['a changed manifest', (file) => (file.manifest = flipLast(file.manifest)), 'jws.signature'],
  ])('fails with %s', (_, change, name) => {
    const report = judge(changed(change));

    expect(report.indication).toBe('TOTAL-FAILED');
    const failed = report.checks.filter(({ indication }) => indication === 'TOTAL-FAILED');
    expect(failed.map((check) => check.name)).toContain(name);
  });

  it('needs each record’s own path: one without a batch, or out of order, is not held', () => {
    const { set } = parseAuditExport(text);
    const verify = (records: readonly SetRecord[]): readonly string[] =>
      verifyUsageSet({ ...set, records }, { anchors: [], at: new Date() })
        .checks.filter(({ indication }) => indication === 'TOTAL-FAILED')
        .map(({ name, subIndication }) => `${name} ${subIndication}`);
    const [first, ...others] = set.records;

    expect(verify(set.records)).toEqual([]);
    expect(verify(set.records.toReversed())).toEqual(['export.records FORMAT_FAILURE']);
    expect(verify([first!, ...others.map((one) => ({ ...one, batch: 9 }))])).toEqual([
      'export.records PROOF_FAILURE',
    ]);
  });

  it('is seen by each holder whose uses are in it', async () => {
    const { body } = await app.send('GET', '/me/uses?limit=1', { as: 'holder' });

    expect(body.items[0]).toMatchObject({
      ...{ kind: 'lookup', channel: 'audit', clerk: 'auditor' },
      subject: { kind: 'uses-export' },
      statement: expect.stringContaining('导出了您证照的使用记录'),
    });
  });

  it('holds what was asked for only', async () => {
    const { body } = await order({ ...SPAN, licence: mine.identifier, clerk: 'clerk' });
    const { evidence } = body as unknown as ExportFile;

    expect(evidence.records.map(({ record }) => record['licence'])).toEqual([
      mine.identifier,
      mine.identifier,
    ]);
    expect(judge(JSON.stringify(body)).indication).toBe('TOTAL-PASSED');
  });

  it('of nothing is genuine, too', async () => {
    const { body } = await order({ from: '2020-01-01', to: '2020-01-02' });

    expect(judge(JSON.stringify(body))).toMatchObject({ indication: 'TOTAL-PASSED' });
  });

  it('refuses more than one file holds, and says how many there are', async () => {
    const { usage } = app.city.service.store;
    const at = new Date('2021-06-01T00:00:00Z');
    await Promise.all(
      Array.from({ length: MAX + 1 }, () => usage.append(buildUsage({ at, matter: 'many' }))),
    );
    const { status, body } = await order({ ...SPAN, matter: 'many' });

    expect([status, body.code]).toEqual([422, 'EXPORT_TOO_LARGE']);
    expect(body.detail).toContain('2001 records');
  });

  it('refuses a span that ends before it begins', async () => {
    const { body } = await order({ from: '2026-01-02', to: '2026-01-01' });

    expect(body.code).toBe('REQUEST_MALFORMED');
  });
});

/** Changes a signature by a bit that counts. */
function flipLast(jws: string): string {
  const place = jws.lastIndexOf('.') + 5;
  return jws.slice(0, place) + (jws[place] === 'A' ? 'B' : 'A') + jws.slice(place + 1);
}
