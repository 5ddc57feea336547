/** The same evidence before the service's verifier without network and before the page's. */
import { ServiceError } from '../../../service/src/errors.ts';
import { detectEvidence } from '../../../service/src/verification/detectEvidence.ts';
import { verifyOffline } from '../../../service/src/offline/verifyOffline.ts';
import { parseTrustStore } from '../../../service/src/pki/trustStore.ts';
import { parseTrustBundle } from '../../../service/src/trust/bundleFormat.ts';
import { verificationTime } from '../../../service/src/verification/parts.ts';
import type { Language } from '../../../web/src/i18n/language.ts';
import { MalformedError } from '../../../web/src/offline/bytes.ts';
import { isReceiptText } from '../../../web/src/offline/receipt.ts';
import { verifyCodeOffline, verifyReceiptOffline } from '../../../web/src/offline/verifyOffline.ts';
import type { Check, Report } from '../../../web/src/report.ts';

/** What is judged, and by what. */
export interface Trial {
  /** Text of a code, or of a receipt. */
  readonly code: string;
  readonly bundle: string;
  readonly rootsPem: string;
  readonly now: Date;
}

/** What came of it, as far as both must agree. */
export interface Judgement {
  /** `TOTAL-FAILED LICENCE_REVOKED`; code of the error for what cannot be read. */
  readonly verdict: string;
  readonly statement: string;
  readonly statusAgeSeconds: number | null;
  /** Name and outcome of every check. */
  readonly checks: readonly string[];
}

interface Said extends Pick<Report, 'indication' | 'subIndication' | 'statement'> {
  readonly checks: readonly Pick<Check, 'name' | 'indication' | 'subIndication'>[];
}

export function judgeInService(trial: Trial, language: Language = 'en'): Judgement {
  try {
    const report = verifyOffline(
      detectEvidence(new TextEncoder().encode(trial.code)),
      {
        ...{ trust: parseTrustStore(trial.rootsPem), codeSigners: [] },
        bundle: parseTrustBundle(trial.bundle),
      },
      { time: verificationTime({ now: () => trial.now }, {}), language },
    );
    return toJudgement(report, report.statusAgeSeconds);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return refusal(error.code);
  }
}

export async function judgeInPage(trial: Trial, language: Language = 'en'): Promise<Judgement> {
  const { code, bundle, rootsPem, now } = trial;
  try {
    const verify = isReceiptText(code) ? verifyReceiptOffline : verifyCodeOffline;
    const { report, statusAgeSeconds } = await verify(code, {
      material: { rootsPem, bundle, haveRootsChanged: false },
      ...{ now, language },
    });
    return toJudgement(report, statusAgeSeconds);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return refusal(error.code);
  }
}

function toJudgement(report: Said, statusAgeSeconds: number | null): Judgement {
  const { statement, checks } = report;
  const said = checks.map((check) => `${check.name} ${nameOf(check)}`);
  return { verdict: nameOf(report), statement, statusAgeSeconds, checks: said };
}

function refusal(verdict: string): Judgement {
  return { verdict, statement: '', statusAgeSeconds: null, checks: [] };
}

function nameOf({ indication, subIndication }: Omit<Said, 'statement' | 'checks'>): string {
  return subIndication === null ? indication : `${indication} ${subIndication}`;
}
