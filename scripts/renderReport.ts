import type { Language, Text } from '../service/src/language.ts';
import type { Check, Indication, Report } from '../service/src/report.ts';
import { EXIT, type ExitCode } from './command.ts';

/** The verdict in a word a clerk knows. */
const WORDS: Readonly<Record<Indication, Text>> = {
  'TOTAL-PASSED': { 'zh-CN': '有效', en: 'VALID' },
  'TOTAL-FAILED': { 'zh-CN': '无效', en: 'NOT VALID' },
  INDETERMINATE: { 'zh-CN': '无法判定', en: 'CANNOT TELL' },
};

/** A proof is about the evidence: the word must not be taken for a licence's. */
const PROOF_WORDS: Readonly<Record<Indication, Text>> = {
  'TOTAL-PASSED': { 'zh-CN': '证据成立', en: 'EVIDENCE HOLDS' },
  'TOTAL-FAILED': { 'zh-CN': '证据不成立', en: 'EVIDENCE DOES NOT HOLD' },
  INDETERMINATE: { 'zh-CN': '无法判定', en: 'CANNOT TELL' },
};

const MARKS: Readonly<Record<Indication, string>> = {
  'TOTAL-PASSED': '✓',
  'TOTAL-FAILED': '✗',
  INDETERMINATE: '?',
};

const EXITS: Readonly<Record<Indication, ExitCode>> = {
  'TOTAL-PASSED': EXIT.done,
  'TOTAL-FAILED': EXIT.refused,
  INDETERMINATE: EXIT.indeterminate,
};

export function exitOf(report: Report): ExitCode {
  return EXITS[report.indication];
}

/** A report for people: word, sentence, subject, time, one line a check. */
export function renderReport(report: Report, language: Language): string {
  const { subject, indication, subIndication } = report;
  const words = subject.kind === 'proof' ? PROOF_WORDS : WORDS;
  const code = subIndication === null ? indication : `${indication} ${subIndication}`;
  const lines = [
    `${words[indication][language]}  ${code}`,
    report.statement,
    `${subject.kind} ${subject.identifier}`,
    language === 'en' ? `at ${report.at}` : `核验时点 ${report.at}`,
    ...report.checks.map(
      (check) =>
        `  ${markOf(check)} ${check.name}${check.subIndication === null ? '' : ` [${check.subIndication}]`}: ${check.detail}`,
    ),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

/** A notice passed; its mark bids the reader look. */
function markOf({ indication, isNotice }: Check): string {
  return isNotice === true ? '!' : MARKS[indication];
}

/** What is verified is foreign: nothing of it may steer the terminal. */
function printable(line: string): string {
  return line.replaceAll(/\p{C}/gu, '\ufffd');
}
