import type { Language } from '../language.ts';
import type { Report } from '../report.ts';
import { recordUse } from '../usage/recordUse.ts';
import { examine, type Evidence } from '../verification/verifier.ts';
import type { AdmittedCall } from './admitCall.ts';
import { authorise, type Occasion } from './authorise.ts';
import type { SystemParts } from './parts.ts';

export interface ClientVerification extends Occasion {
  readonly evidence: Evidence;
  readonly language: Language;
}

/**
 * Verifies for a client, and records who asked for what. A verdict is anybody's to ask for: it needs a purpose of the
 * client, but neither one of its types nor a grant.
 *
 * @throws ServiceError `CODE_MALFORMED`, `DOCUMENT_MALFORMED`, `SCOPE_NOT_GRANTED`, `PURPOSE_NOT_GRANTED`,
 * `MATTER_NOT_FOUND`.
 */
export async function verifyForClient(
  parts: SystemParts,
  call: AdmittedCall,
  { evidence, language, purpose, matter }: ClientVerification,
): Promise<Report> {
  const { clock, store } = parts;
  const { report, licence, esId } = await examine(parts.verification, { evidence, language });
  const holderHash = licence === null ? null : await store.licences.holderHash(licence);
  const subject = { kind: report.subject.kind, identifier: report.subject.identifier };
  const { context, details } = await authorise(parts, call, {
    ...{ scope: 'verify', kind: 'verification', purpose, matter, subject, licence, holderHash },
    ...{ typeCode: null, fields: [] },
  });
  await recordUse(
    { clock, usage: store.usage },
    {
      ...{ kind: 'verification', outcome: 'answered', reason: report.subIndication, subject },
      ...{ licence, esId, holderHash, details, indication: report.indication },
    },
    context,
  );
  return report;
}
