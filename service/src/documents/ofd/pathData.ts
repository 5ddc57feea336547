/** Path data of OFD (AbbreviatedData) as SVG path data: nothing gets through but commands and finite numbers. */
import type { BoxMm } from '../drawing.ts';

interface PathCommand {
  readonly letter: string;
  readonly numbers: number;
}

/** GB/T 33190 has S (start), B (cubic curve) and C (close) where SVG has M, C and Z. */
const COMMANDS: ReadonlyMap<string, PathCommand> = new Map([
  ['S', { letter: 'M', numbers: 2 }],
  ['M', { letter: 'M', numbers: 2 }],
  ['L', { letter: 'L', numbers: 2 }],
  ['Q', { letter: 'Q', numbers: 4 }],
  ['B', { letter: 'C', numbers: 6 }],
  ['A', { letter: 'A', numbers: 7 }],
  ['C', { letter: 'Z', numbers: 0 }],
]);

const MAX_TOKENS = 1_000_000;

const TOKENS = /[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/gu;

/**
 * Converts path data. What cannot be read is left out; commands may stand close to their numbers, and numbers without a
 * command repeat the last one.
 *
 * @param data - attacker-controlled; at most a million words are read.
 */
export function toSvgPath(data: string): string {
  const path: string[] = [];
  let command: PathCommand | undefined;
  let numbers: string[] = [];
  let count = 0;
  for (const [token] of data.matchAll(TOKENS)) {
    if (++count > MAX_TOKENS) break;
    if (/^[A-Za-z]$/u.test(token)) {
      command = COMMANDS.get(token);
      numbers = [];
    } else numbers.push(short(Number(token)));
    if (command === undefined || numbers.length < command.numbers) continue;
    if (command.numbers > 0 || numbers.length === 0) append(path, command, numbers);
    numbers = [];
  }
  return path.join('');
}

/** A path begins somewhere: at the origin, if nothing else is said. */
function append(path: string[], { letter }: PathCommand, numbers: readonly string[]): void {
  if (path.length === 0 && letter === 'Z') return;
  if (path.length === 0 && letter !== 'M') path.push('M0 0');
  path.push(letter + (letter === 'A' ? arc(numbers) : numbers).join(' '));
}

/** Flags are 0 or 1, radii are not negative. */
function arc([
  rx = '0',
  ry = '0',
  angle = '0',
  large,
  sweep,
  x = '0',
  y = '0',
]: readonly string[]): readonly string[] {
  const flag = (text: string | undefined): string => (Number(text) === 0 ? '0' : '1');
  return [rx.replace('-', ''), ry.replace('-', ''), angle, flag(large), flag(sweep), x, y];
}

/** Seven digits are more than any printer shows. */
function short(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) > 1e6) return '0';
  return String(Number(value.toPrecision(7)) + 0);
}

export function boxToSvgPath({ xMm, yMm, widthMm, heightMm }: BoxMm): string {
  const [left, top, right, bottom] = [xMm, yMm, xMm + widthMm, yMm + heightMm].map(short);
  return `M${left} ${top}L${right} ${top}L${right} ${bottom}L${left} ${bottom}Z`;
}
