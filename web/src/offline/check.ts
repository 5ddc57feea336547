/** Steps of a verification, and what they come to; as the service does it. */
import type { Check, Indication } from '../report.ts';

export function passed(name: string, detail: string, clause: string | null = null): Check {
  return { ...entry(name, detail, clause), indication: 'TOTAL-PASSED', subIndication: null };
}

/** A check that passed and says something that its reader should know. */
export function noticed(name: string, detail: string): Check {
  return { ...passed(name, detail), isNotice: true };
}

export function failed(
  name: string,
  subIndication: string,
  detail: string,
  clause: string | null = null,
): Check {
  return { ...entry(name, detail, clause), indication: 'TOTAL-FAILED', subIndication };
}

export function indeterminate(
  name: string,
  subIndication: string,
  detail: string,
  clause: string | null = null,
): Check {
  return { ...entry(name, detail, clause), indication: 'INDETERMINATE', subIndication };
}

function entry(
  name: string,
  detail: string,
  clause: string | null,
): Pick<Check, 'name' | 'detail' | 'clause' | 'isNotice'> {
  return { name, detail, clause, isNotice: false };
}

/** What checks come to. */
export interface Conclusion {
  readonly indication: Indication;
  readonly subIndication: string | null;
}

/** The first failed check decides; else the first that could not be made; passed only if there are some and all passed. */
export function conclude(checks: readonly Check[]): Conclusion {
  const decisive =
    checks.find(({ indication }) => indication === 'TOTAL-FAILED') ??
    checks.find(({ indication }) => indication !== 'TOTAL-PASSED');
  if (decisive !== undefined) {
    const { indication, subIndication } = decisive;
    return { indication, subIndication };
  }
  return checks.length === 0
    ? { indication: 'INDETERMINATE', subIndication: 'FORMAT_FAILURE' }
    : { indication: 'TOTAL-PASSED', subIndication: null };
}

export function havePassed(checks: readonly Check[]): boolean {
  return conclude(checks).indication === 'TOTAL-PASSED';
}
