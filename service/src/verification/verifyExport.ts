import { exportRoot, type AuditExport, type AuditManifest } from '../credentials/auditExport.ts';
import { shanghaiTime } from '../civilTime.ts';
import type { Text } from '../language.ts';
import type { SetRecord } from '../ledger/proofFormat.ts';
import { verifyUsageSet } from '../ledger/verifyUsageSet.ts';
import { unscopedAnchors, withStatusAtHand } from '../pki/trustStore.ts';
import { conclude, failed, passed, type Check, type Subject } from '../report.ts';
import { verifyOperatorSignature } from '../trust/operatorSignature.ts';
import type { ReceiptQuestion } from './verifyReceipt.ts';

const CLOCK_TOLERANCE_MS = 300_000;

export interface ExportVerdict {
  readonly subject: Subject;
  readonly checks: readonly Check[];
  /** What is in it and what is not; absent unless it holds. */
  readonly statement?: Text;
}

/**
 * Verifies an auditor's export: who signed the manifest, that the file is what it says, and that a ledger holds it. It speaks
 * for itself, so nothing is asked of the ledger. Pure.
 */
export function verifyExport(
  { jws, manifest, set }: AuditExport,
  question: ReceiptQuestion,
): ExportVerdict {
  const { at, endorsement = {} } = question;
  const trust = withStatusAtHand(question.trust);
  const anchors = unscopedAnchors(trust);
  const verdict = verifyUsageSet(set, {
    ...{ anchors, at, timeStamps: question.trust },
    endorsement: { intermediates: trust.intermediates, ...endorsement },
  });
  const checks = [
    ...verifyOperatorSignature(jws, {
      ...{ trust: { ...trust, anchors }, at: manifest.at },
      issuer: manifest.issuer.creditCode,
    }),
    checkTime(manifest, at),
    checkManifest(manifest, set),
    checkScope(manifest, set.records),
    ...verdict.checks,
  ];
  return {
    subject: { kind: 'export', identifier: manifest.id },
    checks,
    ...(conclude(checks).indication === 'TOTAL-PASSED' ? { statement: say(manifest) } : {}),
  };
}

function checkTime(manifest: AuditManifest, at: Date): Check {
  const name = 'export.at';
  const made = manifest.at.toISOString();
  return manifest.at.getTime() > at.getTime() + CLOCK_TOLERANCE_MS
    ? failed(name, 'NOT_YET_VALID', `made at ${made}`)
    : passed(name, `made at ${made}`);
}

function checkManifest(manifest: AuditManifest, set: AuditExport['set']): Check {
  const name = 'export.manifest';
  const isSame =
    manifest.records === set.records.length &&
    manifest.checkpoint === set.checkpoint &&
    manifest.root === exportRoot(set);
  return isSame
    ? passed(name, `the manifest names these ${manifest.records} records and this checkpoint`)
    : failed(name, 'HASH_FAILURE', 'the file is not the one that the manifest was signed for');
}

/** Every record must be one that was asked for; that none was left out is the operator's word. */
function checkScope({ scope }: AuditManifest, records: readonly SetRecord[]): Check {
  const name = 'export.scope';
  const { from, to, ...filters } = scope;
  const stray = records.find(({ record }) => {
    const at = Date.parse(String(record['at']));
    const isInTime = at >= from.getTime() && at <= to.getTime();
    const named = Object.entries(filters).filter(([, value]) => value !== undefined);
    return !isInTime || named.some(([member, value]) => record[member] !== value);
  });
  return stray === undefined
    ? passed(name, `all are of ${from.toISOString()} to ${to.toISOString()}, and as asked for`)
    : failed(name, 'FORMAT_FAILURE', `record ${String(stray.record['id'])} was not asked for`);
}

function say({ records, pending, scope, issuer }: AuditManifest): Text {
  const [from, to] = [shanghaiTime(scope.from), shanghaiTime(scope.to)];
  return {
    'zh-CN': `证据成立：${issuer.name}导出的 ${from} 至 ${to} 的 ${records} 条使用记录均已锚定在账本上；另有 ${pending} 条当时尚未上链。是否遗漏记录由导出方负责。`,
    en: `Genuine: all ${records} usage records of ${from} to ${to} (UTC+8) that ${issuer.name} exported are anchored on the ledger; ${pending} more were not anchored then. That none was left out is its word.`,
  };
}
