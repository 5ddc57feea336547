import { ServiceError } from '../errors.ts';
import type { Language } from '../language.ts';
import { indeterminate, type Report } from '../report.ts';
import type { UseContext } from '../usage/recordUse.ts';
import { verificationTime, type VerificationParts } from './parts.ts';
import { toReport } from './report.ts';
import { verify } from './verifier.ts';

export interface BatchRequest {
  /** Attacker-controlled; at most 200. */
  readonly codes: readonly string[];
  readonly language: Language;
  readonly context: UseContext;
}

/** Codes looked at together; between them other callers have their turn. */
const TOGETHER = 16;

/**
 * Verifies many codes. What is no code at all gets a report that says so and does not sink its neighbours.
 *
 * @returns one report a code, in order.
 * @throws ServiceError as {@link verify}, but for `CODE_MALFORMED`.
 */
export async function verifyBatch(
  parts: VerificationParts,
  { codes, ...request }: BatchRequest,
): Promise<readonly Report[]> {
  const reports: Report[] = [];
  for (let first = 0; first < codes.length; first += TOGETHER) {
    const group = codes.slice(first, first + TOGETHER);
    reports.push(...(await Promise.all(group.map((text) => verifyOne(parts, text, request)))));
  }
  return reports;
}

async function verifyOne(
  parts: VerificationParts,
  text: string,
  request: Omit<BatchRequest, 'codes'>,
): Promise<Report> {
  try {
    return await verify(parts, { evidence: { kind: 'code', text }, ...request });
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'CODE_MALFORMED') throw error;
    return malformedReport(parts, error, request.language);
  }
}

function malformedReport(
  parts: VerificationParts,
  error: ServiceError,
  language: Language,
): Report {
  const finding = {
    subject: { kind: 'licence', identifier: '' },
    licence: null,
    esId: null,
    statusAgeSeconds: null,
    since: undefined,
    currentIdentifier: undefined,
    checks: [indeterminate('code.form', 'FORMAT_FAILURE', error.message)],
  } as const;
  return toReport(finding, verificationTime(parts.clock, {}), language);
}
