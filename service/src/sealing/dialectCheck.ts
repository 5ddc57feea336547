import { noticed, type Check } from '../report.ts';

/** Tells an auditor what was written otherwise than the text has it; nothing where all is as it should be. */
export function checkDialects(name: string, dialects: readonly string[]): readonly Check[] {
  return dialects.length === 0 ? [] : [noticed(name, dialects.join('; '))];
}
